"""The search page: what was typed, what was found, and where each finding is read."""

from __future__ import annotations

import re
from typing import Any

from daemon_pages import search_index
from daemon_pages.ask import Ask, Row
from daemon_pages.kinds import BY_TABLE, TALKS
from daemon_pages.record_pages import paging
from daemon_pages.rendering import when, words

# What only Markdown needs, at the start of a line.
MARKS = re.compile(r"(?m)^[#>*-]+ ")


def found(ask: Ask) -> dict[str, Any]:
    """Findings across all kinds, or in one kind and of one daemon."""
    typed, daemon, kind = (ask.query.get(name, "") for name in ("q", "daemon", "kind"))
    asked = search_index.parameters(typed, daemon=daemon, kind=kind, page=ask.page)
    shown: dict[str, Any] = {
        "typed": typed[: search_index.MOST_CHARACTERS],
        "chosen_daemon": daemon,
        "chosen_kind": kind,
    }
    daemons = [row["name"] for row in ask.rows("SELECT name FROM daemons ORDER BY created_at, name")]
    shown["daemons"] = [(name, words(name)) for name in daemons]
    if asked is None:
        return {**shown, "results": [], "kinds": [], "count": 0, **paging(ask, 0)}
    counts = [(row["kind"], row["documents"]) for row in ask.conn.execute(search_index.COUNTS, asked)]
    count = sum(n for name, n in counts if kind in ("", name))
    pages = paging(ask, min(count, search_index.PAGE_SIZE * search_index.LAST_PAGE), search_index.PAGE_SIZE)
    results = [_result(ask, row) for row in ask.conn.execute(search_index.RESULTS, asked)]
    return {**shown, "results": results, "kinds": counts, "count": count, **pages}


def _result(ask: Ask, row: Row) -> dict[str, Any]:
    return {
        "url": _address(ask, row),
        "kind": words(row["kind"]),
        "daemon": words(row["daemon"]),
        "title": search_index.marked(row["title"]) or words(row["kind"]),
        "date": when(row["date"]),
        "snippet": search_index.marked(MARKS.sub("", row["snippet"] or "")),
    }


def _address(ask: Ask, row: Row) -> str:
    """Our page of a finding, at the words that were found; Datasette's own page where there is none."""
    table, id = row["record_table"], row["record_id"]
    if table == "messages":
        return ask.to(row["daemon"], table, id)
    if table == TALKS or table in BY_TABLE:
        slug = TALKS if table == TALKS else BY_TABLE[table].slug
        return ask.to(row["daemon"], slug, id) + search_index.place_of(row["snippet"])
    return ask.row(table, id)
