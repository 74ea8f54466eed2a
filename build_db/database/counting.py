"""How many rows each daemon has in a file, and how many belong to none alone."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

from build_db.schema import MADE_LAST, schema

# The file's account of itself: rows about rows.
ACCOUNT = ("build_info", "problems", "source_files", *MADE_LAST)


def rows_by_daemon(db: Any) -> dict[str | None, Counter[str]]:
    """Rows by table for each daemon's id; below None those that are shared. The file's account of itself is left out.

    :param db: has `execute`
    """
    found: dict[str | None, Counter[str]] = {}
    for name in schema():
        if name not in ACCOUNT:
            for daemon, number in db.execute(
                f"SELECT {_daemon_of(name)} AS owner, count(*) FROM {name} GROUP BY owner"
            ):
                found.setdefault(daemon, Counter())[name] += number
    return found


@cache
def _daemon_of(table: str) -> str:
    """SQL for the id of the daemon that a row belongs to: its own, its parent's, or none."""
    if table == "daemons":
        return f"{table}.id"
    if schema()[table].shared:
        return "NULL"
    if "daemon_id" in schema()[table].names:
        return f"{table}.daemon_id"
    parent = next(column for column in schema()[table].columns if column.references and column.required)
    assert parent.references
    owner = _daemon_of(parent.references)
    return f"(SELECT {owner} FROM {parent.references} WHERE {parent.references}.id = {table}.{parent.name})"
