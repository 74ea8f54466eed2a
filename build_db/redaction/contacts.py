"""Finds what reaches or identifies a person: mail, phone, addresses of all kinds, cards, ids, birth dates.

The shapes are in `contacts.yml`; numbers that carry a check digit are checked by well-kept libraries.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import phonenumbers
import yaml
from stdnum import iban as iban_number
from stdnum import luhn as luhn_number
from stdnum.exceptions import ValidationError

from build_db.redaction.people import words
from build_db.redaction.spans import Span, without_overlaps

# Countries whose people write numbers without a prefix; tried in this order, behind a cue or in an unmistakable shape.
REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "SE", "BR", "IN")
# All other kinds hold a digit, and most texts hold none.
WITHOUT_DIGITS = frozenset(["email", "credentials", "user"])
DIGIT = re.compile(r"\d")
DIGITS = re.compile(r"(?<![\w.,/=#:-])(?P<value>[+(]?\d(?:[ .()/-]{0,3}\d){6,17})(?![\w-]|[.,:]\d)")
PHONE_CUE = re.compile(
    r"(?i:call|phone|tel|mobil|cell|ring|text|whats ?app|signal|sms|fax|number|reach|nummer|handy|anruf|port[aá]til"
    r"|m[oó]vil|celular|llama|appel|num[eé]ro|chiama|cellulare|bel |zadzwo|dzwo|ligue|liga|contact)[^\n]{0,40}$"
)
NOT_PHONE = re.compile(r"\(?(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d+\.\d+|\d{1,3}(?:\.\d{1,3}){3})")
GROUPED = re.compile(r"\d{1,3}(?:[., ]\d{3})+")
# How a number looks that is nothing but a telephone's: a plus, brackets, or a leading zero and groups.
UNMISTAKABLE = re.compile(r"\+\d|\(\d{2,5}\)|0\d{1,4}[ /-]\d|\d{3}[-. ]\d{3}[-. ]\d{4}|0\d(?:[ .]\d\d){4}")
FICTIONAL = re.compile(r"(?:\+?1[ .-]?)?(?:\(?\d{3}\)?[ .-]?)?555[ .-]?01\d\d")


@dataclass(frozen=True)
class Shape:
    """One entry of `contacts.yml`."""

    name: str
    kind: str
    source: str
    gate: re.Pattern[str] | None
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    check: Callable[[re.Match[str], str], bool]
    finds: str
    leaves: str


class ContactFinder:
    """Finds contacts and identifiers."""

    def find(self, text: str) -> list[Span]:
        """Spans of kinds email, phone, ip, mac, card, iban, id, birthdate, address, user, credentials, coordinates."""
        found = [*_shaped(text, WITHOUT_DIGITS)]
        if DIGIT.search(text):
            found += [*_shaped(text, None), *_phones(text)]
        return without_overlaps(found)


def _shaped(text: str, kinds: frozenset[str] | None) -> Iterator[Span]:
    """Spans of the shapes of these kinds; None: of all the others."""
    lower = text.lower() if kinds is None else ""
    for shape in shapes():
        if (shape.kind in WITHOUT_DIGITS) is (kinds is None):
            continue
        if shape.gate.search(text) if shape.gate else any(hint in lower for hint in shape.hints):
            for match in shape.pattern.finditer(text):
                group = next(name for name in ("value", "value2") if match.groupdict().get(name))
                if shape.check(match, match.group(group)):
                    yield Span(match.start(group), match.end(group), shape.kind, shape.name)


def _phones(text: str) -> Iterator[Span]:
    for match in DIGITS.finditer(text):
        value = match.group("value").rstrip(" .-/(")
        if _is_phone(value, text[max(0, match.start() - 60) : match.start()]):
            yield Span(match.start(), match.start() + len(value), "phone", "phone")


def _is_phone(value: str, before: str) -> bool:
    if NOT_PHONE.fullmatch(value) and not value.startswith("+"):
        return False
    if FICTIONAL.fullmatch(value):
        return True
    if value.startswith("+"):
        return _is_possible(value, None)
    cued, plain = bool(PHONE_CUE.search(before)), bool(UNMISTAKABLE.match(value)) and not GROUPED.fullmatch(value)
    return (cued or plain) and any(_is_possible(value, region, strictly=not cued) for region in REGIONS)


def _is_possible(value: str, region: str | None, *, strictly: bool = False) -> bool:
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number) or (not strictly and phonenumbers.is_possible_number(number)))


def _always(match: re.Match[str], value: str) -> bool:
    return True


def _not_git(match: re.Match[str], value: str) -> bool:
    return not value.startswith("git@")


def _public_ip(match: re.Match[str], value: str) -> bool:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    if address.version == 6 and not re.search(r"\d", value):
        return False
    return not (address.is_loopback or address.is_unspecified)


def _luhn(match: re.Match[str], value: str) -> bool:
    digits = re.sub(r"\D", "", value)
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and bool(luhn_number.is_valid(digits))


def _iban(match: re.Match[str], value: str) -> bool:
    try:
        iban_number.validate(value.replace("-", " "), check_country=False)
    except ValidationError:
        return False
    return True


def _personal_account(match: re.Match[str], value: str) -> bool:
    return value.casefold() not in words().nobody


def _has_digits(match: re.Match[str], value: str) -> bool:
    return sum(character.isdigit() for character in value) >= 4


CHECKS: dict[str | None, Callable[[re.Match[str], str], bool]] = {
    None: _always,
    "not_git": _not_git,
    "public_ip": _public_ip,
    "luhn": _luhn,
    "iban": _iban,
    "personal_account": _personal_account,
    "has_digits": _has_digits,
}


@cache
def shapes() -> tuple[Shape, ...]:
    """The shapes of `contacts.yml`."""
    table = yaml.safe_load(files(__package__).joinpath("contacts.yml").read_text(encoding="utf-8"))
    return tuple(
        Shape(
            name=entry["name"],
            kind=entry["kind"],
            source=entry["source"],
            gate=re.compile(entry["gate"]) if "gate" in entry else None,
            hints=tuple(entry.get("hints", ())),
            pattern=re.compile(entry["pattern"]),
            check=CHECKS[entry.get("check")],
            finds=entry["finds"],
            leaves=entry["leaves"],
        )
        for entry in table
    )
