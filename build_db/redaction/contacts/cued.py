"""Finds what a word tells of: "passport", "生年月日", `github.com/`, and what stands behind it, before it or around it.

The words and the shapes are in the tables of `cued/`. The gate tells of which rules words are in a text; only where one
stands are the shapes beside it tried, over a short stretch. A text without such a word costs nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import ahocorasick
import msgspec

from build_db.declared import declared, shipped
from build_db.redaction.contacts.checks import CHECKS, Check
from build_db.redaction.contacts.contact_table import filled
from build_db.redaction.engine.gate import Seen
from build_db.redaction.spans import Span

TABLES = ("mail", "phones", "birthdates", "ids", "accounts", "handles", "places", "streets")
# How far before and behind a word its shape may go.
BACK, REACH = 110, 230
# A word as short as this is none within camelCase, nor directly before a digit.
SHORT = 3
# Scripts that put no blanks between words: Han, kana, Hangul with its particles, Thai, Lao, Khmer, Burmese.
UNPARTED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uff66-\uff9f]")
BEYOND_LATIN = "\u0370"
# What stands in a text beside a word, roughly: where it does not, the rule need not be tried.
WHOLE = "all of it"
TURN = r"(?:[0-9][A-Za-z]|[A-Za-z][0-9])"
GISTS = {
    name: re.compile(pattern)
    for name, pattern in {
        "a digit": r"\d",
        "a number in parts": r"\d ?[.,/-] ?\d|[01]\d ?[2-4]\d",
        "four digits": r"(?:\d[^\d\n]{0,18}){3}\d",
        "five digits": r"(?:\d[^\d\n]{0,18}){4}\d",
        "a run": r"[A-Za-z0-9_-]{16}",
        "a long run in turns": rf"[A-Za-z0-9]{{6}}{TURN}|{TURN}[A-Za-z0-9]{{6}}",
        "numbers in words": r"(?i:zero|one|two|three|four|five|six|seven|eight|nine)[\s,-]",
    }.items()
}


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of a table in `cued/`.

    `words` are lists by language, parted by commas; `word*` may go on with letters, `*word` may have some before it.
    `pattern` is what stands directly behind a word, `head` what stands directly before it; one may be missing. What
    goes is the group `value` of either, `value2` and so on, or all of it if there is none. `gist` tells the gate what
    else stands in each text in which they are found: one of GISTS, or `all of it`, for words that stand everywhere.
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
    gist: str = ""


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
        text = lowered(written.strip("*"))
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
    automaton: ahocorasick.Automaton
    head: re.Pattern[str] | None
    tail: re.Pattern[str] | None
    gated: tuple[str, ...]
    gist: str
    looks_behind: bool
    pattern: re.Pattern[str]
    check: Check
    finds: str
    leaves: str
    near: tuple[str, ...] = ()

    def beside(self, text: str, start: int, end: int) -> Span | None:
        """What the word at `text[start:end]` tells of, if that is there."""
        before = self.head.search(text, max(0, start - BACK), start) if self.head else None
        if self.head and not before:
            return None
        behind = self.tail.match(text, end, end + REACH) if self.tail else None
        if self.tail and not behind:
            return None
        first, last = before.start() if before else start, behind.end() if behind else end
        kept = self.check(text, *(_value(behind) or _value(before) or (first, last)))
        return Span(*kept, self.kind, self.name) if kept and kept[0] < kept[1] else None


def _value(match: re.Match[str] | None) -> tuple[int, int] | None:
    places = [match.span(name) for name in match.re.groupindex if name.startswith("value")] if match else []
    return max(places) if places and max(places)[0] >= 0 else None


def wanted(text: str, seen: Seen) -> frozenset[str]:
    """The names of the rules to try on a text."""
    told = [rule for rule in rules() if rule.name in seen]
    # Where a rule looks behind its words, the gate has found that, too.
    unsure = {rule.gist for rule in told if not rule.looks_behind} & GISTS.keys()
    there = {gist for gist in unsure if GISTS[gist].search(text)}
    return frozenset(rule.name for rule in told if rule.looks_behind or rule.gist not in GISTS or rule.gist in there)


def find(text: str, wanted: frozenset[str]) -> Iterator[Span]:
    """Spans by the rules of those names."""
    lower = lowered(text)
    for rule in rules():
        if rule.name in wanted:
            for last, (length, free_before, free_behind) in rule.automaton.iter(lower):
                start, end = last + 1 - length, last + 1
                if _is_word(text, start, end, free_before, free_behind):
                    span = rule.beside(text, start, end)
                    if span:
                        yield span


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
    return not short and (behind.isdigit() or (last.islower() and behind.isupper()))


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
            automaton=_automaton(words),
            head=re.compile(rf"(?:{head})\Z") if head else None,
            tail=re.compile(tail) if tail else None,
            gated=tuple(map(_nameless, _gated(entry, head, words, tail))),
            gist=entry.gist,
            looks_behind=_looks_behind(head, tail),
            pattern=re.compile(_nameless(_around(head, words, tail))),
            check=CHECKS[entry.check],
            finds=entry.finds,
            leaves=entry.leaves,
        )


def _gated(entry: Entry, head: str, words: Iterable[Word], tail: str) -> Iterator[str]:
    """Patterns for the gate: the whole rule; where it is large, its words, those as one that begin alike."""
    if entry.gist == WHOLE:
        yield _around(head, words, tail)
        return
    # One by one: a choice between many is slower to look for than all of them by themselves.
    for word in words:
        yield (
            _before(word)
            + f"(?i:{re.escape(word.text)})"
            + _behind(word, entry.gist if _looks_behind(head, tail) else "")
        )


def _looks_behind(head: str, tail: str) -> bool:
    """Whether what a rule is after stands behind its words."""
    return bool(tail) and (not head or "(?P<value" in tail)


def _before(word: Word) -> str:
    """What must not stand before a word; before a long one, in camelCase, there may be letters."""
    return "" if word.free_before or len(word.text) > SHORT else r"(?<![^\W_])"


def _behind(word: Word, gist: str) -> str:
    """What must not stand directly behind a word, and what has to stand somewhere behind it."""
    letters = "" if word.free_behind else r"^\W\d_" if len(word.text) <= SHORT else "a-z"
    if gist not in GISTS:
        return f"(?![{letters}])" if letters else ""
    others = rf"[{letters[1:]}]" if letters[:1] == "^" else f"[^{letters}]" if letters else r"[\s\S]"
    return rf"(?:{others}[\s\S]{{0,{REACH}}})?(?:{GISTS[gist].pattern})"


def _nameless(pattern: str) -> str:
    """A pattern without the names of its values: parts of one cannot bear the same."""
    return re.sub(r"\(\?P<value\d*>", "(?:", pattern)


def _around(head: str, words: Iterable[Word], tail: str) -> str:
    listed = "|".join(sorted({re.escape(word.text) for word in words}))
    return f"(?:{head})(?i:{listed})(?:{tail})"


def _automaton(words: Iterable[Word]) -> ahocorasick.Automaton:
    """A search for the words of a rule at once."""
    automaton = ahocorasick.Automaton()
    for word in words:
        automaton.add_word(word.text, (len(word.text), word.free_before, word.free_behind))
    automaton.make_automaton()
    return automaton
