"""Tells telephone numbers from other numbers, as phonenumbers knows them and as the words beside them say."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import phonenumbers

from build_db.redaction.contacts.contact_table import pattern
from build_db.redaction.contacts.groups import onwards, stops
from build_db.redaction.engine.loosening import plainly

# How far before a number a word may tell what it is.
CUE_REACH = 60
WIDE, LONGEST_PHONE = 7, 12
# Countries whose people write numbers without a prefix; tried in this order, behind a cue or in a plain shape.
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "SE", "BR", "IN", "CN", "RU")
# These as well where a word says that it is a telephone.
MORE_REGIONS = (
    "AU", "NZ", "AT", "CH", "BE", "PT", "IE", "DK", "NO", "FI", "CZ", "SK", "HU", "RO", "BG", "GR", "HR", "RS", "SI",
    "TR", "UA", "IL", "EG", "SA", "AE", "MA", "DZ", "ZA", "NG", "KE", "GH", "PK", "BD", "LK", "NP", "ID", "MY",
    "SG", "PH", "VN", "TH", "HK", "TW", "JP", "KR", "MX", "AR", "CL", "CO", "PE", "VE", "EC",
)  # fmt: skip
LEAST, LEAST_ASKED, MOST = 6, 9, 15
SHORT_WORDS = re.compile(r"\W{0,4}(?:(?:\w{1,6}|num\w{2,9})\W{1,4}){0,2}")


def phone(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The longest number that starts here: a valid one, or, behind a cue or a plus, a possible one."""
    if text[start] == "(" and ")" not in text[start:end]:
        start += 1
    international = "+" in text[start : start + 2]
    if not international and pattern("unit").match(text, end):
        return onwards(text, start, end)
    before = text[max(0, start - CUE_REACH) : start].rpartition("\n\n")[2]
    cued = international or _is_cued(before) or bool(pattern("phone cue behind").match(text, end))
    if not cued and not (
        pattern("plain phone").match(text, start, end) or pattern("fictional phone").match(text, start, end)
    ):
        return onwards(text, start, end)
    one = text[start:end].partition(" / ")[0]
    if sum(map(str.isdigit, one)) > WIDE:
        end = start + len(one)
    ends = [stop for stop in stops(text, start, end) if text[stop : stop + 1] != "." or stop == end]
    ends = [stop for stop in ends if sum(map(str.isdigit, text[start:stop])) >= WIDE]
    # The whole comes before its parts; what is behind it, a year perhaps, makes it too long to be possible.
    whole = [stop for stop in ends[:1] if sum(map(str.isdigit, text[start:stop])) <= LONGEST_PHONE]
    for strictly, among in ((True, whole), (False, whole), (True, ends), (False, ends)):
        for stop in among:
            if (strictly or cued) and _is_number(text[start:stop], strictly=strictly):
                return start, stop
    return onwards(text, start, end)


def _is_cued(before: str) -> bool:
    """Whether the last word that matters is one for a telephone: "order number" is not, "price on call" is."""
    before = (before if before.isascii() else plainly(before)).lower()
    cues = list(pattern("phone cue").finditer(before))
    if not cues:
        return False
    others = list(pattern("no phone cue").finditer(before))
    return not others or others[-1].end() < cues[-1].start() - 2


@lru_cache(maxsize=1 << 16)
def _is_number(value: str, *, strictly: bool = True) -> bool:
    """Whether a whole value is a number somewhere; `strictly`: in a range that is in use."""
    if _is_other(value):
        return False
    if pattern("fictional phone").fullmatch(value):
        return True
    groups = [int(group) for group in re.findall(r"\d+", value)]
    if len(groups) > 3 and len({later - one for one, later in pairwise(groups)}) == 1:  # somebody counts
        return False
    # Without separators, anything is possible.
    regions = (None,) if "+" in value[:3] else REGIONS
    return any(_is_assigned(value, region, strictly or value.isdigit()) for region in regions)


def _is_assigned(value: str, region: str | None, strictly: bool) -> bool:
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return False
    if strictly:
        return bool(phonenumbers.is_valid_number(number))
    reason = phonenumbers.is_possible_number_with_reason(number)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE and (number.national_number or 0) >= 10**6)


def said(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The number behind a word that means a telephone: one in use somewhere, or all that could be one."""
    if pattern("unit").match(text, end) or pattern("date").match(text, start + (text[start] == "(")):
        return None
    ends = [stop for stop in stops(text, start, end) if LEAST <= _digits(text[start:stop]) <= MOST]
    for stop in ends:
        if _is_number(text[start:stop]) or _is_used(text[start:stop]):
            return start, _closed(text, start, stop)
    plain = [stop for stop in ends if not _is_other(text[start:stop])]
    return (start, _closed(text, start, plain[0])) if plain else None


def asked(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The same behind a word that means more than that, such as "call": set in groups, or in use somewhere."""
    kept = said(text, start, end)
    if not kept or _is_of_another(text[max(0, start - CUE_REACH) : start]):
        return None
    value = text[slice(*kept)]
    if not value.isdigit():
        return kept if _digits(value) >= WIDE else None
    return kept if len(value) >= LEAST_ASKED and (_is_number(value) or _is_used(value)) else None


def whose(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The same behind a word for a person: only a whole number that is in use somewhere."""
    kept = asked(text, start, end)
    value = text[slice(*kept)] if kept else ""
    return kept if value and _digits(value) > WIDE and (_is_number(value) or _is_used(value)) else None


def _is_of_another(before: str) -> bool:
    """Whether a word for another kind of number stands directly before, but for a short word or two."""
    before = before.lower()
    others = list(pattern("no phone cue").finditer(before))
    return bool(others) and bool(SHORT_WORDS.fullmatch(before, others[-1].end()))


def linked(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The number of a link, unless it is counted or a date."""
    return None if pattern("unit").match(text, end) or _is_other(text[start:end]) else (start, end)


def extension(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The number within a house, but not the height of a picture."""
    wide = pattern("picture").search(text[max(0, start - 16) : start])
    return None if wide else (start, end)


def _closed(text: str, start: int, stop: int) -> int:
    """With the bracket that closes what was opened."""
    return stop + 1 if text[stop : stop + 1] == ")" and "(" in text[start:stop] else stop


def _digits(value: str) -> int:
    return sum(map(str.isdigit, value))


def _is_other(value: str) -> bool:
    """Whether a number is a date, a decimal, or one digit over and over."""
    return bool(
        pattern("no phone").fullmatch(value) or pattern("date").search(value) or pattern("day").fullmatch(value)
    )


@lru_cache(maxsize=1 << 14)
def _is_used(value: str) -> bool:
    """Whether a number is in use in one of the other regions."""
    return not _is_other(value) and any(_is_assigned(value, region, True) for region in MORE_REGIONS)
