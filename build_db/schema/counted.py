"""How much was said on each day: what a calendar, a timeline and a plot of years are drawn from without reading it all.

`day_counts` is filled from finished tables, with the search index, and holds what anybody could count in them.
"""

from __future__ import annotations

from typing import NamedTuple


class Counted(NamedTuple):
    """One kind of record: how it is called, where it lies, and when it was, as SQL."""

    kind: str
    rows: str
    date: str


# Tables that grow with every word said. Messages as the search has them: without those that were withheld.
COUNTED = (
    Counted("message", "search_documents WHERE kind = 'message'", "date"),
    Counted("conversation", "conversations", "created_at"),
)
# Of what a file may hold for a date, what is one: counted on, the 30th of February is a day of March.
A_DAY = "date(substr({date}, 1, 10), '+0 days') = substr({date}, 1, 10) AND {date} > '0001'"


def create_statements() -> list[str]:
    """The SQL that makes `day_counts`, and the indexes that tell first and last without reading all."""
    return [
        """CREATE TABLE day_counts (
    id INTEGER PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    records INTEGER NOT NULL
)""",
        "CREATE INDEX idx_day_counts ON day_counts(daemon_id, kind, day, records)",
        "CREATE INDEX idx_conversations_created ON conversations(daemon_id, created_at)",
        "CREATE INDEX idx_conversations_last ON conversations(daemon_id, updated_at)",
        "CREATE INDEX idx_conversations_person ON conversations(daemon_id, user_id, created_at, updated_at)",
    ]


def fill_statements() -> list[str]:
    """The SQL that counts, once `search_documents` is filled. What has no day is counted below an empty one."""
    return [
        f"""INSERT INTO day_counts (daemon_id, kind, day, records)
SELECT daemon_id, '{counted.kind}', CASE WHEN {A_DAY.format(date=counted.date)}
    THEN substr({counted.date}, 1, 10) ELSE '' END AS day, count(*) FROM {counted.rows}
GROUP BY daemon_id, day ORDER BY daemon_id, day"""
        for counted in COUNTED
    ]
