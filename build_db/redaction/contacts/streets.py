"""Tells streets from what is written like them: ways of sending, names with a number, adverbs."""

from __future__ import annotations

import re

from build_db.redaction.contacts.addresses import NO_VIA, UNITS_AFTER
from build_db.redaction.contacts.contact_table import pattern

LEAST_FIELD = 4
# What a line of an address is made of.
PARTS = re.compile(r"[^,،，、;]+")
NUMBERED = re.compile(r"[^\s,]*\d[^\s,]*")
NAMED = re.compile(r"[^\W\d_]{2}|[\u0900-\u10ff\u3040-\u9fff\uac00-\ud7a3]")
WORDY = re.compile(r"[^\W\d_]{3}|[\u0590-\u10ff\u3040-\u9fff\uac00-\ud7a3]")


def street_word(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A street told by its word, unless something is counted behind it, or the word is another one."""
    if pattern("no street word").fullmatch(text, start, end):
        return None
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


def named_place(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A place that is written as a name, whatever its word is: "ein Gleis Nr. 5" is none."""
    return None if pattern("counted thing").search(text[start:end]) else street_word(text, start, end)


def field(text: str, start: int, end: int) -> tuple[int, int] | None:
    """What a field for a street holds, unless it is a word of programs."""
    return (start, end) if len(text[start:end]) >= LEAST_FIELD else None


def address_line(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A line that holds a number and a name, as far as both go; no date, nor a number of a machine."""
    value = text[start:end]
    if not NAMED.search(value) or pattern("no address line").search(value):
        return None
    parts = [part for part in PARTS.finditer(value) if NUMBERED.search(part[0])]
    if not parts:
        return None
    last = parts[-1]
    stop = last.end()
    if not last[0].lstrip(" #")[:1].isdigit():  # a street before its number; what comes behind that is no part of it
        stop = last.start() + [number.end() for number in NUMBERED.finditer(last[0])][-1]
    if last.start() == 0 and not WORDY.search(last[0]):  # "B-402, Sai Residency, Baner Road"
        _, *named = PARTS.finditer(value)
        stop = max(stop, *(part.end() for part in named[:1] + [part for part in named[1:2] if _is_name(part[0])]), 0)
    return start, start + len(value[:stop].rstrip())


def _is_name(part: str) -> bool:
    return part.lstrip()[:1].isupper()


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


def korean_quarter(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A quarter and its lot, and no score of a game, nor a range of numbers."""
    return None if pattern("no quarter").match(text, start) else (start, end)
