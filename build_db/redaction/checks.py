"""The last word on a shape that was found: check digits, ranges in use, what stands around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise

import phonenumbers
from stdnum import iban as iban_number
from stdnum import luhn, numdb
from stdnum.iso7064 import mod_97_10

from build_db.redaction.addresses import ipv4, ipv6, number_first, street_first
from build_db.redaction.contact_table import pattern
from build_db.redaction.words import words

# What a check says of text[start:end]: the stretch that is one; None if none is; an empty one if none is, and the
# search shall go on from there.
Check = Callable[[str, int, int], tuple[int, int] | None]

# How far before a number a word may tell what it is.
CUE_REACH = 60
WIDE, LONGEST_PHONE = 7, 12


def _always(text: str, start: int, end: int) -> tuple[int, int] | None:
    return start, end


def _email(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Not the login of a git host, a version, a file for fine screens, a product, or what a URL's password ends in."""
    value = text[start:end]
    if value.startswith("git@") or pattern("no email").search(value):
        return None
    # The rule for credentials has the password; the host stays.
    return None if re.search(r"://[^\s/@]{0,100}:[^\s/]{0,200}$", text[max(0, start - 300) : start]) else (start, end)


def _credentials(text: str, start: int, end: int) -> tuple[int, int] | None:
    return None if re.search(r":(?:\$\{?\w+\}?|\{\w+\}|\*+|%\w+%|\[\w+\])$", text[start:end]) else (start, end)


def _account(text: str, start: int, end: int) -> tuple[int, int] | None:
    value = text[start:end].rstrip(".-@+ ")
    known = value.casefold().replace(" ", "_")
    return None if known in words().accounts | words().nobody else (start, start + len(value))


def _card(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The longest number with a known beginning and the right check digit."""
    for stop in _stops(text, start, end):
        digits = re.sub(r"\D", "", text[start:stop])
        if pattern("card").fullmatch(digits) and luhn.is_valid(digits):
            return start, stop
    return _onwards(text, start, end)


def _iban(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The longest account number with the length of its country and the right check digits."""
    if not _has_accounts(text[start : start + 2].upper()):
        return start, start
    for stop in _stops(text, start, end):
        account = re.sub(r"\W", "", text[start:stop])
        if mod_97_10.is_valid(account[4:] + account[:4]) and iban_number.is_valid(account, check_country=False):
            return start, stop
    return start, start


@cache
def _has_accounts(country: str) -> bool:
    return bool(numdb.get("iban").info(country)[0][1])


def _stops(text: str, start: int, end: int) -> list[int]:
    """Where words and groups of digits end, the last first."""
    return [start + group.end() for group in re.finditer(r"[^\W_]+", text[start:end])][::-1]


GROUP = re.compile(r"\d+\D+")


def _onwards(text: str, start: int, end: int) -> tuple[int, int]:
    """Nothing here; the search goes on at the second group of digits, or behind the only one."""
    group = GROUP.search(text, start, end)
    place = group.end() if group else end
    return place, place


def _coordinates(text: str, start: int, end: int) -> tuple[int, int] | None:
    numbers = [abs(float(number)) for number in re.findall(r"-?\d+\.\d+", text[start:end])]
    return (start, end) if max(numbers) <= 180 and (len(numbers) < 2 or min(numbers) <= 90) else None


def _four_digits(text: str, start: int, end: int) -> tuple[int, int] | None:
    digits = sum(map(str.isdigit, text[start:end]))
    return (start, end) if digits >= 4 and end - start >= 6 else None


# Countries whose people write numbers without a prefix; tried in this order, behind a cue or in a plain shape.
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "SE", "BR", "IN")


def _phone(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The longest number that starts here: a valid one, or, behind a cue or a plus, a possible one."""
    if text[start] == "(" and ")" not in text[start:end]:
        start += 1
    international = "+" in text[start : start + 2]
    if not international and pattern("unit").match(text, end):
        return _onwards(text, start, end)
    before = text[max(0, start - CUE_REACH) : start].rpartition("\n\n")[2]
    cued = international or _is_cued(before) or bool(pattern("phone cue behind").match(text, end))
    if not cued and not (
        pattern("plain phone").match(text, start, end) or pattern("fictional phone").match(text, start, end)
    ):
        return _onwards(text, start, end)
    one = text[start:end].partition(" / ")[0]
    if sum(map(str.isdigit, one)) > WIDE:
        end = start + len(one)
    stops = [stop for stop in _stops(text, start, end) if text[stop : stop + 1] != "." or stop == end]
    stops = [stop for stop in stops if sum(map(str.isdigit, text[start:stop])) >= WIDE]
    # The whole comes before its parts; what is behind it, a year perhaps, makes it too long to be possible.
    whole = [stop for stop in stops[:1] if sum(map(str.isdigit, text[start:stop])) <= LONGEST_PHONE]
    for strictly, among in ((True, whole), (False, whole), (True, stops), (False, stops)):
        for stop in among:
            if (strictly or cued) and _is_number(text[start:stop], strictly=strictly):
                return start, stop
    return _onwards(text, start, end)


def _is_cued(before: str) -> bool:
    """Whether the last word that matters is one for a telephone: "order number" is not, "price on call" is."""
    cues = list(pattern("phone cue").finditer(before))
    if not cues:
        return False
    others = list(pattern("no phone cue").finditer(before))
    return not others or others[-1].end() < cues[-1].start() - 2


@lru_cache(maxsize=1 << 16)
def _is_number(value: str, *, strictly: bool) -> bool:
    """Whether a whole value is a number somewhere; `strictly`: in a range that is in use."""
    if pattern("no phone").fullmatch(value) or pattern("date").search(value):
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


CHECKS: dict[str, Check] = {
    "": _always, "email": _email, "credentials": _credentials, "account": _account, "ipv4": ipv4, "ipv6": ipv6,
    "card": _card, "iban": _iban, "phone": _phone, "coordinates": _coordinates, "four_digits": _four_digits,
    "number_first": number_first, "street_first": street_first,
}  # fmt: skip
