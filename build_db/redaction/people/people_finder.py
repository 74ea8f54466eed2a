"""Finds known people in text, in every form in which a name turns up.

A name is a handful of letter runs: `Mara Ellison`, `mara_ellison`, `@MaraEllison` and `ellison-mara.md` all hold the
runs `mara` and `ellison`. So the finder looks for the runs, asks of each whether it stands alone, and joins neighbours
of one person. `names.py` says in which other ways a name is written, `scripts.py` how names stand in other scripts,
`standing.py` whether a word is meant as a name. Nothing else is guessed: names that nobody listed stay.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from typing import NamedTuple

from build_db.redaction.engine.scan import AnyOf
from build_db.redaction.keyed import Keyed
from build_db.redaction.people import names
from build_db.redaction.people.everyday import is_among_words, is_common, is_little_known, languages_near, languages_of
from build_db.redaction.people.folding import RUN, fold, folded_only, places_in
from build_db.redaction.people.machine_words import is_machine_made
from build_db.redaction.people.name_index import NameIndex
from build_db.redaction.people.pseudonyms import Person
from build_db.redaction.people.scripts import SCRIPT_OF, beside_title, is_called, stands_alone
from build_db.redaction.people.standing import is_date, is_ordinary, is_small_word, stands_as_name
from build_db.redaction.readings import Reading, as_one_word, as_read, unturned
from build_db.redaction.words import words

# Between two runs of one name: a space, a comma, what file names and addresses use; an initial or particles after it.
JOINT = r"(?:\s{{1,2}}|,\s?|[._\-+/]|%20|\\n)?(?:[a-z]\.\s?|(?:(?:{particles})[\s_.-]){{1,3}})?"
SUFFIX = re.compile(r"(?:['’]s|['’]|s)(?![^\W\d_])")
ESCAPE = re.compile(r"\\[ntr]")
WORD = re.compile(r"[^\W\d_]+")


class Mention(NamedTuple):
    """A stretch of text that names a person, and what stands in its place."""

    start: int
    end: int
    person: Person
    replacement: str


@cache
def _joint() -> re.Pattern[str]:
    return re.compile(JOINT.format(particles="|".join(sorted(words().particles))))


NOBODY = Person("")
# Letters of a name this long mean it beside words so common.
LEAST_BESIDE_WORDS, COMMON_JOINED, LONGEST_JOINED = 4, 1500, 12
# With one of these behind it a name is another word: `Markdown`, `Markup`.
PARTICLES = frozenset(("back", "down", "in", "off", "on", "out", "over", "up"))
LONG_DECLINED = 6
# With a capital so long a form counts where its language may be, and so long a one where no language is known.
LONG_SOMEWHERE, LONG_ALONE, MAYBE = 7, 5, 0.5


class _Folded:
    """A text beside itself without case and diacritics."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain, self._as_long = folded_only(text)

    @cached_property
    def _places(self) -> list[int]:
        # In most texts nobody is named, and no place is asked for.
        return places_in(self.text)

    def place(self, place: int) -> int:
        """Where a character of `plain` stands in `text`."""
        return place if self._as_long else self._places[place]

    def original(self, start: int, end: int) -> str:
        """What stands in `text` for `plain[start:end]`."""
        return self.text[self.place(start) : self.place(end)]


