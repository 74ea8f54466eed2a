"""Reads the vessel's export of one daemon: `.anima`, a ZIP with the same member, or the bare JSON of it.

By what is in a file and never by its name; nothing is ever unpacked to disk.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from build_db.errors import Unreadable
from build_db.ingest.packed import head_of, is_zip, member_bytes, members
from build_db.ingest.reading import parse_json
from build_db.limits import MOST_BYTES
from build_db.records import Problem

MEMBER = "daemon_data.json"
# With this the bare JSON of one begins; nothing else that the vessel writes does.
SIGN = b'"export_'
HEAD = 256
# Beside the tables of the database it came from.
DAEMONS, GRAPH = "daemons", "self_model_graph"


def is_archive(path: Path) -> bool:
    """Whether a file is the export of a daemon.

    :raises Unreadable: it may be one, and cannot be read
    """
    if is_zip(path):
        return MEMBER in members(path)
    return SIGN in head_of(path, HEAD) and _record(path, _stamp(path)) is not None


def archive_tables(path: Path) -> list[str]:
    """The tables that are in it; the self-model graph is one of a single row.

    :raises Unreadable: a damaged file, an encrypted one, or one that expands without end
    """
    record = _read(path)
    return list(
        dict.fromkeys((*record["tables"], *(table for table in (DAEMONS, GRAPH) if _told_apart(record, table))))
    )


def archive_rows(path: Path, table: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The rows of one table as they are stored, and a problem if the archive itself counted others.

    :raises Unreadable: as `archive_tables`
    """
    record = _read(path)
    rows = record["tables"].get(table)
    if apart := _told_apart(record, table):
        return apart, [
            Problem("duplicate: an archive tells of it beside its tables", table, value=rows)
        ] if rows else []
    problems = [] if rows is None or isinstance(rows, list) else [Problem("not a list", table, value=rows)]
    rows = rows if isinstance(rows, list) else []
    odd = ((number, row) for number, row in enumerate(rows) if not isinstance(row, dict))
    problems += [Problem("not an object", f"{table}[{number}]", value=row) for number, row in odd]
    listed = [row for row in rows if isinstance(row, dict)]
    stats = record.get("stats")
    counted = stats.get(table) if isinstance(stats, dict) else None
    if isinstance(counted, int) and counted != len(listed):
        problems.append(Problem("not as many rows as the archive counted", table, value=counted))
    return listed, problems


def _told_apart(record: dict[str, Any], table: str) -> list[dict[str, Any]]:
    """What an archive says of the daemon and of its graph: once, and beside the tables."""
    if table == DAEMONS:
        daemon = {"id": record.get("daemon_id"), **record["daemon"]}
        return [{**daemon, "label": daemon.get("label") or daemon.get("name")}]
    return [record[GRAPH]] if table == GRAPH and isinstance(record.get(GRAPH), dict) else []


def archived_by_daemon(path: Path) -> dict[str, int]:
    """How many rows bear the id of each daemon.

    :raises Unreadable: as `archive_tables`
    """
    record = _read(path)
    rows = (row for listed in record["tables"].values() if isinstance(listed, list) for row in listed)
    return dict(Counter(str(row["daemon_id"]) for row in rows if isinstance(row, dict) and row.get("daemon_id")))


def exported_at(path: Path) -> str:
    """When it was made, as it says itself."""
    return str(_read(path).get("exported_at") or "")


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _read(path: Path) -> dict[str, Any]:
    record = _record(path, _stamp(path))
    if record is None:
        raise Unreadable("not the export of a daemon")
    return record


@lru_cache(maxsize=2)
def _record(path: Path, stamp: tuple[int, int]) -> dict[str, Any] | None:
    """The whole record; None of a file that is no export. Read once for all its tables."""
    data = member_bytes(path, MEMBER) if is_zip(path) else _plain(path)
    try:
        value = parse_json(data, [])
    except Unreadable:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("tables"), dict):
        return None
    return value if isinstance(value.get("daemon"), dict) else None


def _plain(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable("larger than any export of a daemon")
    return path.read_bytes()
