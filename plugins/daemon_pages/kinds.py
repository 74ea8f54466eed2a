"""The kinds of record that have a list and pages of their own, as `kinds.yml` lists them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import msgspec
import yaml

from daemon_pages.ask import path_to

FILE = "kinds.yml"


class RecordKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of `kinds.yml`; there, the fields are explained."""

    slug: str
    one: str
    many: str
    shelf: str
    table: str
    date: str
    glimpse: str
    about: str
    also: tuple[str, ...] = ()
    of: str = "daemon_id"
    title: str = "''"
    dialogue: str = ""
    talks: str = ""
    text: dict[str, str] = {}
    folded: dict[str, str] = {}
    facts: dict[str, str] = {}

    def listed(self, longest: int) -> str:
        """SQL for what a list shows of a record: its id, title, date, and the beginning of its words.

        :param longest: so many characters of them, and one more where there are more
        """
        beginning = f"substr({self.glimpse}, 1, {longest + 1})"
        return f"SELECT id, {self.title} AS title, {self.date} AS date, {beginning} AS glimpse FROM {self.table}"


def declared_kinds(source: Mapping[str, Any]) -> dict[str, RecordKind]:
    """The kinds by their place in addresses.

    :raises ValueError: naming file, entry and key
    """
    kinds = {}
    for slug, entry in source.items():
        try:
            kinds[slug] = msgspec.convert({"slug": slug, **entry}, RecordKind)
        except (msgspec.ValidationError, TypeError) as error:
            raise ValueError(f"{FILE}: {slug}: {error}") from None
    return kinds


KINDS = declared_kinds(yaml.safe_load(files("daemon_pages").joinpath(FILE).read_text(encoding="utf-8")))
BY_TABLE = {kind.table: kind for kind in KINDS.values()}
# Records with pages of their own design.
TALKS, PEOPLE = "conversations", "people"

# The daemon of a row that names none, as SQL over its id; and where its page is.
OF_CONVERSATION = "SELECT daemon_id FROM conversations WHERE id"
ELSEWHERE: dict[str, tuple[str, tuple[str, ...]]] = {
    "daemons": ("?", ()),
    "daemon_profiles": ("?", ("self",)),
    "messages": (f"({OF_CONVERSATION} = (SELECT conversation_id FROM messages WHERE id = ?))", ("messages", "")),
    "users": ("(SELECT daemon_id FROM conversations WHERE user_id = ? ORDER BY created_at LIMIT 1)", (PEOPLE, "")),
    "conversations": (f"({OF_CONVERSATION} = ?)", (TALKS, "")),
}


def has_pages(table: str) -> bool:
    """Whether rows of a table have pages of ours."""
    return table in BY_TABLE or table in ELSEWHERE


def page_of(conn: sqlite3.Connection, table: str, id: str) -> str | None:
    """The path of our page of a row of `table`; None if there is no such page."""
    place: tuple[str, ...]
    if table in BY_TABLE:
        daemon, place = f"(SELECT {BY_TABLE[table].of} FROM {table} WHERE id = ?)", (BY_TABLE[table].slug, "")
    elif table in ELSEWHERE:
        daemon, place = ELSEWHERE[table]
    else:
        return None
    row = conn.execute(f"SELECT name FROM daemons WHERE id = {daemon}", [id]).fetchone()
    return path_to(row[0], *(part or id for part in place)) if row else None
