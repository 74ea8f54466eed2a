"""New values for what is opaque and short: placeholders and ids that a key alone would give to two of them.

Of a long file there are many: they and their new values lie on disk, in a file without a name that goes with the
process, so that nothing of who is who is left behind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from itertools import count

from build_db.redaction.keyed import Keyed

# So many are held in memory: of those that were found last, and of those that were asked for last.
HELD = 1 << 12
CACHE_KIB = 4_000


def on_disk() -> sqlite3.Connection:
    """An empty database on disk, without a name: it is gone when it is closed, or its process ends."""
    conn = sqlite3.connect("", isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KIB}"):
        conn.execute(f"PRAGMA {pragma}")
    return conn


class Opaque:
    """Placeholders and short ids as they are served, and what they become."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._conn = on_disk()
        self._conn.execute("CREATE TABLE served (value TEXT PRIMARY KEY) WITHOUT ROWID")
        self._held: set[str] = set()
        self.get = lru_cache(HELD)(self._get)
        self.add(values)

    def add(self, values: Iterable[str]) -> None:
        """Note more of them."""
        self._held.update(values)
        if len(self._held) >= HELD:
            self._put_down()

    def rename(self, keyed: Keyed) -> None:
        """Give each a new value of the same form; all different, and none of the old ones."""
        self._put_down()
        self.get.cache_clear()
        for table in ("renamed", "taken"):
            self._conn.execute(f"DROP TABLE IF EXISTS {table}")
        self._conn.execute("CREATE TABLE renamed (value TEXT PRIMARY KEY, new TEXT) WITHOUT ROWID")
        self._conn.execute("CREATE TABLE taken (new TEXT PRIMARY KEY) WITHOUT ROWID")
        self._conn.execute("BEGIN")
        for (value,) in self._conn.execute("SELECT value FROM served ORDER BY value"):
            new = self._free(value, keyed)
            self._conn.execute("INSERT INTO taken VALUES (?)", [new])
            self._conn.execute("INSERT INTO renamed VALUES (?, ?)", [value, new])
        self._conn.execute("COMMIT")

    def close(self) -> None:
        """Forget all of it."""
        self._conn.close()

    def _free(self, value: str, keyed: Keyed) -> str:
        """The first candidate that is nobody's."""
        start, code, end = _parts(value)
        for attempt in count():
            candidate = f"{start}{keyed.token(f'opaque {attempt}', value)[: len(code)]}{end}"
            if not self._conn.execute(
                "SELECT 1 FROM served WHERE value = ?1 UNION ALL SELECT 1 FROM taken WHERE new = ?1", [candidate]
            ).fetchone():
                return candidate
        raise AssertionError

    def _get(self, value: str) -> str | None:
        """The new value; None of what was never noted."""
        row = self._conn.execute("SELECT new FROM renamed WHERE value = ?", [value]).fetchone()
        return row[0] if row else None

    def _put_down(self) -> None:
        self._conn.execute("BEGIN")
        self._conn.executemany("INSERT OR IGNORE INTO served VALUES (?)", ([value] for value in sorted(self._held)))
        self._conn.execute("COMMIT")
        self._held.clear()


def _parts(value: str) -> tuple[str, str, str]:
    """A placeholder's or an id's beginning, its code, and its end."""
    if value.startswith("["):
        return value[:-5], value[-5:-1], "]"
    if value.startswith("Person "):
        return "Person ", value[7:], ""
    return "", value, ""
