"""Words that are likely names of people whom nobody listed: what redaction left, and may have missed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
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


class Sighting(NamedTuple):
    """A word that may be a name, or two, inside a sentence; whether it does something, and what stands around it."""

    name: str
    acts: bool
    snippet: str


# A redacted text, and what was seen in it; None for a word without a capital.
Seen = tuple[str, list[Sighting] | None]


class Unlisted:
    """Collects words of redacted texts that are written with a capital, and never without one from then on.

    Texts can be looked at anywhere; what was seen is learnt in one place, in the order of the texts.

    :param spared: words that are nobody's name, such as pseudonyms and daemons
    """

    def __init__(self, spared: Iterable[str]) -> None:
        known = words()
        self._seen: list[Seen] = []
        self._seen_alone: set[str] = set()
        self._spared = {word.casefold() for word in spared} | known.nobody | known.calendar | known.models
        # Without their capitals: words that may be names, and those of them that are written so.
        self._open: set[str] = set()
        self._texts = 0
        self._everyday: set[str] = set()
        # Words that are a whole text, as tags are: wherever that is, they are no names.
        self._alone: set[str] = set()
        self._inside: Counter[str] = Counter()
        self._acting: Counter[str] = Counter()
        self._snippets: dict[str, str] = {}

    def see(self, text: str) -> None:
        """Look at a redacted text."""
        if " " in text:
            self._seen.append((text, list(self._sightings(text))))
        elif text not in self._seen_alone and text.islower() and text.isalpha():
            self._seen_alone.add(text)
            self._seen.append((text, None))

    def seen(self) -> list[Seen]:
        """What was seen since this was asked for last, to be learnt."""
        seen, self._seen = self._seen, []
        self._seen_alone.clear()
        return seen

    def learn(self, seen: Iterable[Seen]) -> None:
        """Take the texts that come next, wherever they were looked at."""
        for text, sightings in seen:
            if sightings is None:
                self._alone.add(text)
                continue
            for sighting in sightings:
                self._learn_name(sighting)
            self._texts += 1
            if self._open and (self._texts < FEW or self._texts % EVERY == 0):
                everyday = self._open.intersection(text.split())
                self._everyday |= everyday
                self._open -= everyday

    def _sightings(self, text: str) -> Iterator[Sighting]:
        done = 0
        for match in CAPITALISED.finditer(text):
            start = match.start(1)
            if start >= done and not ARTICLE.search(text[max(0, start - 5) : start]):
                following = FOLLOWING.match(text, match.end())
                done = following.end() if following else match.end()
                name = text[start:done]
                if self._spared.isdisjoint(name.lower().split()):
                    acts = ACTS.match(text, done)
                    snippet = " ".join(text[max(0, start - SNIPPET) : done + SNIPPET].split())
                    yield Sighting(name, acts is not None and acts[1] in words().after_name, snippet)

    def _learn_name(self, sighting: Sighting) -> None:
        name = sighting.name
        if self._is_everyday(name):
            return
        self._open.update(name.lower().split())
        self._inside[name] += 1
        self._acting[name] += sighting.acts
        self._snippets.setdefault(name, sighting.snippet)

    def _is_everyday(self, name: str) -> bool:
        return not self._everyday.isdisjoint(name.lower().split())

    def likely(self) -> list[Likely]:
        """The likely names. Those who do something come first, then those who are named often."""
        self.learn(self.seen())
        known = self._everyday | self._alone
        names = [name for name in self._inside if known.isdisjoint(name.lower().split())]
        names.sort(key=lambda name: (-self._acting[name], -self._inside[name], name))
        return [Likely(name, self._inside[name], self._snippets[name]) for name in names]
