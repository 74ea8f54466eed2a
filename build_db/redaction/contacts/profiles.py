"""Tells people's names on sites from pages of the sites themselves, and from what is said about them.

The words and names are in `profiles.yml`.
"""

from __future__ import annotations

import re
from functools import cache

from build_db.declared import entries, shipped
from build_db.redaction.contacts.contact_table import pattern
from build_db.redaction.people.everyday import languages_of
from build_db.redaction.people.folding import fold

FILE = "profiles.yml"
LEAST_NUMBER, LEAST_WORD, LEAST_NAME = 6, 5, 9
# So long is a name that is no word of every day in any language.
LEAST_UNKNOWN = 6


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(entries(FILE, shipped(__package__, FILE), str)[name].split())


def profile(text: str, start: int, end: int) -> tuple[int, int] | None:
    """What a link to somebody ends in; not a page of the site, nor somebody's placeholder."""
    name = text[start:end].lstrip("@~+$#").lower()
    path = re.split(r"[/?%:]", name)[0]
    return None if len(path) < 2 or path in _listed("pages") or path in _listed("organisations") else (start, end)


def maker(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Who keeps code; well-known organisations are nobody."""
    return None if text[start:end].lower().rstrip(".") in _listed("makers") else profile(text, start, end)


def named(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A name behind the name of a site; "my discord is down" tells of none."""
    value = text[start:end]
    plain = value.lstrip("@").lower()
    if value.isdigit():  # as on ICQ, QQ and Steam; behind it stands nothing that was counted
        is_long = len(value) >= LEAST_NUMBER and not pattern("day").fullmatch(value)
        return (start, end) if is_long and pattern("end of a saying").match(text, end) else None
    if plain in _listed("states") or plain in _listed("pages") or pattern("no handle").fullmatch(plain):
        return None
    if value[0] == "@":
        return (start, end) if any(map(str.isalpha, plain)) else None
    if pattern("made name").search(value):
        return start, end
    return (start, end) if _is_alone(text, start, end) else None


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether a plain word is all that is said: `insta: maragrows`; behind "is" it may be no adjective."""
    if not pattern("end of a saying").match(text, end):
        return False
    value = text[start:end]
    if pattern("sign before").search(text[max(0, start - 6) : start]):
        return len(value) >= LEAST_WORD and value.islower()
    least = LEAST_NAME if languages_of(fold(value)) else LEAST_UNKNOWN
    return len(value) >= least and value.islower() and not pattern("adjective").search(value)
