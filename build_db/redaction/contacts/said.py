"""Tells what a word tells of from what merely comes after it: ids, dates of birth, plates, hidden mail addresses."""

from __future__ import annotations

import re

import phonenumbers

from build_db.redaction.contacts.contact_table import pattern

# Capitals and a few digits in one word, of a length that words in capitals with a number behind do not have.
CODED_ID = re.compile(r"(?=(?:[A-Z]*\d){2})(?=[A-Z\d]*\d[A-Z])[A-Z\d]{8,14}")
# What is numbered with capitals in front, and moves no wheel.
NORM = re.compile(
    r"(?:BMW|AMG|VW|KIA|SUV|ISO|DIN|RFC|IEC|ANSI|EN|GPT|USB|CPU|GPU|RTX|GTX|MP|PM|AM|Q[1-4]|COVID|MK|USD|EUR|GBP|CHF|PLN|KM|KG|HTTP|UTF|SHA|MD"
    r"|AES|PDF|API|SQL|CSV|PR|BUG|JIRA|MS|PS|AC|BC|AD|NO|OK|TV|PC|ID|IP|A\d|M\d)(?![A-Z])"
)
MOST_DAYS, MOST_MONTHS = 31, 12
LEAST_DIGITS, LEAST_ACCOUNT = 5, 6
LEAST_PLATE, MOST_PLATE, PLATE_OF_DIGITS = 4, 10, 6


def date(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A day that there is; "12 apples 2024" is none."""
    value = text[start:end]
    if pattern("counted date").search(value):
        return None
    numbers = [int(number) for number in re.findall(r"\d+", value)]
    small = [number for number in numbers if number <= MOST_DAYS]
    if len(numbers) == 3 and re.fullmatch(r"[\d ./-]+", value):
        whole = [number for number in numbers if number <= MOST_MONTHS]
        two_digit_year = len(small) < 2 and min(numbers) <= MOST_DAYS
        return (start, end) if whole and (len(small) >= 2 or two_digit_year) else None
    return (start, end) if small or any(number > 10**7 for number in numbers) else None


def id_number(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A number with digits enough, that is no date and counts nothing."""
    value = text[start:end]
    enough = sum(map(str.isdigit, value)) >= LEAST_DIGITS or CODED_ID.fullmatch(value)
    return None if not enough or _is_day(value) or pattern("unit").match(text, end) else (start, end)


def account_number(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The same for the account at a bank."""
    value = text[start:end]
    if sum(map(str.isdigit, value)) < LEAST_ACCOUNT or _is_day(value) or pattern("unit").match(text, end):
        return None
    return start, end


def _is_day(value: str) -> bool:
    return bool(pattern("date").search(value) or pattern("day").match(value))


def plate(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Letters and digits, few of each; a plate of digits alone has more."""
    value = text[start:end]
    signs = [char for char in value if char.isalnum()]
    digits = sum(map(str.isdigit, signs))
    if not LEAST_PLATE <= len(signs) <= MOST_PLATE or not digits or pattern("unit").match(text, end):
        return None
    return (start, end) if digits < len(signs) or len(signs) >= PLATE_OF_DIGITS else None


def vehicle_plate(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A plate that no word announces: no year, model or norm stands so."""
    value = text[start:end]
    if NORM.match(value) or pattern("unit").match(text, end) or re.match(r"(?:19|20)\d\d\b", value[-4:]):
        return None
    return plate(text, start, end)


def bank_code(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Four letters, then a country that there is."""
    country = text[start:end].replace(" ", "")[4:6]
    return (start, end) if country in phonenumbers.SUPPORTED_REGIONS else None


def mixed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Letters and digits."""
    value = text[start:end]
    return (start, end) if any(map(str.isdigit, value)) and any(map(str.isalpha, value)) else None


def coded(text: str, start: int, end: int) -> tuple[int, int] | None:
    """What a short link ends in: no plain word."""
    value = text[start:end]
    return (start, end) if len(value) >= 5 and pattern("code").search(value) else None


def boxed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The number of a box, not of several, nor a ratio."""
    return None if pattern("unit").match(text, end) or re.match(r"[/-]", text[end : end + 1]) else (start, end)


def postcode(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A postcode, and no file that a command copies."""
    command = pattern("command").search(text[max(0, start - 16) : start])
    return None if command or _is_day(text[start:end]) or pattern("unit").match(text, end) else (start, end)


def hidden_mail(text: str, start: int, end: int) -> tuple[int, int] | None:
    """An address with signs in place of its own, and no code."""
    return None if text[start:end].startswith("git@") or pattern("no email").search(text[start:end]) else (start, end)


def mail_in_words(text: str, start: int, end: int) -> tuple[int, int] | None:
    """An address said in words; "find us at shop dot com" is a site."""
    return None if pattern("no user").match(text[start:end]) else (start, end)


def numbered_mail(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A user at a computer that can be; not a version of four numbers, nor the login of a git host."""
    user, _, host = text[start:end].rpartition("@")
    if user == "git":
        return None
    if host[0] == "[":
        return start, end
    parts = [int(part) for part in host.split(".")]
    return (start, end) if parts[0] and max(parts) <= 255 else None
