"""A few sentences before and after redaction, for the owner: kept in memory, shown on a terminal, never stored."""

from __future__ import annotations

import heapq
import re
from itertools import takewhile
from operator import eq
from typing import NamedTuple

from build_db.redaction.keyed import Keyed

SENTENCE_END = re.compile(r"[.!?…](?=\s)|\n|$")
LONGEST = 300


class Sample(NamedTuple):
    """The sentence of a text in which redaction first changed something."""

    before: str
    after: str


class Samples:
    """Picks texts that were changed: which ones depends on the key and the texts, not on their order.

    :param wanted: how many to keep
    """

    def __init__(self, wanted: int, keyed: Keyed) -> None:
        self._wanted, self._keyed = wanted, keyed
        self._kept: list[tuple[int, str, str]] = []  # a heap; the one to give way comes first

    def add(self, before: str, after: str) -> None:
        """Consider a changed text."""
        entry = (-int(self._keyed.token("sample", before), 16), before, after)
        if entry in self._kept:
            return
        if len(self._kept) < self._wanted:
            heapq.heappush(self._kept, entry)
        else:
            heapq.heappushpop(self._kept, entry)

    def sentences(self) -> list[Sample]:
        """One sentence of each text that was picked."""
        return [_changed_sentence(before, after) for _, before, after in sorted(self._kept, reverse=True)]


def _changed_sentence(before: str, after: str) -> Sample:
    change = sum(1 for _ in takewhile(bool, map(eq, before, after)))
    ends = [match.end() for match in SENTENCE_END.finditer(before, 0, change)]
    start = max([end for end in ends if end < change], default=0)
    return Sample(_sentence(before, start, change), _sentence(after, start, change))


def _sentence(text: str, start: int, change: int) -> str:
    end = SENTENCE_END.search(text, change)
    return " ".join(text[max(start, change - LONGEST) : end.end() if end else None].split())[:LONGEST]
