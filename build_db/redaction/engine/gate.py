"""Tells in one pass which rules a text may match, so that the exact ones are tried only there.

Most text holds nothing of what the rules look for. Each rule is loosened into a pattern that hyperscan runs beside all
the others: see `loosening.py`. A loosened pattern finds all that its rule finds, and more; the rule has the last word.
Without hyperscan every rule is tried on every text: the findings are the same, only later.
"""

from __future__ import annotations

import platform
import sys
import threading
import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files
from typing import Any, Protocol

from build_db.redaction.engine.loosening import loosened, not_plain, plainly

try:
    import hyperscan
except ImportError:  # no wheel for this machine
    hyperscan = None

# How far a pattern's counts are counted: as far as the engine takes it.
HIGHEST_COUNTS = (16, 4)
# Patterns that are compiled for every gate, before those of the rules.
NOT_PLAIN = 0
RULES = 1


class Everything:
    """Holds whatever it is asked for: all rules have to be tried."""

    def __contains__(self, name: object) -> bool:
        return True


# Names of the rules to try.
Seen = frozenset[str] | Everything
EVERYTHING = Everything()
NOTHING_SEEN: frozenset[str] = frozenset()


class Store(Protocol):
    """Keeps what took long to make. It may lose things, and never holds anything of a tree."""

    def get(self, digest: str) -> bytes | None:
        """What was put under a digest; None if it is not there."""

    def put(self, digest: str, data: bytes) -> None:
        """Keep something, if that is possible."""


class Gate:
    """Tells which of many rules a text may match.

    :param rules: name and pattern of each, as `re` writes patterns; a name may come more than once
    :param store: keeps compiled patterns from one process to the next
    """

    def __init__(self, rules: Iterable[tuple[str, str]], store: Store | None = None) -> None:
        rules = tuple(rules)
        self._names = ["", *(name for name, _ in rules)]
        self._compiled = _compiled(tuple(pattern for _, pattern in rules), store)
        self._threads = threading.local()

    def seen(self, text: str) -> Seen:
        """The names of the rules that the text may match; never one too few."""
        compiled = self._compiled
        if compiled is None:
            return EVERYTHING
        found = self._found(compiled.database, text)
        if found and NOT_PLAIN in found:
            found = self._found(compiled.database, plainly(text))
        if not found and not compiled.always:
            return NOTHING_SEEN
        return frozenset([self._names[place] for place in (*found, *compiled.always) if place])

    def _found(self, database: Any, text: str) -> list[int]:
        try:
            scratch = self._threads.scratch
        except AttributeError:  # the engine's memory for one scan: each thread has its own
            scratch = self._threads.scratch = hyperscan.Scratch(database)
        found: list[int] = []
        database.scan(text.encode("utf-8", "surrogatepass"), _note, context=found, scratch=scratch)
        return found


def _note(place: int, start: int, end: int, flags: int, found: list[int]) -> None:
    found.append(place)


class Compiled:
    """Rules in the engine, by their places."""

    def __init__(self, database: Any, always: tuple[int, ...]) -> None:
        self.database = database
        self.always = always  # rules that are too large for it

    def dumped(self) -> bytes:
        """For a store."""
        return b"%s\n%s" % (" ".join(map(str, self.always)).encode(), hyperscan.dumpb(self.database))

    @classmethod
    def read(cls, data: bytes) -> Compiled | None:
        """What was dumped; None if this is nothing of the kind, or made for another machine."""
        always, _, dumped = data.partition(b"\n")
        try:
            database = hyperscan.loadb(dumped, mode=hyperscan.HS_MODE_BLOCK)
            hyperscan.Scratch(database)
            return cls(database, tuple(map(int, always.split())))
        except (hyperscan.HyperscanError, ValueError):
            return None


# One rule set is compiled once in a process, whoever asks for it.
_made: dict[str, Compiled] = {}


def _compiled(patterns: tuple[str, ...], store: Store | None) -> Compiled | None:
    """The patterns in the engine; None if there is none, or it does not take to this processor."""
    if hyperscan is None:
        return None
    digest = _digest(patterns)
    if digest not in _made:
        kept = store.get(digest) if store is not None else None
        made = Compiled.read(kept) if kept is not None else None
        if made is None:
            try:
                made = _compile(patterns)
            except hyperscan.HyperscanError:
                return None
            if store is not None:
                store.put(digest, made.dumped())
        _made[digest] = made
    return _made[digest]


def _digest(patterns: tuple[str, ...]) -> str:
    """Of all that the compiled rules depend on: this code, the engine, the machine, and how `re` reads patterns."""
    code = [files(__package__).joinpath(name).read_text(encoding="utf-8") for name in ("gate.py", "loosening.py")]
    machine = (sys.version, unicodedata.unidata_version, hyperscan.__version__, *platform.uname()[4:])
    return sha256(repr((patterns, code, machine)).encode("utf-8", "surrogatepass")).hexdigest()


def _compile(patterns: tuple[str, ...]) -> Compiled:
    taken = [not_plain().encode(), *(_largest(pattern) for pattern in patterns)]
    places = [place for place, pattern in enumerate(taken) if pattern is not None]
    database = _database([pattern for pattern in taken if pattern is not None], places)
    return Compiled(database, tuple(place for place, pattern in enumerate(taken) if pattern is None))


def _largest(pattern: str) -> bytes | None:
    """The closest loose form that the engine takes; None if it takes none."""
    for highest in HIGHEST_COUNTS:
        loose = loosened(pattern, highest).encode("ascii")
        try:
            _database([loose], [RULES])
            return loose
        except hyperscan.HyperscanError:  # too large, or matches nothing at all
            continue
    return None


def _database(patterns: list[bytes], places: list[int]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=patterns, ids=places, flags=hyperscan.HS_FLAG_SINGLEMATCH)
    return database