class PeopleFinder:
    """Finds the roster's people in text.

    :param people: people with pseudonyms
    :param keyed: re-keys user ids
    :param keep: words that are nobody's name here, although a person bears them
    """

    def __init__(self, people: Iterable[Person], keyed: Keyed, keep: Iterable[str] = ()) -> None:
        self._index = NameIndex(frozenset(fold(word) for word in keep))
        self._called: dict[str, str] = {}
        for person in people:
            self._index.add(person, keyed)
            self._called |= {user_id: person.pseudonym for user_id in person.ids if person.names and person.pseudonym}
        self._needles = self._index.automaton()
        self._any = AnyOf(self._needles.keys())

    @property
    def pseudonyms(self) -> list[str]:
        """Everybody's pseudonym, in order."""
        return sorted({person.pseudonym for person in self._index.exact.values() if person.pseudonym})

    def pseudonym_for(self, name: str) -> str | None:
        """The pseudonym of the person with exactly this name; None if nobody bears it."""
        person = self._index.exact.get(fold(names.bounded(name.strip())))
        return person.pseudonym if person else None

    def pseudonym_of(self, user_id: str) -> str | None:
        """The pseudonym of the person with this id; None if nobody knows what he is called."""
        return self._called.get(user_id)

    def id_for(self, value: str) -> str | None:
        """The new id of a person whose id, or the beginning of it, is exactly this."""
        return self._index.ids.get(value.lower())

    def find(self, text: str, *, otherwise: bool = True, beyond: bool = True) -> list[Mention]:
        """Every mention of a person in a text and in its other readings, in order, none overlapping.

        :param otherwise: whether there may be other readings: see `readings.otherwise`
        :param beyond: whether there may be letters beyond ASCII: see `readings.BEYOND`
        """
        if not (otherwise or beyond or self._any.may_be_in(text)):
            return []
        found = list(self._in_text(text))
        for other in _readings(text) if otherwise else ():
            found += _from(other, self._in_text(other.text))
        return _apart(text, found) if found else []

    def _in_text(self, text: str) -> Iterator[Mention]:
        folded_text = _Folded(text)
        plain = folded_text.plain
        if not self._any.may_be_in(plain):
            return
        hits: list[tuple[int, int, Person, str]] = []
        found: list[tuple[int, int, Person, str]] = []
        drawn_out = 0
        for last, needle in self._needles.iter(plain):
            start, end = last + 1 - len(needle), last + 1
            if needle in self._index.runs and self._is_run(folded_text, start, end):
                hits.append((start, end, self._index.runs[needle], folded_text.original(start, end)))
            found += self._others(folded_text, start, end, needle)
            if needle in self._index.thrice and start >= drawn_out:
                # Of a word so long as to be no name, each three letters would ask again.
                first, drawn_out = _word_around(plain, start, end)
                found += self._drawn_out(folded_text, first, drawn_out)
        if hits:
            hits.sort(key=lambda hit: (hit[0], -hit[1]))
            found += self._joined(folded_text, hits)
        for start, end, person, new in found:
            yield Mention(folded_text.place(start), folded_text.place(end), person, new)

    def _is_run(self, text: _Folded, start: int, end: int) -> bool:
        plain = text.plain
        alone = _stands_alone(text, start, end) or plain[start:end] in self._index.inside
        if not alone and not _is_beside_words(plain, start, end):
            return False
        return not is_machine_made(plain, start, end) and text.original(start, end).casefold() not in self._index.kept

    def _others(self, text: _Folded, start: int, end: int, needle: str) -> Iterator[tuple[int, int, Person, str]]:
        """Mentions by forms that are more than a run: ids, phrases, whole names."""
        index, plain = self._index, text.plain
        before, after = plain[start - 1 : start], plain[end : end + 1]
        if needle in index.ids and needle not in index.wordlike and not before.isalnum() and not after.isalnum():
            yield start, end, NOBODY, index.ids[needle]
        if needle in index.phrases and not before.isalpha() and not after.isalpha():
            yield start, end, index.phrases[needle], self.replacement(index.phrases[needle], needle)
        for first, last, person in index.wholes.around(plain, start, end):
            if not is_machine_made(plain, first, last):
                yield first, last, person, self.replacement(person, text.original(first, last))
        if meant := self._in_few_letters(text, start, end, needle):
            yield start, end, meant, self.replacement(meant, text.original(start, end))

    def _in_few_letters(self, text: _Folded, start: int, end: int, needle: str) -> Person | None:
        """Whom a form means that is less than a run, or another one: one character, a title, another ending."""
        index = self._index
        just_so = needle in index.styled and text.original(start, end) == index.styled[needle][0]
        if just_so and _stands_alone(text, start, end):
            return index.styled[needle][1]
        if needle in index.short and is_called(text.plain, start, end):
            return index.short[needle]
        if needle in index.families and beside_title(text.plain, start, end):
            return index.families[needle]
        if needle in index.declined and needle not in index.runs:
            person, languages = index.declined[needle]
            return person if _is_declined(text, start, end, languages) else None
        return None

    def _drawn_out(self, text: _Folded, start: int, end: int) -> Iterator[tuple[int, int, Person, str]]:
        """A name in which somebody drew out a letter, such as `Maaara`."""
        person = self._index.squeezed.get(names.squeezed(text.plain[start:end]))
        if person:
            yield start, end, person, self.replacement(person, text.original(start, end))

    def replacement(self, person: Person, original: str) -> str:
        """The person's pseudonym in the case of what it replaces."""
        pseudonym = person.pseudonym or "somebody"
        letters = "".join(RUN.findall(original))
        # Georgian has small letters, and writes names in them.
        if letters.islower() and SCRIPT_OF[letters[0]] in names.WITH_INITIALS:
            return pseudonym.lower()
        return pseudonym.upper() if letters.isupper() and len(letters) > 1 else pseudonym

    def _joined(
        self, text: _Folded, hits: list[tuple[int, int, Person, str]]
    ) -> Iterator[tuple[int, int, Person, str]]:
        """Neighbouring runs of one person as one mention; an ordinary word only where it stands as a name."""
        plain = text.plain
        waiting = deque(hits)
        while waiting:
            start, end, person, original = waiting.popleft()
            first = plain[start:end]
            if waiting and waiting[0][2] in self._index.nicknames.get(first, ()):
                person = waiting[0][2]  # of all who are called so the one whose name goes on
            sure, said, alone = not is_ordinary(first), {first}, True
            while waiting and waiting[0][2] is person:
                next_start, next_end, _, more = waiting[0]
                if next_start >= end:
                    # The same run again is another mention, not the rest of a name.
                    if plain[next_start:next_end] in said or not _joint().fullmatch(plain, end, next_start):
                        break
                    original, sure, alone = original + more, True, False
                    said.add(plain[next_start:next_end])
                end = max(end, next_end)
                waiting.popleft()
            place = text.place(start), text.place(end)
            if alone and first in words().months and is_date(text.text, *place):
                continue
            if alone and first in self._index.brief and not original[0].isupper():
                continue
            if alone and first not in self._index.nicknames and is_small_word(text.text, plain, place, (start, end)):
                continue
            if sure or stands_as_name(text.text, plain, place, (start, end)):
                yield start, end, person, self.replacement(person, original)


