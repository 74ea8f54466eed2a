"""Time as a way in: a calendar, one day, this day in other years, and something at random."""

from __future__ import annotations

import calendar
import secrets
from typing import Any

from datasette.utils.asgi import NotFound

from daemon_pages import dates
from daemon_pages.ask import Ask, Row
from daemon_pages.dates import DAY, WEEKDAYS, ago, day, day_of_year, month
from daemon_pages.kinds import KINDS, TALKS, RecordKind
from daemon_pages.language import counted, t
from daemon_pages.record_pages import page_title
from daemon_pages.talks import LISTED, entry

# Kinds that tell of a day; others have a date only because something was filed then.
TOLD = ("journals", "dreams", "reflections", "milestones", "days", "research", "works", "work-done", "marks", "notes")
MOST_A_DAY = 200
LONGEST_TITLE = 100
# Around the turn of a year its last days are near its first ones.
DAYS_OF_YEAR, MOST_NEAR = 366, 5
# From so many records on, a day of the calendar has a deeper mark.
DEEPER = (4, 12)
CHANCE = ("journals", "dreams", "reflections", "wiki", "marks", "syntheses", "works")

# Messages and conversations, which are counted already; the others are few.
SAID = (
    "SELECT day, records FROM day_counts WHERE daemon_id = :daemon AND kind IN ('message', 'conversation') AND day > ''"
)
# Of what a file may hold for a date, what is one.
A_DAY = "day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND day > '0001' AND julianday(day) IS NOT NULL"
COUNTED = "SELECT day, sum(records) AS n FROM days WHERE substr(day, 1, 4) = :year GROUP BY day"


def _dated(kind: RecordKind) -> str:
    return f"SELECT substr({kind.date}, 1, 10) AS day, 1 AS records FROM {kind.table} WHERE {kind.of} = :daemon"


def _every_day() -> str:
    """SQL for the days that something tells of, and how much: messages, conversations, records."""
    dated = " UNION ALL ".join(_dated(KINDS[slug]) for slug in TOLD)
    return f"{SAID} UNION ALL SELECT day, records FROM ({dated}) WHERE {A_DAY}"


def _days(ask: Ask, sql: str, **values: str) -> list[Row]:
    """The rows of a query over `days`: days, and how many records tell of each; a day may stand there again."""
    with_days = f"WITH days AS MATERIALIZED ({_every_day()}) {sql}"
    return ask.conn.execute(with_days, {"daemon": ask.daemon["id"], **values}).fetchall()


def shown(ask: Ask) -> dict[str, Any]:
    """A year's months, the last first, with a mark on each day that has something."""
    years = [row["year"] for row in _days(ask, "SELECT DISTINCT substr(day, 1, 4) AS year FROM days ORDER BY year")]
    year = ask.query.get("year", "")
    year = year if year in years else years[-1] if years else ""
    counts = {row["day"]: row["n"] for row in _days(ask, COUNTED, year=year)}
    found = sorted({date[:7] for date in counts}, reverse=True)
    return {
        "year": year,
        "years": [(name, f"?year={name}") for name in reversed(years)],
        "weekdays": [t(name) for name in WEEKDAYS],
        "months": [(name, month(name), _weeks(ask, name, counts)) for name in found],
    }


def _weeks(ask: Ask, name: str, counts: dict[str, int]) -> list[list[dict[str, Any] | None]]:
    """The weeks of a month: its days, and None for those of others."""
    weeks: list[list[dict[str, Any] | None]] = []
    for week in calendar.Calendar().monthdayscalendar(int(name[:4]), int(name[5:])):
        weeks.append([_square(ask, f"{name}-{number:02}", counts) if number else None for number in week])
    return weeks


def _square(ask: Ask, date: str, counts: dict[str, int]) -> dict[str, Any]:
    count = counts.get(date, 0)
    return {
        "number": int(date[-2:]),
        "depth": sum(count >= least for least in DEEPER),
        "url": ask.to(ask.daemon["name"], "on", date) if count else None,
        "told": counted(count, "{day}: {n} record", "{day}: {n} records", day=day(date)),
    }


def one(ask: Ask) -> dict[str, Any]:
    """All that tells of one day.

    :raises NotFound: it is no day, or nothing tells of it
    """
    date = ask.names["date"]
    told = _told_of(ask, date, f"{date}~") if DAY.fullmatch(date) else []
    if not told:
        raise NotFound("Nothing is kept of this day.")
    others = [other for other in _same_days(ask, date[5:]) if other != date]
    return {
        "title": day(date),
        "ago": ago(date),
        "parts": told,
        "others": [(day(other), ask.to(ask.daemon["name"], "on", other)) for other in others],
        "month_url": f"{ask.to(ask.daemon['name'], 'calendar')}?year={date[:4]}#m{date[:7]}",
        **_neighbors(ask, date),
    }


