"""The people of a roster, and the name that each of them gets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from build_db.redaction.keyed import Keyed
from build_db.redaction.people.names import runs, shortened
from build_db.redaction.people.nicknames import nicknames_of
from build_db.redaction.words import words


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


def with_pseudonyms(people: Iterable[Person], keyed: Keyed, taken: Iterable[str] = ()) -> list[Person]:
    """The people, each with a pseudonym of its own that is no word of anybody's name, and nothing anybody is called.

    No part of a pseudonym is a part of the name that it stands for; nor of anybody's, as long as there are such.

    :param taken: further words that no pseudonym may be, folded
    """
    people = sorted(people, key=lambda person: person.key)
    names = [name for person in people for name in (*person.names, *person.handles)]
    used = set(taken).union(*({*runs(name)} | shortened(name) | nicknames_of(runs(name)) for name in names))
    used |= {person.pseudonym.casefold() for person in people if person.pseudonym}
    parts = {run for name in names for run in runs(name)}
    named = []
    for person in people:
        pseudonym = person.pseudonym or _choose(person, keyed, used, parts)
        used.add(pseudonym.casefold())
        named.append(replace(person, pseudonym=pseudonym))
    return named


def _choose(person: Person, keyed: Keyed, used: set[str], parts: set[str]) -> str:
    own = {run for name in (*person.names, *person.handles) for run in runs(name)}
    start = int(keyed.token("pseudonym", person.key), 16)
    names = words().pseudonyms
    for inside in (parts, own):
        for step in range(len(names)):
            candidate = names[(start + step) % len(names)]
            if candidate.casefold() not in used and _stretches(candidate).isdisjoint(inside):
                return candidate
    return f"Person {keyed.token('pseudonym', person.key)[:6]}"


@cache
def _stretches(name: str) -> frozenset[str]:
    """All stretches of two letters and more of a pseudonym, folded."""
    plain = name.casefold()
    return frozenset(plain[i:j] for i in range(len(plain)) for j in range(i + 2, len(plain) + 1))
