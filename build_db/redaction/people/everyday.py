"""Which words are words of every day, and in which languages.

The lists are `everyday.txt`, `also_names.txt` and `behind_articles.txt` in `build_db`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

FILE = "everyday.txt"
ALSO_NAMES = "also_names.txt"
BEHIND_ARTICLES = "behind_articles.txt"
# A word that is a name as well is asked of more neighbours, and one of them is not enough.
TELLING, MORE = 2, 3
# Neighbours that tell the language of a text: so many words to both sides, in so many characters.
WORDS, REACH = 4, 48
# Of languages that share most of their words the one that is meant may have a few less: four of five.
NEARLY = 0.8
WORD = re.compile(r"[^\W\d_]+")
# With nothing but a blank behind it: so the witness reads it, too.
ARTICLE = re.compile(r"(?<![^\W\d_])([^\W\d_]{1,8})\s{1,2}\Z")
LONG_WORD = re.compile(r"[^\W\d_]{3,}")


class Everyday(NamedTuple):
    """The words of each language in sets of languages, as bits, and how common those of English are."""

    languages: dict[str, int]
    words: dict[str, int]
    ranks: dict[str, int]


@cache
def everyday() -> Everyday:
    """The list that ships with the tool."""
    languages: dict[str, int] = {}
    words: dict[str, int] = {}
    ranks: dict[str, int] = {}
    for name, found in _sections(FILE):
        bit = languages[name] = 1 << len(languages)
        for word in found:
            words[word] = words.get(word, 0) | bit
        if name == "en":
            ranks.update((word, rank) for rank, word in enumerate(found))
    return Everyday(languages, words, ranks)


@cache
def _also_names() -> dict[str, int]:
    """Words that are names as well, and the languages, as bits, of which they are words."""
    words: dict[str, int] = {}
    for name, found in _sections(ALSO_NAMES):
        for word in found:
            words[word] = words.get(word, 0) | everyday().languages[name]
    return words


class _Articles(NamedTuple):
    """The words of `behind_articles.txt` and the articles before them, with their languages as bits."""

    words: dict[str, int]
    articles: dict[str, int]


@cache
def _behind_articles() -> _Articles:
    both = _Articles({}, {})
    for head, found in _sections(BEHIND_ARTICLES):
        name, _, articles = head.partition(":")
        for known, listed in ((both.words, found), (both.articles, articles.split())):
            for word in listed:
                known[word] = known.get(word, 0) | everyday().languages[name]
    return both


def _sections(file: str) -> Iterator[tuple[str, list[str]]]:
    """The languages of a list, and their words."""
    for section in files("build_db").joinpath(file).read_text(encoding="utf-8").split("\n[")[1:]:
        name, _, listed = section.partition("]\n")
        yield name, listed.split()


def is_word_here(plain: str, start: int, end: int) -> bool:
    """Whether what is a name by a capital is a word of the language that is written around it."""
    known = _also_names().get(plain[start:end], 0)
    return bool(known and languages_near(plain, start, end, TELLING, MORE, NEARLY) & known)


def is_behind_article(plain: str, start: int, end: int) -> bool:
    """Whether what is mostly a name is a word here, for an article of its language stands before it."""
    known = _behind_articles().words.get(plain[start:end], 0)
    article = ARTICLE.search(plain, max(0, start - REACH), start) if known else None
    known &= _behind_articles().articles.get(article[1], 0) if article else 0
    return bool(known and languages_near(plain, start, end, TELLING, MORE, NEARLY) & known)


def languages_of(word: str) -> int:
    """The languages, as bits, of which a folded word is one of every day; 0: of none."""
    return everyday().words.get(word, 0)


def bits(names: str) -> int:
    """Languages by their names, as bits."""
    return sum(everyday().languages[name] for name in names.split())


def is_common(word: str, among: int) -> bool:
    """Whether a folded word is among so many of the most common words of English."""
    return everyday().ranks.get(word, among) < among


def is_among_words(plain: str, start: int, end: int) -> bool:
    """Whether a place in a folded text lies among words, in whatever language."""
    return len(LONG_WORD.findall(plain[max(0, start - REACH) : start] + " " + plain[end : end + REACH])) > 1


def is_little_known(plain: str, start: int, end: int) -> bool:
    """Whether no language that is known has more than half of the words around a place: it may be another one."""
    beside = _beside(plain, start, end, 1)
    votes = (sum(1 for word in beside if languages_of(word) & bit) for bit in everyday().languages.values())
    return len(beside) > 1 and 2 * max(votes) <= len(beside)


def languages_near(plain: str, start: int, end: int, least: int = 1, times: int = 1, share: float = 1) -> int:
    """The languages, as bits, of which most of the words around a place in a folded text are.

    :param least: so many words at least
    :param times: how much farther to look than is usual
    :param share: with so many of the most words a language counts, too
    """
    known = [languages_of(word) for word in _beside(plain, start, end, times)]
    votes = {bit: sum(1 for found in known if found & bit) for bit in everyday().languages.values()}
    most = max(votes.values())
    return sum(bit for bit, count in votes.items() if count >= max(least, share * most)) if most else 0


def _beside(plain: str, start: int, end: int, times: int) -> list[str]:
    """The words around a place in a folded text, some before it and some behind."""
    before = WORD.findall(plain[max(0, start - times * REACH) : start])[-times * WORDS :]
    return [*before, *WORD.findall(plain[end : end + times * REACH])[: times * WORDS]]
