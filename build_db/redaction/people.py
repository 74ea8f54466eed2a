"""Finds known people in text, in every form in which a name turns up, and gives each one pseudonym.

A name is a handful of letter runs: `Mara Ellison`, `mara_ellison`, `@MaraEllison` and `ellison-mara.md` all hold the
runs `mara` and `ellison`. So the finder looks for the runs, asks of each whether it stands alone, and joins neighbours
of one person. Nothing else is guessed: names that nobody listed stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import ahocorasick

from build_db.contract import UUID
from build_db.redaction.keyed import Keyed
from build_db.redaction.machine_words import is_machine_made
from build_db.redaction.whole_names import WholeNames
from build_db.redaction.words import words

# Between two runs of one name: a space, a comma, what file names and addresses use; an initial or particles after it.
JOINT = r"(?:\s{{1,2}}|,\s?|[._\-+/]|%20|\\n)?(?:[a-z]\.\s?|(?:(?:{particles})[\s_.-]){{1,3}})?"
SUFFIX = re.compile(r"(?:['’]s|['’]|s)(?![^\W\d_])")
SENTENCE_START = re.compile(r"(?:^|[.!?:;\n\"“(*>\-]\s*|\s{2,})$")
WORD_BEFORE = re.compile(r"([^\W\d_]+)['’]?[^\w]{1,2}$")
WORD_AFTER = re.compile(r"[^\w]{0,2}([^\W\d_]+)")
ESCAPE = re.compile(r"\\[ntr]")
RUN = re.compile(r"[^\W\d_]+")
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
FEW = 8
SHORTEST = 3
# Ids that mean themselves wherever they stand in a text; others, such as `default`, are words.
OPAQUE_ID = re.compile(r"(?=.*\d)[\w-]{8,}")

# How keyboards without them write these letters.
UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa", "ø": "oe", "Ø": "Oe"}


@dataclass(frozen=True)
class Person:
    """One person of the roster.

    `names` are display names and aliases, `handles` account names that stand for the person as a whole, `ids` user ids.
    """

    key: str
    names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    pseudonym: str | None = None


class Mention(NamedTuple):
    """A stretch of text that names a person, and what stands in its place."""

    start: int
    end: int
    person: Person
    replacement: str


@cache
def _joint() -> re.Pattern[str]:
    return re.compile(JOINT.format(particles="|".join(sorted(words().particles))))


class Folds(dict[int, str]):
    """What each character is without case and diacritics, worked out when it is met first.

    The characters of a language are few, and then a text is folded by one call.
    """

    def __init__(self) -> None:
        self.vanishing: set[str] = set()

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code))
        self[code] = plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().lower()
        if not plain:
            self.vanishing.add(chr(code))
        return plain


FOLDS = Folds()


def folded(text: str) -> tuple[str, list[int] | None]:
    """`text` without case and diacritics, and the place in `text` of each of its characters (None: all the same)."""
    if text.isascii():
        return text.lower(), None
    beyond = len(text.encode("utf-8", "surrogatepass")) - len(text)
    # A few signs among plain letters are quicker to fold one by one.
    few = beyond * FEW < len(text)
    plain = NOT_ASCII.sub(_folded_run, text).lower() if few else text.translate(FOLDS)
    # Of the same length, and none vanished: then none became two.
    if len(plain) == len(text) and (not FOLDS.vanishing or FOLDS.vanishing.isdisjoint(text)):
        return plain, None
    places: list[int] = []
    for place, character in enumerate(text):
        places.extend([place] * len(FOLDS[ord(character)]))
    return plain, [*places, len(text)]


def _folded_run(match: re.Match[str]) -> str:
    run = match.group()
    return FOLDS[ord(run)] if len(run) == 1 else run.translate(FOLDS)


def runs(name: str) -> list[str]:
    """The folded letter runs of a name that can name somebody: no initials, no roles, no particles unless alone."""
    letters = [run for run in RUN.findall(folded(name)[0]) if len(run) > 1 and run not in words().nobody]
    return [run for run in letters if run not in words().particles] or letters


def with_pseudonyms(people: Iterable[Person], keyed: Keyed, taken: Iterable[str] = ()) -> list[Person]:
    """The people, each with a pseudonym of its own that is no word of anybody's name.

    :param taken: further words that no pseudonym may be, folded
    """
    people = sorted(people, key=lambda person: person.key)
    used = {run for person in people for name in (*person.names, *person.handles) for run in runs(name)} | set(taken)
    used |= {person.pseudonym.casefold() for person in people if person.pseudonym}
    named = []
    for person in people:
        pseudonym = person.pseudonym or _choose(person, keyed, used)
        used.add(pseudonym.casefold())
        named.append(Person(person.key, person.names, person.handles, person.ids, pseudonym))
    return named


def _choose(person: Person, keyed: Keyed, used: set[str]) -> str:
    names = words().pseudonyms
    start = int(keyed.token("pseudonym", person.key), 16)
    for step in range(len(names)):
        candidate = names[(start + step) % len(names)]
        if candidate.casefold() not in used:
            return candidate
    return f"Person {keyed.token('pseudonym', person.key)[:6]}"


class PeopleFinder:
    """Finds the roster's people in text.

    :param people: people with pseudonyms
    :param keyed: re-keys user ids
    :param keep: words that are nobody's name here, although a person bears them
    """

    def __init__(self, people: Iterable[Person], keyed: Keyed, keep: Iterable[str] = ()) -> None:
        self._kept = {folded(word)[0] for word in keep}
        self._names: dict[str, Person] = {}
        self._runs: dict[str, Person] = {}
        self._phrases: dict[str, Person] = {}
        self._wholes: WholeNames[Person] = WholeNames()
        self._ids: dict[str, str] = {}
        self._wordlike: set[str] = set()
        for person in people:
            for name in (*person.names, *person.handles):
                self._names.setdefault(folded(name.strip())[0], person)
            for name in person.names:
                self._add_name(name, person)
            for handle in person.handles:
                self._add_handle(handle, person)
            for user_id in person.ids:
                self._add_id(user_id, keyed)
        for word in self._kept:
            self._runs.pop(word, None)
        told = (self._runs, self._phrases, self._wholes.needles(), self._ids.keys() - self._wordlike)
        self._needles = _automaton(needle for needles in told for needle in needles)

    def _add_name(self, name: str, person: Person) -> None:
        spelled = "".join(UMLAUTS.get(character, character) for character in name)
        if spelled != name:
            self._add_name(spelled, person)
        whole = folded(name.strip())[0]
        if whole not in self._kept:
            self._wholes.add(whole, person)
        parts = runs(name)
        for run in parts:
            self._runs.setdefault(run, person)
        if len(parts) > 1:
            first, last = parts[0], parts[-1]
            for joined in (first + last, first[0] + last, last + first, first + last[0]):
                if len(joined) > SHORTEST:
                    self._runs.setdefault(joined, person)
        # Spelled out in other alphabets of computers: JSON escapes, address escapes.
        if not name.isascii():
            for part in (name, *name.split()):
                escaped = "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in part)
                self._phrases.setdefault(escaped.lower(), person)
                quoted = "".join(c if c.isascii() else "".join(f"%{b:02x}" for b in c.encode()) for c in part)
                self._phrases.setdefault(quoted.lower(), person)

    def _add_handle(self, handle: str, person: Person) -> None:
        text = folded(handle.lstrip("@"))[0]
        if RUN.fullmatch(text):
            if len(text) > 2:
                self._runs.setdefault(text, person)
        elif len(text) > SHORTEST:
            self._phrases.setdefault(text, person)

    def _add_id(self, user_id: str, keyed: Keyed) -> None:
        new = keyed.uuid("person", user_id)
        self._ids[user_id.lower()] = new
        if not OPAQUE_ID.fullmatch(user_id):
            self._wordlike.add(user_id.lower())
        if UUID.fullmatch(user_id):
            # The vessel names graph nodes after the first digits of an id.
            self._ids[user_id[:8].lower()] = new[:8]
            self._ids[user_id.replace("-", "").lower()] = new.replace("-", "")

    @property
    def pseudonyms(self) -> list[str]:
        """Everybody's pseudonym, in order."""
        return sorted({person.pseudonym for person in self._names.values() if person.pseudonym})

    def pseudonym_for(self, name: str) -> str | None:
        """The pseudonym of the person with exactly this name; None if nobody bears it."""
        person = self._names.get(folded(name.strip())[0])
        return person.pseudonym if person else None

    def id_for(self, value: str) -> str | None:
        """The new id of a person whose id, or the beginning of it, is exactly this."""
        return self._ids.get(value.lower())

    def find(self, text: str) -> list[Mention]:
        """Every mention of a person, in order, none overlapping."""
        plain, places = folded(text)
        occurrences = [(last + 1 - len(needle), last + 1, needle) for last, needle in self._needles.iter(plain)]
        if not occurrences:
            return []

        def text_at(start: int, end: int) -> str:
            return text[_place(places, start) : _place(places, end)]

        found: list[tuple[int, int, Person, str]] = []
        hits: list[tuple[int, int, Person, str]] = []
        for start, end, needle in occurrences:
            before, after = plain[start - 1 : start], plain[end : end + 1]
            if needle in self._ids and needle not in self._wordlike and not before.isalnum() and not after.isalnum():
                found.append((start, end, NOBODY, self._ids[needle]))
            if needle in self._phrases and not before.isalpha() and not after.isalpha():
                person = self._phrases[needle]
                found.append((start, end, person, self.replacement(person, plain[start:end])))
            for first, last, person in self._wholes.around(plain, start, end):
                if not is_machine_made(plain, first, last):
                    found.append((first, last, person, self.replacement(person, text_at(first, last))))
            if needle in self._runs:
                original = text_at(start, end)
                stands = _stands_alone(text, plain, start, end, places) and not is_machine_made(plain, start, end)
                if stands and original.casefold() not in self._kept:
                    hits.append((start, end, self._runs[needle], original))
        hits.sort(key=lambda hit: (hit[0], -hit[1]))
        found.extend(self._joined(plain, hits))
        return [
            Mention(_place(places, start), _place(places, end), person, new)
            for start, end, person, new in _apart(plain, found)
        ]

    def replacement(self, person: Person, original: str) -> str:
        """The person's pseudonym in the case of what it replaces."""
        pseudonym = person.pseudonym or "somebody"
        letters = "".join(RUN.findall(original))
        if letters.islower():
            return pseudonym.lower()
        return pseudonym.upper() if letters.isupper() and len(letters) > 1 else pseudonym

    def _joined(self, plain: str, hits: list[tuple[int, int, Person, str]]) -> Iterator[tuple[int, int, Person, str]]:
        """Neighbouring runs of one person as one mention; an ordinary word only where it stands as a name."""
        waiting = deque(hits)
        while waiting:
            start, end, person, original = waiting.popleft()
            sure, said = not _is_ordinary(plain[start:end]), {plain[start:end]}
            while waiting and waiting[0][2] is person:
                next_start, next_end, _, more = waiting[0]
                if next_start >= end:
                    # The same run again is another mention, not the rest of a name.
                    if plain[next_start:next_end] in said or not _joint().fullmatch(plain, end, next_start):
                        break
                    original, sure = original + more, True
                    said.add(plain[next_start:next_end])
                end = max(end, next_end)
                waiting.popleft()
            if sure or _stands_as_name(plain, start, end, original):
                yield start, end, person, self.replacement(person, original)


