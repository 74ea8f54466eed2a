"""The attacks once more, by anybody: from the served file and a finished export, as it was downloaded."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from build_db.contract import Fact
from build_db.database.publish import is_ours
from build_db.errors import UsageError
from build_db.exports.archive import BROKEN
from build_db.exports.origin import served
from build_db.exports.risk.measure import Figure, measured
from build_db.limits import MOST_PACKED
from build_db.schema import SCHEMA_VERSION
from build_db.scratch import temporary

SCRIPT = ".sql"


def attack(original: Path, exported: Path) -> list[Figure]:
    """Attack an export.

    :param original: the served file
    :param exported: the export's database, or an archive with a database in it, as SQLite or as SQL
    :raises UsageError: one of them is something else
    """
    with served(original) as conn, _database(exported) as database:
        _check(exported, database, conn)
        return measured(conn, database)


@contextmanager
def _database(exported: Path) -> Iterator[Path]:
    if not exported.is_file():
        raise UsageError(f"{exported}: no such file; name an export's archive or its database")
    if not zipfile.is_zipfile(exported):
        yield exported
        return
    with temporary() as folder:
        try:
            place = _taken_out(exported, folder)
            database = made_again(place) if place.suffix == SCRIPT else place
        except (*BROKEN, sqlite3.Error, ValueError) as error:  # of the archive, and of what is in it
            raise UsageError(f"{exported}: cannot be unpacked: {error}; download it once more") from None
        yield database


def _taken_out(exported: Path, folder: Path) -> Path:
    """The database of an archive, or the script that makes it, under a name of ours: theirs may lead anywhere.

    :raises UsageError: it holds neither, or one that expands without end
    """
    with zipfile.ZipFile(exported) as archive:
        inside = [member for member in archive.infolist() if member.filename.count("/") == 1]
        for kind in (".db", SCRIPT):
            for member in (member for member in inside if member.filename.endswith(kind)):
                if member.file_size > member.compress_size * MOST_PACKED:
                    raise UsageError(f"{exported}: its database expands without end; it is no export of this tool")
                place = folder / f"export{kind}"
                with archive.open(member) as packed, place.open("wb") as file:
                    shutil.copyfileobj(packed, file)
                return place
    raise UsageError(f"{exported}: holds no database; export it with --format sqlite or --format sql")


def made_again(script: Path) -> Path:
    """The database of a script that anybody may have written: it may fill this one, and touch no other file."""
    database = script.with_suffix(".db")
    with closing(sqlite3.connect(database)) as conn:
        conn.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        conn.executescript(script.read_text(encoding="utf-8"))
    return database


def _check(exported: Path, database: Path, original: sqlite3.Connection) -> None:
    if not is_ours(database):
        raise UsageError(f"{exported}: is no export of this tool")
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        facts = dict(conn.execute("SELECT key, value FROM build_info"))
        if version != SCHEMA_VERSION or Fact.EXPORT not in facts:
            raise UsageError(f"{exported}: is no export of this version of the tool")
        daemon = facts[Fact.DAEMONS]
    if not original.execute("SELECT 1 FROM daemons WHERE name = ?", [daemon]).fetchone():
        raise UsageError(f"{exported}: is of {daemon}, who is not in the other file")
