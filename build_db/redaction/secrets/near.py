"""Finds what somebody chose as a password wherever a sentence speaks of one, however it is said.

`told.py` knows how a password is told; people find other ways every day. So near a word that is one for a password and
nothing else, in the same line, whatever nobody would write but as a password counts: digits among letters, or signs.
`near.yml` lists what is written so and is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from build_db.declared import declared, shipped
from build_db.redaction.secrets.formats import any_of
from build_db.redaction.secrets.looks import PLACEHOLDER
from build_db.redaction.secrets.told import cues_in
from build_db.redaction.spans import Span

FILE = "near.yml"
# How far from the word, before it and behind it.
BEFORE, BEHIND = 60, 90
TOKEN = re.compile(r"(?<![^\s\"'`“”„«»(*:=→])[^\s\"'`“”„«»(),;<>|/\\\[\]{}]{6,64}(?=$|[\s\"'`“”„«»),;.!?*<|])")
END = ".,:;!?…*_~"
LEAST_LETTERS, LEAST_DIGITS = 3, 2
INNER_DIGIT = re.compile(r"[a-z]\d[a-z]", re.IGNORECASE)
SIGNS = frozenset("!@#$%^&*+=?~")
# What makes of the word a part of a name in code, such as `POSTGRES_PASSWORD_FILE`.
PART_OF_NAME = tuple("_-./$=([")
# A line of code speaks of passwords without telling one.
CODE = re.compile(
    r"[;{}]\s*$|==|=>|\(\)|^\s*(?:def|class|import|from|return|const|let|var|if|for|func|fn|public|private|//|#)\b"
)


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `near.yml`."""

    harmless: tuple[str, ...]


@cache
def _harmless() -> re.Pattern[str]:
    return re.compile(rf"(?i:{any_of(declared(FILE, shipped(__package__, FILE), Table).harmless)})")


def find_near(text: str) -> Iterator[Span]:
    """Spans of what stands near a word for a password and looks like one."""
    done = 0
    for start, end in cues_in(text):
        if text[start - 1 : start] in PART_OF_NAME or text[end : end + 1] in PART_OF_NAME:
            continue
        first = max(done, start - BEFORE, text.rfind("\n", 0, start) + 1)
        last = min(end + BEHIND, text.find("\n", end) if "\n" in text[end : end + BEHIND] else len(text))
        if CODE.search(text[text.rfind("\n", 0, start) + 1 : last]):
            continue
        for match in TOKEN.finditer(text, first, last):
            value = match.group().rstrip(END)
            if match.end() > done and _is_chosen(value):
                yield Span(match.start(), match.start() + len(value), "secret", "near")
        done = max(done, last)


def _is_chosen(value: str) -> bool:
    """Whether nobody would write this but as a password."""
    letters, digits = sum(map(str.isalpha, value)), sum(map(str.isdigit, value))
    if letters < LEAST_LETTERS or not value.isascii() or PLACEHOLDER.fullmatch(value) or _harmless().fullmatch(value):
        return False
    if "@" in value[1:-1] and "." in value.rpartition("@")[2]:
        return False  # a mail address is none
    if digits >= LEAST_DIGITS or (digits and (INNER_DIGIT.search(value) or SIGNS & set(value))):
        return True
    return len(SIGNS & set(value[1:-1])) > 1 or bool(SIGNS & set(value[1:-1]) - set("=+*@&"))
