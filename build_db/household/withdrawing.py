"""Whom and what the owner withdraws: each entry of `withdraw` in `redaction.yml` is one person or one conversation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from build_db.contract import WITHDRAWN
from build_db.errors import UsageError
from build_db.household.roster import Roster
from build_db.household.wishes import Wishes
from build_db.redaction.people.folding import folded
from build_db.redaction.people.pseudonyms import Person


def withdrawn(roster: Roster, wishes: Wishes, conversations: Iterable[str]) -> Roster:
    """The roster, in which everybody who withdraws is called `[withdrawn]`.

    :param conversations: the ids of all
    :raises UsageError: an entry is nobody and nothing that the trees know, or more than one person
    """
    known = set(conversations)
    keys: set[str] = set()
    talks: set[str] = set()
    for number, entry in enumerate(wishes.withdraw, 1):
        found = [person for person in roster.people if _is(person, entry)]
        if entry in known:
            talks.add(entry)
        elif len(found) != 1:
            told = (
                "fits more than one person; give the id" if found else "is no person and no conversation of these trees"
            )
            raise UsageError(f"redaction.yml: withdraw: entry {number} {told}")
        keys |= {person.key for person in found}
    people = tuple(replace(p, pseudonym=WITHDRAWN) if p.key in keys else p for p in roster.people)
    # Who has no id is known by name alone, and counts all the same.
    ids = frozenset(id for person in people if person.key in keys for id in person.ids or (person.key,))
    return replace(roster, people=people, gone_people=ids, gone_conversations=frozenset(talks))


def _is(person: Person, entry: str) -> bool:
    if entry in (person.key, *person.ids):
        return True
    return folded(entry.strip())[0] in {folded(name.strip())[0] for name in (*person.names, *person.handles)}
