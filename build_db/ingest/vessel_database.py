"""Reads the vessel's own database, `cass.db`.

A file's columns follow from its history and not from its version, so they are asked of the file itself.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from build_db.ingest.sqlite_files import is_barred, opened, table_names
from build_db.records import Problem

# By these it is told from other databases.
SIGNS = frozenset(("schema_version", "daemons", "conversations", "messages"))
# Tables in another order than that of their rows: what is said comes in order of time.
ORDER: dict[str, tuple[str, ...]] = {"messages": ("timestamp", "id")}


def database_tables(path: Path) -> list[str]:
    """The names of its tables.

    :raises Unreadable: not a SQLite file, or a damaged one
    """
    with opened(path) as (conn, _):
        return table_names(conn)


def database_rows(path: Path, table: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The rows of one table as they are stored.

    :raises Unreadable: as `database_tables`
    """
    with opened(path) as (conn, problems):
        columns = _columns(conn, table)
        order = ORDER.get(table, ()) if set(ORDER.get(table, ())) <= set(columns) else ()
        # Of a table without rowids, the key is the order.
        order = order or (("rowid",) if _has_rowid(conn, table) else tuple(map(_name, columns[:1])))
        listed = conn.execute(
            f"SELECT {', '.join(map(_name, columns))} FROM {_name(table)} ORDER BY {', '.join(order)}"
        )
        # What is told of the file is told once.
        return [dict(zip(columns, values, strict=True)) for values in listed], problems if table == "daemons" else []


def rows_by_daemon(path: Path, besides: frozenset[str]) -> dict[str, int]:
    """How many rows bear the id of each daemon.

    :param besides: tables that do not count
    :raises Unreadable: as `database_tables`
    """
    counts: dict[str, int] = {}
    with opened(path) as (conn, _):
        for table in table_names(conn):
            if table not in besides and "daemon_id" in _columns(conn, table):
                bearing = f"SELECT daemon_id, count(*) FROM {_name(table)} WHERE daemon_id <> '' GROUP BY 1"
                try:
                    for daemon_id, count in conn.execute(bearing):
                        counts[str(daemon_id)] = counts.get(str(daemon_id), 0) + count
                except sqlite3.DatabaseError as error:  # where it is damaged, the reading of that table says so
                    if is_barred(error):
                        raise
    return counts


def _has_rowid(conn: sqlite3.Connection, table: str) -> bool:
    try:
        conn.execute(f"SELECT rowid FROM {_name(table)} LIMIT 0")
    except sqlite3.OperationalError:
        return False
    return True


def _columns(conn: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in conn.execute(f"PRAGMA table_info({_name(table)})")]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
