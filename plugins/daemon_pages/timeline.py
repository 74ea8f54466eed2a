"""What happened when: conversations, turning points, development, journals, dreams and reflections by month."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from daemon_pages.ask import Ask, Row
from daemon_pages.book import BOUND
from daemon_pages.dates import month, when
from daemon_pages.kinds import KINDS, TALKS
from daemon_pages.language import counted, t
from daemon_pages.record_pages import page_title, paging

MONTHS_PER_PAGE, MOST_PER_MONTH = 6, 60
LONGEST_TITLE = 100
TOLD = ("milestones", "days", "journals", "dreams", "reflections")
# So many turning points of one day stand for themselves; more are folded.
FEW = 2
BEGUN = "SELECT day AS date FROM day_counts WHERE daemon_id = :daemon AND kind = 'conversation' AND day > ''"
TALKED = (
    f"SELECT '{TALKS}' AS kind, id, created_at AS date, title, '' AS glimpse"
    " FROM conversations WHERE daemon_id = :daemon"
)


def shown(ask: Ask) -> dict[str, Any]:
    """Months, and what was in them, the last first."""
    told = " UNION ALL ".join(
        f"SELECT '{slug}' AS kind, id, {KINDS[slug].date} AS date, {KINDS[slug].title} AS title,"
        f" substr({KINDS[slug].glimpse}, 1, {LONGEST_TITLE + 1}) AS glimpse FROM {KINDS[slug].table}"
        " WHERE daemon_id = :daemon"
        for slug in TOLD
    )
    parts = f"{TALKED} UNION ALL {told}"
    every = _months(ask, f"{BEGUN} UNION ALL SELECT date FROM ({told})")
    chosen = every[(ask.page - 1) * MONTHS_PER_PAGE : ask.page * MONTHS_PER_PAGE]
    months = []
    for name in chosen:
        rows = ask.conn.execute(
            f"SELECT * FROM ({parts}) WHERE date >= :first AND date < :first || '~'"
            " ORDER BY date DESC, kind, id LIMIT :most",
            {"daemon": ask.daemon["id"], "first": name, "most": MOST_PER_MONTH},
        ).fetchall()
        is_bound = any(row["kind"] in BOUND for row in rows)
        url = ask.to(ask.daemon["name"], "months", name) if is_bound else None
        months.append((month(name), url, _days(ask, rows)))
    return {"months": months, **paging(ask, len(every), MONTHS_PER_PAGE)}


def _months(ask: Ask, parts: str) -> list[str]:
    sql = (
        f"SELECT DISTINCT substr(date, 1, 7) AS month FROM ({parts})"
        " WHERE date GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]*' ORDER BY month DESC"
    )
    return [row["month"] for row in ask.conn.execute(sql, {"daemon": ask.daemon["id"]})]


def _days(ask: Ask, rows: list[Row]) -> list[dict[str, Any]]:
    """Days, each with its events by kind; many turning points of one day as one line that opens."""
    days = []
    for date, found in groupby(rows, key=lambda row: row["date"][:10]):
        events = [_event(ask, row) for row in found]
        turning = [event for event in events if event["slug"] == "milestones"]
        folded = turning if len(turning) > FEW else []
        days.append(
            {
                "date": when(date),
                "url": ask.to(ask.daemon["name"], "on", date),
                "events": [event for event in events if event not in folded],
                "folded": folded,
                "many": counted(len(folded), "{n} milestone", "{n} milestones"),
            }
        )
    return days


def _event(ask: Ask, row: Row) -> dict[str, Any]:
    kind = KINDS.get(row["kind"])
    title = page_title(kind, row["title"], row["date"], row["glimpse"]) if kind else row["title"] or t("Untitled")
    return {
        "slug": row["kind"],
        "kind": t(kind.one) if kind else t("conversation"),
        "title": title,
        "url": ask.to(ask.daemon["name"], row["kind"], str(row["id"])),
    }
