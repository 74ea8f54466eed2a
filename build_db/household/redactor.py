"""Puts the redaction of one build together: the policy, the people and secrets of its trees, the owner's wishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from build_db.errors import UsageError
from build_db.household.cache import default_cache
from build_db.household.completeness import Survey
from build_db.household.roster import Gathered, Roster, RosterBuilder
from build_db.household.wishes import Wishes
from build_db.household.withdrawing import withdrawn
from build_db.ingest.extraction import take_in
from build_db.ingest.groups import Group, grouped, portions
from build_db.ingest.survey import SourceFile
from build_db.ingest.tree import Tree
from build_db.records import Hint, Row
from build_db.redaction.contacts.contact_finder import ContactFinder
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.folding import folded
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import with_pseudonyms
from build_db.redaction.policy import policy
from build_db.redaction.rows import Exclusions, Redactor
from build_db.redaction.samples import Ranked, Samples
from build_db.redaction.secrets.secret_finder import SecretFinder
from build_db.redaction.text_redactor import Literals, TextRedactor
from build_db.redaction.unlisted import Seen, Unlisted
from build_db.schema import schema
from build_db.sources import catalogue
from build_db.workers import InOrder

# Records that several files may tell of, one of them with a silence that counts for all, and what they have in common.
TWINS = {"conversations": "id", "journals": "date"}


Done = TypeVar("Done")


class Met(NamedTuple):
    """What a redactor met in some rows: counts by rule and table, terms, sentences for the owner, likely names."""

    counts: Counter[tuple[str, str]]
    removed: dict[str, Counter[str]]
    found: Counter[tuple[str, str]]
    terms: set[str]
    samples: list[Ranked]
    seen: list[Seen]


class Household(NamedTuple):
    """The redactor of one build, with what is worth telling its owner afterwards."""

    redactor: Redactor
    roster: Roster
    wishes: Wishes
    people: PeopleFinder
    text: TextRedactor
    terms: Literals
    unlisted: Unlisted
    samples: Samples | None

    def apart(self, work: Callable[[], Done]) -> tuple[Done, Met]:
        """Do some work; what was met in it counts for nothing until it is learnt, here or elsewhere."""
        before = self._met()
        done = work()
        met = self._met()
        self.learn(before)
        return done, met

    def _met(self) -> Met:
        """What was met so far; it is forgotten here."""
        redactor, text = self.redactor, self.text
        met = Met(
            Counter(redactor.counts),
            {column: Counter(keys) for column, keys in redactor.removed.items() if keys},
            Counter(text.counts),
            set(self.terms.met),
            self.samples.kept() if self.samples else [],
            self.unlisted.seen(),
        )
        for keys in redactor.removed.values():
            keys.clear()
        redactor.counts.clear()
        text.counts.clear()
        self.terms.met.clear()
        return met

    def learn(self, met: Met) -> None:
        """Count what was met in the rows that come next: the account is the same, whoever redacted which of them."""
        self.redactor.counts.update(met.counts)
        for column, keys in met.removed.items():
            self.redactor.removed[column].update(keys)
        self.text.counts.update(met.found)
        self.terms.met.update(met.terms)
        if self.samples:
            for sample in met.samples:
                self.samples.consider(sample)
        self.unlisted.learn(met.seen)

    def idle_wishes(self) -> list[str]:
        """Entries of `redaction.yml` that matched nothing, by their place: a value could be private."""
        met = {name for kind, name in self.text.counts if kind == "person"}
        people = (self.people.pseudonym_for(name) in met or name in met for name in self.wishes.people)
        terms = (folded(term)[0] in self.terms.met for term in self.wishes.terms)
        matched_by_list = {"people": people, "terms": terms}
        return [
            f"{list}: entry {n}"
            for list, matched in matched_by_list.items()
            for n, hit in enumerate(matched, 1)
            if not hit
        ]


def gather_roster(surveys: Iterable[Survey], wishes: Wishes, in_order: InOrder = map) -> Roster:
    """The people and secrets of all trees.

    :param in_order: reads the portions of a tree
    :raises UsageError: the wishes name a person or a conversation that no tree knows
    """
    builder = RosterBuilder(policy(), schema())
    told: dict[tuple[str, Any], set[Path]] = {}
    for tree, files in surveys:
        builder.begin(tree.root)
        builder.credentials(tree.root)
        for file in files:
            builder.file(file.logical)
            if file.outcome == "refused":
                builder.hidden(tree.root / file.path)
        read = partial(_gathered, builder, tree)
        for gathered, records in in_order(read, list(portions(grouped(files, catalogue())))):
            builder.take(gathered)
            for table, record, path in records:
                told.setdefault((table, record), set()).add(tree.root / path)
    conversations = {str(name) for table, name in told if table == "conversations"}
    if wishes.excluded_conversations - conversations:
        raise UsageError("redaction.yml: exclude: conversations: one of the ids is no conversation of these trees")
    twins = frozenset(path for paths in told.values() if len(paths) > 1 for path in paths)
    return withdrawn(replace(builder.build(wishes), twins=twins), wishes, conversations)


def _gathered(builder: RosterBuilder, tree: Tree, portion: list[Group]) -> tuple[Gathered, list[tuple[str, Any, str]]]:
    """What some files tell of people; and of each record that may have a twin its table, its mark and its file."""
    apart, records = builder.apart(), dict[tuple[str, Any, str], None]()
    for path, item in _items(tree, portion):
        apart.row(item)
        if item.table in TWINS and isinstance(item, Row):
            records.setdefault((item.table, item.values.get(TWINS[item.table]), path))
    return apart.gathered(), list(records)


def items_of(tree: Tree, files: Iterable[SourceFile]) -> Iterator[tuple[str, Row | Hint]]:
    """The rows of all readable files of a tree, with the path of each. Of every kind, copies too: each may name people.

    The build itself meets the other files again, and records them.
    """
    return _items(tree, grouped(files, catalogue()))


def _items(tree: Tree, groups: Iterable[Group]) -> Iterator[tuple[str, Row | Hint]]:
    for kind, files, _ in groups:
        for document, items in take_in(tree.root, kind, files).items:
            path = files[0].path if len(files) == 1 else document.path
            yield from ((path, item) for item in items if isinstance(item, (Row, Hint)))


def make_household(
    roster: Roster, wishes: Wishes, keyed: Keyed, daemons: Iterable[str], samples: Samples | None = None
) -> Household:
    """The redactor of one build, and what it comes to know.

    :param daemons: their names, which stay
    :param samples: is shown every text that changes
    """
    taken = {name.casefold() for name in daemons}
    people = PeopleFinder(with_pseudonyms(roster.people, keyed, taken), keyed, (*wishes.keep, *daemons))
    # A name without a letter, such as `0451`, has no forms: it is a term.
    wished = (name for who, wish in wishes.people.items() for name in (who, *wish.aliases))
    terms = Literals((*wishes.terms, *(name for name in wished if not any(map(str.isalpha, name)))), "term")
    finders = (
        Literals(roster.secrets, "secret"),
        terms,
        SecretFinder(),
        ContactFinder(),
    )
    exclusions = Exclusions(wishes.excluded_conversations, wishes.withhold_user_messages)
    unlisted = Unlisted((*people.pseudonyms, *daemons, *wishes.keep))
    text = TextRedactor(people, finders, keyed, samples, default_cache(), unlisted)
    redactor = Redactor(policy(), schema(), keyed=keyed, people=people, text=text, exclusions=exclusions)
    return Household(redactor, roster, wishes, people, text, terms, unlisted, samples)
