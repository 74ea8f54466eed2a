"""Tells in one pass which of many literals are in bytes, so that each is looked for closely only where it is.

Knows nothing of what it looks for, and imports nothing of the tool: the witness trusts it. Five literals or half a
million: the pass takes about as long. Without hyperscan an Aho-Corasick automaton does the same, some ten times slower.
"""

from __future__ import annotations

import threading
from array import array
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
# So many literals go into one engine. Each takes 2.5 kB while it is compiled, a hundred bytes afterwards.
AT_ONCE = 1 << 14
NUL = b"\0"


class Sieve:
    """Looks for many literals at once, each of which stands for something; several may stand for the same.

    Bytes that are zero are passed over, in literals and in what is searched: the engine takes them for an end, and
    texts of two bytes a character are mostly the same without.

    :param literals: each with the place of what it stands for
    :param any_case: letters of ASCII are looked for in either case, in all of them
    """

    def __init__(self, literals: Iterable[tuple[int, bytes]], *, any_case: bool = False) -> None:
        self._always: set[int] = set()
        self._parts: list[_Part] = []
        some: dict[tuple[bytes, int], None] = {}
        for place, literal in literals:
            if key := literal.replace(NUL, b"")[:LONGEST]:
                some[key.lower() if any_case else key, place] = None
            else:
                self._always.add(place)
            if len(some) == AT_ONCE:
                self._parts.append(_Part(some, any_case))
                some = {}
        if some:
            self._parts.append(_Part(some, any_case))

    def seen(self, data: bytes) -> list[int]:
        """The places of whatever may be in the data, in order."""
        if not self._parts:
            return sorted(self._always)
        data = data.translate(None, NUL) if NUL in data else data
        found = [part.places[number] for part in self._parts for number in part.engine.found(data)]
        return sorted({*self._always, *found})


class _Part:
    """So many literals as one engine takes: to compile them takes the more memory the more they are."""

    def __init__(self, literals: Iterable[tuple[bytes, int]], any_case: bool) -> None:
        self.engine = _engine([literal for literal, _ in literals], any_case)
        self.places = array("L", (place for _, place in literals))


def _engine(literals: list[bytes], any_case: bool) -> _Hyperscan | _Automaton:
    if hyperscan:
        with suppress(hyperscan.HyperscanError):  # it does not take to this processor
            return _Hyperscan(literals, any_case)
    return _Automaton(literals, any_case)


class _Hyperscan:
    """Literals in hyperscan."""

    def __init__(self, literals: list[bytes], any_case: bool) -> None:
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        flags = hyperscan.HS_FLAG_SINGLEMATCH | (hyperscan.HS_FLAG_CASELESS if any_case else 0)
        self._database.compile(expressions=literals, ids=list(range(len(literals))), flags=flags, literal=True)
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

    def __init__(self, literals: list[bytes], any_case: bool) -> None:
        self._any_case = any_case
        self._automaton = ahocorasick.Automaton()
        for place, literal in enumerate(literals):
            text = literal.decode("latin-1")
            self._automaton.add_word(text, (*self._automaton.get(text, ()), place))
        self._automaton.make_automaton()

    def found(self, data: bytes) -> Collection[int]:
        searched = data.lower() if self._any_case else data
        return {place for _, places in self._automaton.iter(searched.decode("latin-1")) for place in places}
