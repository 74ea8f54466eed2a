"""Every row of an export as its owner knows it again, and the difference between two versions.

A row with an id is the same row as long as its id is; one without is the same as long as its content is. Rows are
compared as the served file has them. What they are known by lies on disk, however many they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import msgspec

from build_db.exports.opaque import on_disk
from build_db.exports.select import Selection
from build_db.exports.treatments import export_policy
from build_db.exports.versions.known import SHORT, Keys
from build_db.schema import Table, schema

# Long rows of hexadecimal digits spell names such as Ada, and are searched for names.
NO_NAMES, AS_HEX = str.maketrans("abcdef", "zxwvqk"), str.maketrans("zxwvqk", "abcdef")
# Rows of a table in the ledger: of each its identity, and its content where it has an id beside it.
Rows = Iterable[tuple[str, str]]
# So many rows are held in memory, and so many stand together in the ledger.
HELD = 1 << 12
TOKENS = "(named TEXT, token BLOB, content BLOB)"
# How often each token of a table is in either version.
BOTH = """
SELECT token, sum(is_now) AS now, sum(NOT is_now) AS before, max(content) FILTER (WHERE is_now) AS content,
    max(content) FILTER (WHERE NOT is_now) AS earlier
FROM (SELECT token, content, 1 AS is_now FROM noted WHERE named = ?1
    UNION ALL SELECT token, content, 0 FROM before WHERE named = ?1)
GROUP BY token
"""
WITH_IDS = f"""
SELECT total(now AND NOT before), total(now AND before AND content <> earlier), total(before AND NOT now) FROM ({BOTH})
"""
WITHOUT = f"SELECT total(max(now - before, 0)), 0, total(max(before - now, 0)) FROM ({BOTH})"


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of the rows of a table. Ids are those of the new version, and of what went there are none."""

    came: int = 0
    changed: int = 0
    went: int = 0
    came_ids: tuple[str, ...] = ()
    changed_ids: tuple[str, ...] = ()


class Noted:
    """Notes the rows of an export while they are read."""

    def __init__(self, keys: Keys) -> None:
        self._key = keys.rows
        self._looks: dict[str, tuple[list[int], list[int] | None]] = {}
        self._conn = on_disk()
        self._held: list[tuple[str, bytes, bytes]] = []
        for table in ("noted", "before"):
            self._conn.execute(f"CREATE TABLE {table} {TOKENS}")

    def close(self) -> None:
        """Forget all of it."""
        self._conn.close()

    def note(self, table: str, row: tuple, whole: bytes) -> None:
        """Note a row.

        :param whole: the row as bytes
        """
        if table not in self._looks:
            self._looks[table] = _look(schema()[table])
        key, content = self._looks[table]
        short = self._short(whole if content is None else _part(row, whole, content))
        self._held.append((table, self.identity(row, key), short) if key else (table, short, b""))
        if len(self._held) >= HELD:
            self._put_down("noted")

    def identity(self, row: tuple, key: list[int]) -> bytes:
        """The token of a row by its id."""
        return self._short(repr([row[place] for place in key]).encode("utf-8", "surrogatepass"))

    def rows(self) -> Iterator[tuple[str, str]]:
        """All that was noted, table by table, so many rows at a time in an order that says nothing."""
        self._put_down("noted")
        found = self._conn.execute("SELECT named, token, content FROM noted ORDER BY named, token, content")
        for table, rows in groupby(found, key=itemgetter(0)):
            while tokens := b"".join(token + content for _, token, content in islice(rows, HELD)):
                yield table, tokens.hex().translate(NO_NAMES)

    def compare(self, earlier: Rows) -> None:
        """Take in the rows of an earlier version, with which `differ` compares."""
        self._put_down("noted")
        self._conn.execute("DELETE FROM before")
        for table, packed in earlier:
            self._held += _unpacked(table, packed)
            self._put_down("before")
        for table in ("noted", "before"):
            self._conn.execute(f"CREATE INDEX {table}_tokens ON {table} (named, token)")

    def differ(self, table: str) -> tuple[int, int, int]:
        """How many rows of a table came, changed and went."""
        sql = WITH_IDS if _look(schema()[table])[0] else WITHOUT
        came, changed, went = self._conn.execute(sql, [table]).fetchone()
        return int(came), int(changed), int(went)

    def is_new(self, table: str, token: bytes) -> bool | None:
        """Whether a row with an id has come; False if it has changed, None if it is what it was."""
        was = self._one("before", table, token)
        return True if was is None else None if was == self._one("noted", table, token) else False

    def _one(self, version: str, table: str, token: bytes) -> bytes | None:
        sql = f"SELECT content FROM {version} WHERE named = ? AND token = ?"
        row = self._conn.execute(sql, [table, token]).fetchone()
        return row[0] if row else None

    def _put_down(self, version: str) -> None:
        self._conn.execute("BEGIN")
        self._conn.executemany(f"INSERT INTO {version} VALUES (?, ?, ?)", self._held)
        self._conn.execute("COMMIT")
        self._held.clear()

    def _short(self, data: bytes) -> bytes:
        return hashlib.blake2b(data, digest_size=SHORT, key=self._key).digest()


