"""Finds secrets by the names that code gives them: `MY_APP_TOKEN`, `adobeClientSecret`, `"fastly_api_token"`.

Pairs are found by what joins them, which is rarer than names; the words of the name are looked at afterwards, and
`names.yml` says which of them tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from build_db.declared import declared, shipped
from build_db.redaction.secrets.looks import PLACEHOLDER, VARIABLE, is_slug, looks_chosen, looks_made
from build_db.redaction.spans import Span

FILE = "names.yml"
PAIR = re.compile(
    r"(?:[.:?+|~<-]{0,3}=>?|\|\||:{1,2}|,|->|>|\|)(?P<open>[\s\"'`\\(\[{=>]{0,6}(?:Bearer |Basic )?)"
    r"(?P<value>[\w.=+/~@%!*&^$#-]{8,400})"
)
# What ends a sentence or a clause, and no value.
SIGNS_BEHIND = ".,:;!?"
# The next parameter of an address.
NEXT = re.compile(r"&(?=[A-Za-z_-]{1,30}=)")
NAME_END = r"(?:\s(?:string|str|String|char\*?|&str))?[\"'`\]\s\\]{0,5}"
NAME = re.compile(rf"([\w.-]{{1,90}}){NAME_END}$")
# What is in each name that tells; the words of the name are looked at afterwards.
NAMING = re.compile(
    r"(?i:key|token|secret|pass|pwd|auth|cred|api|appid|client|access|private|bearer|sid|license|salt|sig|webhook|cookie|sess"
    r"|csrf|xsrf|login|dsn|pswd|pswrd|psswd|pword|mdp|kennwort|contrase|senha|wachtwoord|haslo|heslo|jelszo|lozinka|salasana|sifre"
    r"|segret|artifactory|bintray|xray|jfrog|atlassian|jira|confluence|cloudflare|snyk|sonar)"
)
# `APIKey`, `apiKey` and `api_key` are the same words.
NAME_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# `input_tokens: 5210` counts; it does not open anything.
COUNTS = re.compile(r"(?i)tokens|(?:max|min|input|output|total|prompt|completion|cache|num|used)\w{0,12}token")
# What a program's image is tagged with: `message-api:rc0.15.0_20231217_1420-SNAPSHOT`.
VERSION = re.compile(r"(?:v|rc|beta|alpha|release-?)?\d{1,4}\.\d{1,4}\.\d{1,4}(?:[._+-]|$)")
# A value this long, mixed as `looks_made` wants it, is no word and no count, whatever it is called.
SURELY_LONG = 15
PASSWORD = ("password", "passwd", "passphrase")


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `names.yml`; its header explains the keys."""

    password: frozenset[str]
    strong: frozenset[str]
    weak: frozenset[str]
    endings: tuple[str, ...]
    harmless: frozenset[str]
    no_secret: frozenset[str]


@cache
def names() -> Names:
    """The table as it is written."""
    return declared(FILE, shipped(__package__, FILE), Names)


def find_named(text: str) -> Iterator[Span]:
    """Spans of what stands beside a telling name."""
    match = PAIR.search(text)
    while match:
        start = match.start("value")
        is_call = text[match.end() : match.end() + 1] == "("
        if not is_call and _may_be_secret(match.group("value")):
            named = NAME.search(text, max(0, match.start() - 100), match.start())
            value = _value(text, named, match) if named else ""
            if named and _may_be_secret(value) and _is_secret_pair(named.group(1), value, _joint(text, named, match)):
                yield Span(start, start + len(value), "secret", "named")
                start += len(value)
        # What looked like a value may begin with a name of its own: "config": "TOKEN=..."
        match = PAIR.search(text, start)


def _may_be_secret(value: str) -> bool:
    value = value.rstrip(SIGNS_BEHIND)
    return len(value) >= 8 and (not value.isalpha() or len(value) >= 20)


def _value(text: str, named: re.Match[str], match: re.Match[str]) -> str:
    """What stands beside a name: in an address up to the next parameter; elsewhere `&x=` is part of a value."""
    value = match.group("value")
    if text[named.start(1) - 1 : named.start(1)] in ("?", "&"):
        value = NEXT.split(value)[0]
    return value.rstrip(SIGNS_BEHIND)


def _joint(text: str, named: re.Match[str], match: re.Match[str]) -> str:
    """What joins name and value; between `<token>` and `</token>` it is as good as an equals sign."""
    return "=" if text[named.start(1) - 1 : named.start(1)] in ("<", ":") else match.group()[0]


def _is_secret_pair(name: str, value: str, joint: str) -> bool:
    telling = NAMING.search(name) and how_telling(name)
    if not telling or (value.isdigit() and COUNTS.search(name)):
        return False
    if PLACEHOLDER.fullmatch(value):
        return False
    if telling == "password" and joint in "=:":
        return not VARIABLE.fullmatch(value) and (looks_chosen(value, sure=True) or looks_made(value, strongly=True))
    if is_slug(value) or VERSION.match(value):
        return False
    strongly = telling == "strong"
    long_enough = len(value) >= SURELY_LONG or (strongly and joint not in ",>|")
    return long_enough and looks_made(value, strongly=strongly)


@cache
def how_telling(name: str) -> str:
    """What a name says of its value: "password", "strong" (a secret), "weak" (one, if it looks made), or ""."""
    table, words = names(), [word.lower() for word in NAME_WORDS.findall(name)]
    if any(word in table.no_secret for word in words):
        return ""
    if any(
        word == "key" and words[place - 1 : place] and words[place - 1] in table.harmless
        for place, word in enumerate(words)
    ):
        return ""
    if any(word in table.password or word.endswith(PASSWORD) for word in words):
        return "password"
    if any(word in table.strong or word.endswith(table.endings) for word in words):
        return "strong"
    return "weak" if any(word in table.weak for word in words) else ""
