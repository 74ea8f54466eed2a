"""Reads the databases and archives of a raw tree, with nothing of `ingest`: every value of every row, under its key."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from build_db.limits import MOST_BYTES, MOST_STEPS, STEPS_A_BYTE
from build_db.scratch import temporary
from build_db.witness.raw import BROKEN, inside

HEAD = b"SQLite format 3\0"
# Where the file's own mark stands, and the one that this tool writes: such a file is an output.
MARK, OURS = slice(68, 72), b"cass"
# Tables whose rows say themselves what they hold: the column with the key, and those with the value.
KEYED = {"peopledex_attributes": ("attribute_type", ("value",)), "embedding_metadata": ("key", ("string_value",))}
# Under which of the witness's keys a column is known that is called otherwise.
KNOWN_AS = {("users", "id"): "user_id", ("peopledex_attributes", "name"): "display_name"}
# What an unfinished transaction leaves beside a database.
SIDES = ("-wal", "-journal")
A_MILLION = 1_000_000
THE_MACHINE = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
# The member of an archive that holds a daemon.
DAEMON = "daemon_data.json"


def databases(root: Path) -> Iterator[tuple[Path, Iterator[tuple[str, Any]]]]:
    """Each file of a tree that holds tables and that this tool did not make, with keys and values of all rows.

    :param root: a folder, or such a file
    """
    for path in [root] if root.is_file() else sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                head = file.read(MARK.stop)
            if head.startswith(HEAD) and head[MARK] != OURS:
                yield path, _values(path)
            elif head.startswith(b"PK"):
                yield path, _archived(_packed(path))
            elif head.lstrip()[:1] == b"{" and (path.suffix == ".anima" or path == root):
                yield path, _archived(path.read_bytes())


def _packed(path: Path) -> bytes:
    """What an archive says of a daemon; nothing of any other archive, or of a damaged one."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(DAEMON) as file:
            return file.read(MOST_BYTES)
    except BROKEN:
        return b""


def _archived(data: bytes) -> Iterator[tuple[str, Any]]:
    value = inside(data.decode("utf-8", "replace"))
    tables = value.get("tables") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(tables, dict):
        return
    for table, rows in tables.items():
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                yield from _row(table, dict(row))
    yield "self_model_graph", value.get("self_model_graph")


def _values(path: Path) -> Iterator[tuple[str, Any]]:
    """Keys and values of all rows; of a damaged file, those up to the damage: the build says what became of it."""
    sides = [side for side in (path.with_name(path.name + end) for end in SIDES) if side.is_file()]
    if not any(side.stat().st_size for side in sides):
        yield from _read(f"{path.absolute().as_uri()}?mode=ro&immutable=1", path.stat().st_size)
        return
    with temporary() as folder:
        # A copy can be recovered from what an unfinished transaction left beside it.
        for source in (path, *sides):
            shutil.copyfile(source, folder / source.name)
        yield from _read((folder / path.name).as_uri(), path.stat().st_size)


def _read(uri: str, size: int) -> Iterator[tuple[str, Any]]:
    try:
        with closing(sqlite3.connect(uri, uri=True)) as conn:
            conn.text_factory = lambda data: data.decode("utf-8", "replace")
            left = [(MOST_STEPS + STEPS_A_BYTE * size) // A_MILLION]
            conn.set_progress_handler(lambda: _is_over(left), A_MILLION)
            tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            for (table,) in conn.execute(tables).fetchall():
                yield from _rows(conn, table)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in THE_MACHINE:
            raise  # a disk that failed says nothing of what is in the file
        return


def _is_over(left: list[int]) -> bool:
    """Whether a file was read for too long: a damaged one can lead in circles."""
    left[0] -= 1
    return left[0] < 0


def _rows(conn: sqlite3.Connection, table: str) -> Iterator[tuple[str, Any]]:
    quoted = '"' + table.replace('"', '""') + '"'
    # What is only worked out when it is asked for is stored nowhere, and may be without end.
    columns = [str(row[1]) for row in conn.execute(f"PRAGMA table_info({quoted})")]
    listed = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
    rows = conn.execute(f"SELECT {listed} FROM {quoted}")
    for values in rows:
        yield from _row(table, dict(zip(columns, values, strict=True)))


def _row(table: str, row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if table in KEYED:
        key, held = KEYED[table]
        row |= {str(row.get(key)): row.pop(column, None) for column in held}
    for column, value in row.items():
        if isinstance(value, (str, dict, list)) and value:
            yield KNOWN_AS.get((table, column), column), value
