"""Finds what reaches or identifies a person: mail, phone, addresses of all kinds, cards, ids, birth dates.

The shapes are in `contacts.yml`. Most text holds nothing of all that, so no shape is looked for everywhere: only around
a literal such as `@`, or a number, and behind a cue word where a number alone says nothing. Numbers that carry a check
digit are checked by well-kept libraries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import msgspec
import phonenumbers
from stdnum import iban as iban_number
from stdnum import luhn, numdb
from stdnum.iso7064 import mod_97_10

from build_db.declared import declared, shipped
from build_db.redaction.addresses import AHEAD, BEHIND, ipv4, ipv6, number_first, street_first
from build_db.redaction.gate import EVERYTHING, Seen
from build_db.redaction.loosening import longest
from build_db.redaction.spans import Span, without_overlaps
from build_db.redaction.words import words

# What a check says of text[start:end]: the stretch that is one; None if none is; an empty one if none is, and the
# search shall go on from there.
Check = Callable[[str, int, int], tuple[int, int] | None]

FILE = "contacts.yml"
HEX = "[0-9A-Fa-f]"
# Numbers beside which a shape may be, by what they look like; most numbers are none of these. That the pattern begins
# with a plain digit makes it several times as fast.
HEX_NUMBER = (
    rf"(?P<hex>{HEX}{{0,3}}[:-]{HEX}{{1,4}}[:-]{HEX}{{1,4}}[:-]{HEX}|{HEX}{{0,3}}\.{HEX}{{4}}\.{HEX}{{4}}"
    rf"|(?<={HEX}{{2}}[:-]{HEX}{{2}}[:-]\d)|(?<={HEX}{{2}}[:-]{HEX}{{2}}[:-]{HEX}\d))"
)
LONG_NUMBER = r"(?P<long>(?:[ ./()\u00a0\u2010-\u2013-]{0,3}[A-Z]{0,2}[ .-]?\d){3,60})"
NUMBER = re.compile(
    rf"\d(?<!\d\d)(?:{HEX_NUMBER}|{LONG_NUMBER}"
    r"|(?P<day>\d?(?=(?:st|nd|rd|th|er|[.º])?,?(?: of| de| di| d['’])?[ -]?"
    r"[JjFfMmAaSsOoNnDdGgLlCcWwPpKk][aäeéèuúopwcgkriuyûzv][a-zéûńźå]))"
    rf"|\d{{0,4}}(?={AHEAD})|{BEHIND}\d{{0,3}}(?!\d))"
)
# The same without those that matter only to dates and addresses.
LARGE_NUMBER = re.compile(rf"\d(?<!\d\d)(?:{HEX_NUMBER}|{LONG_NUMBER})")
STREET_AHEAD, STREET_BEHIND = re.compile(AHEAD), re.compile(rf"\d{BEHIND}")
WORD = re.compile(r"[^\W\d_]+")
ANYTHING = r"[\s\S]?"
CUE_REACH = 60
WIDE, LONGEST_PHONE = 7, 12


@dataclass(frozen=True)
class Shape:
    """One rule of `contacts.yml`."""

    name: str
    kind: str
    source: str
    near: tuple[str, ...]
    at: str
    begins: re.Pattern[str] | None
    cues: frozenset[str]
    back: int
    reach: int
    pattern: re.Pattern[str]
    groups: tuple[str, ...]
    check: Check
    finds: str
    leaves: str


class ContactFinder:
    """Finds contacts and identifiers."""

    def rules(self) -> Iterator[tuple[str, str]]:
        """Name and pattern of every rule. Where the search may end within a match, anything may stand behind."""
        for shape in shapes():
            pattern = shape.pattern.pattern
            closed = shape.begins is not None or longest(pattern) + 2 <= shape.reach
            yield shape.name, pattern if closed else pattern + ANYTHING

    def find(self, text: str, seen: Seen = EVERYTHING) -> list[Span]:
        """Spans of kinds email, phone, ip, mac, card, iban, id, birthdate, address, user, credentials, coordinates.

        :param seen: names of the rules to try
        """
        if not seen:
            return []
        wanted = frozenset(shape.name for shape in shapes() if shape.name in seen)
        found = list(_anywhere(text, wanted))
        found += _near_literals(text, wanted)
        if not wanted.isdisjoint(_beside_numbers()):
            found += _near_numbers(text, wanted)
        return without_overlaps(found)


Place = tuple[int, int]


def _anywhere(text: str, wanted: frozenset[str]) -> Iterator[Span]:
    """The shapes that are tried wherever they may begin."""
    for shape in shapes():
        if shape.begins and shape.name in wanted:
            place = 0
            for begin in shape.begins.finditer(text):
                match = shape.pattern.match(text, begin.start() - shape.back) if begin.start() >= place else None
                if match:
                    place, span = _checked(text, shape, match)
                    place += shape.back
                    if span:
                        yield span


def _near_literals(text: str, wanted: frozenset[str]) -> Iterator[Span]:
    for shape in shapes():
        if shape.near and shape.name in wanted:
            yield from _beside(text, shape, sorted(place for literal in shape.near for place in _all(text, literal)))


def _all(text: str, literal: str) -> Iterator[Place]:
    place = text.find(literal)
    while place >= 0:
        yield place, place
        place = text.find(literal, place + len(literal))


def _near_numbers(text: str, wanted: frozenset[str]) -> Iterator[Span]:
    beside = [shape for shape in shapes() if shape.name in wanted & _beside_numbers()]
    places = _numbers(text, frozenset(shape.at for shape in beside))
    said = [WORD.findall(text[max(0, start - CUE_REACH) : start].lower()) for start, _ in places["cue"]]
    for shape in beside:
        found = places[shape.at]
        if shape.cues:
            found = [place for place, before in zip(found, said, strict=True) if not shape.cues.isdisjoint(before)]
        yield from _beside(text, shape, found)


def _numbers(text: str, wanted: frozenset[str]) -> dict[str, list[Place]]:
    """The numbers of a text by what may be beside them: see `at` in `contacts.yml`."""
    places: dict[str, list[Place]] = {at: [] for at in ("hex", "ahead", "behind", "cue")}
    behind, ahead, cue = (at in wanted for at in ("behind", "ahead", "cue"))
    pattern = LARGE_NUMBER if wanted <= {"hex"} else NUMBER
    for number in pattern.finditer(text):
        start, end = place = number.span()
        group = number.lastgroup
        if behind and (group is None or STREET_BEHIND.match(text, start)):
            places["behind"].append(place)
        if ahead and (group is None or STREET_AHEAD.match(text, end)):
            places["ahead"].append(place)
        if group is None:
            continue
        if cue:
            places["cue"].append(place)
        if group == "hex":
            places["hex"].append(place)
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


def _always(text: str, start: int, end: int) -> tuple[int, int] | None:
    return start, end


def _email(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Not the login of a git host, a version, a file for fine screens, a product, or what a URL's password ends in."""
    value = text[start:end]
    if value.startswith("git@") or _pattern("no email").search(value):
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
        if _pattern("card").fullmatch(digits) and luhn.is_valid(digits):
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
    if not international and _pattern("unit").match(text, end):
        return _onwards(text, start, end)
    before = text[max(0, start - CUE_REACH) : start].rpartition("\n\n")[2]
    cued = international or _is_cued(before) or bool(_pattern("phone cue behind").match(text, end))
    if not cued and not (
        _pattern("plain phone").match(text, start, end) or _pattern("fictional phone").match(text, start, end)
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
    cues = list(_pattern("phone cue").finditer(before))
    if not cues:
        return False
    others = list(_pattern("no phone cue").finditer(before))
    return not others or others[-1].end() < cues[-1].start() - 2


@lru_cache(maxsize=1 << 16)
def _is_number(value: str, *, strictly: bool) -> bool:
    """Whether a whole value is a number somewhere; `strictly`: in a range that is in use."""
    if _pattern("no phone").fullmatch(value) or _pattern("date").search(value):
        return False
    if _pattern("fictional phone").fullmatch(value):
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


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of `contacts.yml`; its header explains the keys."""

    name: str
    kind: str
    source: str
    pattern: str
    finds: str
    leaves: str
    reach: int = 0
    near: tuple[str, ...] = ()
    at: str = ""
    cues: str = ""
    back: int = 0
    begins: str = ""
    check: str = ""


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `contacts.yml`."""

    parts: dict[str, str]
    patterns: dict[str, str]
    rules: list[Any]


@cache
def _table() -> _Source:
    return declared(FILE, shipped(__package__, FILE), _Source)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_table().patterns[name])


@cache
def shapes() -> tuple[Shape, ...]:
    """The shapes of `contacts.yml`."""
    rules = ((rule, str(rule.get("name") if isinstance(rule, dict) else rule)) for rule in _table().rules)
    return tuple(_shape(declared(FILE, rule, _Entry, name)) for rule, name in rules)


def _shape(entry: _Entry) -> Shape:
    pattern, parts = entry.pattern, _table().parts
    for name in reversed(parts):  # a part may hold those before it
        pattern = pattern.replace(f"{{{name}}}", parts[name])
    compiled = re.compile(pattern)
    return Shape(
        name=entry.name,
        kind=entry.kind,
        source=entry.source,
        near=entry.near,
        at=entry.at,
        begins=re.compile(entry.begins) if entry.begins else None,
        cues=frozenset(entry.cues.split()),
        back=entry.back,
        reach=entry.reach,
        pattern=compiled,
        groups=tuple(name for name in compiled.groupindex if name.startswith("value")),
        check=CHECKS[entry.check],
        finds=entry.finds,
        leaves=entry.leaves,
    )


@cache
def _beside_numbers() -> frozenset[str]:
    return frozenset(shape.name for shape in shapes() if shape.at)
