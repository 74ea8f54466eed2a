"""Finds what a word tells of: "passport", "生年月日", `github.com/`, and what stands behind it, before it or around it.

The words and the shapes are in the tables of `cued/`. All words of all rules are looked for in one pass; only where one
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
from build_db.redaction.checks import CHECKS, Check
from build_db.redaction.contact_table import filled
from build_db.redaction.gate import Seen
from build_db.redaction.spans import Span

TABLES = ("mail", "phones", "birthdates", "ids", "accounts", "handles", "places", "streets")
# How far before and behind a word its shape may go.
BACK, REACH = 110, 230
# So many words make one pattern of the gate.
MOST_WORDS = 60
# A word as short as this is none within camelCase, nor directly before a digit.
SHORT = 3
# Scripts that put no blanks between words: Han, kana, Hangul with its particles, Thai, Lao, Khmer, Burmese.
UNPARTED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uff66-\uff9f]")
BEYOND_LATIN = "\u0370"
# Letters that the gate does not read as they are, and signs that are words, too.
FOREIGN = re.compile("[\u00c0-\u1fff\u2c00-\ud7ff\uf900-\ufdff\ufe70-\uffef☎☏✆✶🤙📞📠📱📲]")
# What stands in a text in which a rule finds something, besides the word; what is asked next, as it costs little.
GISTS = {
    "a digit": re.compile(r"\d"),
    "four digits": re.compile(r"(?:\d[^\d\n]{0,18}){3}\d"),
    "five digits": re.compile(r"(?:\d[^\d\n]{0,18}){4}\d"),
    "a run": re.compile(r"[A-Za-z0-9_-]{16}"),
    "a plain word": re.compile(r"[A-Za-z0-9_]{3}"),
}
# The gist of a rule whose words stand everywhere: the gate is told the whole of it.
WHOLE = "all of it"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of a table in `cued/`.

    `words` are lists by language, parted by commas; `word*` may go on with letters, `*word` may have some before it.
    `pattern` is what stands directly behind a word, `head` what stands directly before it; one may be missing. What
    goes is the group `value` of either, `value2` and so on, or all of it if there is none. `gist` says what
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
    head: re.Pattern[str] | None
    tail: re.Pattern[str] | None
    gated: tuple[str, ...]
    gist: str
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
    names = _names() & seen if isinstance(seen, frozenset) else _names()
    if not text.isascii() and FOREIGN.search(text):
        names |= _foreign()
    if not names:
        return names
    return names - {name for gist, told in _by_gist().items() if not GISTS[gist].search(text) for name in told}


@cache
def _names() -> frozenset[str]:
    return frozenset(rule.name for rule in rules())


@cache
def _foreign() -> frozenset[str]:
    """The rules with words that the gate is not told of."""
    return frozenset(
        rule.name for rule in rules() if rule.gist != WHOLE and not all(_plain(word.text) for word in rule.words)
    )


@cache
def _by_gist() -> dict[str, frozenset[str]]:
    return {gist: frozenset(rule.name for rule in rules() if rule.gist == gist) for gist in GISTS}


def find(text: str, wanted: frozenset[str]) -> Iterator[Span]:
    """Spans by the rules of those names."""
    listed = rules()
    lower = lowered(text)
    for last, (length, told) in _words().iter(lower):
        start, end = last + 1 - length, last + 1
        for place, free_before, free_behind in told:
            rule = listed[place]
            if rule.name in wanted and _is_word(text, start, end, free_before, free_behind):
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
            head=re.compile(rf"(?:{head})\Z") if head else None,
            tail=re.compile(tail) if tail else None,
            gated=tuple(map(_nameless, _gated(entry, head, words, tail))),
            gist=entry.gist,
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
    plain = {part for word in words if (part := _plain(word.text))}
    plain = {word for word in plain if not any(word.startswith(other) for other in plain if other != word)}
    for short, edges in ((False, "{}"), (True, r"(?<![^\W_]){}(?![^\W\d_])")):
        for listed in _chunks(sorted(word for word in plain if (len(word) <= SHORT) == short)):
            yield edges.format(f"(?i:{'|'.join(map(re.escape, listed))})")


def _chunks(words: list[str]) -> Iterator[list[str]]:
    """As many at a time as the gate's engine takes."""
    for place in range(0, len(words), MOST_WORDS):
        yield words[place : place + MOST_WORDS]


def _plain(word: str) -> str:
    """What of a word is plain to the gate, if it tells enough: the whole, or the longest part."""
    longest = max(re.findall("[ -~]+", word), key=len, default="")
    return longest if word.isascii() or len(longest) > SHORT else ""


def _nameless(pattern: str) -> str:
    """A pattern without the names of its values: parts of one cannot bear the same."""
    return re.sub(r"\(\?P<value\d*>", "(?:", pattern)


def _around(head: str, words: Iterable[Word], tail: str) -> str:
    listed = "|".join(sorted({re.escape(word.text) for word in words}))
    return f"(?:{head})(?i:{listed})(?:{tail})"


@cache
def _words() -> ahocorasick.Automaton:
    """All words of all rules, each with its length and the rules that it tells of."""
    told: dict[str, list[tuple[int, bool, bool]]] = {}
    for place, rule in enumerate(rules()):
        for word in rule.words:
            told.setdefault(word.text, []).append((place, word.free_before, word.free_behind))
    automaton = ahocorasick.Automaton()
    for text, rules_told in told.items():
        automaton.add_word(text, (len(text), tuple(rules_told)))
    automaton.make_automaton()
    return automaton
