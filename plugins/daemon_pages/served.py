"""Which of the served databases are files of build_db, and whether they may be shown."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datasette.app import Datasette


# The schema that these pages are written for; a test holds it to the builder's.
SCHEMA_VERSION = 1

State = tuple[int, int, int]


class Served(NamedTuple):
    """A file of build_db: the name it is served under, and why it may not be shown, if so."""

    name: str
    refusal: str | None


def served(datasette: Datasette) -> list[Served]:
    """The files of build_db among the databases, in their order."""
    files = []
    for name, database in datasette.databases.items():
        state = _state(database.path) if database.path else None
        if state:
            ours, refusal = _looked_at(str(database.path), state)
            if ours:
                files.append(Served(name, refusal))
    return files


def state_of(path: str) -> State | None:
    """What changes when a file of ours does; None if it is none."""
    state = _state(path)
    return state if state and _looked_at(str(path), state)[0] else None


def _state(path: str) -> State | None:
    try:
        seen = os.stat(path)  # noqa: PTH116 - asked hundreds of times for a page
    except OSError:
        return None
    return (seen.st_ino, seen.st_mtime_ns, seen.st_size) if S_ISREG(seen.st_mode) else None


def is_ours(datasette: Datasette, name: str) -> bool:
    """Whether a file of build_db is served under this name."""
    return any(file.name == name for file in served(datasette))


@lru_cache(maxsize=64)
def _looked_at(path: str, state: State) -> tuple[bool, str | None]:
    """Whether a file is one of build_db, and why it may not be shown; `state` changes when the file does."""
    try:
        with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as conn:
            facts = dict(conn.execute("SELECT key, value FROM build_info"))
            (version,) = conn.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error:
        return False, None
    if facts.get("privacy") != "redacted":
        return True, (
            "This file is private: it was built with --private and holds everything. "
            "Build one to show without that option."
        )
    if version != SCHEMA_VERSION:
        return True, (
            f"This file has schema version {version}, and these pages read version {SCHEMA_VERSION}. "
            "Build it again with the version of build_db that is installed here."
        )
    return True, None
