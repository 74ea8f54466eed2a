"""Carries out every attack on one export, once with the served file and once with the control, and counts."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

from build_db.exports.risk import attributes, words
from build_db.exports.risk.attacks import (
    ATTACKS,
    ATTRIBUTES,
    CONVERSATIONS,
    MESSAGES,
    PEOPLE,
    RARE_WORDS,
    Attack,
)
from build_db.exports.risk.control import MOST, Habits
from build_db.exports.risk.talks import Person, Talk, talks
from build_db.exports.treatments import export_policy
from build_db.exports.writers.tables import reading

# Of larger exports every second, third ... conversation is attacked; the figure is as good, and its interval tells so.
MOST_MESSAGES = 50_000
SURE = 0.95

Marks = dict[str, Counter[Hashable]]


@dataclass(frozen=True)
class Share:
    """So many of so many. `low` and `high` hold the true share with 95 % certainty, after Wilson."""

    joined: int
    records: int

    @property
    def rate(self) -> float:
        """The share."""
        return self.joined / self.records if self.records else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval, which also holds for few records and for shares of none and of all."""
        if not self.records:
            return 0.0, 1.0
        n, z = self.records, NormalDist().inv_cdf((1 + SURE) / 2)
        middle = (self.rate + z * z / (2 * n)) / (1 + z * z / n)
        reach = z / (1 + z * z / n) * math.sqrt(self.rate * (1 - self.rate) / n + z * z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)


@dataclass(frozen=True)
class Figure:
    """One attack: what it joined, and what it joined by chance with a database that does not match."""

    attack: Attack
    found: Share
    control: Share

    def as_json(self) -> dict[str, Any]:
        """The figure as it stands in `RISK.json`."""
        told: dict[str, Any] = {"attack": self.attack.name, "joins": self.attack.of, "by": self.attack.by}
        return {**told, **_as_json(self.found), "control": _as_json(self.control)}


def _as_json(share: Share) -> dict[str, Any]:
    interval = [round(bound, 4) for bound in share.interval]
    return {"records": share.records, "joined": share.joined, "rate": round(share.rate, 4), "interval_95": interval}


def measured(served: sqlite3.Connection, database: Path) -> list[Figure]:
    """The figures of an export, by its database; `measure` says what they are."""
    with reading(database) as exported:
        return measure(served, exported, export_policy().one_row_a_person)


def measure(
    served: sqlite3.Connection, exported: sqlite3.Connection, listed: Mapping[str, Sequence[str]]
) -> list[Figure]:
    """Attack an export.

    :param served: the served file
    :param exported: the export's database; both get temporary tables
    :param listed: the columns that tell of people, by table with one row per person
    """
    (daemon,) = exported.execute("SELECT name FROM daemons").fetchone()
    (messages,) = exported.execute("SELECT count(*) FROM messages").fetchone()
    targets, sizes = _marks(talks(exported, daemon), every=messages // MOST_MESSAGES + 1)
    habits = Habits()
    real, there = _marks(_learning(talks(served, daemon), habits), targets)
    control, _ = _marks(habits.deal(min(there[CONVERSATIONS], MOST)), targets)
    figures = [
        Figure(attack, *(Share(_joined(targets[attack.name], side[attack.name]), sizes[attack.of]) for side in sides))
        for sides in [(real, control)]
        for attack in ATTACKS
    ]
    return [*figures, _rare_words(served, exported), _attributes(served, exported, listed)]


def _learning(told: Iterable[Talk], habits: Habits) -> Iterator[Talk]:
    for talk in told:
        habits.learn(talk)
        yield talk


def _marks(told: Iterable[Talk], wanted: Marks | None = None, every: int = 1) -> tuple[Marks, Counter[str]]:
    """How often each mark occurs, by attack; and how many records of each kind there are.

    :param wanted: marks that nobody asks for are not counted
    :param every: only of every second, third ... conversation itself; of people, all conversations count
    """
    marks: Marks = {attack.name: Counter() for attack in ATTACKS}
    sizes: Counter[str] = Counter()
    people: defaultdict[str, Person] = defaultdict(Person)
    # Where the export bears no mark at all, such as a clock, none need be made.
    made = [attack for attack in ATTACKS if wanted is None or wanted[attack.name]]
    by_kind = {
        kind: [(attack, wanted and wanted[attack.name], marks[attack.name]) for attack in made if attack.of == kind]
        for kind in (MESSAGES, CONVERSATIONS, PEOPLE)
    }

    def note(kind: str, record: Any) -> None:
        sizes[kind] += 1
        for attack, asked, counted in by_kind[kind]:
            mark = attack.mark(record)
            if mark is not None and (asked is None or mark in asked):
                counted[mark] = counted.get(mark, 0) + 1

    for number, talk in enumerate(told):
        if number % every == 0:
            note(CONVERSATIONS, talk)
            for said in talk.said:
                note(MESSAGES, said)
        if talk.person is not None:
            people[talk.person].add(talk)
    for person in people.values():
        note(PEOPLE, person)
    return marks, sizes


def _joined(targets: Counter[Hashable], others: Counter[Hashable]) -> int:
    return sum(1 for mark, times in targets.items() if times == 1 and others.get(mark) == 1)


def _rare_words(served: sqlite3.Connection, exported: sqlite3.Connection) -> Figure:
    conversations, said = words.said_in_some(exported)
    ours, theirs = words.rare(exported, said), words.rare(served, said)
    found = (words.joined(ours, places) for places in (theirs, words.dealt(theirs)))
    return Figure(RARE_WORDS, *(Share(joined, conversations) for joined in found))


def _attributes(
    served: sqlite3.Connection, exported: sqlite3.Connection, listed: Mapping[str, Sequence[str]]
) -> Figure:
    theirs = attributes.known_of_people(served, listed)
    ours = attributes.looked_for(attributes.known_of_people(exported, listed))
    found = (attributes.joined(ours, people) for people in (theirs, attributes.dealt(theirs)))
    return Figure(ATTRIBUTES, *(Share(joined, len(ours)) for joined in found))