def _told_of(ask: Ask, first: str, last: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """The records of a stretch of time by what they are: heading, and the lines below it."""
    parts = []
    talks = ask.rows(
        f"{LISTED} AND (created_at >= ? AND created_at < ?"
        " OR id IN (SELECT conversation_id FROM messages WHERE timestamp >= ? AND timestamp < ?))"
        " ORDER BY created_at, id LIMIT ?",
        ask.daemon["id"], first, last, first, last, MOST_A_DAY,
    )  # fmt: skip
    if talks:
        parts.append((t("Conversations"), [entry(ask, row) for row in talks]))
    for slug in TOLD:
        kind = KINDS[slug]
        rows = ask.rows(
            f"{kind.listed(LONGEST_TITLE)} WHERE {kind.of} = ? AND {kind.date} >= ? AND {kind.date} < ?"
            f" ORDER BY {kind.date}, id LIMIT ?",
            ask.daemon["id"], first, last, MOST_A_DAY,
        )  # fmt: skip
        lines = [
            {
                "url": ask.to(ask.daemon["name"], slug, str(row["id"])),
                "title": page_title(kind, row["title"], row["date"], row["glimpse"]),
                "told": [row["date"][11:16]] if row["date"][11:16] else [],
            }
            for row in rows
        ]
        if lines:
            parts.append((t(kind.many), lines))
    return parts


def _same_days(ask: Ask, ending: str) -> list[str]:
    """The days of all years that end so and have something, the last first."""
    sql = "SELECT DISTINCT day FROM days WHERE substr(day, 6) = :ending ORDER BY day DESC"
    return [row["day"] for row in _days(ask, sql, ending=ending)]


def _neighbors(ask: Ask, date: str) -> dict[str, tuple[str, str] | None]:
    """Name and address of the days before and after that have something."""
    sql = "SELECT max(day) FILTER (WHERE day < :date) AS before, min(day) FILTER (WHERE day > :date) AS after FROM days"
    (row,) = _days(ask, sql, date=date)
    name = ask.daemon["name"]
    sides = ("before", "after")
    return {side: (day(row[side]), ask.to(name, "on", row[side])) if row[side] else None for side in sides}


def this_day(ask: Ask) -> dict[str, Any]:
    """What other years hold of the day that is today; if nothing, the days around it that have something."""
    date = dates.today().isoformat()
    found = _same_days(ask, date[5:])
    return {
        "title": t("On this day, {day}", day=day_of_year(date)),
        "years": [(day(other), ago(other), _told_of(ask, other, f"{other}~")) for other in found],
        "near": [] if found else _near(ask, date),
    }


def _near(ask: Ask, date: str) -> list[tuple[str, str]]:
    """Name and address of the days of any year nearest to a day of the year, a few of them."""
    sql = (
        "SELECT DISTINCT day, abs(julianday('2000-' || substr(day, 6)) - julianday('2000-' || :ending)) AS apart"
        f" FROM days WHERE apart IS NOT NULL ORDER BY min(apart, {DAYS_OF_YEAR} - apart), day LIMIT {MOST_NEAR}"
    )
    return [(day(row["day"]), ask.to(ask.daemon["name"], "on", row["day"])) for row in _days(ask, sql, ending=date[5:])]


def chance(ask: Ask) -> str:
    """The address of a page that nobody chose.

    :raises NotFound: there is none yet
    """
    kinds = [(KINDS[slug].table, KINDS[slug].of, slug) for slug in CHANCE]
    kinds.append(("conversations", "daemon_id", TALKS))
    sizes = [ask.one(f"SELECT count(*) FROM {table} WHERE {of} = ?", ask.daemon["id"])[0] for table, of, _ in kinds]
    if not any(sizes):
        raise NotFound("Nothing here yet.")
    place = secrets.randbelow(sum(sizes))
    for (table, of, slug), size in zip(kinds, sizes, strict=True):
        if place < size:
            sql = f"SELECT id FROM {table} WHERE {of} = ? LIMIT 1 OFFSET ?"
            return ask.to(ask.daemon["name"], slug, str(ask.one(sql, ask.daemon["id"], place)[0]))
        place -= size
    raise AssertionError("a place below the sum of all sizes lies in one of them")
