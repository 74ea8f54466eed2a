"""The second witness: nothing in an export may join it with the served file.

It shares no code with the re-keying. It reads the served database by itself, notes its pseudonyms, placeholders and the
ids of people, conversations and projects, of all daemons, and looks for them in every cell and byte of the export.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ahocorasick

from build_db.witness.finding import Found
from build_db.witness.lists import common, everyday, words
from build_db.witness.needles import Needles
from build_db.witness.search import Witness
from build_db.witness.writing import plain

# Patterns that begin with a literal are quick to look for; two of them are quicker than one with a choice.
PLACEHOLDERS = (re.compile(rb"\[[a-z]+ [0-9a-f]{4}\]"), re.compile(rb"Person [0-9a-f]{4}(?:[0-9a-f]{2})?"))
# The first of them, as a page shows it.
SHOWN = re.compile(rb'hidden-value ([a-z]+)" title="[^"]*\(([0-9a-f]{4})\)"')
UUID_TAIL = re.compile(rb"-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
# The digits before it.
HEAD = 8
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
IDS = {
    "user id": "SELECT id FROM users",
    "conversation id": "SELECT id FROM conversations",
    "project id": "SELECT id FROM projects",
    "daemon id": "SELECT id FROM daemons WHERE id <> ?",
}
SHORTEST_NAME = 3


@dataclass(frozen=True)
class Served:
    """What tells the served file apart: ids with their rule, pseudonyms folded, placeholders as they stand."""

    ids: dict[bytes, str]
    pseudonyms: frozenset[str]
    placeholders: frozenset[bytes]


def gather_served(conn: sqlite3.Connection, daemon: str, pseudonyms: Iterable[str]) -> Served:
    """Everything by which rows of the served database could be found again.

    :param daemon: the id of the daemon whose export is looked at
    :param pseudonyms: those that the build gave
    """
    ids = {}
    for rule, sql in IDS.items():
        for (value,) in conn.execute(sql, [daemon] if "?" in sql else []):
            if UUID.fullmatch(value.lower()):
                ids[value.lower().encode()] = rule
    daemons = {plain(name) for (name,) in conn.execute("SELECT name FROM daemons")}
    # A pseudonym that is also a word is replaced only where it stands as a name: its other places are no leaks.
    spared = everyday() | common() | words("nobody") | daemons
    names = {plain(name) for name in pseudonyms}
    names |= {plain(name) for (name,) in conn.execute("SELECT display_name FROM users")}
    kept = frozenset(
        n for n in names - spared if len(n) >= SHORTEST_NAME and not PLACEHOLDERS[1].fullmatch(n.title().encode())
    )
    return Served(ids, kept, frozenset(_served_placeholders(conn)))


def _served_placeholders(conn: sqlite3.Connection) -> Iterator[bytes]:
    tables = [name for (name,) in conn.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
    for table in tables:
        if not table.startswith(("search", "sqlite_")):
            columns = [f"[{row[1]}]" for row in conn.execute(f"PRAGMA main.table_info([{table}])") if row[2] == "TEXT"]
            may_hold = " OR ".join(f"instr({column}, '[') OR instr({column}, 'Person ')" for column in columns)
            # All columns at once: to reach one of them behind a long text takes as long as to read all.
            rows = conn.execute(f"SELECT {', '.join(columns)} FROM main.[{table}] WHERE {may_hold}") if columns else ()
            for row in rows:
                # No placeholder goes on in the next line.
                yield from _placeholders("\n".join(filter(None, row)).encode("utf-8", "replace"))


def _placeholders(data: bytes) -> Iterator[bytes]:
    yield from (match.group() for pattern in PLACEHOLDERS for match in pattern.finditer(data))
    yield from (b"[%s %s]" % match.groups() for match in SHOWN.finditer(data))


class LinkageWitness(Witness):
    """Searches for what the raw tree calls private, and for what could join an export with the served file."""

    def __init__(self, needles: Needles, served: Served) -> None:
        super().__init__(needles, served.pseudonyms)
        self._needles, self._served = needles, served
        self._tails = frozenset(id[HEAD:] for id in served.ids)
        self._pseudonyms = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
        for name in served.pseudonyms:
            self._pseudonyms.add_word(name)
        self._pseudonyms.make_automaton()

    def looked_for(self) -> dict[str, int]:
        """How many different values it looks for, by rule: those of the data tree, and those of the served file."""
        raw = Counter(
            needle.rule for needles in (self._needles.names, self._needles.values) for needle in needles.values()
        )
        ids = Counter(f"served {rule}" for rule in self._served.ids.values())
        ids["served pseudonym"] = len(self._served.pseudonyms)
        ids["served placeholder"] = len(self._served.placeholders)
        return {rule: count for counted in (raw, ids) for rule, count in sorted(counted.items()) if count}

    def text_hits(self, text: str) -> Iterator[Found]:
        """All needles in a text."""
        yield from super().text_hits(text)
        yield from self._links(text.encode("utf-8", "replace"))

    def plain_hits(self, text: str, seen: Iterable[str]) -> Iterator[Found]:
        """All names in a plain text. A pseudonym is looked for as a whole word."""
        yield from super().plain_hits(text, seen)
        # Ids hold short rows of letters between digits; a name stands between blanks and signs.
        for last, length in self._pseudonyms.iter(text) if self._pseudonyms else ():
            if not text[last - length : last - length + 1].isalnum() and not text[last + 1 : last + 2].isalnum():
                yield Found("served pseudonym", text[last - length + 1 : last + 1])

    def byte_hits(self, data: bytes) -> Iterator[Found]:
        """All needles in bytes."""
        yield from super().byte_hits(data)
        yield from self._links(data)

    def _links(self, data: bytes) -> Iterator[Found]:
        # Every row is full of new ids: which of them is an old one is asked of all at once.
        if not self._tails.isdisjoint(map(bytes.lower, UUID_TAIL.findall(data))):
            for match in UUID_TAIL.finditer(data):
                rule = self._served.ids.get(data[max(0, match.start() - HEAD) : match.end()].lower())
                if rule:
                    yield Found(f"served {rule}", "")
        if any(found in self._served.placeholders for found in _placeholders(data)):
            yield Found("served placeholder", "")
