"""What happened when: turning points, development, journals, dreams and reflections by month."""

from __future__ import annotations

from typing import Any

from daemon_pages.ask import Ask, Row
from daemon_pages.kinds import KINDS
from daemon_pages.record_pages import glimpse, paging
from daemon_pages.rendering import WITHHELD, month, when

MONTHS_PER_PAGE, MOST_PER_MONTH = 6, 40
LONGEST_TITLE = 100
TOLD = ("milestones", "days", "journals", "dreams", "reflections")


def shown(ask: Ask) -> dict[str, Any]:
    """Months, the last first, with what was written in them."""
    parts = " UNION ALL ".join(
        f"SELECT '{slug}' AS kind, id, {KINDS[slug].date} AS date, coalesce(nullif({KINDS[slug].title}, ''),"
        f" substr({KINDS[slug].glimpse}, 1, {LONGEST_TITLE + 1})) AS title FROM {KINDS[slug].table}"
        " WHERE daemon_id = :daemon"
        for slug in TOLD
    )
    every = _months(ask, parts)
    chosen = every[(ask.page - 1) * MONTHS_PER_PAGE : ask.page * MONTHS_PER_PAGE]
    months = []
    for name in chosen:
        rows = ask.conn.execute(
            f"SELECT * FROM ({parts}) WHERE date >= :first AND date < :first || '~'"
            " ORDER BY date, kind, id LIMIT :most",
            {"daemon": ask.daemon["id"], "first": name, "most": MOST_PER_MONTH},
        )
        months.append((month(name), [_event(ask, row) for row in rows]))
    return {"months": months, **paging(ask, len(every), MONTHS_PER_PAGE)}


def _months(ask: Ask, parts: str) -> list[str]:
    sql = f"SELECT DISTINCT substr(date, 1, 7) AS month FROM ({parts}) WHERE date IS NOT NULL ORDER BY month DESC"
    return [row["month"] for row in ask.conn.execute(sql, {"daemon": ask.daemon["id"]})]


def _event(ask: Ask, row: Row) -> dict[str, Any]:
    kind = KINDS[row["kind"]]
    title = glimpse(row["title"], LONGEST_TITLE) if row["title"] != WITHHELD else "withheld"
    return {
        "kind": kind.one,
        "title": title or kind.one,
        "date": when(row["date"][:10]),
        "url": ask.to(ask.daemon["name"], kind.slug, str(row["id"])),
    }
