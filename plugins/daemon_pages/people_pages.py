"""The people a daemon talks with, by the names they have here."""

from __future__ import annotations

from typing import Any

from daemon_pages.ask import Ask
from daemon_pages.dates import when
from daemon_pages.kinds import PEOPLE, TALKS

LATEST_TALKS = 20


def listed(ask: Ask) -> dict[str, Any]:
    """The people a daemon talks with, by the names they have here."""
    rows = ask.rows(
        "SELECT users.id, display_name, count(*) AS talks, min(conversations.created_at) AS first,"
        " max(conversations.updated_at) AS last"
        " FROM users CROSS JOIN conversations ON conversations.daemon_id = ? AND conversations.user_id = users.id"
        " GROUP BY users.id ORDER BY talks DESC, display_name",
        ask.daemon["id"],
    )
    name = ask.daemon["name"]
    return {
        "people": [
            {
                **row,
                "url": ask.to(name, PEOPLE, row["id"]),
                "first": when(row["first"][:10]),
                "last": when(row["last"][:10]),
            }
            for row in rows
        ]
    }


def shown(ask: Ask) -> dict[str, Any]:
    """One person: when they talked with this daemon, and about what."""
    row = ask.found(
        "SELECT id, display_name FROM users WHERE id = ?"
        " AND id IN (SELECT user_id FROM conversations WHERE daemon_id = ?)",
        ask.names["id"], ask.daemon["id"],
    )  # fmt: skip
    talks = ask.rows(
        "SELECT id, title, created_at FROM conversations WHERE daemon_id = ? AND user_id = ?"
        " ORDER BY created_at DESC LIMIT ?",
        ask.daemon["id"], row["id"], LATEST_TALKS,
    )  # fmt: skip
    (count,) = ask.one(
        "SELECT count(*) FROM conversations WHERE daemon_id = ? AND user_id = ?", ask.daemon["id"], row["id"]
    )
    name = ask.daemon["name"]
    return {
        "title": row["display_name"],
        "count": count,
        "talks": [
            {"title": t["title"], "date": when(t["created_at"]), "url": ask.to(name, TALKS, t["id"])} for t in talks
        ],
        "all_url": f"{ask.to(name, TALKS)}?person={row['id']}",
        "core": ("users", row["id"]),
    }
