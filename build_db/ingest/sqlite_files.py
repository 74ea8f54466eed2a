"""Opens SQLite files of a tree: read-only, without touching them, and rows only, never pages.

Deleted text lives on in a file's free pages, and triggers, views and virtual tables can run what somebody wrote: none
of them is ever asked.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from build_db.errors import Barred, CheckFailed, Unreadable
from build_db.ingest.packed import head_of
from build_db.limits import MOST_STEPS, STEPS_A_BYTE
from build_db.records import Problem
from build_db.scratch import temporary

MAGIC = b"SQLite format 3\0"
# What an unfinished transaction is kept in.
SIDE_FILES = ("-wal", "-journal")
# What SQLite says of a disk, or of the rights to a file.
THE_MACHINE = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
# So often it is asked whether a damaged file leads in circles.
STEPS_A_TURN = 1_000_000


@contextmanager
def opened(path: Path) -> Iterator[tuple[sqlite3.Connection, list[Problem]]]:
    """A connection for reading, and what is worth telling about it. Bytes that are no UTF-8 are replaced.

    :raises Unreadable: not a SQLite file, or a damaged one; also while it is read inside the `with`
    :raises OSError: a copy of it cannot be made, which says nothing of the file
    :raises CheckFailed: the same, in SQLite's words
    """
    sides = [path.with_name(path.name + suffix) for suffix in SIDE_FILES]
    live = [side for side in sides if side.exists() and side.stat().st_size]
    for source in (path, *live):
        head_of(source, len(MAGIC))  # for a pipe, which a file may have become, SQLite would wait
    # An immutable connection ignores unfinished transactions; a copy can be recovered without touching the tree.
    with temporary() if live else nullcontext() as folder:
        if folder:
            for source in (path, *live):
                shutil.copyfile(source, folder / source.name)
        place = _quoted(folder / path.name) if folder else f"{_quoted(path)}?mode=ro&immutable=1"
        problems = [Problem("was in use: read from a recovered copy")] if folder else []
        try:
            with closing(_connected(f"file:{place}", path.stat().st_size)) as conn:
                yield conn, problems
        except (sqlite3.Error, UnicodeDecodeError) as error:  # the text of an error can be broken, too
            if is_barred(error) and folder:
                raise CheckFailed(f"{path}: is in use, and a copy of it cannot be made: {error}") from None
            if is_barred(error):
                raise Barred(str(error)) from None
            raise Unreadable("not a readable SQLite file") from None


def is_barred(error: Exception) -> bool:
    """Whether not the file, but the machine is the cause of an error of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0)
    # Of a file that is cut off less is read than was asked for.
    return code != sqlite3.SQLITE_IOERR_SHORT_READ and code & 0xFF in THE_MACHINE


def table_names(conn: sqlite3.Connection) -> list[str]:
    """The plain tables of a file, in order of creation: no views, no virtual tables, none of SQLite's own."""
    listed = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY rowid"
    )
    return [name for (name,) in listed]


def _connected(uri: str, size: int) -> sqlite3.Connection:
    conn = sqlite3.connect(uri, uri=True)
    turns = iter(range((MOST_STEPS + STEPS_A_BYTE * size) // STEPS_A_TURN))
    conn.set_progress_handler(lambda: next(turns, None) is None, STEPS_A_TURN)
    conn.text_factory = lambda data: data.decode("utf-8", "replace")
    return conn


def _quoted(path: Path) -> str:
    return path.absolute().as_uri().removeprefix("file://")
