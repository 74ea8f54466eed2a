"""Finds what somebody chose as a password wherever a sentence speaks of one, however it is said.

`told.py` knows how a password is told; people find other ways every day. So near a word that is one for a password and
nothing else, in the same line, whatever nobody would write but as a password counts: digits among letters, or signs.
What looks like nothing else does near a word that speaks of getting in somewhere, and anywhere with a sign in it; a
short number does behind a word for a lock, and where a door is and somebody types. `near.yml` lists the words, the
looks, and what is written so and is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

import msgspec

from build_db.declared import declared, shipped
from build_db.redaction.secrets.formats import any_of
from build_db.redaction.secrets.looks import PLACEHOLDER, SIZED
from build_db.redaction.secrets.told import FIRST_WITHOUT_BLANKS, cues_in
from build_db.redaction.spans import Span

FILE = "near.yml"
# How far from the word, before it and behind it.
BEFORE, BEHIND = 60, 90
LONGEST = 64
TOKEN = re.compile(
    rf"(?<![^\s\"'`“”„«»(*:=→])[^\s\"'`“”„«»(),;<>|/\\\[\]{{}}]{{6,{LONGEST}}}(?=$|[\s\"'`“”„«»),;.!?*<|])"
)
END = ".,:;!?…*_~"
LEAST_LETTERS, LEAST_DIGITS = 3, 2
INNER_DIGIT = re.compile(r"[a-z]\d[a-z]", re.IGNORECASE)
# Of letters that are not English a password is a word and digits behind it.
SPACED = re.compile(r"[^\W\d_][!-~\u00c0-\u052f]*")
# "10-значный", "12-znakowe", "ГОСТ-34": what counts or is numbered.
NUMBERED = re.compile(r"[^\W\d_]+-\d+\w*|\d.*")
SIGNS = frozenset("!@#$%^&*+=?~")
RARE = frozenset("$&*!~")
# What makes of it a call, a path, an address, a longer name.
GOES_ON = tuple("(/@\\[={:")
# What makes of the word a part of a name in code, such as `POSTGRES_PASSWORD_FILE`.
PART_OF_NAME = tuple("_-./$=([")
# A line of code speaks of passwords without telling one.
CODE = re.compile(
    r"(?:[{}]|(?<![^\x00-\x7f]);)\s*$|==|=>|\(\)"
    r"|^\s*(?:(?:def|class|func|fn) \w+\s?[({:]|import [\w.{*]+(?:$|[\s;])|from [\w.]+ import"
    r"|(?:const|let|var) \w+\s?[=:]|(?:if|for|while|return)\s?\(|for \w+ in \w|return [\w.]+[;(]"
    r"|(?:public|private) (?:static|final|class|void|string|int)\b|//|#\b)"
)
# How far from what looks like one a word may be that speaks of getting in; from a word for a lock, a number.
ACCESS_REACH, OPENS = 120, 70
LONGEST_LOCK = 30
# Where one may begin. What the engine looks for first is a class, and only then what stands before.
# A letter stands before it only in a script that sets no blanks.
NOT_BEFORE = r"[0-9A-Za-z_\u00aa-\u0dff.,/:$€£+-]"
# Digits, or, as on some doors, a letter before them.
NUMBER = re.compile(rf"[*#\dA-ZА-Я](?:(?<![A-ZА-Я])|(?=[A-ZА-Я]?\d))(?<!{NOT_BEFORE}.)")
# Typed at a door: so many digits, and no time of a day.
KEYED_NUMBER = re.compile(r"\d{4}|\d(?:-\d){3}")
# A round number before a word counts: "gib mir 1000 Gründe".
ROUND = re.compile(r"\d{2,6}00\s[^\W\d_]")
# What looks like a year, and opens something only if it is typed: the word for that stands directly before it.
YEAR = re.compile(r"(?:19|20)\d\d")
TYPED = 16
TIME_BEFORE = re.compile(r"(?i)(?<![^\W_])(?:at|until|till|since|by|from|um|ab|bis|à|alle|kl\.?|o|в|с|до)\s$")
# The number of a chapter goes on, as in `Next13.4`.
CHAPTER = re.compile(r"\.\d")
SENTENCE_END = re.compile(r"(?<!\.)[.!?](?=\s)|[。\n]")
# What is made of the table is compiled when it is first tried, and kept.
_compiled = cache(re.compile)


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `near.yml`; its header explains the keys."""

    strong: tuple[str, ...]
    strong_cores: tuple[str, ...]
    opening: tuple[str, ...]
    counted: str
    access: tuple[str, ...]
    locks: tuple[str, ...]
    keyed: tuple[str, ...]
    places: tuple[str, ...]
    harmless: tuple[str, ...]


