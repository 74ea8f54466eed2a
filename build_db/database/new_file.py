"""A database file in the making: opened without a journal, filled without indexes, completed at the end."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from build_db.schema import counted, index_foreign_keys
from build_db.schema.searched import fill_statements, learn_words

# Up to a million messages more is no quicker, and a copy is made with two of these at a time.
CACHE_KIB = 12_000

# Messages run to kilobytes: pages larger than the default hold them with less bookkeeping.
PAGE_BYTES = 8192


def complete(path: Path, indexes: list[str]) -> None:
    """Index the filled tables, make them searchable, and gather statistics.

    :param indexes: what `set_aside_indexes` returned
    """
    finished = open_new(path)
    learn_words(finished.conn)
    finished.execute("BEGIN")
    for statement in (*indexes, *fill_statements(), *counted.fill_statements()):
        finished.execute(statement)
    index_foreign_keys(finished)
    finished.execute("ANALYZE")
    finished.execute("COMMIT")
    finished.close()


def open_new(path: Path) -> Database:
    """A database file in the making."""
    db = Database(sqlite3.connect(path, isolation_level=None))
    # A half-built file is thrown away whole, so nothing is gained by keeping a journal of it.
    for pragma in (
        f"page_size = {PAGE_BYTES}",
        "journal_mode = OFF",
        "synchronous = OFF",
        f"cache_size = -{CACHE_KIB}",
    ):
        db.execute(f"PRAGMA {pragma}")
    return db


def set_aside_indexes(db: Database) -> list[str]:
    """Drop the indexes of empty tables; the statements returned make them again, which is cheaper on full ones."""
    indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in indexes:
        db.execute(f"DROP INDEX {name}")
    return [sql for _, sql in indexes]
