"""Finds what reaches or identifies a person: mail, phone, addresses of all kinds, cards, ids, birth dates.

What says by itself what it is has its shape in `contacts.yml`. Most text holds nothing of all that, so no shape is
looked for everywhere: only around a literal such as `@`, or a number. What says nothing without a word beside it is
found by that word (`cued.py`), or by the heading of its column (`columns.py`). Numbers that carry a check digit are
checked by well-kept libraries.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from build_db.declared import declared
from build_db.redaction.contacts import around, columns, cued
from build_db.redaction.contacts.addresses import AHEAD, BEHIND
from build_db.redaction.contacts.checks import CHECKS, Check
from build_db.redaction.contacts.contact_table import FILE, Entry, filled, table
from build_db.redaction.engine.gate import EVERYTHING, Seen
from build_db.redaction.engine.loosening import longest
from build_db.redaction.spans import Span, without_overlaps

HEX = "[0-9A-Fa-f]"
# Numbers beside which a shape may be, by what they look like; most numbers are none of these. That the pattern begins
# with a plain digit makes it several times as fast.
HEX_NUMBER = (
    rf"(?P<hex>{HEX}{{0,3}}[:-]{HEX}{{1,4}}[:-]{HEX}{{1,4}}[:-]{HEX}|{HEX}{{0,3}}\.{HEX}{{4}}\.{HEX}{{4}}"
    rf"|(?<={HEX}{{2}}[:-]{HEX}{{2}}[:-]\d)|(?<={HEX}{{2}}[:-]{HEX}{{2}}[:-]{HEX}\d))"
)
NUMBER = re.compile(rf"\d(?<!\d\d)(?:{HEX_NUMBER}|\d{{0,4}}(?={AHEAD})|{BEHIND}\d{{0,3}}(?!\d))")
# The same without those that matter only to addresses.
NUMBER_IN_HEX = re.compile(rf"\d(?<!\d\d){HEX_NUMBER}")
STREET_AHEAD, STREET_BEHIND = re.compile(AHEAD), re.compile(rf"\d{BEHIND}")
ANYTHING = r"[\s\S]?"


@dataclass(frozen=True)
class Shape:
    """One rule of `contacts.yml`."""

    name: str
    kind: str
    source: str
    near: tuple[str, ...]
    at: str
    begins: re.Pattern[str] | None
    back: int
    reach: int
    pattern: re.Pattern[str]
    groups: tuple[str, ...]
    check: Check
    finds: str
    leaves: str
    core: tuple[str, ...] = ()


class ContactFinder:
    """Finds contacts and identifiers."""

    def rules(self) -> Iterator[tuple[str, str]]:
        """Name and pattern of every rule. Where the search may end within a match, anything may stand behind."""
        for shape in _uncued():
            pattern = shape.pattern.pattern
            closed = shape.begins is not None or longest(pattern) + 2 <= shape.reach
            yield shape.name, pattern if closed else pattern + ANYTHING
        for rule in cued.rules():
            yield from ((gated.name, gated.pattern) for gated in rule.gated)
        yield from columns.rules()

    def cores(self) -> dict[str, tuple[str, ...]]:
        """Of the rules that have some, by name: patterns, one of which is in every text in which the rule's is."""
        told = ((rule.name, rule.core) for rules in (_uncued(), cued.rules()) for rule in rules)
        return {name: core for name, core in told if core}

    def find(self, text: str, seen: Seen = EVERYTHING) -> list[Span]:
        """Spans of all kinds that the tables name: email, phone, card, id, birthdate, address, handle and so on.

        :param seen: names of the rules to try
        """
        if isinstance(seen, frozenset) and seen.isdisjoint(_names()):
            return []
        found = list(cued.find(text, seen))
        wanted = _uncued() if not isinstance(seen, frozenset) else [_named()[name] for name in seen & _named().keys()]
        found += _anywhere(text, (shape for shape in wanted if shape.begins))
        found += _near_literals(text, (shape for shape in wanted if shape.near))
        found += _near_numbers(text, [shape for shape in wanted if shape.at])
        if columns.NAME in seen:
            found += columns.find(text)
        return without_overlaps(around.whole(text, found))


Place = tuple[int, int]


