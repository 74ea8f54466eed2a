"""Finds what a word tells of: "passport", "生年月日", `github.com/`, and what stands behind it, before it or around it.

The words and the shapes are in the tables of `cued/`. The gate tells of which rules the words stand in a text; only
there are the shapes beside them tried, over a short stretch. A text without such a word costs nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import ahocorasick
import msgspec

from build_db.declared import declared, shipped
from build_db.redaction.contacts.checks import CHECKS, Check
from build_db.redaction.contacts.contact_table import filled
from build_db.redaction.engine.gate import Seen
from build_db.redaction.spans import Span

TABLES = ("mail", "phones", "birthdates", "ids", "accounts", "handles", "places", "streets", "plots", "fields")
# How far before and behind a word its shape may go.
BACK, REACH = 110, 230
# A word as short as this is none within camelCase, nor directly before a digit.
SHORT = 4
REST = re.compile(r"[^\W\d_]{1,24}")
# Scripts that put no blanks between words: Han, kana, Hangul with its particles, Thai, Lao, Khmer, Burmese.
UNPARTED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uff66-\uff9f]")
BEYOND_LATIN = "\u0370"
# Where a number stands, and what is around: words that tell of it are no farther from it.
NUMBERS = re.compile(r"\d\D{0,60}(?:\d+\D{0,60})*")
BEFORE_NUMBER = 120
# The words of so many rules are found sooner one rule after another than all at once.
FEW = 5
# What stands for a star that is none of the table's signs while a word is read.
STAR = "\0"
NUMBER, WHOLE, BEHIND = "number", "whole", "behind"
DIGIT = r"\d"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of a table in `cued/`.

    `words` are lists by language, parted by commas; `word*` may go on with letters, `*word` may have some before it,
    `\\*` is a star.
    `pattern` is what stands directly behind a word, `head` what stands directly before it; one may be missing. What
    goes is the group `value` of either, `value2` and so on, or all of it if there is none.
    The gate is told the words; `gate: whole`: of words that stand everywhere, all of the rule; `gate: behind`: all but
    the head; `gate: number`: there is a number in what is found, and the words are looked for only around numbers.
    `holds` is in all that the pattern finds, and says more than that there is a digit: the gate looks for it.
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


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole table: its rules, and parts of patterns that only they use."""

    rules: list[Entry]
    parts: dict[str, str] = {}


@dataclass(frozen=True)
class Word:
    """A word that tells of something, in lower case, and whether letters may stand beside it."""

    text: str
    free_before: bool
    free_behind: bool

    @classmethod
    def read(cls, written: str) -> Word:
        """As the tables write it."""
        written = written.replace(r"\*", STAR)
        text = lowered(written.strip("*")).replace(STAR, "*")
        first, last = text[:1], text[-1:]
        return cls(
            text,
            written.startswith("*") or not first.isalnum() or bool(UNPARTED.match(first)),
            written.endswith("*") or not last.isalnum() or bool(UNPARTED.match(last)),
        )


@dataclass(frozen=True)
class Cued:
    """One rule of a table."""

    name: str
    kind: str
    source: str
    words: tuple[Word, ...]
    head: str
    tail: str
    gated: tuple[str, ...]
    gate: str
    check: Check
    finds: str
    leaves: str
    near: tuple[str, ...] = ()
    holds: str = DIGIT

    # Few of the rules are ever tried in one build, and to compile them all takes longer than a small one.
    @cached_property
    def _head(self) -> re.Pattern[str] | None:
        return re.compile(rf"(?:{self.head})\Z") if self.head else None

    @cached_property
    def _tail(self) -> re.Pattern[str] | None:
        return re.compile(self.tail) if self.tail else None

    def beside(self, text: str, start: int, end: int) -> Span | None:
        """What the word at `text[start:end]` tells of, if that is there."""
        before = self._head.search(text, max(0, start - BACK), start) if self._head else None
        if self._head and not before:
            return None
        behind = self._tail.match(text, end, end + REACH) if self._tail else None
        if self._tail and not behind:
            rest = REST.match(text, end)  # of a word that goes on
            behind = self._tail.match(text, rest.end(), rest.end() + REACH) if rest else None
        if self._tail and not behind:
            return None
        first, last = before.start() if before else start, behind.end() if behind else end
        kept = self.check(text, *(_value(behind) or _value(before) or (first, last)))
        return Span(*kept, self.kind, self.name) if kept and kept[0] < kept[1] else None


# The rules that a word tells of, and whether letters may stand before and behind it there.
Told = tuple[tuple[Cued, bool, bool], ...]


def _value(match: re.Match[str] | None) -> tuple[int, int] | None:
    places = [match.span(name) for name in match.re.groupindex if name.startswith("value")] if match else []
    return max(places) if places and max(places)[0] >= 0 else None


def find(text: str, seen: Seen) -> Iterator[Span]:
    """Spans by the rules whose words the gate has seen."""
    names = _names() & seen if isinstance(seen, frozenset) else _names()
    beside = names & _numbered()
    if not names:
        return
    lower = lowered(text)
    for words in _automata(names - beside, _names() - _numbered()):
        yield from _told(text, words.iter(lower), names)
    number = NUMBERS.search(text) if beside else None
    while number:
        start, end = max(0, number.start() - BEFORE_NUMBER), number.end()
        for words in _automata(beside, _numbered()):
            yield from _told(text, words.iter(lower, start, end), beside)
        number = NUMBERS.search(text, end)


