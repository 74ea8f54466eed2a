"""Where records have their pages."""

from __future__ import annotations

import sqlite3

from daemon_look.kinds import BY_TABLE

from daemon_pages.ask import path_to

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
