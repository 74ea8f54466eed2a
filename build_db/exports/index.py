"""`index.json`: which archives a folder of exports holds. The downloads page serves what is listed here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from build_db.errors import UsageError

FILE = "index.json"


@dataclass(frozen=True)
class Entry:
    """One archive. `removed` tells in words what was taken out or changed, and how often; never what it was.

    `signed_by` is the public key with which its signature is verified; nothing if it has none.
    """

    file: str
    daemon: str
    bytes: int
    sha256: str
    data_date: str
    schema_version: int
    formats: list[str]
    removed: dict[str, int]
    signed_by: str = ""


def read_index(folder: Path) -> list[Entry]:
    """The entries, in order; none if nothing was exported yet.

    :raises UsageError: the file is not one that this tool wrote
    """
    path = folder / FILE
    if not path.exists():
        return []
    try:
        return [Entry(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, TypeError, AttributeError):
        raise UsageError(f"{path}: is no list of exports; move it away") from None


def write_index(path: Path, entries: Iterable[Entry]) -> None:
    """Write the entries, by daemon."""
    listed = [asdict(entry) for entry in sorted(entries, key=lambda entry: entry.daemon)]
    path.write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
