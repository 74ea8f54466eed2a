"""What spreadsheets and careless readers make of cells of CSV: nothing is changed for them, it is counted and told."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence

from build_db.schema import Table

# A spreadsheet computes what begins so.
COMPUTED = "'=', '+', '-', '@', char(9), char(13)"
# What Excel holds of a cell.
LONGEST = 32_767
# Words that pandas and others read as nothing.
NOTHING = "'NULL', 'null', 'NA', 'N/A', 'n/a', '#N/A', 'NaN', 'nan', 'None', '<NA>'"
CONDITIONS = {
    "computed": f"substr({{0}}, 1, 1) IN ({COMPUTED})",
    "long": f"length({{0}}) > {LONGEST}",
    "nothing": f"{{0}} IN ({NOTHING})",
    "empty": "{0} = ''",
}


def odd_cells(conn: sqlite3.Connection, tables: Sequence[Table]) -> Counter[str]:
    """How many cells of these tables begin as formulas do, are long, or read as nothing: by key of `CONDITIONS`."""
    counted: Counter[str] = Counter()
    for table in tables:
        texts = _filled(conn, table.name, [column.name for column in table.columns if column.type in ("TEXT", "JSON")])
        summed = (" + ".join(f"total({told.format(name)})" for name in texts) for told in CONDITIONS.values())
        row = conn.execute(f"SELECT {', '.join(summed)} FROM {table.name}").fetchone() if texts else ()
        counted.update({what: int(number) for what, number in zip(CONDITIONS, row, strict=False)})
    return counted


def _filled(conn: sqlite3.Connection, table: str, columns: Sequence[str]) -> list[str]:
    """Those of the columns in which anything stands: of most tables a few."""
    counts = conn.execute(f"SELECT {', '.join(f'count({name})' for name in columns)} FROM {table}") if columns else ()
    return [name for row in counts for name, count in zip(columns, row, strict=True) if count]
