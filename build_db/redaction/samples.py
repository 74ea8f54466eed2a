"""A few sentences before and after redaction, for the owner: kept in memory, shown on a terminal, never stored."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from operator import eq
from typing import NamedTuple

from build_db.redaction.keyed import Keyed

SENTENCE_END = re.compile(r"(?<=[.!?…])\s|\n|(?<=[。！？])")
PLACEHOLDER = re.compile(r"\[(\w+(?: \w+)*) [0-9a-f]{4}\]")
# Scripts that part no words: what counts there is letters.
UNPARTED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
FEWEST_WORDS, FEWEST_LETTERS = 4, 8
LONGEST = 300
# More changes than that tell no more.
MOST_CHANGES = 6


class Sample(NamedTuple):
    """A sentence in which redaction changed something."""

    before: str
    after: str


# How telling a sample is; of equal ones, the key decides.
Ranked = tuple[tuple[int, int], int, Sample]


class Samples:
    """Picks the most telling sentences that were changed: those with most kinds of change, then with most changes.

    Ids, paths and bare names are no sentences. Of equal ones the key and the words decide, not their order.

    :param wanted: how many to keep
    """

    def __init__(self, wanted: int, keyed: Keyed) -> None:
        self._wanted, self._keyed = wanted, keyed
        self._kept: list[Ranked] = []  # a heap; the one to give way comes first

    def add(self, before: str, after: str) -> None:
        """Consider a changed text."""
        for sample in _changed_sentences(before, after):
            if is_sentence(sample.before):
                token = self._keyed.token("sample", sample.before)
                self.consider((_how_telling(sample), -int(token, 16), sample))

    def kept(self) -> list[Ranked]:
        """Those that were picked since this was asked for last, to be considered elsewhere."""
        kept, self._kept = self._kept, []
        return kept

    def consider(self, entry: Ranked) -> None:
        """Pick one, if it is more telling than another that was picked."""
        if entry in self._kept:
            return
        if len(self._kept) < self._wanted:
            heapq.heappush(self._kept, entry)
        else:
            heapq.heappushpop(self._kept, entry)

    def sentences(self) -> list[Sample]:
        """The sentences that were picked, the most telling first."""
        return [sample for _, _, sample in sorted(self._kept, reverse=True)]


def is_sentence(text: str) -> bool:
    """Whether a text is more than a name, an id or a path."""
    words = [word for word in text.split() if any(map(str.isalpha, word))]
    return len(words) >= FEWEST_WORDS or len(UNPARTED.findall(text)) >= FEWEST_LETTERS


def _how_telling(sample: Sample) -> tuple[int, int]:
    placeholders = Counter(PLACEHOLDER.findall(sample.after)) - Counter(PLACEHOLDER.findall(sample.before))
    before, after = (Counter(PLACEHOLDER.sub("", text).split()) for text in sample)
    people = (after - before).total()
    return len(placeholders) + (people > 0), min(placeholders.total() + people, MOST_CHANGES)


def _changed_sentences(before: str, after: str) -> Iterator[Sample]:
    olds, news = SENTENCE_END.split(before), SENTENCE_END.split(after)
    if len(olds) != len(news):
        # An end went with a name, or came with one: what follows the first change counts as one sentence.
        same = sum(1 for _ in takewhile(bool, map(eq, olds, news)))
        olds, news = [" ".join(olds[same:])], [" ".join(news[same:])]
    for old, new in zip(olds, news, strict=True):
        if old != new:
            start = max(0, sum(1 for _ in takewhile(bool, map(eq, old, new))) - LONGEST // 2)
            shown = Sample(*(" ".join(text[start : start + LONGEST].split()) for text in (old, new)))
            if shown.before != shown.after:
                yield shown