def changes(
    earlier: Rows, noted: Noted, selection: Selection, new_id: Callable[[Table, Any], str], *, ids_told: bool
) -> dict[str, Change]:
    """What came, changed and went, by table; tables in which nothing did are left out.

    :param new_id: what an id is in the new version
    :param ids_told: whether ids may be told at all; of rows about people they never are
    """
    found = {}
    noted.compare(earlier)
    for name, table in schema().items():
        came, changed, went = noted.differ(name)
        if came or changed or went:
            is_told = (came or changed) and ids_told and not export_policy().is_of_people(table)
            found[name] = Change(came, changed, went, *(_told(table, noted, selection, new_id) if is_told else ()))
    return found


def _told(
    table: Table, noted: Noted, selection: Selection, new_id: Callable[[Table, Any], str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of rows that came and that changed, of a daemon's own writings alone: others would tell when they came."""
    key, _ = _look(table)
    came: list[str] = []
    changed: list[str] = []
    for row in selection.rows(table.name) if len(key) == 1 else ():
        is_new = noted.is_new(table.name, noted.identity(row, key))
        if is_new is not None:
            (came if is_new else changed).append(new_id(table, row[key[0]]))
    return tuple(sorted(came)), tuple(sorted(changed))


def _look(table: Table) -> tuple[list[int], list[int] | None]:
    """The places of a row's id, none if it has none, and those of its content if not the whole row is."""
    treated = export_policy().treatments.get(table.name, {})
    places = list(enumerate(table.columns))
    key = [place for place, column in places if column.key]
    counted = [place for place, column in places if treated.get(column.name) == "number"]
    if key and not counted:
        return key, None
    return [], [place for place, _ in places if place not in counted] if counted else None


def _part(row: tuple, whole: bytes, places: list[int]) -> bytes:
    """Some values of a row as bytes, as a list of them is written.

    :param whole: the row as bytes, of which all but its first value are cut out: of messages, the most of all rows
    """
    if len(places) > 1 and places == list(range(1, len(row))):
        return b"[%s]" % whole[len(f"({row[0]!r}, ") : -len(")")]
    return repr([row[place] for place in places]).encode("utf-8", "surrogatepass")


def _unpacked(table: str, packed: str) -> Iterator[tuple[str, bytes, bytes]]:
    tokens = bytes.fromhex(packed.translate(AS_HEX))
    width = SHORT * (2 if _look(schema()[table])[0] else 1) if table in schema() else SHORT
    for start in range(0, len(tokens), width):
        yield table, tokens[start : start + SHORT], tokens[start + SHORT : start + width]
