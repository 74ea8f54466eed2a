"""Finds secrets: known formats, what follows words such as "password", and what has the name or the place of one.

`formats.py`, `told.py`, `near.py`, `used.py`, `asked.py`, `named.py`, `beside.py`, `tabular.py` and `listed.py` each
know one of these ways.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache

from build_db.redaction.engine.gate import EVERYTHING, Seen
from build_db.redaction.people.everyday import is_common
from build_db.redaction.people.folding import fold
from build_db.redaction.secrets.asked import cues as asked_cues
from build_db.redaction.secrets.asked import find_asked
from build_db.redaction.secrets.beside import BESIDE, CORES_OF_BESIDE, CORES_OF_RUNS, IN_RUN, find_alone, find_beside
from build_db.redaction.secrets.formats import find_formats, formats
from build_db.redaction.secrets.listed import CORES_OF_LOGINS, IN_LISTS, IN_LOGINS, in_lists, in_logins
from build_db.redaction.secrets.looks import PLACEHOLDER, looks_chosen, looks_made
from build_db.redaction.secrets.named import NAME_END, NAMING, PAIR, find_named
from build_db.redaction.secrets.near import (
    OPENS,
    find_near,
    find_opening,
    find_strong,
    locks,
    places,
    strong,
    strong_cores,
)
from build_db.redaction.secrets.tabular import IN_COLUMNS, Cell, in_columns
from build_db.redaction.secrets.told import find_told, may_be_password, told
from build_db.redaction.secrets.used import find_used
from build_db.redaction.spans import Span, without_overlaps

__all__ = ["SecretFinder", "formats"]

# So many words without a digit are a sentence, if one of the most common ones is among them.
SENTENCE, COMMON = 3, 100


class SecretFinder:
    """Finds secrets."""

    def rules(self) -> Iterator[tuple[str, str]]:
        """Name and pattern of every rule."""
        yield from ((shape.name, shape.gate) for shape in formats())
        yield "named", rf"{NAMING.pattern}[\w.-]{{0,90}}{NAME_END}{PAIR.pattern}"
        yield from told().cues.items()
        yield "beside", BESIDE.pattern
        yield "run", IN_RUN
        yield "strong", strong()
        yield from (("lock", rf"(?i){words}[^\n]{{0,{OPENS}}}\d") for words in locks())
        yield from (("asked", rf"(?i){words}") for words in asked_cues())
        yield from (("placed", rf"(?i){words}") for words in places())
        yield from IN_COLUMNS.items()
        yield "list", IN_LISTS
        yield "logins", IN_LOGINS

    def cores(self) -> dict[str, tuple[str, ...]]:
        """Of the rules that have some, by name: patterns, one of which is in every text in which the rule's is."""
        told = {shape.name: shape.core for shape in formats() if shape.core}
        told |= {"beside": CORES_OF_BESIDE, "run": CORES_OF_RUNS}
        return told | {"strong": strong_cores(), "logins": CORES_OF_LOGINS}

    def find(self, text: str, seen: Seen = EVERYTHING) -> list[Span]:
        """Spans of kind secret.

        :param seen: names of the rules to try
        """
        if isinstance(seen, frozenset) and seen.isdisjoint(_names()):
            return []
        lower = text.lower()
        spans = list(find_formats(text, lower, seen))
        if "named" in seen and any(joint in text for joint in ":=>|,"):
            spans += find_named(text)
        spans += _in_words(text, seen)
        if "strong" in seen:
            spans += find_strong(text)
        if _any_of(("lock", "placed"), seen):
            spans += find_opening(text, locked="lock" in seen, placed="placed" in seen)
        if "run" in seen:
            spans += find_alone(text)
        if "beside" in seen:
            spans += find_beside(text)
        if _any_of(IN_COLUMNS, seen):
            spans += _in_cells(text, in_columns(text), "column")
        if "list" in seen and "\n" in text:
            spans += _in_cells(text, in_lists(text), "list")
        if "logins" in seen and "\n" in text:
            spans += _in_cells(text, in_logins(text), "logins")
        return without_overlaps(_first_of_each(spans))


def _in_words(text: str, seen: Seen) -> Iterator[Span]:
    """Spans of what a sentence tells of, by its words."""
    told_of = _any_of(told().cues, seen)
    if told_of:
        yield from find_told(text)
        yield from find_near(text)
        yield from find_used(text)
    if told_of or "asked" in seen:
        yield from find_asked(text)


@cache
def _names() -> frozenset[str]:
    return frozenset(name for name, _ in SecretFinder().rules())


def _first_of_each(spans: Iterable[Span]) -> Iterator[Span]:
    """Of spans in one place the first: a format says more than a cue."""
    places = set()
    for span in spans:
        if (span.start, span.end) not in places:
            places.add((span.start, span.end))
            yield span


def _any_of(names: Collection[str], seen: Seen) -> bool:
    return not isinstance(seen, frozenset) or not seen.isdisjoint(names)


def _in_cells(text: str, cells: Iterable[Cell], rule: str) -> Iterator[Span]:
    for start, end, certain in cells:
        value = text[start:end]
        # Below "key" a sentence may stand, as in the help of a program.
        if not PLACEHOLDER.fullmatch(value) and (certain or not _is_sentence(value)):
            chosen = looks_chosen(value, sure=True) or looks_made(value, strongly=True)
            if chosen or (certain and may_be_password(value)):
                yield Span(start, end, "secret", rule)


def _is_sentence(value: str) -> bool:
    words = fold(value).split()
    return (
        len(words) >= SENTENCE
        and not any(map(str.isdigit, value))
        and any(is_common(word.strip(",.;:!?"), COMMON) for word in words)
    )
