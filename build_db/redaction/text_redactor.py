"""The text redactor: words in, the same words out without people, secrets and contacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import ahocorasick

from build_db.redaction.engine.gate import EVERYTHING, NOTHING_SEEN, Gate, Seen, Store
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.folding import folded
from build_db.redaction.people.people_finder import Mention, PeopleFinder
from build_db.redaction.readings import BEYOND, as_read, otherwise, parted, unturned
from build_db.redaction.samples import Samples
from build_db.redaction.spans import Span, without_overlaps
from build_db.redaction.unlisted import Unlisted

# A value this short says nothing by itself, and as a literal it would be found everywhere.
SHORTEST_LITERAL = 6
LONGEST_BEGINNING = 200
TURNS = 3
# What the gate sees in a text that has to be read in other ways, and in one with letters beyond ASCII.
OTHERWISE, BEYOND_ASCII = "read otherwise", "beyond ASCII"
JUST_LETTERS = frozenset((BEYOND_ASCII,))
# Most texts are a word in a column or under a key, and come again and again. So many of so many letters are remembered.
WORD, MOST_WORDS = 24, 10_000


class Finder(Protocol):
    """Finds stretches of text that must not leave."""

    def rules(self) -> Iterable[tuple[str, str]]:
        """Name and pattern of every rule that need not be tried on a text in which its pattern is not found."""

    def cores(self) -> dict[str, tuple[str, ...]]:
        """Of some rules, by name: patterns, one of which is in every text in which the rule's is. See `Gate`."""

    def find(self, text: str, seen: Seen) -> list[Span]:
        """Spans inside `text`, none overlapping, by the rules in `seen` and those that are always tried."""


class Literals:
    """Finds values that are known to be secret, wherever they stand, and the owner's own terms.

    `met` are those that were found so far, terms folded.
    """

    def __init__(self, values: Iterable[str], kind: str) -> None:
        self._kind = kind
        self._any_case = kind == "term"
        self.met: set[str] = set()
        # A value is known by its beginning: an automaton cannot be thrown away whose words are a megabyte long.
        self._wholes: dict[str, list[str]] = {}
        for value in dict.fromkeys(values):
            if len(value) >= SHORTEST_LITERAL or (value and self._any_case):
                whole = folded(value)[0] if self._any_case else value
                self._wholes.setdefault(whole[:LONGEST_BEGINNING], []).append(whole)
        self._begins = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
        for begin in self._wholes:
            self._begins.add_word(begin)
        self._begins.make_automaton()

    @property
    def values(self) -> list[str]:
        """All that is looked for, in order."""
        return sorted(whole for wholes in self._wholes.values() for whole in wholes)

    def rules(self) -> tuple[()]:
        """None: a value is always looked for."""
        return ()

    def cores(self) -> dict[str, tuple[str, ...]]:
        """None."""
        return {}

    def find(self, text: str, seen: Seen = NOTHING_SEEN) -> list[Span]:
        """Every occurrence of every value; terms in any case."""
        if not self._begins:
            return []
        plain, places = folded(text) if self._any_case else (text, None)
        begins = [(last + 1 - length, last + 1) for last, length in self._begins.iter(plain)]
        spans = [
            (start, start + len(whole))
            for start, end in begins
            for whole in self._wholes[plain[start:end]]
            if len(whole) == end - start or plain.startswith(whole, start)
        ]
        self.met.update(plain[start:end] for start, end in spans)
        if places:  # letters that become two when they are folded
            spans = [(places[start], places[end - 1] + 1) for start, end in spans]
        return without_overlaps(Span(start, end, self._kind, "known") for start, end in spans)