@cache
def _table() -> Table:
    return declared(FILE, shipped(__package__, FILE), Table)


def is_harmless(value: str) -> bool:
    """Whether what has letters and digits is the name of a thing, a version, a name in code, an amount."""
    return _compiled(_harmless()).fullmatch(value) is not None


@cache
def _harmless() -> str:
    return rf"(?i:{any_of(_table().harmless)})"


def bounded(words: str) -> str:
    """Whole words, where their script sets blanks between words."""
    return words if words[0] >= FIRST_WITHOUT_BLANKS else rf"(?<![^\W_])(?:{words})(?![^\W\d_])"


@cache
def _access() -> str:
    return rf"(?i){any_of(map(bounded, _table().access))}"


@cache
def strong() -> str:
    """A pattern of all that looks like a password."""
    return rf"(?<![\w/@.#-]){any_of(_table().strong)}"


def strong_cores() -> tuple[str, ...]:
    """Small patterns, one of which is in all that looks like a password."""
    return _table().strong_cores


def find_strong(text: str) -> Iterator[Span]:
    """Spans of what looks like a password and nothing else: by a sign in it, or for the text speaks of getting in."""
    for match in _compiled(strong()).finditer(text):
        value, start, end = match.group().rstrip(END), match.start(), match.end()
        if (
            not _looks_strong(value)
            or is_harmless(value)
            or text[end : end + 1] in GOES_ON
            or _is_no_word(text, start, end)
        ):
            continue
        before = text[max(0, start - ACCESS_REACH) : start].rpartition("\n\n")[2]
        behind = text[end : end + ACCESS_REACH].partition("\n\n")[0]
        around = f"{before} {behind}"
        alone = RARE & set(value[1:]) and any(map(str.isdigit, value))
        if not CODE.search(around) and (alone or _compiled(_access()).search(around)):
            yield Span(start, start + len(value), "secret", "near")


def _is_no_word(text: str, start: int, end: int) -> bool:
    """Whether a chapter's number stands there, or who speaks in a chat: `<name12>`."""
    return CHAPTER.match(text, end) is not None or (text[start - 1 : start] == "<" and text[end : end + 1] == ">")


# For the gate the words come list by list: all at once are too many for its engine.
@cache
def locks() -> tuple[str, ...]:
    """Patterns of words for what a number opens."""
    return tuple(f"(?:{bounded(words)})" for words in _table().locks)


@cache
def _opening() -> str:
    behind = rf"(?!\d|[^\W\d_](?<![\u0e00-\uffff])|{_table().counted})"
    return rf"(?<!{NOT_BEFORE}){any_of(_table().opening)}{behind}"


@cache
def _keyed() -> tuple[str, ...]:
    """Patterns of words for what is done with such a number."""
    return tuple(f"(?:{bounded(words)})" for words in _table().keyed)


@cache
def places() -> tuple[str, ...]:
    """Patterns of words for a door, and what stands beside one."""
    return tuple(f"(?:{bounded(words)})" for words in _table().places)


@cache
def _any_word(listed: Callable[[], tuple[str, ...]]) -> re.Pattern[str]:
    return re.compile(rf"(?i){any_of(listed())}")


