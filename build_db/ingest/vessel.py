"""What holds a daemon's life in tables: the vessel's own database, or its export of a daemon. One document per table.

A table has a place of its own below the file: `data/cass.db/messages`. Values of columns that hold JSON are parsed;
everything else stays as it is stored.
"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build_db.errors import Unreadable
from build_db.ingest.archives import archive_rows, archive_tables, archived_by_daemon, exported_at, is_archive
from build_db.ingest.packed import head_of
from build_db.ingest.reading import NO_ID, is_id, parse_json
from build_db.ingest.sqlite_files import MAGIC
from build_db.ingest.vessel_database import SIGNS, database_rows, database_tables, rows_by_daemon
from build_db.records import Problem

FILE = "cass.db"
# Tables that are no part of a daemon's life: every start makes some of their rows for a daemon that nobody uses.
MACHINERY = frozenset(("daemons", "prompt_chains", "prompt_configurations", "prompt_transitions", "state_events"))


@dataclass(frozen=True)
class VesselDaemon:
    """One daemon, how many rows bear its id, and when it was exported, if it was."""

    id: str
    name: str
    kernel_version: str | None
    status: str
    rows: int
    exported_at: str = ""


def is_vessel(path: Path) -> bool:
    """Whether a file is a vessel's database, or its export of a daemon.

    :raises Unreadable: it may be one, and cannot be read
    """
    return set(database_tables(path)) >= SIGNS if is_database(path) else is_archive(path)


def vessel_tables(path: Path) -> list[str]:
    """The names of its tables.

    :raises Unreadable: a damaged file
    """
    return database_tables(path) if is_database(path) else archive_tables(path)


def vessel_daemons(path: Path) -> list[VesselDaemon]:
    """The daemons that have anything to their id, the one with most rows first.

    :raises Unreadable: a damaged file
    """
    if is_database(path):
        counts, made = rows_by_daemon(path, MACHINERY), ""
    else:
        counts, made = archived_by_daemon(path), exported_at(path)
    told = _rows(path, "daemons")[0]
    # Some rows may name a daemon that nobody lists.
    told += [{"id": daemon_id} for daemon_id in sorted(counts.keys() - {str(row["id"]) for row in told})]
    found = [
        VesselDaemon(
            id=str(row["id"]),
            name=str(row.get("label") or row.get("name") or row["id"]),
            kernel_version=row.get("kernel_version"),
            status=row.get("status") or "active",
            rows=counts.get(str(row["id"]), 0),
            exported_at=made,
        )
        for row in told
    ]
    # An archive is of one daemon, whatever else got into it.
    own = found[0].id if found and not is_database(path) else None
    with_life = (daemon for daemon in found if daemon.rows or daemon.id == own)
    return sorted(with_life, key=lambda daemon: (daemon.id != own, -daemon.rows, daemon.id))


def read_vessel_table(path: Path) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The rows of one table.

    :param path: the table's name below the place of the file
    :raises Unreadable: a damaged file
    """
    rows, problems = _rows(path.parent, path.name)
    return [_plain_row(row, f"{path.name}[{number}]", problems) for number, row in enumerate(rows)], problems


def is_database(path: Path) -> bool:
    """Whether a file is a SQLite database.

    :raises Unreadable: it cannot be opened
    """
    return head_of(path, len(MAGIC)) == MAGIC


def _rows(path: Path, table: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    return database_rows(path, table) if is_database(path) else archive_rows(path, table)


def _plain_row(row: dict[str, Any], record: str, problems: list[Problem]) -> dict[str, Any]:
    values = {}
    for column, value in row.items():
        if isinstance(value, str) and column.endswith("_json"):
            value = _parsed(value, record, column, problems)
        elif value and isinstance(value, (list, dict)) and is_id(column):  # an archive is JSON, and may hold anything
            problems.append(Problem(NO_ID, record, column, value))
        values[column] = _plain(value)
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _parsed(text: str, record: str, column: str, problems: list[Problem]) -> Any:
    """What a text of JSON holds; the text itself if it is none."""
    try:
        # Half of a character pair and NaN, which the writer lets through, are read, too.
        return parse_json(text, problems)
    except Unreadable as error:
        if text:
            problems.append(Problem(str(error).partition(" at ")[0], record, column))
        return text or None
