"""Tells streets from what is written like them: ways of sending, names with a number, adverbs."""

from __future__ import annotations

import re

from build_db.redaction.contacts.addresses import NO_VIA, UNITS_AFTER
from build_db.redaction.contacts.contact_table import pattern


def street_word(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A street told by its word, unless something is counted behind it."""
    if UNITS_AFTER.match(text, end) or NO_VIA.match(text, start) or pattern("unit").match(text, end):
        return None
    return start, end


def named_street(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A street whose name has a capital, and is no other word that ends alike."""
    value = text[start:end]
    if not value[:1].isupper() and not value[:1].isdigit():
        return None
    if pattern("no street name").search(value) or pattern("year behind").search(value):
        return None
    return street_word(text, start, end)


def lived_in(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A house that somebody lives in, and not for how long, or with how many."""
    return None if pattern("lived").match(text, end) else named_street(text, start, end)


def numbered_road(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A road that is written as a name: "20 highway miles" is none."""
    return street_word(text, start, end) if any(map(str.isupper, text[start:end])) else None


def eastern(text: str, start: int, end: int) -> tuple[int, int] | None:
    """An address in Han, without the words that lead to it."""
    lead = pattern("lead").match(text, start, end)
    if lead and re.search(r"[^\W\d_]{2}", text[lead.end() : end]):
        start = lead.end()
    return None if pattern("unit").match(text, end) else (start, end)


def korean_road(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A road, and no adverb."""
    return None if pattern("adverb").match(text, start) else (start, end)