NOBODY = Person("")


def _automaton(needles: Iterable[str]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    automaton.add_word("\0", "\0")  # an automaton without a word cannot search
    for needle in needles:
        automaton.add_word(needle, needle)
    automaton.make_automaton()
    return automaton


def _apart(plain: str, found: list[tuple[int, int, Person, str]]) -> list[tuple[int, int, Person, str]]:
    """The mentions in order, none overlapping: of two that do, what sticks out of the first is a mention of its own."""
    kept: list[tuple[int, int, Person, str]] = []
    for start, end, person, replacement in sorted(found, key=lambda m: (m[0], -m[1])):
        done = kept[-1][1] if kept else 0
        if start < done:
            start = next((place for place in range(done, end) if plain[place].isalnum()), end)
        if start < end:
            kept.append((start, end, person, replacement))
    return kept


def _place(places: list[int] | None, place: int) -> int:
    return place if places is None else places[place]


def _stands_alone(text: str, plain: str, start: int, end: int, places: list[int] | None) -> bool:
    """Whether a run is a word, or a part that a capital sets off, and not the inside of a longer word."""
    before, after = plain[start - 1 : start] if start else "", plain[end : end + 1]
    original = text[_place(places, start) : _place(places, end)]
    # The letter of `\n` in code is none of the name behind it.
    if before.isalpha() and not ESCAPE.fullmatch(plain, max(0, start - 2), start):
        previous = text[_place(places, start) - 1]
        if not (previous.islower() and original[:1].isupper()):
            return False
    if after.isalpha() and not SUFFIX.match(plain, end):
        following = text[_place(places, end)]
        if not (original[-1:].islower() and following.isupper()):
            return False
    return True


def _is_ordinary(run: str) -> bool:
    return run in words().ordinary or len(run) < SHORTEST


def _stands_as_name(plain: str, start: int, end: int, original: str) -> bool:
    """Whether a name that is also a word is meant as a name here."""
    before, after = plain[max(0, start - 40) : start], plain[end : end + 40]
    if after.startswith("_influence") or before.endswith(("@", '="', "='", "/home/", "/users/", "\\users\\")):
        return True
    if not original[:1].isupper() or (original.isupper() and len(original) > 1):
        return False
    previous, following = WORD_BEFORE.search(before), WORD_AFTER.match(after)
    if re.match(r"['’]s\b", after) and not (previous and previous.group(1) in words().before_thing):
        return True
    if re.match(r"\s\d", after) or (previous and previous.group(1) in words().before_thing):
        return False
    if SENTENCE_START.search(before):
        return bool(following and following.group(1) in words().after_name) or after[:1] == ","
    return True
