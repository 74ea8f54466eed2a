"""Parquet, zstd: one file per table with typed columns, times among them. JSON stays text, as in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from build_db.errors import UsageError
from build_db.exports.writers.tables import batches, column_types, filled_tables, reading
from build_db.schema import Table

# Rows per row group: enough to pack well, few enough to hold in memory. So many at a time are Python's.
GROUP, BATCH = 20_000, 1_000
READ: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "time": datetime.fromisoformat,
    "instant": datetime.fromisoformat,
}


def check_installed() -> None:
    """Parquet needs an optional library.

    :raises UsageError: it is not installed
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ModuleNotFoundError:
        way_out = "run: pip install 'build-db[exports]', or name the formats you want with --format"
        raise UsageError(f"--format parquet: pyarrow is not installed; {way_out}") from None


def write(database: Path, folder: Path) -> None:
    """Write `parquet/<table>.parquet` for every table with rows."""
    (folder / "parquet").mkdir()
    with reading(database) as conn:
        for table in filled_tables(conn):
            write_table(conn, table, column_types(conn, table), folder / "parquet" / f"{table.name}.parquet")


def write_table(
    conn: sqlite3.Connection, table: Table, types: Mapping[str, str], path: Path, cells: Sequence[str] = ()
) -> None:
    """Write one table, also one without rows.

    :param types: what each column holds, as `column_types` tells it
    :param cells: for each column the SQL that gives its values; the columns as they are without any
    """
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    # Arrow's own allocator keeps what it no longer needs; the system's hands it on.
    pool = pyarrow.system_memory_pool()
    shape = types_to_arrow(table, types)
    read = [READ.get(types[name]) for name in table.names]
    with ParquetWriter(path, shape, compression="zstd", memory_pool=pool) as file:
        packed = (_packed(rows, shape, read, pool) for rows in batches(conn, table, BATCH, cells))
        while group := list(islice(packed, GROUP // BATCH)):
            file.write_table(pyarrow.Table.from_batches(group).combine_chunks(pool))
            group.clear()


def types_to_arrow(table: Table, types: Mapping[str, str]) -> Any:
    """Types as `column_types` tells them, as Arrow's schema of a table."""
    import pyarrow

    arrow = {
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "real": pyarrow.float64(),
        "date": pyarrow.date32(),
        "time": pyarrow.timestamp("us"),
        "instant": pyarrow.timestamp("us", tz="UTC"),
    }
    return pyarrow.schema([(name, arrow[types[name]]) for name in table.names])


def read_shape(path: Path) -> Any:
    """The columns and types of a file."""
    from pyarrow.parquet import read_schema

    return read_schema(path)


def _packed(rows: list[tuple], shape: Any, read: Sequence[Callable[[str], Any] | None], pool: Any) -> Any:
    """Rows as Arrow holds them: in a fraction of the memory that they take as Python objects."""
    import pyarrow

    columns = zip(shape, zip(*rows, strict=True), read, strict=True)
    cells = [
        pyarrow.array([text and of(text) for text in column] if of else column, field.type, memory_pool=pool)
        for field, column, of in columns
    ]
    return pyarrow.record_batch(cells, schema=shape)
