"""What to offer where nothing was found: fewer words, and words of the index that are spelled nearly so."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from daemon_search import CLUSTER, SIGNS

from daemon_pages.ask import Ask
from daemon_pages.search_found import Within, any_has
from daemon_pages.search_glimpse import found_in
from daemon_pages.search_index import Term, terms_of

BEGINNING_SO = """
SELECT word, documents FROM search_words
WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ? LIMIT ?
"""
# Words that begin alike are compared, so many at most; and those that differ in the first letter alone.
ALIKE, MOST_COMPARED = 2, 4_000
# Letters are taken from the part of Unicode, of so many characters, that the first one stands in.
BLOCK = 128
# How alike two spellings are, from 0 to 1.
NEAR = 0.75
SHORTEST, LONGEST = 4, 40
MOST_OFFERED, MOST_MISSPELLED = 3, 2


class Offer(NamedTuple):
    """A word as it is spelled in the texts, and all that was typed with it in its place."""

    word: str
    typed: str


def fewer(ask: Ask, terms: Sequence[Term], within: Within) -> list[Term]:
    """As many of the terms as some document has together, the longest first: they tell most."""
    if len(terms) < 2:
        return []
    kept: list[Term] = []
    for term in sorted(terms, key=lambda term: -len(term.words)):
        if any_has(ask, [*kept, term], within):
            kept.append(term)
    return [term for term in terms if term in kept]


def offers(ask: Ask, terms: Sequence[Term]) -> list[Offer]:
    """Near spellings of the words that stand nowhere, the nearest first."""
    found = []
    missing = [term for term in terms if _is_word(term) and not any_has(ask, [term], Within())]
    for term in missing[:MOST_MISSPELLED]:
        for near in _near(ask, _plain(term)):
            typed = " ".join(near if other is term else other.typed for other in terms)
            found.append(Offer(_as_written(ask, near), typed))
    return found


def _is_word(term: Term) -> bool:
    word = _plain(term)
    return SHORTEST <= len(word) <= LONGEST and word.isalpha() and not CLUSTER.search(word)


def _plain(term: Term) -> str:
    return term.words.strip("*").translate(SIGNS).lower()


def _near(ask: Ask, word: str) -> list[str]:
    begin, length = word[:ALIKE], len(word)
    least, most = length - length // 4, length + length // 4
    rows = [tuple(row) for row in ask.rows(BEGINNING_SO, begin, f"{begin}\U0010ffff", least, most, MOST_COMPARED)]
    others = sorted(_other_beginnings(word))
    marks = ", ".join("?" * len(others))
    rows += map(tuple, ask.rows(f"SELECT word, documents FROM search_words WHERE word IN ({marks})", *others))
    matcher = SequenceMatcher(None, "", word)
    scored = []
    for other, documents in dict(rows).items():
        matcher.set_seq1(other)
        if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= NEAR and matcher.ratio() >= NEAR:
            scored.append((-matcher.ratio(), -documents, other))
    return [other for *_, other in sorted(scored)[:MOST_OFFERED]]


def _other_beginnings(word: str) -> set[str]:
    """The word with another first letter, without it, with one before it, with the first two in turns."""
    block = ord(word[0]) // BLOCK * BLOCK
    letters = [chr(code) for code in range(block, block + BLOCK) if chr(code).isalpha() and chr(code).islower()]
    letters = letters or [chr(code) for code in range(block, block + BLOCK) if chr(code).isalpha()]
    return {
        *(letter + word[1:] for letter in letters),
        *(letter + word for letter in letters),
        word[1:],
        word[1] + word[0] + word[2:],
    }


def _as_written(ask: Ask, word: str) -> str:
    """A word of the index as the last text that has it spells it, if that is another spelling."""
    (term,) = terms_of(f'"{word}"')
    row = ask.one("SELECT title, text FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT 1", term.expression)
    for text in row or ():
        for span in found_in(text or "", [term])[:1]:
            written: str = text[span.start : span.end]
            return word if written.lower() == word else written
    return word
