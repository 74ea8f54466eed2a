"""Every row of an export as its owner knows it again, and the difference between two versions.

A row with an id is the same row as long as its id is; one without is the same as long as its content is. Rows are
compared as the served file has them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from build_db.exports.select import Selection
from build_db.exports.treatments import export_policy
from build_db.exports.versions.known import SHORT, Keys
from build_db.schema import Table, schema

# Long rows of hexadecimal digits spell names such as Ada, and are searched for names.
NO_NAMES, AS_HEX = str.maketrans("abcdef", "zxwvqk"), str.maketrans("zxwvqk", "abcdef")
# A row of the ledger: its identity, and its content where it has an id beside it.
Rows = dict[str, str]


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
        self._tokens: dict[str, bytearray] = {}
        self._looks: dict[str, tuple[list[int], list[int] | None]] = {}

    def note(self, table: str, row: tuple, whole: bytes) -> None:
        """Note a row.

        :param whole: the row as bytes
        """
        if table not in self._looks:
            self._tokens[table] = bytearray()
            self._looks[table] = _look(schema()[table])
        key, content = self._looks[table]
        if key:
            self._tokens[table] += self.identity(row, key)
        if content is not None:
            whole = repr([row[place] for place in content]).encode("utf-8", "surrogatepass")
        self._tokens[table] += self._short(whole)

    def identity(self, row: tuple, key: list[int]) -> bytes:
        """The token of a row by its id."""
        return self._short(repr([row[place] for place in key]).encode("utf-8", "surrogatepass"))

    def rows(self) -> Rows:
        """All that was noted, in an order that says nothing."""
        return {
            table: _sorted(tokens, _width(table)).hex().translate(NO_NAMES) for table, tokens in self._tokens.items()
        }

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
    rows = noted.rows()
    for name in schema():
        old, new = _unpacked(name, earlier.get(name, "")), _unpacked(name, rows.get(name, ""))
        key, _ = _look(schema()[name])
        if key:
            befores, afters = dict(_halved(old)), dict(_halved(new))
            came, went = afters.keys() - befores.keys(), befores.keys() - afters.keys()
            changed = {one for one in afters.keys() & befores.keys() if afters[one] != befores[one]}
            ids = _told(
                name, noted, selection, new_id, {**dict.fromkeys(came, 0), **dict.fromkeys(changed, 1)}, ids_told
            )
            one = Change(len(came), len(changed), len(went), *ids)
        else:
            before, after = Counter(old), Counter(new)
            one = Change((after - before).total(), 0, (before - after).total())
        if one != Change():
            found[name] = one
    return found


def _told(
    name: str,
    noted: Noted,
    selection: Selection,
    new_id: Callable[[Table, Any], str],
    wanted: Mapping[bytes, int],
    ids_told: bool,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of rows that came and that changed, of a daemon's own writings alone: others would tell when they came."""
    table = schema()[name]
    key, _ = _look(table)
    ids: tuple[list[str], list[str]] = ([], [])
    if wanted and ids_told and len(key) == 1 and not export_policy().is_of_people(table):
        for row in selection.rows(name):
            which = wanted.get(noted.identity(row, key))
            if which is not None:
                ids[which].append(new_id(table, row[key[0]]))
    came, changed = (tuple(sorted(listed)) for listed in ids)
    return came, changed


def _look(table: Table) -> tuple[list[int], list[int] | None]:
    """The places of a row's id, none if it has none, and those of its content if not the whole row is."""
    treated = export_policy().treatments.get(table.name, {})
    places = list(enumerate(table.columns))
    key = [place for place, column in places if column.key]
    counted = [place for place, column in places if treated.get(column.name) == "number"]
    if key and not counted:
        return key, None
    return [], [place for place, _ in places if place not in counted] if counted else None


def _width(table: str) -> int:
    return SHORT * (2 if _look(schema()[table])[0] else 1)


def _parts(data: bytes | bytearray, width: int) -> Iterator[bytes]:
    return (bytes(data[start : start + width]) for start in range(0, len(data), width))


def _sorted(tokens: bytearray, width: int) -> bytes:
    """Tokens in order, a sixteenth of them at a time: each by itself takes several times its room."""
    portions = [bytearray() for _ in range(16)]
    for token in _parts(tokens, width):
        portions[token[0] >> 4] += token
    return b"".join(b"".join(sorted(_parts(portion, width))) for portion in portions)


def _unpacked(table: str, packed: str) -> list[bytes]:
    return list(_parts(bytes.fromhex(packed.translate(AS_HEX)), _width(table)))


def _halved(rows: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return ((row[:SHORT], row[SHORT:]) for row in rows)
