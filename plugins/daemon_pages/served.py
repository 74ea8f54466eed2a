"""Which of the served databases are files of build_db, and whether they may be shown."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datasette.app import Datasette


# The schema that these pages are written for; a test holds it to the builder's.
SCHEMA_VERSION = 1


class Served(NamedTuple):
    """A file of build_db: the name it is served under, and why it may not be shown, if so."""

    name: str
    refusal: str | None


def served(datasette: Datasette) -> list[Served]:
    """The files of build_db among the databases, in their order."""
    files = []
    for name, database in datasette.databases.items():
        if database.path and Path(database.path).is_file():
            seen = Path(database.path).stat()
            ours, refusal = _looked_at(str(database.path), (seen.st_ino, seen.st_mtime_ns, seen.st_size))
            if ours:
                files.append(Served(name, refusal))
    return files


def is_ours(datasette: Datasette, name: str) -> bool:
    """Whether a file of build_db is served under this name."""
    return any(file.name == name for file in served(datasette))


@lru_cache(maxsize=64)
def _looked_at(path: str, state: tuple[int, int, int]) -> tuple[bool, str | None]:
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
