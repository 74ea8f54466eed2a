"""Finds passwords by what people do with them: "I use ... as the password", "we changed the password to ...".

What is used as a password is a word of its own kind, and stands where any object may. So it counts if it looks like
something that somebody chose, or is no word of every day; `used.yml` lists the words around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import msgspec

from build_db.declared import declared, shipped
from build_db.redaction.people.everyday import bits, is_common, languages_of
from build_db.redaction.people.folding import fold
from build_db.redaction.secrets.formats import any_of
from build_db.redaction.secrets.looks import PLACEHOLDER
from build_db.redaction.secrets.near import CODE, NUMBERED, SIGNS, is_harmless
from build_db.redaction.secrets.told import cues_in, may_be_password
from build_db.redaction.spans import Span

FILE = "used.yml"
# How far from the word for a password.
BEFORE, BEHIND = 60, 70
QUOTES = r"[\"'`“„«*]{0,2}"
VALUE = rf"{QUOTES}(?P<value>[^\W_][^\s\"'`“”„«»,;:()<>|=/\\{{}}\[\]]{{3,60}})"
END = ".!?…*_~"
# A word of English so common is what people talk about.
COMMON = 5000
# Of passwords in general somebody speaks.
PLURAL = re.compile(r"(?i)(?:words|phrases|codes|wörter)$")
# What ends the sentence or the clause behind a value.
ENDS = re.compile(
    r"[\"'`”»*]{0,2}\s{0,2}(?:$|[.,;!?)\n]|(?:and|und|et|y|e|en|i|och|og|ja|и|та|і|ve|now|yesterday|today)\s)"
)


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `used.yml`; its header explains the keys."""

    use: tuple[str, ...]
    as_: tuple[str, ...] = msgspec.field(name="as")
    its: tuple[str, ...]
    is_: tuple[str, ...] = msgspec.field(name="is")
    change: tuple[str, ...]
    to: tuple[str, ...]
    at: tuple[str, ...]
    who: tuple[str, ...]
    of: tuple[str, ...]
    no_word: str


class Used(NamedTuple):
    """What `used.yml` makes, for what stands before a word for a password and behind it."""

    used_as: re.Pattern[str]
    is_the: re.Pattern[str]
    as_: re.Pattern[str]
    used: re.Pattern[str]
    change: re.Pattern[str]
    to: re.Pattern[str]
    changed: re.Pattern[str]
    of: re.Pattern[str]
    no_word: frozenset[str]


@cache
def used() -> Used:
    """The table, compiled."""
    words = declared(FILE, shipped(__package__, FILE), Words)
    as_, its, use = any_of(words.as_), any_of(words.its), any_of(words.use)
    change, who, to = any_of(words.change), any_of(words.who), rf"(?:(?P<to>{any_of(words.to)})|{any_of(words.at)})"
    begins = r"(?:^|[.!?:;\n]\s?|(?:sorry|no|ok|so|and|und|et|y|e|en|и)[,:]?\s)"
    as_its = rf"{as_}\s(?:{its}\s){{0,2}}$"
    return Used(
        re.compile(rf"(?i)(?<![^\W_]){use}\s(?:{who}\s)?{VALUE}[\"'`”»*]{{0,2}}\s{as_its}"),
        re.compile(rf"(?i){begins}{VALUE}\s{any_of(words.is_)}\s(?:{its}\s){{1,2}}$"),
        re.compile(rf"(?i)(?<![^\W_]){as_its}"),
        re.compile(rf"(?i)(?:\s{who}){{0,2}}\s{use}(?:\s{who}){{0,2}}\s{VALUE}"),
        re.compile(rf"(?i)(?<![^\W_]){change}\s[^.!?\n]*$"),
        re.compile(rf"(?i)(?:\s[^\s.,;:!?]{{1,16}}){{0,4}}?\s{to}\s(?:{who}\s)?{VALUE}"),
        re.compile(rf"(?i)[\"'`”»*]{{0,2}}\s(?:\S{{1,8}}\s)?{change}(?![^\W_])"),
        re.compile(rf"(?i)\s{any_of(words.of)}(?![^\W_])"),
        frozenset(words.no_word.split()),
    )


def find_used(text: str) -> Iterator[Span]:
    """Spans of passwords that are used as one, or that another was changed to."""
    for start, end in cues_in(text):
        general = used().of.match(text, end) or PLURAL.search(text, start, end)
        if general or CODE.search(text[max(0, start - BEFORE) : end + BEHIND]):
            continue
        before = text[max(0, start - BEFORE) : start]
        found = used().used_as.search(before) or (used().is_the.search(before) if start <= BEFORE else None)
        if found and _is_password(found["value"], word=True):
            first = start - len(before) + found.start("value")
            yield Span(first, first + len(found["value"].rstrip(END)), "secret", "used")
        elif place := _told_behind(text, before, end):
            yield Span(*place, "secret", "used")


def _told_behind(text: str, before: str, end: int) -> tuple[int, int] | None:
    """Where a value stands behind a word for a password that is used as one, or is the new one."""
    found, word = None, True
    if used().as_.search(before):
        found = used().used.match(text, end, end + BEHIND)
    else:
        new = used().to.match(text, end, end + BEHIND)
        said = f"{before} {text[end : new.start('value')]}" if new else ""
        if new and (used().change.search(said) or used().changed.match(text, new.end())):
            found, word = new, new["to"] is not None and ENDS.match(text, new.end()) is not None
    if not found or not _is_password(found["value"], word=word):
        return None
    return found.start("value"), found.start("value") + len(found["value"].rstrip(END))


def _is_password(value: str, *, word: bool) -> bool:
    """Whether a value looks chosen, or, where it may be a word, is none of every day."""
    value = value.rstrip(END)
    if len(value) < 4 or PLACEHOLDER.fullmatch(value) or NUMBERED.fullmatch(value) or is_harmless(value):
        return False
    if not value.isalpha():
        return any(map(str.isalpha, value)) and any(c.isdigit() or c in SIGNS for c in value)
    known = languages_of(fold(value))
    rare = not known or (known == bits("en") and not is_common(fold(value), COMMON))
    return word and rare and may_be_password(value) and fold(value) not in used().no_word
