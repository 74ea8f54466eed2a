"""What a visitor types, as the words and phrases that FTS5 is asked for. Nothing here talks to a database."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from daemon_search import as_searched

PAGE_SIZE: Final = 20
LAST_PAGE: Final = 50

# Longer than anybody types; keeps a pasted book from becoming an expression of thousands of terms.
MOST_CHARACTERS: Final = 300
MOST_TERMS: Final = 16

# A single letter begins a good part of all words: looking them all up takes longer than it helps.
SHORTEST_PREFIX: Final = 2

# Phones write quotation marks as they please.
QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
TERM: Final = re.compile(r'"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)')


class Term(NamedTuple):
    """A word or a phrase: as it was typed, as the index keeps it, and whether it may begin a longer word."""

    typed: str
    words: str
    begins: bool

    @property
    def expression(self) -> str:
        """The term as FTS5 reads it: a string, in which nothing but a quotation mark is special."""
        return f'"{self.words}"' + (" *" if self.begins else "")


def terms_of(typed: str) -> list[Term]:
    """The words and phrases that were typed, without those that hold nothing to look for.

    Words in quotation marks have to follow each other. The last word, and any that ends with `*`, may be the beginning
    of a longer one. Operators and column names have no meaning: they are words.
    """
    found = [(match, _words(match)) for match in TERM.finditer(_typable(typed)[:MOST_CHARACTERS])]
    kept = [(match, words) for match, words in found if any(map(_is_token, words))][:MOST_TERMS]
    return [_term(match, words, last=match is kept[-1][0]) for match, words in kept]


def _typable(typed: str) -> str:
    """The text with straight quotation marks, and without what SQLite cannot read."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in typed.translate(QUOTES))


def _is_token(character: str) -> bool:
    """Whether the index keeps a character: letters, numbers, emoji and private characters."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category in ("Co", "So")


def _words(match: re.Match[str]) -> str:
    text = match["phrase"] if match["word"] is None else match["word"]
    return " ".join(as_searched(text).split())


def _term(match: re.Match[str], words: str, *, last: bool) -> Term:
    if match["word"] is None:
        return Term(match[0], words, begins=False)
    # A letter of another script may well be a word, or begin few.
    long = sum(map(_is_token, words)) >= SHORTEST_PREFIX or not words.isascii()
    return Term(match["word"], words, begins=long and (last or words.endswith("*")))
