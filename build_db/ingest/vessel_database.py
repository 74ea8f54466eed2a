"""Reads the vessel's own database, `cass.db`: one document per table.

A file's columns follow from its history and not from its version, so they are asked of the file itself. Values of
columns that hold JSON are parsed; everything else stays as it is stored.
"""

from __future__ import annotations

import base64
import json
import math
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from build_db.errors import Unreadable
from build_db.ingest.sqlite_files import MAGIC, opened, table_names
from build_db.records import Problem

FILE = "cass.db"
# By these it is told from other databases.
SIGNS = frozenset(("schema_version", "daemons", "conversations", "messages"))
# Tables in another order than that of their rows: what is said comes in order of time.
ORDER = {"messages": "timestamp, id"}
# Tables that are no part of a daemon's life: every start makes some of their rows for a daemon that nobody uses.
MACHINERY = frozenset(("daemons", "prompt_chains", "prompt_configurations", "prompt_transitions", "state_events"))
# What a database tells of a daemon, whatever its version; other columns are told by the documents.
TOLD = ("id", "label", "name", "kernel_version", "status")


@dataclass(frozen=True)
class VesselDaemon:
    """One daemon of a vessel's database, and how many rows bear its id."""

    id: str
    name: str
    kernel_version: str | None
    status: str
    rows: int


def is_vessel(path: Path) -> bool:
    """Whether a file is a vessel's database.

    :raises Unreadable: it is a SQLite file and cannot be read
    """
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                return False
    except OSError as error:
        raise Unreadable(error.strerror or "cannot be opened") from None
    return set(vessel_tables(path)) >= SIGNS


def vessel_tables(path: Path) -> list[str]:
    """The names of its tables.

    :raises Unreadable: not a SQLite file, or a damaged one
    """
    with opened(path) as (conn, _):
        return table_names(conn)


def vessel_daemons(path: Path) -> list[VesselDaemon]:
    """The daemons that have anything to their id, the one with most rows first.

    :raises Unreadable: not a SQLite file, or a damaged one
    """
    with opened(path) as (conn, _):
        counts: dict[str, int] = {}
        for table in table_names(conn):
            if table not in MACHINERY and "daemon_id" in _columns(conn, table):
                bearing = f"SELECT daemon_id, count(*) FROM {_name(table)} WHERE daemon_id <> '' GROUP BY 1"
                for daemon_id, count in conn.execute(bearing):
                    counts[str(daemon_id)] = counts.get(str(daemon_id), 0) + count
        told = _rows(conn, "daemons", [])
    # Some rows may name a daemon that nobody lists.
    told += [{"id": daemon_id} for daemon_id in sorted(counts.keys() - {str(row["id"]) for row in told})]
    found = [
        VesselDaemon(
            id=str(row["id"]),
            name=str(row.get("label") or row.get("name") or row["id"]),
            kernel_version=row.get("kernel_version"),
            status=row.get("status") or "active",
            rows=counts.get(str(row["id"]), 0),
        )
        for row in told
    ]
    return sorted((daemon for daemon in found if daemon.rows), key=lambda daemon: (-daemon.rows, daemon.id))


def read_vessel_table(path: Path) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The rows of one table.

    :param path: the table's name below the place of the file: `data/cass.db/messages`
    :raises Unreadable: not a SQLite file, or a damaged one
    """
    with opened(path.parent) as (conn, problems):
        rows = _rows(conn, path.name, problems)
    return rows, problems


def _rows(conn: sqlite3.Connection, table: str, problems: list[Problem]) -> list[dict[str, Any]]:
    columns = _columns(conn, table)
    order = ORDER.get(table, "rowid")
    listed = conn.execute(f"SELECT {', '.join(map(_name, columns))} FROM {_name(table)} ORDER BY {order}")
    parsed = [column for column in columns if column.endswith("_json")]
    rows = []
    for number, values in enumerate(listed):
        row = {column: _plain(value) for column, value in zip(columns, values, strict=True)}
        for column in parsed:
            if isinstance(row[column], str):
                row[column] = _parsed(row[column], f"{table}[{number}]", column, problems)
        rows.append(row)
    return rows


def _columns(conn: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in conn.execute(f"PRAGMA table_info({_name(table)})")]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _parsed(text: str, record: str, column: str, problems: list[Problem]) -> Any:
    """What a text of JSON holds; the text itself if it is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        # Half of a character pair and NaN, which the writer lets through.
        return json.loads(text.encode("utf-8", "replace"), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        if text:
            problems.append(Problem("not valid JSON", record, column))
        return text or None
