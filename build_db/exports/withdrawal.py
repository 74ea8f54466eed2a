"""What the owner takes back: `withdrawn.yml` in the folder of the exports, and the `exclude` of `redaction.yml`.

conversations: [5e971c68-6b7a-430d-aa6b-ac3983e7dfe7]   # ids as the served database has them
people: [Averill]                                        # pseudonyms or ids as the served database has them
restored: []                                             # what was in one of the lists once, and may come back
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build_db.errors import UsageError
from build_db.household.wishes import list_of_words, read_owned, read_wishes

FILE = "withdrawn.yml"
KEYS = {"conversations", "people", "restored"}


@dataclass(frozen=True)
class Withdrawal:
    """Ids of conversations, ids and pseudonyms of people, as they are served; `restored` are some that came back."""

    conversations: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    pseudonyms: frozenset[str] = frozenset()
    restored: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.conversations or self.people or self.pseudonyms)


NOTHING = Withdrawal()


def read_withdrawal(
    conn: sqlite3.Connection, path: Path, pseudonyms: list[str], wishes: Path | None = None
) -> Withdrawal:
    """What the two files take back; nothing if there are none.

    :param path: `withdrawn.yml`
    :param pseudonyms: those that the build gave
    :param wishes: `redaction.yml`
    :raises UsageError: a file cannot be read, or names a conversation or a person that the database does not know
    """
    conversations: frozenset[str] = frozenset()
    if wishes and wishes.is_file():
        wished = read_wishes(wishes)
        conversations = wished.excluded_conversations
        if wished.withdraw:  # they may have gone from the database already
            conversations = frozenset(id for id in conversations if _is_there(conn, id))
        _known(conn, wishes, conversations)
    if not path.is_file():
        return Withdrawal(conversations)
    source = read_owned(path, KEYS)
    listed = frozenset(list_of_words(path, "conversations", source.get("conversations")))
    people, names = _people(conn, path, "people", source, pseudonyms)
    back = frozenset(list_of_words(path, "restored", source.get("restored")))
    talks = frozenset(id for id in back if _is_there(conn, id))
    restored = frozenset[str]().union(
        talks, *_people(conn, path, "restored", {"restored": [*back - talks]}, pseudonyms)
    )
    return Withdrawal(conversations | _known(conn, path, listed), people, names, restored)


def _people(
    conn: sqlite3.Connection, path: Path, key: str, source: Mapping[str, Any], pseudonyms: list[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The ids and the pseudonyms of people whom a list names by one of them."""
    people, names = set(), set()
    for entry in list_of_words(path, key, source.get(key)):
        people_so_called = conn.execute(
            "SELECT id, display_name FROM users WHERE ? IN (id, display_name)", [entry]
        ).fetchall()
        if not people_so_called and entry not in pseudonyms:
            raise UsageError(f"{path}: {key}: one of them is neither a pseudonym nor an id of the database")
        people |= {id for id, _ in people_so_called}
        names |= {name for _, name in people_so_called} or {entry}
    return frozenset(people), frozenset(names)


def _is_there(conn: sqlite3.Connection, id: str) -> bool:
    return conn.execute("SELECT 1 FROM conversations WHERE id = ?", [id]).fetchone() is not None


def _known(conn: sqlite3.Connection, path: Path, ids: frozenset[str]) -> frozenset[str]:
    for id in ids:
        if not _is_there(conn, id):
            raise UsageError(f"{path}: conversations: one of the ids is no conversation of the database")
    return ids
