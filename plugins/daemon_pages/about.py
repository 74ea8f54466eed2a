"""What this is, who is who, what was changed and why."""

from __future__ import annotations

from typing import Any

from daemon_pages.ask import Ask
from daemon_pages.kinds import PEOPLE
from daemon_pages.rendering import words


def shown(ask: Ask) -> dict[str, Any]:
    """The daemons and the people that have a page, by the names they have here."""
    daemons = ask.rows("SELECT id, name FROM daemons ORDER BY created_at, name")
    people = ask.rows(
        "SELECT users.id, display_name, daemons.name AS daemon,"
        " (SELECT count(*) FROM conversations WHERE daemon_id = daemons.id AND user_id = users.id) AS talks"
        " FROM daemons CROSS JOIN users WHERE display_name IS NOT NULL AND talks > 0"
        " ORDER BY daemons.created_at, talks DESC, display_name, users.id"
    )
    return {
        "groups": [
            (
                words(daemon["name"]),
                ask.to(daemon["name"]),
                [
                    (one["display_name"], ask.to(daemon["name"], PEOPLE, one["id"]))
                    for one in people
                    if one["daemon"] == daemon["name"]
                ],
            )
            for daemon in daemons
        ]
    }
