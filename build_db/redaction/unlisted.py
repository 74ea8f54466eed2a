"""Words that are likely names of people whom nobody listed: what redaction left, and may have missed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from build_db.redaction.words import words

# A word with a capital inside a sentence: what ends none stands before the blank. Elsewhere a capital is no choice.
CAPITALISED = re.compile(r" (?<=[a-z,;] )([A-Z][^\W\d_A-Z]{2,})(?![\w-])")
FOLLOWING = re.compile(r" ([A-Z][^\W\d_A-Z]{2,})(?![\w-])")
ARTICLE = re.compile(r"\b(?:the|an?) \Z")
ACTS = re.compile(r" ([a-z]+)")
SNIPPET = 30
# A word of everyday comes again soon: once there are many texts, to look for it in some of them is enough.
FEW, EVERY = 500, 5


class Likely(NamedTuple):
    """A likely name, one word or two: how often it stands inside a sentence, and the first time it does."""

    name: str
    times: int
    snippet: str


class Unlisted:
    """Collects words of redacted texts that are written with a capital, and never without one from then on.

    :param spared: words that are nobody's name, such as pseudonyms and daemons
    """

    def __init__(self, spared: Iterable[str]) -> None:
        known = words()
        self._spared = {word.casefold() for word in spared} | known.nobody | known.calendar | known.models
        # Without their capitals: words that may be names, and those of them that are written so.
        self._open: set[str] = set()
        self._texts = 0
        self._everyday: set[str] = set()
        self._inside: Counter[str] = Counter()
        self._acting: Counter[str] = Counter()
        self._snippets: dict[str, str] = {}

    def add(self, text: str) -> None:
        """Take a redacted text."""
        done = 0
        for match in CAPITALISED.finditer(text):
            start = match.start(1)
            if start >= done and not ARTICLE.search(text[max(0, start - 5) : start]):
                following = FOLLOWING.match(text, match.end())
                done = following.end() if following else match.end()
                self._add_name(text, start, done)
        self._texts += 1
        if self._open and (self._texts < FEW or self._texts % EVERY == 0):
            self._everyday |= self._open.intersection(text.split())
            self._open -= self._everyday

    def _add_name(self, text: str, start: int, end: int) -> None:
        name = text[start:end]
        if self._is_known(name):
            return
        self._open.update(name.lower().split())
        self._inside[name] += 1
        acts = ACTS.match(text, end)
        self._acting[name] += acts is not None and acts[1] in words().after_name
        if name not in self._snippets:
            self._snippets[name] = " ".join(text[max(0, start - SNIPPET) : end + SNIPPET].split())

    def _is_known(self, name: str) -> bool:
        return any(word in self._spared or word in self._everyday for word in name.lower().split())

    def likely(self) -> list[Likely]:
        """The likely names. Those who do something come first, then those who are named often."""
        names = [name for name in self._inside if not self._is_known(name)]
        names.sort(key=lambda name: (-self._acting[name], -self._inside[name], name))
        return [Likely(name, self._inside[name], self._snippets[name]) for name in names]
