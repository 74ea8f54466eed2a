"""The attacks once more, by anybody: from the served file and a finished export, as it was downloaded."""

from __future__ import annotations

import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from build_db.contract import Fact
from build_db.database.publish import is_ours
from build_db.errors import UsageError
from build_db.exports.origin import served
from build_db.exports.risk.measure import Figure, measured
from build_db.schema import SCHEMA_VERSION


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
    with tempfile.TemporaryDirectory(prefix="build-db-attack-") as folder, zipfile.ZipFile(exported) as archive:
        # Read by its content and not by its name: nothing is ever written where a name in an archive points.
        for kind in (".db", ".sql"):
            for name in (name for name in archive.namelist() if name.count("/") == 1 and name.endswith(kind)):
                place = Path(folder, f"export{kind}")
                with archive.open(name) as packed, place.open("wb") as file:
                    while piece := packed.read(1 << 20):
                        file.write(piece)
                yield place if kind == ".db" else _made_again(place)
                return
        raise UsageError(f"{exported}: holds no database; export it with --format sqlite or --format sql")


def _made_again(script: Path) -> Path:
    database = script.with_suffix(".db")
    with closing(sqlite3.connect(database)) as conn:
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
