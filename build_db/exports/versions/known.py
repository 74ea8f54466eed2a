"""By what an owner knows things again from one version to the next, and by what others know what was withdrawn.

Each version has names of its own for everything, so that nobody can lay two of them side by side. What is kept of one,
to compare the next with it, is keyed: without the owner's key it tells nothing.

A tombstone names a conversation, a person or a pseudonym of one version, salted with what only that version's archive
holds: whoever has the archive knows whom it names, and nobody else can try out who it is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import msgspec

CONVERSATION, PERSON, NAME = KINDS = ("conversation", "person", "name")
# Hexadecimal digits of a token, bytes of a row's.
LONG, SHORT = 32, 8


class Keys:
    """The owner's keys for the versions of one daemon.

    :param key: the owner's key
    :param daemon: the daemon's id in the served database
    """

    def __init__(self, key: bytes, daemon: str) -> None:
        self._key = hmac.digest(key, f"versions\x1f{daemon}".encode(), "sha256")
        self.rows = hmac.digest(self._key, b"rows", "sha256")
        # By this a ledger says with which key it was made.
        self.own = self.token("own", "", "")

    def token(self, purpose: str, kind: str, value: str) -> str:
        """What stands for a thing of the served database; different purposes are unlinkable."""
        text = "\x1f".join((purpose, kind, value))
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:LONG]


def tombstone(salt: str, kind: str, value: str) -> str:
    """What names a thing of one version.

    :param salt: that version's own
    :param value: its id, or the pseudonym, as that version has it
    """
    text = f"{kind}\x1f{value}".encode("utf-8", "surrogatepass")
    return hmac.digest(bytes.fromhex(salt), text, "sha256").hex()[:LONG]


class Present(NamedTuple):
    """What of the served database is in an export, as it is served; names are those that its texts may mention."""

    conversations: frozenset[str]
    people: frozenset[str]
    names: frozenset[str]
    # The ids of everybody who is served, by display name.
    ids_of: dict[str, tuple[str, ...]]

    def entities(self) -> Iterator[tuple[str, str]]:
        """Kind and value of each, in order."""
        for kind, values in zip(KINDS, (self.conversations, self.people, self.names), strict=True):
            yield from ((kind, value) for value in sorted(values))


class Entity(msgspec.Struct, frozen=True, array_like=True):
    """A conversation, person or pseudonym of a version.

    :param known: by which its owner knows it
    :param tombstone: by which a holder of that version's archive does
    :param of: of a pseudonym, by which its owner knows the people who bore it
    """

    known: str
    tombstone: str
    of: tuple[str, ...] = ()


def tokens(keys: Keys, purpose: str, present: Present) -> frozenset[str]:
    """Everything that is in an export, and everybody who is served at all, by their tokens."""
    served = ((PERSON, id) for ids in present.ids_of.values() for id in ids)
    return frozenset(keys.token(purpose, kind, value) for kind, value in (*present.entities(), *_marked(served)))


def _marked(people: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Somebody who is served, but perhaps not in this export, is not the same as somebody who is in it."""
    return ((f"served {kind}", value) for kind, value in people)


def entities(keys: Keys, purpose: str, salt: str, present: Present, renamed: Callable[[str, str], str]) -> list[Entity]:
    """The entities of a version.

    :param renamed: tells what each is called in it, by kind and value
    """
    made = []
    for kind, value in present.entities():
        bearers = _marked((PERSON, id) for id in present.ids_of.get(value, ())) if kind == NAME else ()
        of = tuple(keys.token(purpose, *bearer) for bearer in bearers)
        made.append(Entity(keys.token(purpose, kind, value), tombstone(salt, kind, renamed(kind, value)), of))
    return sorted(made, key=lambda one: one.known)


def gone(known: Iterable[Entity], present: frozenset[str]) -> list[str]:
    """The tombstones of what is in an export no more. A pseudonym is not gone because its bearer has another now."""
    return sorted(
        one.tombstone for one in known if one.known not in present and not any(token in present for token in one.of)
    )


def digest_of(*parts: str) -> str:
    """One digest of several texts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