class TextRedactor:
    """Replaces what its finders find by keyed placeholders such as `[email 3f9a]`, and people by their pseudonyms.

    :param finders: secrets, contacts, literals; where they overlap with people, they win
    :param samples: is shown every text that changes
    :param store: keeps what the gate compiles
    :param unlisted: counts likely names in what is left
    """

    def __init__(
        self,
        people: PeopleFinder,
        finders: Iterable[Finder],
        keyed: Keyed,
        samples: Samples | None = None,
        store: Store | None = None,
        unlisted: Unlisted | None = None,
    ) -> None:
        self._unlisted = unlisted
        self._people = people
        self._finders = tuple(finders)
        rules = [(finder, tuple(finder.rules())) for finder in self._finders]
        # Those that look whatever the gate has seen.
        self._always = tuple(finder for finder, own in rules if not own)
        cores = {name: own for finder in self._finders for name, own in finder.cores().items()}
        self._gate = Gate(
            (rule for _, own in rules for rule in own), store, [(OTHERWISE, otherwise()), (BEYOND_ASCII, BEYOND)], cores
        )
        self._keyed = keyed
        self._samples = samples
        self._harmless: set[str] = set()
        self.counts: Counter[tuple[str, str]] = Counter()

    def redact(self, text: str) -> str:
        """The text with placeholders and pseudonyms. The same value always gets the same one."""
        if not text:
            return text
        new = text if text in self._harmless else self._remembered(text)
        if self._samples and new != text:
            self._samples.add(text, new)
        if self._unlisted:  # each time: what is told of some rows does not depend on those before them
            self._unlisted.see(new)
        return new

    def _remembered(self, text: str) -> str:
        """The same, and a word that is harmless is remembered."""
        is_word = len(text) <= WORD and " " not in text and len(self._harmless) < MOST_WORDS
        counted = self.counts.total() if is_word else 0
        new = self._redacted(text)
        # Who is called by his own name on his owner's wish is counted each time, whoever redacts what in which order.
        if is_word and new == text and counted == self.counts.total():
            self._harmless.add(text)
        return new

    def _redacted(self, text: str) -> str:
        seen = self._gate.seen(text)
        found = self._found(text, seen)
        if OTHERWISE in seen:
            for reading in filter(None, (as_read(text), parted(text), unturned(text, as_read(text)))):
                for span in self._found(reading.text, self._gate.seen(reading.text)):
                    start, end = reading.back(span.start, span.end)
                    found.append(span._replace(start=start, end=end))
        if not found:
            return self._without_people(text, seen)
        spans = without_overlaps(found)
        pieces: list[str] = []
        done = 0
        for span in spans:
            # People are looked for between the spans, so that none hides half inside one.
            pieces.append(self._without_people(text[done : span.start]))
            pieces.append(self._placeholder(span, text[span.start : span.end]))
            done = span.end
        return "".join((*pieces, self._without_people(text[done:])))

    def _found(self, text: str, seen: Seen) -> list[Span]:
        finders = self._finders if seen and seen != JUST_LETTERS else self._always
        return [span for finder in finders for span in finder.find(text, seen)]

    def _without_people(self, text: str, seen: Seen = EVERYTHING) -> str:
        # A pseudonym may part what kept a name from being one: `claude-Claude-4`.
        for _ in range(TURNS):
            mentions = self._people.find(text, otherwise=OTHERWISE in seen, beyond=BEYOND_ASCII in seen)
            new = self._renamed(text, mentions) if mentions else text
            if new == text:
                break
            text, seen = new, EVERYTHING
        return text

    def _renamed(self, text: str, mentions: Iterable[Mention]) -> str:
        pieces: list[str] = []
        done = 0
        for start, end, person, replacement in mentions:
            self.counts["person", person.pseudonym or "id"] += 1
            pieces += (text[done:start], replacement)
            done = end
        return "".join((*pieces, text[done:]))

    def redact_key(self, value: str) -> str:
        """An id as text; a changed one gets a keyed tail, so that two ids never become one."""
        new = self.redact(value)
        return value if new == value else f"{new}-{self._keyed.token('id', value)[:8]}"

    def _placeholder(self, span: Span, value: str) -> str:
        self.counts[span.kind, span.rule] += 1
        reading = as_read(value)  # a number in full width is the same number
        return f"[{span.kind} {self._keyed.token(span.kind, reading.text if reading else value)[:4]}]"


def redact_json(value: Any, text: TextRedactor, known: Known, removed: Counter[str]) -> Any:
    """A JSON value with every string redacted, keys too; keys that nobody declared are left out and counted."""
    if isinstance(value, str):
        return text.redact(value)
    if value is None or isinstance(value, (int, float)):
        return _number(value, text)
    if isinstance(value, list):
        return [redact_json(entry, text, known, removed) for entry in value]
    if isinstance(value, dict):
        redacted = {}
        for key, entry in value.items():
            inner = known.below(key)
            if inner is None:
                removed[key] += 1
            elif inner is not NOTHING:
                redacted[key if key in known.keys else text.redact(key)] = redact_json(entry, text, inner, removed)
        return redacted
    return value


def _number(value: float | None, text: TextRedactor) -> float | str | None:
    """A number as it is, or the words for it where it is somebody's."""
    if not isinstance(value, int) or abs(value) < LONG_NUMBER:
        return value
    plain = text.redact(str(value))
    return value if plain == str(value) else plain


# From here on a whole number may be somebody's telephone.
LONG_NUMBER = 10**8


class Known:
    """The keys that a JSON column may hold, as `json_keys.yml` writes them."""

    def __init__(self, keys: Sequence[str]) -> None:
        listed = [key for key in keys if not key.startswith("-")]
        self._left_out = frozenset(key[1:] for key in keys if key.startswith("-"))
        self.keys = frozenset(key.rstrip("*") for key in listed if key != "*")
        self._free = frozenset(key.rstrip("*") for key in listed if key.endswith("*") and key != "*")
        self._any = "*" in listed

    def below(self, key: str) -> Known | None:
        """What holds below a key; None if the key is unknown, NOTHING if it is known and left out."""
        if key in self._left_out:
            return NOTHING
        if key in self._free:
            return ANY
        return self if self._any or key in self.keys else None


ANY, NOTHING = Known(["*"]), Known([])
