"""Changes texts in tables that are filled, wherever they stand: keys and what refers to them alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sqlite_utils import Database

from build_db.schema import schema

# What a text becomes: given the table, the column, whether the text tells rows apart, and the text.
ChangeText: TypeAlias = Callable[[str, str, bool, str], str]


def change_texts(db: Database, change: ChangeText) -> None:
    """Change every text of every table. The same text gets the same new one wherever rows are told apart by it."""
    for name, table in schema().items():
        for column in table.columns:
            if column.type not in ("TEXT", "JSON"):
                continue
            is_key = table.tells_apart(column)
            stored = db.execute(f"SELECT rowid, {column.name} FROM {name} WHERE {column.name} IS NOT NULL")
            changed = [(new, row) for row, text in stored if (new := change(name, column.name, is_key, text)) != text]
            db.conn.executemany(f"UPDATE {name} SET {column.name} = ? WHERE rowid = ?", changed)
