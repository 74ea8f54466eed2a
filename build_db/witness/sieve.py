"""Tells in one pass which of many literals are in bytes, so that each is looked for closely only where it is.

Knows nothing of what it looks for, and imports nothing of the tool: the witness trusts it. Five literals or half a
million: the pass takes about as long. Without hyperscan an Aho-Corasick automaton does the same, some ten times slower.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

import ahocorasick

try:
    import hyperscan
except ImportError:  # no wheel for this machine
    hyperscan = None

# So much of a literal is looked for; where that is, the rest is looked for closely, like everything.
LONGEST = 200
NUL = b"\0"


class Sieve:
    """Looks for many literals at once.

    Bytes that are zero are passed over, in literals and in what is searched: the engine takes them for an end, and
    texts of two bytes a character are mostly the same without.

    :param literals: what `seen` speaks of by place
    """

    def __init__(self, literals: Iterable[bytes]) -> None:
        self._always: list[int] = []
        places: dict[bytes, list[int]] = {}
        for place, literal in enumerate(literals):
            if key := literal.replace(NUL, b"")[:LONGEST]:
                places.setdefault(key, []).append(place)
            else:
                self._always.append(place)
        self._places = list(places.values())
        self._engine = _engine(list(places)) if places else None

    def seen(self, data: bytes) -> list[int]:
        """The places of all literals that may be in the data, in order."""
        if self._engine is None:
            return self._always
        found = self._engine.found(data.translate(None, NUL) if NUL in data else data)
        if not found:
            return self._always
        return sorted({*self._always, *(place for key in found for place in self._places[key])})


def _engine(literals: list[bytes]) -> _Hyperscan | _Automaton:
    if hyperscan:
        with suppress(hyperscan.HyperscanError):  # it does not take to this processor
            return _Hyperscan(literals)
    return _Automaton(literals)


class _Hyperscan:
    """Literals in hyperscan."""

    def __init__(self, literals: list[bytes]) -> None:
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=literals, ids=list(range(len(literals))), flags=hyperscan.HS_FLAG_SINGLEMATCH, literal=True
        )
        self._threads = threading.local()

    def found(self, data: bytes) -> Collection[int]:
        found: list[int] = []
        self._database.scan(data, _note, context=found, scratch=self._scratch())
        return found

    def _scratch(self) -> Any:
        """The engine's memory for one scan: each thread has its own."""
        try:
            return self._threads.scratch
        except AttributeError:
            self._threads.scratch = hyperscan.Scratch(self._database)
            return self._threads.scratch


def _note(place: int, start: int, end: int, flags: int, found: list[int]) -> None:
    found.append(place)


class _Automaton:
    """Literals in an automaton, which takes text: a byte is a character."""

    def __init__(self, literals: list[bytes]) -> None:
        self._automaton = ahocorasick.Automaton()
        for place, literal in enumerate(literals):
            self._automaton.add_word(literal.decode("latin-1"), place)
        self._automaton.make_automaton()

    def found(self, data: bytes) -> Collection[int]:
        return {place for _, place in self._automaton.iter(data.decode("latin-1"))}
