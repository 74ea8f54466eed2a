"""The control: a database of the same size in which nobody of the export is.

Its conversations are dealt out from those of the served file, as if another family with the same habits had written:
whose they are, who speaks after whom, the clock, the gaps, the lengths and the words are each drawn on their own. What
an attack joins with it is joined by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from sys import intern
from typing import TypeVar

from build_db.exports.risk.talks import BEGINNING, Said, Talk, moment, stands_for

# Enough to draw from; a file of any length fits into memory.
MOST = 20_000
HOUR = 3600
Drawn = TypeVar("Drawn")


@dataclass
class Habits:
    """What conversations are like: each list is drawn from on its own."""

    people: list[str | None] = field(default_factory=list)
    turns: list[tuple[str, ...]] = field(default_factory=list)
    starts: list[datetime] = field(default_factory=list)
    gaps: list[timedelta] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    words: list[list[str]] = field(default_factory=lambda: [[] for _ in range(BEGINNING)])

    def learn(self, talk: Talk) -> None:
        """Note one more conversation, as long as there is room."""
        if len(self.turns) >= MOST:
            return
        self.people.append(talk.person)
        self.turns.append(tuple(one.role for one in talk.said))
        times = [time for one in talk.said if (time := moment(one.time))]
        self.starts += times[:1]
        if len(self.lengths) < MOST:
            self.gaps += [after - before for before, after in pairwise(times)]
            for one in talk.said:
                self.lengths.append(one.length)
                self.counts.append(len(one.begins))
                for place, word in enumerate(one.begins):
                    self.words[place].append(intern(word))

    def deal(self, number: int) -> Iterator[Talk]:
        """So many conversations that nobody had; the same ones each time.

        :param number: none are dealt where there are no habits
        """
        random = Random(0)
        first, last = (min(self.starts), max(self.starts)) if self.starts else (datetime.min, datetime.min)
        for _ in range(number if self.turns else 0):
            time = self._start(random, first, (last - first).days + 1)
            said = []
            for role in _drawn(random, self.turns):
                said.append(self._said(random, role, time))
                time += _drawn(random, self.gaps) if self.gaps else timedelta(0)
            yield Talk(_drawn(random, self.people), tuple(said))

    def _start(self, random: Random, first: datetime, days: int) -> datetime:
        """On any day of the whole, at about the time of any other one."""
        clock = _drawn(random, self.starts).time() if self.starts else first.time()
        day = first.date() + timedelta(days=int(random.random() * days))
        return datetime.combine(day, clock) + timedelta(seconds=random.random() * HOUR)

    def _said(self, random: Random, role: str, time: datetime) -> Said:
        count = _drawn(random, self.counts)
        begins = tuple(_drawn(random, words) for words in self.words[:count])
        # Long texts never happen to be the same.
        text = stands_for(" ".join(begins)) if 0 < count < BEGINNING else None
        return Said(time.isoformat(timespec="microseconds"), role, _drawn(random, self.lengths), begins, text)


def _drawn(random: Random, values: Sequence[Drawn]) -> Drawn:
    return values[int(random.random() * len(values))]