def _readings(text: str) -> Iterator[Reading]:
    """The other readings of a text in which names may stand."""
    reading = as_read(text)
    if reading:
        yield reading
        # A name may hold the very letters that a wrong encoding makes of others: `Åœø`.
        literal = as_read(text, misread=False)
        if literal and literal.text != reading.text:
            yield literal
    for follow in (as_one_word, unturned):
        if further := follow(text, reading):
            yield further


def _from(reading: Reading, mentions: Iterable[Mention]) -> Iterator[Mention]:
    """What was found in a reading, in the text itself."""
    for mention in mentions:
        start, end = reading.back(mention.start, mention.end)
        yield mention._replace(start=start, end=end)


def _apart(text: str, found: list[Mention]) -> list[Mention]:
    """The mentions in order, none overlapping: of two that do, what sticks out of the first is a mention of its own."""
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start, -m.end)):
        start, done = mention.start, kept[-1].end if kept else 0
        if start < done:
            start = next((place for place in range(done, mention.end) if text[place].isalnum()), mention.end)
        if start < mention.end:
            kept.append(mention._replace(start=start))
    return kept


def _stands_alone(text: _Folded, start: int, end: int) -> bool:
    """Whether a run is a word, or a part that a capital sets off, and not the inside of a longer word."""
    plain = text.plain
    if SCRIPT_OF[plain[start]] != "latin":
        return stands_alone(plain, start, end)
    before, after = plain[start - 1 : start] if start else "", plain[end : end + 1]
    original = text.original(start, end)
    # The letter of `\n` in code is none of the name behind it.
    if before and SCRIPT_OF[before] == "latin" and not ESCAPE.fullmatch(plain, max(0, start - 2), start):
        previous = text.text[text.place(start) - 1]
        if not (previous.islower() and original[:1].isupper()):
            return False
    joined = after and SCRIPT_OF[after] == "latin" == SCRIPT_OF[plain[end - 1]]
    if joined and not SUFFIX.match(plain, end):
        following = text.text[text.place(end) : text.place(end) + 2]
        # `MaraTrays`, and `MarasTrays`.
        if not (original[-1:].islower() and following.removeprefix("s")[:1].isupper()):
            return False
    return True


