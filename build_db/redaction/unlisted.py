"""Counts words that are likely names of people whom nobody listed: what redaction left, and may have missed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from build_db.redaction.words import words

CAPITALISED = re.compile(r"[A-Z][^\W\d_A-Z]{2,}(?![\w-])")
# Between what ends no sentence and a blank: there a capital is a choice.
INSIDE = re.compile(r"[a-z,;] \Z")
ARTICLE = re.compile(r"\b(?:the|an?) \Z")


class Unlisted:
    """Counts capitalised words in redacted texts.

    :param spared: words that are nobody's name, such as pseudonyms and daemons
    """

    def __init__(self, spared: Iterable[str]) -> None:
        known = words()
        self._spared = {word.casefold() for word in spared} | known.nobody | known.calendar | known.models
        self._all: Counter[str] = Counter()
        self._inside: set[str] = set()

    def add(self, text: str) -> None:
        """Take a redacted text."""
        for match in CAPITALISED.finditer(text):
            word = match.group()
            self._all[word] += 1
            if word not in self._inside:
                before = text[max(0, match.start() - 5) : match.start()]
                if INSIDE.search(before) and not ARTICLE.search(before):
                    self._inside.add(word)

    def count(self, written: Callable[[str], int]) -> int:
        """How many words are likely names: written with a capital inside a sentence, and never without one.

        :param written: how often a word stands in the texts, in any case
        """
        likely = (word for word in self._inside if word.casefold() not in self._spared)
        return sum(written(word) <= self._all[word] for word in likely)
