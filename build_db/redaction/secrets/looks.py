"""What a value looks like: made by a machine, chosen by somebody, a placeholder, a word, a name of parts."""

from __future__ import annotations

import math
import re
from collections import Counter

from build_db.contract import UUID

PLACEHOLDER = re.compile(
    r"(?i)[x*.\-_•#?+=~]+|<.*>?|\$(?![a-z][\w-]{0,20}\$)\{?[A-Za-z_].*|\{\{?[^{}]*\}{0,2}|%\(?\w+\)?[s%]?|(?:[^\w\s]{0,3}%[#0-9.*$+-]{0,8}[a-z]{1,2}){1,4}[^\w\s]{0,3}|\[.*\]?|(?:\w{1,10}_)?(?:x{6,}|1{20,}|0{20,})|process\.env.*|os\.environ.*|\$\(.*|~?/(?:etc|usr|var|opt|tmp|srv|dev|proc|sys|run|mnt|media|home|s?bin|lib(?:32|64)?|boot)/.*|(?:your|my|the|some|an?|enter|insert|replace|change|example|sample"
    r"|dummy|fake|test|placeholder|redacted|withheld|undefined|none|null|nil|true|false|todo|changeme|password|passwort|passphrase|passord|lösenord|kennwort|contraseña|senha|motdepasse|wachtwoord|hasło|heslo|jelszó|salasana|пароль|secret"
    r"|token|env|getenv|config|self|this|not|never|always|required|optional|string|str|int|bool)(?:[\W_]+[A-Za-z]+){0,8}[\W_]*"
)
# `AIzaSyXXXXXXXXXXXX`: letters that stand for those of a token.
DRAWN_OUT = re.compile(r"([Xx*.•#])\1{7}")
OPTION_IN_HELP = re.compile(r"[ \t]{0,40}(?:-\w,[ \t]{1,4})?--?[\w-]{1,40}[ =](?P<name>[^\W\d_]{2,24}) {2,}[^\W\d_]")
HASHLIKE = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{7,12}|sha\d{1,3}[:-].*", re.IGNORECASE)
WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’-][A-Za-zÀ-ÿ]+)*[.!?:]*")
TIME = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}:\d\d.*|[\d.,]+")
# How many signs a password has, how long it lasts: "12-stellig", "30-day".
SIZED = re.compile(
    r"\d{1,3}(?:-?(?:stellig\w{0,2}|chars?|digits?|letters?|znak\w{0,4})|-(?:zeichen|char|digit|letter|word|bit|byte|day|tag|tägig|jour"
    r"|caract|tecken|siffr|cifr|ciffer|merk|sign|kar[aá]kter|teken|cijfer|знач|символ|букв|цифр|дневн|month|monat|mies"
    r"|week|woche|step|factor|faktor|stopni|chiffre|letra|zahl|jegy|betű|kirj)\w*)"
)
# A name in code of several words: `other_password`.
VARIABLE = re.compile(r"[A-Za-z]{1,30}(?:_[A-Za-z]{1,30}){1,5}")
# Parts of a slug: words, small numbers and versions, the short tail of an id.
JOINTS = re.compile(r"[-_./:@+]")
PLAIN_PART = re.compile(
    r"[A-Za-z]?[a-z]{1,30}|[A-Z]{2,5}|\d{1,8}|v?\d{1,4}[a-zA-Z]?\d{0,4}|[A-Za-z][a-z]{0,12}\d{1,4}|v\d[a-z]{1,6}\d{0,3}|"
)
SHORT_TAIL = re.compile(r"[0-9a-f]{4,8}")
LEAST_ENTROPY, MUCH_ENTROPY = 2.6, 3.6
TURNS = re.compile(r"\d+|[A-Z]+|[a-z]+")


def is_name_for_value(text: str, start: int) -> bool:
    """Whether the help of a program says there what an option takes: `  -p, --password=PASS   the password to use`.

    A word in capitals, of an option that begins its line, and behind it some blanks and what it means. Anywhere else,
    as on a line that calls a program, a word in capitals may be a password.
    """
    option = OPTION_IN_HELP.match(text, text.rfind("\n", 0, start) + 1)
    return option is not None and option.start("name") == start and option["name"].isupper()


def looks_made(value: str, *, strongly: bool) -> bool:
    """Whether a value in code looks like something a machine made: long, mixed, and no path, word or time.

    :param strongly: the value's name says that it is secret; then ids and long numbers count, too
    """
    if len(value) < 8 or PLACEHOLDER.fullmatch(value):
        return False
    if value.isdigit() or UUID.fullmatch(value):
        return strongly and len(value) >= 14
    if TIME.fullmatch(value) or (HASHLIKE.fullmatch(value) and len(value) < 32 and not strongly):
        return False
    if not any(c.isdigit() for c in value):
        return len(value) >= 20 and entropy(value) >= MUCH_ENTROPY and not WORD.fullmatch(value)
    return any(c.isalpha() for c in value) and entropy(value) >= LEAST_ENTROPY


def looks_chosen(value: str, *, sure: bool) -> bool:
    """Whether a word after "password is" is one that somebody chose, and no plain one.

    :param sure: a colon or the like stands between
    """
    if len(value) < 4 and not (value.isdigit() and len(value) >= 3):
        return False
    if SIZED.fullmatch(value):
        return False
    if not WORD.fullmatch(value):
        return any(c.isdigit() for c in value) or any(c in "!@#$%^&*_+=~" for c in value)
    inner = value[1:]
    return inner != inner.lower() and not value.isupper()


def is_slug(value: str) -> bool:
    """Whether a value is made of plain words, small numbers and versions: `material-you-v3`, `apps/v1beta1-2024`."""
    parts = JOINTS.split(value)
    plain = [part for part in parts if PLAIN_PART.fullmatch(part)]
    others = [part for part in parts if not PLAIN_PART.fullmatch(part)]
    return len(parts) > 1 and len(others) <= 1 < len(plain) and all(SHORT_TAIL.fullmatch(part) for part in others)


def looks_random(value: str) -> bool:
    """Whether a value that has no name is a row of digits and letters in turns, as only machines write it."""
    if UUID.fullmatch(value) or TIME.fullmatch(value) or PLACEHOLDER.fullmatch(value) or DRAWN_OUT.search(value):
        return False
    kinds = sum(any(test(c) for c in value) for test in (str.isdigit, str.isupper, str.islower))
    turns = len(TURNS.findall(value))
    return kinds >= 2 and any(map(str.isdigit, value)) and turns >= 6 and entropy(value) >= LEAST_ENTROPY


def entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