def _anywhere(text: str, wanted: Iterable[Shape]) -> Iterator[Span]:
    """The shapes that are tried wherever they may begin."""
    for shape in wanted:
        place = 0
        for begin in shape.begins.finditer(text) if shape.begins else ():
            match = shape.pattern.match(text, begin.start() - shape.back) if begin.start() >= place else None
            if match:
                place, span = _checked(text, shape, match)
                place += shape.back
                if span:
                    yield span


def _near_literals(text: str, wanted: Iterable[Shape]) -> Iterator[Span]:
    for shape in wanted:
        yield from _beside(text, shape, sorted(place for literal in shape.near for place in _all(text, literal)))


def _all(text: str, literal: str) -> Iterator[Place]:
    place = text.find(literal)
    while place >= 0:
        yield place, place
        place = text.find(literal, place + len(literal))


def _near_numbers(text: str, wanted: Collection[Shape]) -> Iterator[Span]:
    places = _numbers(text, frozenset(shape.at for shape in wanted)) if wanted else {}
    for shape in wanted:
        yield from _beside(text, shape, places[shape.at])


def _numbers(text: str, wanted: frozenset[str]) -> dict[str, list[Place]]:
    """The numbers of a text by what may be beside them: see `at` in `contacts.yml`."""
    places: dict[str, list[Place]] = {at: [] for at in ("hex", "ahead", "behind")}
    pattern = NUMBER_IN_HEX if wanted <= {"hex"} else NUMBER
    for number in pattern.finditer(text):
        start, end = place = number.span()
        in_hex = number.lastgroup == "hex"
        if in_hex:
            places["hex"].append(place)
        if not in_hex or STREET_BEHIND.match(text, start):
            places["behind"].append(place)
        if not in_hex or STREET_AHEAD.match(text, end):
            places["ahead"].append(place)
    return places


def _beside(text: str, shape: Shape, places: Iterable[Place]) -> Iterator[Span]:
    """A shape that starts in one of the places, or its `back` before; places close together are looked at as one."""
    first = last = -1
    for start, end in places:
        start = max(start - shape.back, 0)
        if first < 0:
            first, last = start, end
        elif start <= last + shape.reach:
            last = max(last, end)
        else:
            yield from _look(text, shape, first, last)
            first, last = start, end
    if first >= 0:
        yield from _look(text, shape, first, last)


def _look(text: str, shape: Shape, place: int, end: int) -> Iterator[Span]:
    search, limit = shape.pattern.search, end + shape.reach
    match = search(text, place, limit)
    while match and match.start() <= end:
        place, span = _checked(text, shape, match)
        if span:
            yield span
        match = search(text, place, limit)


def _checked(text: str, shape: Shape, match: re.Match[str]) -> tuple[int, Span | None]:
    """Where the search goes on, and what was found, if the shape's check says so."""
    kept = shape.check(text, *max(map(match.span, shape.groups)))
    if not kept:
        return match.end(), None
    return max(kept[1], match.start() + 1), Span(*kept, shape.kind, shape.name)


def shapes() -> tuple[Shape | cued.Cued, ...]:
    """The rules of all tables."""
    return (*_uncued(), *cued.rules())


@cache
def _uncued() -> tuple[Shape, ...]:
    """The shapes of `contacts.yml`."""
    rules = ((rule, str(rule.get("name") if isinstance(rule, dict) else rule)) for rule in table().rules)
    return tuple(_shape(declared(FILE, rule, Entry, name)) for rule, name in rules)


def _shape(entry: Entry) -> Shape:
    compiled = re.compile(filled(entry.pattern))
    return Shape(
        name=entry.name,
        kind=entry.kind,
        source=entry.source,
        near=entry.near,
        at=entry.at,
        begins=re.compile(entry.begins) if entry.begins else None,
        back=entry.back,
        reach=entry.reach,
        pattern=compiled,
        groups=tuple(name for name in compiled.groupindex if name.startswith("value")),
        check=CHECKS[entry.check],
        finds=entry.finds,
        leaves=entry.leaves,
        core=tuple(map(filled, entry.core)),
    )


@cache
def _named() -> dict[str, Shape]:
    return {shape.name: shape for shape in _uncued()}


@cache
def _names() -> frozenset[str]:
    return frozenset((*(name for name, _ in ContactFinder().rules()), *(rule.name for rule in cued.rules())))
