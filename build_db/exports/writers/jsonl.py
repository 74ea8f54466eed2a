"""JSON Lines: one file per table, one object per row. JSON columns stay text, as in the database."""

from __future__ import annotations

from pathlib import Path

from build_db.exports.writers.lines import as_line
from build_db.exports.writers.tables import batches, filled_tables, reading


def write(database: Path, folder: Path) -> None:
    """Write `jsonl/<table>.jsonl` for every table with rows."""
    (folder / "jsonl").mkdir()
    with reading(database) as conn:
        for table in filled_tables(conn):
            names = table.names
            with (folder / "jsonl" / f"{table.name}.jsonl").open("wb") as file:
                for rows in batches(conn, table):
                    file.writelines(as_line(dict(zip(names, row, strict=True))) for row in rows)
