"""Opens the database that exports are made from, and refuses every other file."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from build_db.contract import Fact
from build_db.database.publish import is_ours, is_private
from build_db.errors import UsageError
from build_db.schema import SCHEMA_VERSION


class Daemon(NamedTuple):
    """A daemon of the served database."""

    id: str
    name: str

    @property
    def file_name(self) -> str:
        """What its files are called: its name, or one like it that every shell, zip, browser and validator takes."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", plain).strip("-_")
        if plain == self.name:
            return plain
        # Two names may be written alike so.
        return f"{plain or 'daemon'}-{hashlib.sha256(self.name.encode()).hexdigest()[:6]}"


class Built(NamedTuple):
    """What a served database says of its build.

    :param policy: the digest of the redaction policy that it was made by
    :param stripped: cells that the witness stripped because redaction had missed them, by rule and place; None if the
        file was built before that was told
    """

    tool: str
    policy: str
    stripped: dict[str, int] | None


@contextmanager
def served(path: Path) -> Iterator[sqlite3.Connection]:
    """A finished redacted database, open for reading only.

    :raises UsageError: it is missing, foreign, private, of another schema version, or an export itself
    """
    if not path.exists():
        raise UsageError(f"{path}: no such file; build it first: python -m build_db data/ {path}")
    if not is_ours(path):
        raise UsageError(f"{path}: is no database of this tool; build one first")
    if is_private(path):
        raise UsageError(f"{path}: is private and holds everything; export a file that was built without --private")
    # Immutable: nobody writes to a finished file, and a reader leaves no -shm file beside it.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        if version != SCHEMA_VERSION:
            raise UsageError(f"{path}: has schema version {version}, this tool knows {SCHEMA_VERSION}; build it again")
        if _fact(conn, Fact.EXPORT):
            raise UsageError(f"{path}: is an export itself; name the database that was built from the data")
        if _fact(conn, Fact.PSEUDONYMS) is None:
            raise UsageError(f"{path}: was built by an earlier version of this tool; build it again")
        yield conn


def built(conn: sqlite3.Connection) -> Built:
    """How a served database was made, as it says itself."""
    stripped = _fact(conn, Fact.STRIPPED)
    return Built(
        _fact(conn, Fact.TOOL) or "an unknown version",
        _fact(conn, Fact.POLICY) or "an unknown one",
        {str(where): int(count) for where, count in json.loads(stripped).items()} if stripped is not None else None,
    )


def listed_pseudonyms(conn: sqlite3.Connection) -> list[str]:
    """Every pseudonym that the build gave, also those of people who are in no table."""
    return [str(name) for name in json.loads(_fact(conn, Fact.PSEUDONYMS) or "[]")]


def chosen_daemons(conn: sqlite3.Connection, names: Iterable[str] = ()) -> list[Daemon]:
    """The daemons with these names, in the order of the database; all of them without a name.

    :raises UsageError: nobody has such a name
    """
    known = [Daemon(*row) for row in conn.execute("SELECT id, name FROM daemons ORDER BY rowid")]
    wanted = list(names)
    for name in wanted:
        if name not in {daemon.name for daemon in known}:
            raise UsageError(f"no daemon is called {name}; known: {', '.join(daemon.name for daemon in known)}")
    return [daemon for daemon in known if not wanted or daemon.name in wanted]


def _fact(conn: sqlite3.Connection, key: Fact) -> str | None:
    row = conn.execute("SELECT value FROM build_info WHERE key = ?", [key]).fetchone()
    return row[0] if row else None
