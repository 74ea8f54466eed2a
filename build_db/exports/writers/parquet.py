"""Parquet, zstd: one file per table with typed columns. Times and JSON stay text, as in the database."""

from __future__ import annotations

from pathlib import Path

from build_db.errors import UsageError
from build_db.exports.writers.tables import batches, column_types, filled_tables, reading

# Rows per row group: enough to pack well, few enough to hold in memory.
GROUP = 20_000


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
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    arrow = {"text": pyarrow.string(), "integer": pyarrow.int64(), "real": pyarrow.float64()}
    (folder / "parquet").mkdir()
    with reading(database) as conn:
        for table in filled_tables(conn):
            types = column_types(conn, table)
            shape = pyarrow.schema([(name, arrow[types[name]]) for name in table.names])
            with ParquetWriter(folder / "parquet" / f"{table.name}.parquet", shape, compression="zstd") as file:
                for rows in batches(conn, table, GROUP):
                    columns = zip(table.names, zip(*rows, strict=True), strict=True)
                    arrays = [pyarrow.array(cells, arrow[types[name]]) for name, cells in columns]
                    file.write_table(pyarrow.Table.from_arrays(arrays, schema=shape))
