"""What the formats share: the tables of an export's database that hold rows, and the rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from build_db.exports.treatments import export_policy
from build_db.redaction.rows import TIME
from build_db.schema import MADE_LAST, Table, schema

BATCH = 5_000


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """An export's database, open for reading."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
        yield conn


def filled_tables(conn: sqlite3.Connection) -> list[Table]:
    """The tables with rows, in the order of creation; an index and what is counted are a database's own business."""
    return [
        table
        for name, table in schema().items()
        if name not in MADE_LAST and conn.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()
    ]


def batches(
    conn: sqlite3.Connection, table: Table, size: int = BATCH, cells: Sequence[str] = ()
) -> Iterator[list[tuple]]:
    """The rows of a table in order, so many at a time.

    :param cells: what to select instead of the columns
    """
    cursor = conn.execute(f"SELECT {', '.join(cells or table.names)} FROM {table.name} ORDER BY rowid")
    while rows := cursor.fetchmany(size):
        yield rows


def column_types(conn: sqlite3.Connection, table: Table) -> dict[str, str]:
    """What each column holds: `text`, `integer`, `real`, `date`, `time` without a zone, or `instant` with one.

    SQLite lets a column of whole numbers hold others, too, and times are texts: what a column is called after is what
    all its values are.
    """
    types = {}
    for column in table.columns:
        held = {"text"}
        if column.type in ("INTEGER", "REAL"):
            held = {kind for (kind,) in conn.execute(f"SELECT DISTINCT typeof({column.name}) FROM {table.name}")}
        real = "real" in held or column.type == "REAL"
        types[column.name] = "text" if "text" in held else "real" if real else "integer"
        if export_policy().is_time(column):
            types[column.name] = _kind_of_times(conn, table.name, column.name)
    return types


def _kind_of_times(conn: sqlite3.Connection, table: str, column: str) -> str:
    conn.create_function("kind_of_time", 1, _kind_of_time, deterministic=True)
    known = f"FROM {table} WHERE {column} NOTNULL"
    (kind,) = conn.execute(f"SELECT kind_of_time({column}) {known} LIMIT 1").fetchone() or ("text",)
    # Text is what anything may be; a column of times ends at the first value that is none.
    other = (
        kind != "text" and conn.execute(f"SELECT 1 {known} AND kind_of_time({column}) <> ? LIMIT 1", [kind]).fetchone()
    )
    return "text" if other else kind


def _kind_of_time(value: str) -> str:
    match = TIME.fullmatch(value)
    if not match:
        return "text"
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "text"  # a day that no calendar has
    clock, _, _, zone = match.groups()
    return "instant" if zone else "time" if clock else "date"
