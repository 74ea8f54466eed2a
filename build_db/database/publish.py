"""The way a finished file gets its name: built beside the target, checked, synced, renamed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from build_db.contract import Fact, Privacy
from build_db.errors import NotNow, UsageError
from build_db.schema import APPLICATION_ID
from build_db.scratch import sync

PRIVATE_MODE = 0o600
# What SQLite says of a file that is no database, or a broken one.
NO_DATABASE = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
SHARED_MODE = 0o644


def check_target(target: Path, outside: Iterable[Path]) -> None:
    """Refuse a target that must not be written.

    :param outside: folders that the target must not lie in
    :raises UsageError: it lies in a tree, its folder is missing, or something else has its name
    """
    place = target.resolve()
    for folder in outside:
        if place.is_relative_to(folder.resolve()):
            raise UsageError(f"{target}: lies inside {folder}, which is never written to; name a place outside it")
    if not place.parent.is_dir():
        raise UsageError(f"{target}: its folder does not exist; make it first")
    if not os.access(place.parent, os.W_OK):
        raise UsageError(f"{target}: its folder cannot be written to")
    if place.exists() and not is_ours(place):
        raise UsageError(f"{target}: exists and was not made by this tool; move it away or name another file")


def is_ours(path: Path) -> bool:
    """Whether a file is a database that this tool made.

    :raises NotNow: it cannot be read at the moment, which says nothing of who made it
    """
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
            return bool(conn.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in NO_DATABASE:
            return False
        raise NotNow(f"{path}: cannot be read: {error}; try once more, or name another file") from None


def is_private(path: Path) -> bool:
    """Whether one of our databases was built with `--private`."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
        privacy = conn.execute("SELECT value FROM build_info WHERE key = ?", [Fact.PRIVACY]).fetchone()
        return bool(privacy != (Privacy.REDACTED,))


def publish(finished: Path, target: Path, *, private: bool) -> None:
    """Give a finished file its name. Until the last step the target is as it was; after it, it is complete."""
    target = target.resolve()
    finished.chmod(PRIVATE_MODE if private else SHARED_MODE)
    sync(finished)
    finished.replace(target)
    with suppress(OSError):  # done is done: whichever of the two a power cut would leave is whole
        sync(target.parent)
