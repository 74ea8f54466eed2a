"""The owner's own wishes: `redaction.yml` in the data folder, or the file given with `--redaction`."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from build_db.errors import Unreadable, UsageError
from build_db.ingest.reading import read_typed

FILE = "redaction.yml"
KEYS = {"people", "terms", "keep", "user_messages", "exclude", "withdraw"}
# How people write that there is nothing.
NOTHING = (None, "", "~", "null")
PERSON_KEYS = {"aliases", "pseudonym"}


@dataclass(frozen=True)
class Wish:
    """What the owner says of one person."""

    aliases: tuple[str, ...] = ()
    pseudonym: str | None = None


@dataclass(frozen=True)
class Wishes:
    """All that `redaction.yml` says; people are listed by display name or user id."""

    people: dict[str, Wish] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    withhold_user_messages: bool = False
    excluded_conversations: frozenset[str] = frozenset()
    withdraw: tuple[str, ...] = ()


def wishes_beside(data: Path) -> Path:
    """Where the wishes for a tree are: in it, or beside the file that it is."""
    return (data if data.is_dir() else data.parent) / FILE


def read_wishes(path: Path) -> Wishes:
    """The wishes in a file.

    :raises UsageError: it cannot be read, or says something that has no meaning
    """
    source = read_owned(path, KEYS)
    people, exclude = (_unless_nothing(source.get(key)) for key in ("people", "exclude"))
    check_keys(path, "exclude: ", exclude, {"conversations"})
    if not isinstance(people, dict):
        raise UsageError(f"{path}: people: give names, each with aliases or a pseudonym")
    messages = source.get("user_messages", "keep")
    if messages not in ("keep", "withhold"):
        raise UsageError(f"{path}: user_messages: is keep or withhold")
    return Wishes(
        people={str(name): _wish(path, str(name), _unless_nothing(wish)) for name, wish in people.items()},
        terms=list_of_words(path, "terms", source.get("terms")),
        keep=list_of_words(path, "keep", source.get("keep")),
        withhold_user_messages=messages == "withhold",
        excluded_conversations=frozenset(list_of_words(path, "exclude: conversations", exclude.get("conversations"))),
        withdraw=list_of_words(path, "withdraw", source.get("withdraw")),
    )


def read_owned(path: Path, known: set[str]) -> dict[str, Any]:
    """What an owner wrote in a file, every word as it was typed; empty for an empty file.

    :param known: the keys that it may hold
    :raises UsageError: it cannot be read, or holds another key
    """
    try:
        source = read_typed(path) or {}
    except Unreadable as error:
        raise UsageError(f"{path}: {error}") from None
    check_keys(path, "", source, known)
    return dict(source)


def _unless_nothing(value: Any) -> Any:
    return {} if value in NOTHING else value


def _wish(path: Path, name: str, source: Any) -> Wish:
    check_keys(path, "people: an entry: ", source, PERSON_KEYS)
    pseudonym = source.get("pseudonym")
    if pseudonym is not None and (not isinstance(pseudonym, str) or not pseudonym.strip()):
        raise UsageError(f"{path}: people: a pseudonym is a word")
    return Wish(list_of_words(path, "people: aliases", source.get("aliases")), pseudonym)


def check_keys(path: Path, where: str, source: Any, known: set[str]) -> None:
    """Refuse what is no mapping of known keys.

    :param where: the place inside the file, for the message
    :raises UsageError: naming the first unknown key if it is like a known one
    """
    if not isinstance(source, dict):
        raise UsageError(f"{path}: {where}give keys and values; known keys: {', '.join(sorted(known))}")
    for number, key in enumerate(source, 1):
        if key not in known:
            # What is no slip of the pen may be a name that was indented wrongly: it is not repeated.
            meant = get_close_matches(str(key), known, 1)
            told = f"unknown key {key}" if meant else f"unknown key, number {number} there"
            raise UsageError(f"{path}: {where}{told}; known: {', '.join(sorted(known))}")


def list_of_words(path: Path, where: str, value: Any) -> tuple[str, ...]:
    """The entries of a list; none if there is no list.

    :raises UsageError: it is something else than a list of words
    """
    if value in NOTHING:
        return ()
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
        raise UsageError(f"{path}: {where}: give a list of words")
    return tuple(value)
