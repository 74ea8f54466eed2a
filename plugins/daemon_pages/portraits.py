"""The home page with a card for every daemon, and a daemon's own page."""

from __future__ import annotations

from typing import Any

from daemon_pages import plots
from daemon_pages.ask import Ask, Row
from daemon_pages.dates import ago, day, when
from daemon_pages.kinds import KINDS, TALKS
from daemon_pages.language import counted, t
from daemon_pages.record_pages import GLIMPSE, glimpse, page_title
from daemon_pages.rendering import WITHHELD, parsed, words
from daemon_pages.selfmodel import statements
from daemon_pages.talks import how_many

LATEST = ("journals", "dreams", "reflections")
COUNTED = {"journals": ("{n} journal entry", "{n} journal entries"), "dreams": ("{n} dream", "{n} dreams")}
MOST_THEMES = 12
TALKS_DOOR = "What it says and writes"
TOKENS = "input_tokens + output_tokens"
THEMES = """
WITH themes AS (
  SELECT theme.value, theme.type FROM journals, json_each(themes_json) AS theme WHERE daemon_id = ?
  UNION ALL
  SELECT theme.value, theme.type FROM solo_reflections, json_each(themes_json) AS theme WHERE daemon_id = ?
  UNION ALL
  SELECT concept.value, concept.type FROM solo_reflections, json_each(thought_stream_json) AS thought,
    json_each(CASE thought.type WHEN 'object' THEN thought.value END, '$.related_concepts') AS concept
  WHERE daemon_id = ?
)
SELECT min(value) AS theme, count(*) AS n FROM themes WHERE type = 'text' AND value <> ?
GROUP BY lower(value) ORDER BY n DESC, theme LIMIT ?
"""


def home(ask: Ask) -> dict[str, Any]:
    """A card for every daemon."""
    return {"daemons": [_card(ask, row) for row in ask.rows("SELECT * FROM daemons ORDER BY created_at, name")]}


def _card(ask: Ask, daemon: Row) -> dict[str, Any]:
    profile = ask.one("SELECT identity_statements_json FROM daemon_profiles WHERE daemon_id = ?", daemon["id"])
    talks = how_many(ask, daemon["id"])
    # Each of them by itself is looked up in an index.
    (first, last) = (
        ask.one(f"SELECT {what} FROM conversations WHERE daemon_id = ?", daemon["id"])[0]
        for what in ("min(created_at)", "max(updated_at)")
    )
    counts = [counted(talks, "{n} conversation", "{n} conversations")] if talks else []
    for slug, (one, many) in COUNTED.items():
        (count,) = ask.one(f"SELECT count(*) FROM {KINDS[slug].table} WHERE daemon_id = ?", daemon["id"])
        counts += [counted(count, one, many)] if count else []
    return {
        "name": words(daemon["name"]),
        "url": ask.to(daemon["name"]),
        "words": next(iter(statements(profile)), {}).get("statement"),
        "counts": counts,
        "first": day(first) if first else "",
        "last": day(last) if last else "",
        "status": daemon["status"],
    }


def portrait(ask: Ask) -> dict[str, Any]:
    """A daemon's own page."""
    daemon = ask.daemon
    profile = ask.one("SELECT * FROM daemon_profiles WHERE daemon_id = ?", daemon["id"])
    activity = [(row["day"], row["records"]) for row in ask.rows(
        "SELECT day, records FROM day_counts WHERE daemon_id = ? AND kind = 'message' AND day > '' ORDER BY day",
        daemon["id"],
    )]  # fmt: skip
    return {
        **_card(ask, daemon),
        "key": daemon["name"],
        "title": words(daemon["name"]),
        "statements": [entry["statement"] for entry in statements(profile)[:3]],
        "values": [value for value in _strings(profile, "values_json") if value != WITHHELD],
        "activity": plots.activity(activity, title=t("Messages over time")),
        "themes": plots.themes(_themes(ask), title=t("Themes")),
        "tokens": plots.stacked(_usage(ask, TOKENS), title=t("Tokens by month and model"), noun=t("tokens")),
        "cost": plots.stacked(_usage(ask, "cost_usd"), title=t("Cost by month and model"), noun=t("US dollars")),
        "latest": [found for slug in LATEST if (found := _latest(ask, slug))],
        "doors": _doors(ask),
        "feed_url": f"{ask.to(daemon['name'])}/feed.atom",
        "core": ("daemons", daemon["id"]),
    }


def _strings(row: Row | None, column: str) -> list[str]:
    value = parsed(row[column]) if row else None
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _themes(ask: Ask) -> list[tuple[str, int]]:
    id = ask.daemon["id"]
    return [(row["theme"], row["n"]) for row in ask.rows(THEMES, id, id, id, WITHHELD, MOST_THEMES)]


def _usage(ask: Ask, amount: str) -> list[tuple[str, str, float]]:
    """Sums by month and model of an amount, as SQL over the table of daily sums."""
    rows = ask.rows(
        f"SELECT substr(date, 1, 7) AS month, model, sum({amount}) AS amount FROM token_usage"
        " WHERE daemon_id = ? GROUP BY month, model HAVING amount > 0 ORDER BY month, model",
        ask.daemon["id"],
    )
    return [(row["month"], row["model"], row["amount"]) for row in rows]


def _latest(ask: Ask, slug: str) -> dict[str, Any] | None:
    kind = KINDS[slug]
    row = ask.one(
        f"{kind.listed(GLIMPSE)} WHERE daemon_id = ? AND {kind.glimpse} <> ? ORDER BY {kind.date} DESC, id LIMIT 1",
        ask.daemon["id"], WITHHELD,
    )  # fmt: skip
    if row is None:
        return None
    url = ask.to(ask.daemon["name"], slug, str(row["id"]))
    return {
        "kind": t(kind.one),
        "title": page_title(kind, row["title"], row["date"], None),
        "date": when(row["date"]) if row["title"] else "",
        "ago": ago(row["date"]),
        "glimpse": glimpse(row["glimpse"]),
        "url": url,
    }


def _doors(ask: Ask) -> list[tuple[str, int, list[tuple[str, str, int]]]]:
    """Every list that holds something, behind the doors of `kinds.yml`: name, address and size; and how many in all."""
    name, id = ask.daemon["name"], ask.daemon["id"]
    doors: dict[str, list[tuple[str, str, int]]] = {}
    counts = [(TALKS_DOOR, "Conversations", TALKS, how_many(ask, id))]
    for kind in KINDS.values():
        (count,) = ask.one(f"SELECT count(*) FROM {kind.table} WHERE {kind.of} = ?", id)
        counts.append((kind.shelf, kind.many, kind.slug, count))
    for door, many, slug, count in counts:
        if count:
            doors.setdefault(door, []).append((t(many), ask.to(name, slug), count))
    return [(t(door), sum(count for _, _, count in lists), lists) for door, lists in doors.items()]
