"""The search page: what was typed, what was found, where each finding is read, and a way on where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from daemon_pages import search_help
from daemon_pages.ask import Ask, Row
from daemon_pages.dates import day_of_year, when
from daemon_pages.kinds import BY_TABLE, TALKS
from daemon_pages.language import number, t
from daemon_pages.record_pages import paging
from daemon_pages.rendering import words
from daemon_pages.search_found import MOST_LOOKED_THROUGH, Found, Within, look, shown
from daemon_pages.search_glimpse import first_words, glimpse, marked, place_of, readable
from daemon_pages.search_index import LAST_PAGE, MOST_CHARACTERS, PAGE_SIZE, Term, terms_of

MESSAGES = "messages"
# So much of a text is looked through for what to show of it.
MOST_READ = 50_000


def found(ask: Ask) -> dict[str, Any]:
    """Findings across all kinds, or in one kind and of one daemon."""
    typed, daemon, kind = (ask.query.get(name, "") for name in ("q", "daemon", "kind"))
    terms, within = terms_of(typed), Within(daemon, kind)
    daemons = [row["name"] for row in ask.rows("SELECT name FROM daemons ORDER BY created_at, name")]
    form: dict[str, Any] = {
        "typed": typed[:MOST_CHARACTERS],
        "chosen_daemon": daemon,
        "chosen_kind": kind,
        "daemons": [(name, words(name)) for name in daemons],
    }
    results = _results(ask, terms, within)
    if results["count"] or not terms:
        return {**form, "fewer": [], "offers": [], **results}
    fewer = search_help.fewer(ask, terms, within)
    if fewer:
        results = _results(ask, fewer, within)
    return {**form, "fewer": [term.typed for term in fewer], "offers": search_help.offers(ask, terms), **results}


def _results(ask: Ask, terms: Sequence[Term], within: Within) -> dict[str, Any]:
    found = look(ask, terms, within, ask.page)
    count = found.count(within.kind)
    rows = shown(ask, found.ids, MOST_READ) if found.ids else []
    return {
        "results": [_result(ask, row, terms) for row in rows],
        "kinds": [(name, n, found.is_open_ended(name)) for name, n in found.kinds],
        "count": count,
        "told": _told(found, within.kind),
        **paging(ask, min(count, PAGE_SIZE * LAST_PAGE), PAGE_SIZE),
    }


def _told(found: Found, kind: str) -> str:
    """How many were found, in words."""
    count = found.count(kind)
    if not found.is_open_ended(kind):
        return t("{n} found.", n=number(count))
    if not count:
        return t("Nothing found among the last {n} texts.", n=number(MOST_LOOKED_THROUGH))
    if found.by_date:
        return t("More than {n} found; the latest of them come first.", n=number(count))
    return t("More than {n} found.", n=number(count))


def _result(ask: Ask, row: Row, terms: Sequence[Term]) -> dict[str, Any]:
    title, date = readable(row["title"]), row["date"] or ""
    text = readable((row["text"] or "").removeprefix(f"# {row['title']}\n"))
    part = glimpse(text, terms)
    is_day = title == date[:10]
    return {
        "url": _address(ask, row, part.found),
        "kind": row["kind"],
        "daemon": words(row["daemon"]),
        "message": row["record_table"] == MESSAGES,
        **_speakers(row),
        "date": when(date[:10]),
        # Without a title a record goes by its kind, its day and its first words.
        "title": "" if is_day else marked(title, terms),
        "day": day_of_year(date),
        "first": first_words(text),
        "snippet": part.html,
    }


def _speakers(row: Row) -> dict[str, str | None]:
    """Who says a message, and to whom; None is somebody whose name is not known."""
    daemon, person = words(row["daemon"]), row["person"]
    if row["role"] == "user":
        return {"who": row["speaker"] or person, "to": daemon}
    if row["role"] == "assistant":
        return {"who": row["speaker"] or daemon, "to": person}
    return {"who": row["speaker"] or words(row["role"] or ""), "to": ""}


def _address(ask: Ask, row: Row, words_found: str) -> str:
    """Our page of a finding, at the words that were found; Datasette's own page where there is none."""
    table, id = row["record_table"], row["record_id"]
    if table == MESSAGES:
        return ask.to(row["daemon"], table, id)
    if table == TALKS or table in BY_TABLE:
        slug = TALKS if table == TALKS else BY_TABLE[table].slug
        return ask.to(row["daemon"], slug, id) + place_of(words_found)
    return ask.row(table, id)
