"""Finds the password or the code that answers a question: "what's the wifi password again?", and behind it only a word.

Nobody says in the answer what it is. So of a question that speaks of a password, a network or a code, the first word
behind it is read: it may be whatever people choose as a password; where a code was asked for, a number. `asked.yml`
lists the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from build_db.declared import declared, shipped
from build_db.redaction.people.everyday import languages_of
from build_db.redaction.people.folding import fold
from build_db.redaction.secrets.formats import any_of
from build_db.redaction.secrets.looks import PLACEHOLDER, TIME
from build_db.redaction.secrets.near import CODE, bounded, is_chosen, is_harmless
from build_db.redaction.secrets.told import cues_in, may_be_password
from build_db.redaction.spans import Span

FILE = "asked.yml"
# A question goes so far back; its mark is followed by the answer, or the answer's line begins like one.
LONGEST_QUESTION = 160
# What the engine looks for first is a class; which of its characters it was is asked behind it.
ENDS = re.compile(r"[?？؟;\n](?:(?<!\n)[\"'”»)]?[^\w\n]{0,6}\n{1,2}|(?<=[?？؟])\s(?=\S)|(?<=\n)(?=[>–—] ?\S))")
# One of these is in every such end.
MARK = r"(?:[?？؟;]|\n[>–—])"
SPEAKER = r"[^\S\n]{0,8}(?:[>–—•*-]{1,3}[^\S\n]{0,2})?(?:[^\W\d_]{1,14}\s?[:：>]\s{0,2})?"
WORD = r"[\"'`“«*]{0,2}(?P<value>[^\s\"'`“”„«»(),;<>|、。，！？]{3,64})"
REST = re.compile(r"[^\n]{0,100}")
END = ".,:;!?…*_~"
# A number that is an answer: no year, no date, no amount.
NUMBER = re.compile(
    r"[*#]{0,2}(?!(?:19|20)\d\d(?!\d))(?:\d{3,8}|\d(?:-\d){2,7}|\d\d[ .-]\d\d[ .-]\d\d|\d{3}[ -]\d{3})[*#]{0,2}"
)
COUNTS = re.compile(r"[^\S\n]?(?:[%€$£°:/.]\d?|[^\W\d_])")
SIGNED = re.compile(r"[^\W\d_]{2,30}(?:[._!$&*+~-][^\W\d_]{2,30}){1,5}")
MIXED = re.compile(r"(?=.*\d)(?=.*[^\W\d_]{3}).{6,}")
VERSION = re.compile(r"v?\d.*|.*[/\\@(={].*")


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `asked.yml`; its header explains the keys."""

    network: tuple[str, ...]
    codes: tuple[str, ...]
    no_codes: str
    hedges: tuple[str, ...]


@cache
def _table() -> Table:
    return declared(FILE, shipped(__package__, FILE), Table)


@cache
def cues() -> tuple[str, ...]:
    """Patterns, one of which is in every text with such a question; words for a password are known elsewhere."""
    return tuple(map(_cue, (*_table().network, *_table().codes)))


def _cue(words: str) -> str:
    behind = r"(?:[\W\d_][\s\S]*)?" if bounded(words) != words else r"[\s\S]*"
    return f"(?:{words}){behind}{MARK}"


@cache
def _any(listed: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?i){any_of(map(bounded, listed))}")


@cache
def _answer() -> re.Pattern[str]:
    hedges = any_of(map(bounded, _table().hedges))
    return re.compile(rf"{SPEAKER}(?:(?i:{hedges})[\s,:…]{{1,3}}){{0,3}}{WORD}")


def find_asked(text: str) -> Iterator[Span]:
    """Spans of answers to a question for a password or a code."""
    for end in ENDS.finditer(text):
        first = max(text.rfind("\n", 0, end.start()) + 1, end.start() - LONGEST_QUESTION)
        question = text[first : end.start()]
        answer = _answer().match(text, end.end()) if question else None
        found = _answered(text, question, answer) if answer else None
        if found and not CODE.search(question):
            yield Span(*found, "secret", "asked")


def _answered(text: str, question: str, answer: re.Match[str]) -> tuple[int, int] | None:
    """Where the answer stands that a question has. Most first words are none, which is told sooner than a question."""
    start, value = answer.start("value"), answer["value"].rstrip(END)
    number = _number(text, start)
    if number and _any(_table().codes).search(question) and not _any((_table().no_codes,)).search(question):
        return number
    chosen = _is_answer(value)
    if not chosen and not _is_whole(text, answer, value):
        return None
    secret = next(cues_in(question), None) is not None
    network = chosen and not secret and _any(_table().network).search(question) is not None
    return (start, start + len(value)) if secret or network else None


def _number(text: str, start: int) -> tuple[int, int] | None:
    """Where a number stands that may open something: nothing is counted behind it."""
    number = NUMBER.match(text, start)
    if not number or COUNTS.match(text, number.end()) or text[number.end() : number.end() + 1].isdigit():
        return None
    return number.span()


def _is_answer(value: str) -> bool:
    """Whether the first word of an answer is one that somebody chose: signs or digits among letters."""
    if len(value) < 5 or PLACEHOLDER.fullmatch(value) or TIME.fullmatch(value) or VERSION.fullmatch(value):
        return False
    if is_chosen(value):
        return True
    if SIGNED.fullmatch(value):
        return not all(languages_of(fold(part)) for part in re.split(r"[^\w]|_", value)) or "_" in value
    return bool(MIXED.fullmatch(value)) and ("_" in value or not is_harmless(value))


def _is_whole(text: str, answer: re.Match[str], value: str) -> bool:
    """Whether an answer is but one word, and none of every day."""
    alone = REST.match(text, answer.end("value"))
    bare = alone is None or not any(map(str.isalnum, alone.group()))
    return bare and len(value) > 4 and value.isalpha() and may_be_password(value) and not languages_of(fold(value))
