"""CSV after RFC 4180, UTF-8: one file per table with a header line. Texts are quoted, so NULL differs from no text."""

from __future__ import annotations

import csv
from pathlib import Path

from build_db.exports.writers.tables import batches, filled_tables, reading


class _Null(float):
    """The csv module writes numbers without quotes: this one writes nothing."""

    def __repr__(self) -> str:
        return ""

    __str__ = __repr__


NULL = _Null()


def write(database: Path, folder: Path) -> None:
    """Write `csv/<table>.csv` for every table with rows."""
    (folder / "csv").mkdir()
    with reading(database) as conn:
        for table in filled_tables(conn):
            with (folder / "csv" / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
                writer.writerow(table.names)
                for rows in batches(conn, table):
                    writer.writerows([NULL if value is None else value for value in row] for row in rows)
