"""Many patterns in one pass over bytes, by hyperscan. Without it, whoever asks has to look for himself."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import ahocorasick

try:
    import hyperscan
except ImportError:  # no wheel for this machine
    hyperscan = None

# Where the whole of a literal is, so much of it is; the engine takes none of a megabyte.
LONGEST = 200

__all__ = ["AnyOf", "Scan", "database_of", "hyperscan"]


class Scan:
    """A database of patterns, which are looked for in bytes."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self._threads = threading.local()

    def found(self, data: bytes) -> list[int]:
        """The places of the patterns that are in the data."""
        try:
            scratch = self._threads.scratch
        except AttributeError:  # the engine's memory for one scan: each thread has its own
            scratch = self._threads.scratch = hyperscan.Scratch(self._database)
        found: list[int] = []
        self._database.scan(data, _note, context=found, scratch=scratch)
        return found


def _note(place: int, start: int, end: int, flags: int, found: list[int]) -> None:
    found.append(place)


def database_of(patterns: list[bytes], places: list[int], flags: list[int]) -> Any:
    """The patterns, each of which is told of once, by its place.

    :raises hyperscan.HyperscanError: one is too large or matches nothing, or the engine does not take to this processor
    """
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    told_once = [each | hyperscan.HS_FLAG_SINGLEMATCH for each in flags]
    database.compile(expressions=patterns, ids=places, flags=told_once)
    return database


class AnyOf:
    """Tells whether one of many literals may be in a text; never no where one is."""

    def __init__(self, literals: Iterable[str]) -> None:
        literals = _without_longer(literal[:LONGEST] for literal in literals)
        self._none = not literals
        self._scan = _scan(literals) if literals and hyperscan else None

    def may_be_in(self, text: str) -> bool:
        """Whether to look closely. Plain letters are looked for in any case."""
        if self._scan is None:
            return not self._none
        return bool(self._scan.found(text.encode("utf-8", "surrogatepass").lower()))


def _scan(literals: list[str]) -> Scan | None:
    spelled = [
        b"".join(b"\\x%02x" % byte for byte in literal.encode("utf-8", "surrogatepass").lower()) for literal in literals
    ]
    try:
        return Scan(database_of(spelled, list(range(len(spelled))), [0] * len(spelled)))
    except hyperscan.HyperscanError:
        return None


def _without_longer(literals: Iterable[str]) -> list[str]:
    """Those that hold no other one: where any of all is, one of them is."""
    automaton = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for literal in literals:
        automaton.add_word(literal)
    if not automaton:
        return []
    automaton.make_automaton()
    return [literal for literal in automaton if sum(1 for _ in automaton.iter(literal)) == 1]