def _told(text: str, found: Iterable[tuple[int, tuple[int, Told]]], names: frozenset[str]) -> Iterator[Span]:
    """What the words that were found tell of, by the rules of those names."""
    for last, (length, told) in found:
        start, end = last + 1 - length, last + 1
        for rule, free_before, free_behind in told:
            if rule.name in names and _is_word(text, start, end, free_before, free_behind):
                span = rule.beside(text, start, end)
                if span:
                    yield span


@cache
def _names() -> frozenset[str]:
    return frozenset(rule.name for rule in rules())


@cache
def _numbered() -> frozenset[str]:
    return frozenset(rule.name for rule in rules() if rule.gate == NUMBER)


def lowered(text: str) -> str:
    """The text in lower case, each character in its place."""
    return text.replace("\u0130", "i").lower()


def _is_word(text: str, start: int, end: int, free_before: bool, free_behind: bool) -> bool:
    short = end - start <= SHORT
    return (free_before or _begins(text, start, short)) and (free_behind or _ends(text, end, short))


def _begins(text: str, start: int, short: bool) -> bool:
    """Whether a word begins here: behind a blank, a sign, another script, `\\n` in code, or at a hump of camelCase."""
    before, first = text[start - 1 : start], text[start]
    if not before.isalnum() or (before >= BEYOND_LATIN) != (first >= BEYOND_LATIN):
        return True
    if text[max(0, start - 2) : start] in ("\\n", "\\r", "\\t"):
        return True
    return not short and before.islower() and first.isupper()


def _ends(text: str, end: int, short: bool) -> bool:
    """Whether a word ends here; digits may follow, but for a short one."""
    behind, last = text[end : end + 1], text[end - 1]
    if unicodedata.category(behind)[0] == "M" if behind else False:
        return False
    if not behind.isalnum() or (behind >= BEYOND_LATIN) != (last >= BEYOND_LATIN):
        return True
    return behind.isdigit() or (not short and last.islower() and behind.isupper())


@cache
def rules() -> tuple[Cued, ...]:
    """The rules of all tables."""
    return tuple(rule for name in TABLES for rule in _table(name))


def _table(name: str) -> Iterator[Cued]:
    file = f"cued/{name}.yml"
    table = declared(file, shipped(__package__, file), Table)
    for entry in table.rules:
        head, tail = filled(entry.head, table.parts), filled(entry.pattern, table.parts)
        words = tuple(Word.read(word.strip()) for listed in entry.words.values() for word in listed.split(","))
        yield Cued(
            name=entry.name,
            kind=entry.kind,
            source=entry.source,
            words=words,
            head=head,
            tail=tail,
            gated=tuple(map(_nameless, _gated(entry, head, words, tail))),
            gate=entry.gate,
            check=CHECKS[entry.check],
            finds=entry.finds,
            leaves=entry.leaves,
            holds=entry.holds,
        )


def _gated(entry: Entry, head: str, words: Iterable[Word], tail: str) -> Iterator[str]:
    """Patterns for the gate: the whole rule; where it is large, its words, those as one that begin alike."""
    if entry.gate in (WHOLE, BEHIND):
        yield _around(head if entry.gate == WHOLE else "", words, tail)
        return
    holds = entry.holds if entry.gate == NUMBER and tail and (not head or "(?P<value" in tail) else ""
    # One by one: a choice between many is slower to look for than all of them by themselves.
    for word in words:
        yield _before(word) + f"(?i:{re.escape(word.text)})" + _behind(word, holds)


def _is_short(word: Word) -> bool:
    return word.text.isascii() and len(word.text) <= SHORT


def _before(word: Word) -> str:
    """What must not stand before a short word; `n` of `\\n` may. A long one may be a part of another, in camelCase."""
    return r"(?<![^\W_nrt])(?<![^\\][nrt])" if _is_short(word) and not word.free_before else ""


def _behind(word: Word, holds: str) -> str:
    """What must not stand directly behind a word, and what stands somewhere behind it."""
    others = r"[\s\S]" if word.free_behind else r"[\W\d_]" if _is_short(word) else "[^a-z]"
    if holds:
        return rf"(?:{others}[\s\S]{{0,{REACH}}})?(?:{holds})"
    return "" if word.free_behind else r"(?![^\W\d_])" if _is_short(word) else "(?![a-z])"


def _nameless(pattern: str) -> str:
    """A pattern without the names of its values: parts of one cannot bear the same."""
    return re.sub(r"\(\?P<value\d*>", "(?:", pattern)


def _around(head: str, words: Iterable[Word], tail: str) -> str:
    listed = "|".join(sorted({re.escape(word.text) for word in words}))
    return f"(?:{head})(?i:{listed})(?:{tail})"


def _automata(names: frozenset[str], among: frozenset[str]) -> list[ahocorasick.Automaton]:
    """The words of some rules; of a few one by one: all of them are too many for a processor to keep at hand."""
    if len(names) > FEW:
        return [_words(among)]
    return [_words(frozenset((name,))) for name in names]


@cache
def _words(names: frozenset[str]) -> ahocorasick.Automaton:
    """The words of these rules, each with its length and the rules that it tells of."""
    told: dict[str, list[tuple[Cued, bool, bool]]] = {}
    for rule in rules():
        if rule.name in names:
            for word in rule.words:
                told.setdefault(word.text, []).append((rule, word.free_before, word.free_behind))
    automaton = ahocorasick.Automaton()
    for text, rules_told in told.items():
        automaton.add_word(text, (len(text), tuple(rules_told)))
    automaton.make_automaton()
    return automaton