def _word_around(plain: str, start: int, end: int) -> tuple[int, int]:
    """The row of letters in which some letters stand."""
    while start and plain[start - 1].isalpha():
        start -= 1
    word = WORD.match(plain, start)
    return start, word.end() if word else end


def _is_beside_words(plain: str, start: int, end: int) -> bool:
    """Whether what is joined to a run are common words: `teammara`, `GETMARAID`; or an ornament: `xxmaraxx`."""
    if end - start < LEAST_BESIDE_WORDS or not plain[start:end].isascii():
        return False
    first, last = start, end
    while first > max(0, start - LONGEST_JOINED) and plain[first - 1 : first].isalpha():
        first -= 1
    while last < min(len(plain), end + LONGEST_JOINED) and plain[last : last + 1].isalpha():
        last += 1
    before, behind = plain[first:start], plain[end:last]
    if languages_of(plain[first:last]) or behind in PARTICLES:
        return False
    return (not before or _is_joined(before, 3)) and (not behind or _is_joined(behind, 2))


def _is_joined(word: str, least: int) -> bool:
    return set(word) == {"x"} or word in words().in_code or (len(word) >= least and is_common(word, COMMON_JOINED))


def _is_declined(text: _Folded, start: int, end: int, languages: int) -> bool:
    """Whether a run with another ending is somebody's name: a whole word with a capital, where its languages are."""
    plain, run = text.plain, text.plain[start:end]
    script = SCRIPT_OF[run[0]]
    beside = (plain[start - 1 : start], plain[end : end + 1])
    if any(one and SCRIPT_OF[one] == script for one in beside) or is_machine_made(plain, start, end):
        return False
    original = text.original(start, end)
    small = original[0].islower() and original[0].upper() != original[0]
    # Without a capital a long form of no word counts, where its language surely is: "elifle".
    if small and (languages_of(run) or (script == "latin" and not (languages and len(run) >= LONG_DECLINED))):
        return False
    if languages and not _is_language_near(plain, start, end, languages, surely=small and script == "latin"):
        return False
    return not languages_of(run) or stands_as_name(text.text, plain, (text.place(start), text.place(end)), (start, end))


def _is_language_near(plain: str, start: int, end: int, languages: int, *, surely: bool) -> bool:
    """Whether one of these languages may be written around a form that is declined as in them."""
    maybe = not surely and end - start >= LONG_SOMEWHERE
    if maybe and languages & names.UNKNOWN and is_little_known(plain, start, end):
        return True
    near = languages_near(plain, start, end, share=MAYBE if maybe else 1)
    if near or surely:
        return bool(languages & near)
    return is_among_words(plain, start, end) or end - start >= LONG_ALONE
