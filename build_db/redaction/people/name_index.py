"""All that a text is searched for to find people: their names in every form, by how a form means somebody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import ahocorasick

from build_db.contract import UUID
from build_db.limits import LONGEST_NAME
from build_db.redaction.keyed import Keyed
from build_db.redaction.people import names
from build_db.redaction.people.folding import RUN, fold
from build_db.redaction.people.nicknames import nicknames_of
from build_db.redaction.people.pseudonyms import Person
from build_db.redaction.people.standing import is_ordinary
from build_db.redaction.people.whole_names import WholeNames
from build_db.redaction.people.written_in import written_in
from build_db.redaction.words import words

# Ids that mean themselves wherever they stand in a text; others, such as `default`, are words.
OPAQUE_ID = re.compile(r"(?=.*\d)[\w-]{8,}")
# So long is a nickname that counts without a capital: `len(` is no Leonard.
LONG_NICKNAME = 4


@dataclass
class NameIndex:
    """Needles, folded, and whom they mean.

    `exact` are whole display names by themselves; `runs` parts of names, which count as words; `inside` those that
    count inside longer words, too; `declined` parts with other endings, and the languages, as bits, beside which they
    count; `phrases` count between whatever is no letter; `short` and `families` are names of one character, or of a
    family; `squeezed` are parts with each letter once in a row, for a word in which one of `thrice` stands; `styled`
    are names such as "The Captain", which count written just so; `nicknames` mean all who bear the name;
    the `brief` ones count with a capital.
    """

    kept: frozenset[str] = frozenset()
    exact: dict[str, Person] = field(default_factory=dict)
    runs: dict[str, Person] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)
    declined: dict[str, tuple[Person, int]] = field(default_factory=dict)
    squeezed: dict[str, Person] = field(default_factory=dict)
    thrice: set[str] = field(default_factory=set)
    phrases: dict[str, Person] = field(default_factory=dict)
    short: dict[str, Person] = field(default_factory=dict)
    families: dict[str, Person] = field(default_factory=dict)
    styled: dict[str, tuple[str, Person]] = field(default_factory=dict)
    wholes: WholeNames[Person] = field(default_factory=WholeNames)
    ids: dict[str, str] = field(default_factory=dict)
    nicknames: dict[str, list[Person]] = field(default_factory=dict)
    brief: set[str] = field(default_factory=set)
    wordlike: set[str] = field(default_factory=set)

    def add(self, person: Person, keyed: Keyed) -> None:
        """Take a person's names, handles and ids; who came first has a form that two people share."""
        for name in (*person.names, *person.handles):
            self.exact.setdefault(fold(name.strip()), person)
        for name in person.names:
            for spelled in names.spellings(name):
                self._add_name(spelled, person)
            for written in written_in(name):
                for spelled in dict.fromkeys((written, written.translate(names.TO_KATAKANA))):
                    self._add_name(spelled, person)
        for handle in person.handles:
            self._add_handle(handle, person)
        for user_id in person.ids:
            self._add_id(user_id, keyed)

    def _add_name(self, name: str, person: Person) -> None:
        self._add_whole(name, person)
        wholes, (parts, short, families) = names.wholes(name), names.signs(name)
        self.inside |= wholes | parts
        for run in (*names.runs(name), *sorted(parts | wholes | names.joined(name))):
            self.runs.setdefault(run, person)
        for run in names.runs(name):
            self.squeezed.setdefault(names.squeezed(run), person)
            self.thrice |= names.drawn_out(run)
            for form, languages in names.declined(run):
                first, before = self.declined.get(form, (person, languages))
                # Without languages it counts whatever stands around.
                self.declined[form] = (first, before | languages if before and languages else 0)
        for form in sorted(names.shortened(name)):
            self.declined.setdefault(form, (person, 0))
        self._add_called(name, person)
        for phrase in (
            *(*names.escaped(name), *names.apart(name), *names.apostrophed(name), *names.parted(name)),
            *sorted(names.leet(name) | names.encoded(name)),
        ):
            self.phrases.setdefault(phrase, person)
        for initials in names.initials(name):
            self.styled.setdefault(fold(initials), (initials, person))
        for known, found in ((self.short, short), (self.families, families)):
            for run in sorted(found):
                known.setdefault(run, person)

    def _add_called(self, name: str, person: Person) -> None:
        """Take what somebody is called, alone and joined to the last part of the name."""
        for called in sorted(nicknames_of(names.runs(name))):
            self.nicknames.setdefault(called, []).append(person)
            for row in sorted(names.joined_to(called, name)):
                self.runs.setdefault(row, person)

    def _add_whole(self, name: str, person: Person) -> None:
        """Take a name of several parts, as it is written and as it is meant: the parts may be words of every day."""
        lists = words()
        cleaned = names.cleaned(name).strip()
        for written in dict.fromkeys((cleaned, name.strip())):
            whole = fold(written)
            telling = [run for run in RUN.findall(whole) if run not in lists.particles | lists.nobody | lists.titles]
            if whole in self.kept:
                continue
            if len(telling) > 1:
                self.wholes.add(whole, person)
            elif written == cleaned and whole not in telling and all(map(is_ordinary, telling)) and telling:
                self.styled.setdefault(whole, (written, person))

    def _add_handle(self, handle: str, person: Person) -> None:
        text = fold(handle.lstrip("@"))
        if RUN.fullmatch(text):
            if len(text) > 2:
                self.runs.setdefault(text, person)
        elif len(text) > names.SHORTEST:
            self.phrases.setdefault(text, person)

    def _add_id(self, user_id: str, keyed: Keyed) -> None:
        new = keyed.uuid("person", user_id)
        self.ids[user_id.lower()] = new
        # A megabyte is no id that somebody writes; the witness looks for it all the same.
        if not OPAQUE_ID.fullmatch(user_id) or len(user_id) > LONGEST_NAME:
            self.wordlike.add(user_id.lower())
        if UUID.fullmatch(user_id):
            # The vessel names graph nodes after the first digits of an id.
            self.ids[user_id[:8].lower()] = new[:8]
            self.ids[user_id.replace("-", "").lower()] = new.replace("-", "")

    def _add_nicknames(self) -> None:
        """Take what people are called: after all names, for who is called Bill comes before a William."""
        for called, (person, *_) in self.nicknames.items():
            if called not in self.runs:
                self.runs[called] = person
                if len(called) < LONG_NICKNAME:
                    self.brief.add(called)
            for form, languages in (*names.declined(called), *names.vocative(called)):
                self.declined.setdefault(form, (person, languages))

    def automaton(self) -> ahocorasick.Automaton:
        """A search for all needles at once."""
        self._add_nicknames()
        for word in self.kept:
            self.runs.pop(word, None)
        told: tuple[Iterable[str], ...] = (
            *(self.runs, self.declined, self.thrice, self.phrases, self.short, self.families, self.styled),
            *(self.wholes.needles(), self.ids.keys() - self.wordlike),
        )
        automaton = ahocorasick.Automaton()
        automaton.add_word("\0", "\0")  # an automaton without a word cannot search
        for needle in (needle for needles in told for needle in needles):
            automaton.add_word(needle, needle)
        automaton.make_automaton()
        return automaton
