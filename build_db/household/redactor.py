"""Puts the redaction of one build together: the policy, the people and secrets of its trees, the owner's wishes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from build_db.errors import Unreadable, UsageError
from build_db.household.cache import FolderCache, default_folder
from build_db.household.roster import NAMING_KINDS, Roster, RosterBuilder
from build_db.household.wishes import Wishes
from build_db.ingest.extraction import READERS, extract
from build_db.ingest.tree import SourceFile, Tree
from build_db.records import Document, Hint, Row
from build_db.redaction.contacts import ContactFinder
from build_db.redaction.keyed import Keyed
from build_db.redaction.people import PeopleFinder, with_pseudonyms
from build_db.redaction.policy import policy
from build_db.redaction.rows import Redactor, Withdrawn
from build_db.redaction.samples import Samples
from build_db.redaction.secrets import SecretFinder
from build_db.redaction.text import Literals, TextRedactor
from build_db.schema import schema

Survey = tuple[Tree, list[SourceFile]]


def gather_roster(surveys: Iterable[Survey], wishes: Wishes) -> Roster:
    """The people and secrets of all trees.

    :raises UsageError: the wishes name a person or a conversation that no tree knows
    """
    builder = RosterBuilder()
    conversations: set[str] = set()
    for tree, files in surveys:
        builder.credentials(tree.root)
        for file in files:
            builder.file(file.logical)
            if file.kind and file.kind.name in NAMING_KINDS:
                for item in _items(tree.root, file):
                    builder.row(item)
            elif file.kind and file.kind.name == "conversation":
                conversations.add(Path(file.logical).stem)
    unknown = wishes.excluded_conversations - conversations
    if unknown:
        raise UsageError("redaction.yml: exclude: conversations: one of the ids is no conversation of these trees")
    return builder.build(wishes)


def _items(root: Path, file: SourceFile) -> list[Row | Hint]:
    assert file.kind
    try:
        value, _ = READERS[file.kind.format](root / file.path)
        found = [i for _, items in extract(file.kind, [Document(file.logical, value)]) for i in items]
    except (Unreadable, AttributeError, LookupError, TypeError, ValueError):
        return []  # the build itself meets this file again, and records it
    return [item for item in found if isinstance(item, (Row, Hint))]


def make_redactor(
    roster: Roster, wishes: Wishes, keyed: Keyed, daemons: Iterable[str], samples: Samples | None = None
) -> Redactor:
    """The redactor of one build.

    :param daemons: their names, which stay
    :param samples: is shown every text that changes
    """
    taken = {name.casefold() for name in daemons}
    people = PeopleFinder(with_pseudonyms(roster.people, keyed, taken), keyed, (*wishes.keep, *daemons))
    finders = (
        Literals(roster.secrets, "secret"),
        Literals(wishes.terms, "term"),
        SecretFinder(),
        ContactFinder(),
    )
    withdrawn = Withdrawn(wishes.excluded_conversations, wishes.withhold_user_messages)
    text = TextRedactor(people, finders, keyed, samples, FolderCache(default_folder()))
    return Redactor(policy(), schema(), keyed=keyed, people=people, text=text, withdrawn=withdrawn)
