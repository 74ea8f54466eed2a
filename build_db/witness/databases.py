"""Reads the SQLite files of a raw tree, with nothing of `ingest`: every value of every row, under its key."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

HEAD = b"SQLite format 3\0"
# Where the file's own mark stands, and the one that this tool writes: such a file is an output.
MARK, OURS = slice(68, 72), b"cass"
# Tables whose rows say themselves what they hold: the column with the key, and those with the value.
KEYED = {"peopledex_attributes": ("attribute_type", ("value",)), "embedding_metadata": ("key", ("string_value",))}
# Under which of the witness's keys a column is known that is called otherwise.
KNOWN_AS = {("users", "id"): "user_id", ("peopledex_attributes", "name"): "display_name"}


def databases(root: Path) -> Iterator[tuple[Path, Iterator[tuple[str, Any]]]]:
    """Each SQLite file of a tree that this tool did not make, with keys and values: texts, and what JSON texts hold."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                head = file.read(MARK.stop)
            if head.startswith(HEAD) and head[MARK] != OURS:
                yield path, _values(path)


def _values(path: Path) -> Iterator[tuple[str, Any]]:
    """Keys and values of all rows; of a damaged file, those up to the damage: the build says what became of it."""
    with tempfile.TemporaryDirectory() as folder:
        # A copy can be recovered from what an unfinished transaction left beside it.
        for beside in path.parent.glob(f"{path.name}*"):
            if beside.is_file():
                shutil.copyfile(beside, Path(folder, beside.name))
        try:
            with closing(sqlite3.connect(Path(folder, path.name))) as conn:
                conn.text_factory = lambda data: data.decode("utf-8", "replace")
                tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
                for (table,) in conn.execute(tables).fetchall():
                    yield from _rows(conn, table)
        except (sqlite3.Error, UnicodeDecodeError):
            return


def _rows(conn: sqlite3.Connection, table: str) -> Iterator[tuple[str, Any]]:
    quoted = '"' + table.replace('"', '""') + '"'
    rows = conn.execute(f"SELECT * FROM {quoted}")
    columns = [str(column[0]) for column in rows.description]
    for values in rows:
        row: dict[str, Any] = dict(zip(columns, values, strict=True))
        if table in KEYED:
            key, held = KEYED[table]
            row |= {str(row.get(key)): row.pop(column, None) for column in held}
        for column, value in row.items():
            if isinstance(value, str) and value:
                yield KNOWN_AS.get((table, column), column), _inside(value)


def _inside(text: str) -> Any:
    """What a text of JSON holds; any other text as it is."""
    if text[0] not in "[{":
        return text
    try:
        return orjson.loads(text)
    except ValueError:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
