"""What the words of a search may be in the index, and in how many texts they stand: asked of `search_words`.

FTS5 answers whether a word occurs without reading all that has it, but not how often it does, nor which words begin
so: for that it reads, for `th`, most of its index. The builder has counted its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from daemon_pages.ask import Ask
from daemon_pages.search_glimpse import words_of
from daemon_pages.search_index import Term

# So many words that begin alike are looked for, the most frequent first.
MOST_BEGINNING_SO = 100
LAST_LETTER = "\U0010ffff"
OFTEN = "SELECT documents FROM search_words WHERE word = ?"
BEGINNING_SO = """
SELECT word, documents FROM search_words WHERE word >= ? AND word < ? ORDER BY documents DESC, word LIMIT ?
"""
ALL_BEGINNING_SO = "SELECT count(*), coalesce(sum(documents), 0) FROM search_words WHERE word >= ? AND word < ?"


class Sought(NamedTuple):
    """A term as the index is asked for it.

    :param expression: what FTS5 reads
    :param documents: no more texts have it than that
    :param whole: whether nothing of it was left out
    """

    expression: str
    documents: int
    whole: bool = True


def sought(ask: Ask, terms: Iterable[Term]) -> list[Sought]:
    """Each term with the words that it may begin written out."""
    return [_begun(ask, term) if term.begins else _exact(ask, term) for term in terms]


def together(terms: Sequence[Sought]) -> str:
    """An expression for texts that have all of the terms."""
    return " AND ".join(term.expression for term in terms)


def _often(ask: Ask, word: str) -> int:
    row = ask.one(OFTEN, word)
    return row[0] if row else 0


def _exact(ask: Ask, term: Term) -> Sought:
    return Sought(f'"{term.words}"', min((_often(ask, word) for word in words_of(term.words)), default=0))


def _begun(ask: Ask, term: Term) -> Sought:
    *before, last = words_of(term.words) or [""]
    (number, documents) = ask.one(ALL_BEGINNING_SO, last, last + LAST_LETTER)
    if not last or not number:
        # Nothing begins so, or the index writes it in a way that is not known here: FTS5 finds as little.
        return Sought(term.expression, 0)
    documents = min(documents, *(_often(ask, word) for word in before)) if before else documents
    rows = ask.rows(BEGINNING_SO, last, last + LAST_LETTER, MOST_BEGINNING_SO)
    phrases = (" ".join((*before, row["word"])) for row in rows)
    either = " OR ".join(f'"{phrase}"' for phrase in phrases)
    return Sought(f"({either})", documents, number <= MOST_BEGINNING_SO)
