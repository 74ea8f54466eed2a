"""The last word on a shape that was found: check digits, ranges in use, what stands around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from stdnum import iban as iban_number
from stdnum import luhn, numdb

from build_db.redaction.contacts import phones, profiles, said, streets, wallets
from build_db.redaction.contacts.addresses import ipv4, ipv6, number_first, street_first
from build_db.redaction.contacts.contact_table import pattern
from build_db.redaction.contacts.groups import onwards as _onwards
from build_db.redaction.contacts.groups import stops as _stops
from build_db.redaction.words import words

# What a check says of text[start:end]: the stretch that is one; None if none is; an empty one if none is, and the
# search shall go on from there.
Check = Callable[[str, int, int], tuple[int, int] | None]


def _always(text: str, start: int, end: int) -> tuple[int, int] | None:
    return start, end


# What is typed beside a sign and a script that sets no blanks: "メールはmara@post.exampleです".
IN_LATIN = re.compile(r"[\w.+%-]*?([!-~\u00c0-\u024f]+@[!-~\u00c0-\u024f]*[A-Za-z])[^@]*", re.DOTALL)
UNPARTED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def _email(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Not the login of a git host, a version, a file for fine screens, a product, or what a URL's password ends in."""
    latin = IN_LATIN.fullmatch(text, start, end) if UNPARTED.search(text, start, end) else None
    if latin and "." in latin[1].rpartition("@")[2]:
        start, end = latin.span(1)
    value = text[start:end]
    of_a_computer = pattern("of a computer").search(text[max(0, start - 20) : start])  # and its interface
    if of_a_computer or value.startswith("git@") or pattern("no email").search(value):
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


def _said_card(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The longest number that has a right check digit, or is set in groups as cards are."""
    for stop in _stops(text, start, end):
        digits = re.sub(r"\D", "", text[start:stop])
        if 12 <= len(digits) <= 19 and luhn.is_valid(digits) and len(set(digits)) > 1:
            return start, stop
    grouped = pattern("grouped card").match(text, start, end)
    return (start, grouped.end()) if grouped else None


def _iban(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The longest account number with the length of its country and the right check digits."""
    length = _account_length(text[start : start + 2].upper())
    for stop in _stops(text, start, end) if length else ():
        account = re.sub(r"\W", "", text[start:stop])
        if len(account) == length and iban_number.is_valid(account, check_country=False):
            return start, stop
    return start, start


@cache
def _account_length(country: str) -> int:
    """How long the account numbers of a country are, with its letters and the check digits; 0 if it has none."""
    structure = numdb.get("iban").info(country)[0][1].get("bban", "")
    return sum(map(int, re.findall(r"\d+", structure)), 4) if structure else 0


def _coordinates(text: str, start: int, end: int) -> tuple[int, int] | None:
    numbers = [float(number.replace(",", ".")) for number in re.findall(r"\d+[.,]\d+", text[start:end])]
    if not numbers or max(numbers) > 180 or (len(numbers) == 2 and min(numbers) > 90):
        return None
    return (start, end) if any(numbers) else None


def _four_digits(text: str, start: int, end: int) -> tuple[int, int] | None:
    digits = sum(map(str.isdigit, text[start:end]))
    return (start, end) if digits >= 4 and end - start >= 6 else None


CHECKS: dict[str, Check] = {
    "": _always,
    "email": _email,
    "credentials": _credentials,
    "account": _account,
    "ipv4": ipv4,
    "ipv6": ipv6,
    "card": _card,
    "said_card": _said_card,
    "iban": _iban,
    "coordinates": _coordinates,
    "four_digits": _four_digits,
    "number_first": number_first,
    "street_first": street_first,
    "phone": phones.phone,
    "said_phone": phones.said,
    "asked_phone": phones.asked,
    "whose_phone": phones.whose,
    "linked_phone": phones.linked,
    "extension": phones.extension,
    "hidden_mail": said.hidden_mail,
    "said_mail": said.mail_in_words,
    "numbered_mail": said.numbered_mail,
    "date": said.date,
    "id_number": said.id_number,
    "plate": said.plate,
    "vehicle_plate": said.vehicle_plate,
    "account_number": said.account_number,
    "bank_code": said.bank_code,
    "mixed": said.mixed,
    "coded": said.coded,
    "boxed": said.boxed,
    "postcode": said.postcode,
    "maker": profiles.maker,
    "profile": profiles.profile,
    "handle": profiles.named,
    "bech32": wallets.bech32,
    "not_flat": wallets.not_flat,
    "base58check": wallets.base58check,
    "looks_like_wallet": wallets.looks_like_one,
    "street_word": streets.street_word,
    "named_street": streets.named_street,
    "named_place": streets.named_place,
    "field": streets.field,
    "address_line": streets.address_line,
    "lived_in": streets.lived_in,
    "eastern": streets.eastern,
    "korean_road": streets.korean_road,
    "korean_quarter": streets.korean_quarter,
    "numbered_road": streets.numbered_road,
}