def find_opening(text: str, *, locked: bool = True, placed: bool = True) -> Iterator[Span]:
    """Spans of short numbers that open something.

    Behind a word for a lock, in the same sentence; or in a sentence about a door at which they are typed.

    :param locked: whether there is a word for a lock in the text
    :param placed: whether there is a word for a door
    """
    for number in NUMBER.finditer(text):  # rarer than letters, and found sooner
        match = _compiled(_opening()).match(text, number.start())
        if not match:
            continue
        start, first = match.start(), max(0, match.end() - OPENS - LONGEST_LOCK)
        ends = [first, *(end.end() for end in SENTENCE_END.finditer(text, first, start))]
        found = _any_word(locks).finditer(text, ends[-1], start) if locked else ()
        if YEAR.fullmatch(match.group()) and not _is_typed(text, start):
            continue
        near = any(lock.end() >= match.end() - OPENS for lock in found)
        if near or (placed and _is_keyed(text, max(ends[-1], start - OPENS), match)):
            yield Span(*match.span(), "secret", "near")


def _is_keyed(text: str, first: int, match: re.Match[str]) -> bool:
    """Whether a sentence, from `first` on, says that the number is typed, and at what. A time is none."""
    behind = SENTENCE_END.search(text, match.end(), match.end() + OPENS)
    last = behind.start() if behind else match.end() + OPENS
    if ROUND.match(text, match.start()):
        return False
    if not KEYED_NUMBER.search(match.group()) or TIME_BEFORE.search(text, max(0, match.start() - 8), match.start()):
        return False
    return all(_any_word(listed).search(text, first, last) for listed in (places, _keyed))


def _is_typed(text: str, start: int) -> bool:
    """Whether a word for typing stands directly before a number."""
    words = _any_word(_keyed).finditer(text, max(0, start - TYPED), start)
    return any(not text[word.end() : start].strip(" *#\"'`:") for word in words)


def _looks_strong(value: str) -> bool:
    """Whether digits or rare signs stand in it: a word of two parts is none."""
    return any(map(str.isdigit, value)) or bool(RARE & set(value))


def find_near(text: str) -> Iterator[Span]:
    """Spans of what stands near a word for a password and looks like one."""
    done = 0
    for start, end in cues_in(text):
        if text[start - 1 : start] in PART_OF_NAME or text[end : end + 1] in PART_OF_NAME:
            continue
        line = text.rfind("\n", max(0, start - BEFORE), start) + 1
        behind = text.find("\n", end, end + BEHIND)
        first, last = max(done, start - BEFORE, line), behind if behind >= 0 else end + BEHIND
        if CODE.search(text[max(0, start - BEFORE, line) : last]):
            continue
        # What begins within reach is taken whole.
        for match in TOKEN.finditer(text, first, last + LONGEST):
            if match.start() >= last:
                break
            value = match.group().rstrip(END)
            if match.end() > done and is_chosen(value) and not _is_no_word(text, match.start(), match.end()):
                yield Span(match.start(), match.start() + len(value), "secret", "near")
        done = max(done, last)


def is_chosen(value: str) -> bool:
    """Whether nobody would write this but as a password."""
    letters, digits = sum(map(str.isalpha, value)), sum(map(str.isdigit, value))
    if letters < LEAST_LETTERS or not (value.isascii() or (SPACED.fullmatch(value) and not NUMBERED.fullmatch(value))):
        return False
    if PLACEHOLDER.fullmatch(value) or SIZED.fullmatch(value) or is_harmless(value):
        return False
    if "@" in value[1:-1] and "." in value.rpartition("@")[2]:
        return False  # a mail address is none
    if digits >= LEAST_DIGITS or (digits and (INNER_DIGIT.search(value) or SIGNS & set(value))):
        return True
    return len(SIGNS & set(value[1:-1])) > 1 or bool(SIGNS & set(value[1:-1]) - set("=+*@&"))
