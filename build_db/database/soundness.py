"""Looks at a finished file as a stranger would, before it gets its name."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from build_db.contract import ROWS
from build_db.errors import CheckFailed

# How the check says that it was the machine that failed, and not the file.
NO_MEMORY = f"error code={sqlite3.SQLITE_NOMEM}"


def check_soundness(path: Path) -> None:
    """Keys hold, pages are whole, and every table has the rows that the build counted.

    :raises CheckFailed: with the first thing that is wrong
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        broken = conn.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise CheckFailed(f"foreign key check: {broken[0]} row {broken[1]} refers to a missing row in {broken[2]}")
        verdict = conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if NO_MEMORY in verdict:
            raise MemoryError
        if verdict != "ok":
            raise CheckFailed(f"integrity check: {' '.join(verdict.split())}")
        for key, value in conn.execute("SELECT key, value FROM build_info WHERE key LIKE ?", [f"{ROWS}%"]):
            table = key.removeprefix(ROWS)
            (rows,) = conn.execute(f"SELECT count(*) FROM [{table}]").fetchone()
            if rows != int(value):
                raise CheckFailed(f"count check: {table} has {rows} rows, {value} were taken in")
