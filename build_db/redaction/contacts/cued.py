"""Finds what a word tells of: "passport", "生年月日", `github.com/`, and what stands behind it, before it or around it.

The words and the shapes are in the tables of `cued/`. The gate tells which words stand in a text; only beside them are
the shapes of their rules tried, over a short stretch. A text without such a word costs nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import ahocorasick
import msgspec

from build_db.declared import declared, shipped
from build_db.redaction.contacts.checks import CHECKS, Check
from build_db.redaction.contacts.contact_table import filled
from build_db.redaction.engine.gate import Seen
from build_db.redaction.engine.loosening import FAR, longest
from build_db.redaction.spans import Span

TABLES = (
    "mail", "phones", "birthdates", "ids", "accounts", "handles", "places", "streets", "streets_small", "streets_east",
    "houses", "plots", "fields",
)  # fmt: skip
# How far before and behind a word its shape may go.
BACK, REACH = 110, 230
# A word as short as this is none within camelCase, nor directly before a digit.
SHORT = 4
REST = re.compile(r"[^\W\d_]{1,24}")
# Scripts that put no blanks between words: Han, kana, Hangul with its particles, Thai, Lao, Khmer, Burmese.
UNPARTED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uff66-\uff9f]")
# Where a word in katakana goes on.
LONGER = re.compile("[\u30a1-\u30fa\u30fc]{2}")
BEYOND_LATIN = "\u0370"
# The inside of a class: all up to there and its letters, and all from there on but for a Latin letter, the kelvin.
LATIN, LATIN_LETTERS = "\\x00-\u036f\u212a", "A-Za-z\\x80-\u036f\u212a"
BEYOND = "\u0370-\u2129\u212b-\U0010ffff"
# What stands for a star that is none of the table's signs while a word is read.
STAR = "\0"
NUMBER, WHOLE, BEHIND = "number", "whole", "behind"
DIGIT = r"\d"
# A small letter, and what is read as one: see `loosening.FAR`.
SMALL = "a-z" + "".join(map(chr, FAR))


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of a table in `cued/`.

    `words` are lists by language, parted by commas; `word*` may go on with letters, `*word` may have some before it,
    `\\*` is a star, and `|word|` is no part of a longer word in katakana: a line is none of "online", a card is one of
    "credit card".
    `pattern` is what stands directly behind a word, `head` what stands directly before it; one may be missing. What
    goes is the group `value` of either, `value2` and so on, or all of it if there is none.
    The gate is told the words; `gate: whole`: of words that stand everywhere, all of the rule; `gate: behind`: all but
    the head; `gate: number`: the words, and a number behind them.
    `holds` is in all that the pattern finds, and says more than that there is a digit: the gate looks for it.
    `next` is how all that it finds begins: the gate looks for that directly behind the words, where they are frequent;
    `last` is how all that the head finds ends, which it looks for directly before them.
    `core` are patterns, one of which is in all that a rule finds of which the gate is told the whole: see `Gate`.
    """

    name: str
    kind: str
    source: str
    words: dict[str, str]
    finds: str
    leaves: str
    pattern: str = ""
    head: str = ""
    check: str = ""
    gate: str = ""
    holds: str = DIGIT
    next: str = ""
    last: str = ""
    core: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole table: its rules, and parts of patterns that only they use, beside those of `cued/parts.yml`."""

    rules: list[Entry]
    parts: dict[str, str] = {}


@dataclass(frozen=True)
class Word:
    """A word that tells of something, in lower case, and whether letters may stand beside it."""

    text: str
    free_before: bool
    free_behind: bool
    alone: bool = False

    def __str__(self) -> str:
        return f"{'*' * self.free_before}{self.text}{'*' * self.free_behind}"

    @classmethod
    def read(cls, written: str) -> Word:
        """As the tables write it."""
        written = written.replace(r"\*", STAR)
        alone, written = written.startswith("|"), written.strip("|")
        text = lowered(written.strip("*")).replace(STAR, "*")
        first, last = text[:1], text[-1:]
        return cls(
            text,
            written.startswith("*") or not first.isalnum() or bool(UNPARTED.match(first)),
            written.endswith("*") or not last.isalnum() or bool(UNPARTED.match(last)),
            alone,
        )

    def stands(self, text: str, start: int) -> bool:
        """Whether it stands in a text as a word, where its letters do."""
        end, short = start + len(self.text), len(self.text) <= SHORT
        if self.alone and (LONGER.match(text, end - 1) or (start and LONGER.match(text, start - 1))):
            return False
        return (self.free_before or _begins(text, start, short)) and (self.free_behind or _ends(text, end, short))


class Gated(NamedTuple):
    """A pattern for the gate, the name under which it is seen, and the words that are looked for then."""

    name: str
    pattern: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Cued:
    """One rule of a table."""

    name: str
    kind: str
    source: str
    words: tuple[Word, ...]
    head: str
    tail: str
    gated: tuple[Gated, ...]
    check: Check
    finds: str
    leaves: str
    near: tuple[str, ...] = ()
    holds: str = DIGIT
    next: str = ""
    last: str = ""
    core: tuple[str, ...] = ()

    # Few of the rules are ever tried in one build, and to compile them all takes longer than a small one.
    @cached_property
    def _head(self) -> re.Pattern[str] | None:
        return re.compile(rf"(?:{self.head})\Z") if self.head else None

    @cached_property
    def _tail(self) -> re.Pattern[str] | None:
        return re.compile(self.tail) if self.tail else None

    @cached_property
    def _only_looks(self) -> bool:
        """Whether the tail says no more than what must not follow the word: directly, and not behind its ending."""
        return longest(self.tail) == 0

    def beside(self, text: str, start: int, end: int) -> Span | None:
        """What the word at `text[start:end]` tells of, if that is there."""
        behind = self._tail.match(text, end, end + REACH) if self._tail else None
        if self._tail and not behind and not self._only_looks:
            rest = REST.match(text, end)  # of a word that goes on
            behind = self._tail.match(text, rest.end(), rest.end() + REACH) if rest else None
        if self._tail and not behind:
            return None
        # What stands before is looked for from far away, and takes longer.
        before = self._head.search(text, max(0, start - BACK), start) if self._head else None
        if self._head and not before:
            return None
        first, last = before.start() if before else start, behind.end() if behind else end
        kept = self.check(text, *(_value(behind) or _value(before) or (first, last)))
        return Span(*kept, self.kind, self.name) if kept and kept[0] < kept[1] else None


def _value(match: re.Match[str] | None) -> tuple[int, int] | None:
    places = [match.span(name) for name in match.re.groupindex if name.startswith("value")] if match else []
    return max(places) if places and max(places)[0] >= 0 else None


def find(text: str, seen: Seen) -> Iterator[Span]:
    """Spans by the words that the gate has seen, and by all words of a rule whose own name is among what was seen."""
    for rule, word, start in _words_in(text, seen):
        span = rule.beside(text, start, start + len(word.text)) if word.stands(text, start) else None
        if span:
            yield span


def _words_in(text: str, seen: Seen) -> Iterator[tuple[Cued, Word, int]]:
    """Where the letters of the words stand. Few of them are found sooner one by one, all of them at once."""
    if not isinstance(seen, frozenset):
        for last, told in _automaton().iter(lowered(text)):
            yield from ((rule, word, last + 1 - len(word.text)) for rule, word in told)
        return
    names = sorted(seen & _told().keys())
    lower = lowered(text) if names else ""
    for rule, words in (_told()[name] for name in names):
        for word in words:
            start = lower.find(word.text)
            while start >= 0:
                yield rule, word, start
                start = lower.find(word.text, start + 1)


@cache
def _automaton() -> ahocorasick.Automaton:
    """The words of all rules, each with the rules that it tells of."""
    told: dict[str, list[tuple[Cued, Word]]] = {}
    for rule in rules():
        for word in rule.words:
            told.setdefault(word.text, []).append((rule, word))
    automaton = ahocorasick.Automaton()
    for text, tells in told.items():
        automaton.add_word(text, tells)
    automaton.make_automaton()
    return automaton


@cache
def _told() -> dict[str, tuple[Cued, tuple[Word, ...]]]:
    """What the gate may see, by name: a rule, and those of its words that are meant."""
    told = {rule.name: (rule, rule.words) for rule in rules()}
    for rule in rules():
        for name, _, words in rule.gated:
            told[name] = rule, words
    return told


def lowered(text: str) -> str:
    """The text in lower case, each character in its place."""
    return text.replace("\u0130", "i").lower()


def _is_latin(char: str) -> bool:
    return char < BEYOND_LATIN or ord(char) in FAR


def _begins(text: str, start: int, short: bool) -> bool:
    """Whether a word begins here: behind a blank, a sign, another script, `\\n` in code, or at a hump of camelCase.

    A Latin one does not behind a digit, whose script does not matter.
    """
    before, first = text[start - 1 : start], text[start]
    parted = _is_latin(before) != _is_latin(first) and not (_is_latin(first) and before.isdecimal())
    if parted or not before.isalnum():
        return True
    if text[max(0, start - 2) : start] in ("\\n", "\\r", "\\t"):
        return True
    return not short and before.islower() and first.isupper()


def _ends(text: str, end: int, short: bool) -> bool:
    """Whether a word ends here; digits may follow, but for a short one."""
    behind, last = text[end : end + 1], text[end - 1]
    if unicodedata.category(behind)[0] == "M" if behind else False:
        return False
    if not behind.isalnum() or _is_latin(behind) != _is_latin(last):
        return True
    return behind.isdigit() or (not short and last.islower() and behind.isupper() and ord(behind) not in FAR)


@cache
def rules() -> tuple[Cued, ...]:
    """The rules of all tables."""
    return tuple(rule for name in TABLES for rule in _table(name))


@cache
def _parts() -> dict[str, str]:
    """Parts of patterns that several tables use."""
    file = "cued/parts.yml"
    return declared(file, shipped(__package__, file), dict[str, str])


def _table(name: str) -> Iterator[Cued]:
    file = f"cued/{name}.yml"
    table = declared(file, shipped(__package__, file), Table)
    own = _parts() | table.parts
    for entry in table.rules:
        parts = entry.head, entry.pattern, entry.next, entry.last
        head, tail, next_, last = (filled(part, own) for part in parts)
        listed = (word for words in entry.words.values() for word in words.split(","))
        words = tuple(dict.fromkeys(Word.read(word.strip()) for word in listed))
        yield Cued(
            name=entry.name,
            kind=entry.kind,
            source=entry.source,
            words=words,
            head=head,
            tail=tail,
            gated=tuple(_gated(entry, words, head, last, tail, next_)),
            check=CHECKS[entry.check],
            finds=entry.finds,
            leaves=entry.leaves,
            holds=entry.holds,
            next=next_,
            last=last,
            core=tuple(filled(core, own) for core in entry.core),
        )


def _gated(entry: Entry, words: tuple[Word, ...], head: str, last: str, tail: str, next_: str) -> Iterator[Gated]:
    """For the gate: the whole rule; where it is large, its words."""
    if entry.gate in (WHOLE, BEHIND):
        yield Gated(entry.name, _around(head if entry.gate == WHOLE else "", words, tail), words)
        return
    holds = entry.holds if entry.gate == NUMBER and tail and (not head or "(?P<value" in tail) else ""
    # One by one: a choice between many is slower to look for than all of them by themselves.
    for word in words:
        behind = _directly(word, next_) or _behind(word, holds)
        pattern = f"{last or _before(word)}(?i:{re.escape(word.text)}){behind}"
        yield Gated(f"{entry.name}: {word}", _nameless(pattern), (word,))


def _is_short(word: Word) -> bool:
    return len(word.text) <= SHORT


def _other(letter: str) -> str:
    """What is of another script than a letter, as the inside of a class: there a word begins and ends."""
    return BEYOND if _is_latin(letter) else LATIN


def _before(word: Word) -> str:
    """What must not stand before a short word; `n` of `\\n` may. A long one may be a part of another, in camelCase."""
    if word.free_before or not _is_short(word):
        return ""
    other = _other(word.text[0])
    return rf"(?<![^\W{other}])" if other == LATIN else rf"(?<!\d)(?<![^\W_nrt{other}])(?<![^\\][nrt])"


def _behind(word: Word, holds: str) -> str:
    """What must not stand directly behind a word, and what stands somewhere behind it."""
    letters, others = f"[{SMALL}]", f"[^{SMALL}]"
    if _is_short(word):
        other = _other(word.text[-1])
        letters, others = rf"[^\W\d_{other}]", rf"[\W\d_{other}]"
    if word.free_behind:
        others = r"[\s\S]"
    if holds:
        return rf"(?:{others}[\s\S]{{0,{REACH}}})?(?:{holds})"
    return "" if word.free_behind else f"(?!{letters})"


def _directly(word: Word, next_: str) -> str:
    """What stands directly behind a word, or behind the letters with which it goes on: another script's, if short."""
    apart = _is_short(word) and not word.free_behind
    first = BEYOND if _is_latin(word.text[-1]) else LATIN_LETTERS
    rest = rf"[{first}][^\W\d_]{{0,23}}" if apart else REST.pattern
    return f"(?:{rest})?{next_}" if next_ else ""


def _nameless(pattern: str) -> str:
    """A pattern without the names of its values: parts of one cannot bear the same."""
    return re.sub(r"\(\?P<value\d*>", "(?:", pattern)


def _around(head: str, words: Iterable[Word], tail: str) -> str:
    listed = "|".join(sorted({re.escape(word.text) for word in words}))
    return _nameless(f"(?:{head})(?i:{listed})(?:{tail})")
