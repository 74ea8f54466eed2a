"""What is often asked: the canned queries, each answered on a page of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from daemon_look.dates import MOMENT, when
from daemon_look.language import number, t
from daemon_look.rendering import WITHHELD, words
from datasette.database import QueryInterrupted
from datasette.utils.asgi import NotFound, Request
from markupsafe import Markup

from daemon_pages import hosts, plots
from daemon_pages.places import has_pages

if TYPE_CHECKING:
    from datasette.app import Datasette

Query = Mapping[str, Any]
# How a parameter is asked for; the others are typed.
INPUTS = {"day": "date", "month": "month", "number": "number"}
# Parameters with few answers: SQL for those there are.
CHOICES = {
    "daemon": "SELECT name FROM daemons ORDER BY created_at, name",
    "person": "SELECT DISTINCT display_name FROM users WHERE display_name IS NOT NULL ORDER BY 1 LIMIT 500",
    "project": "SELECT DISTINCT name FROM projects WHERE name IS NOT NULL ORDER BY 1 LIMIT 500",
}
MOST_ROWS, LONGEST_CELL, LEAST_PLOTTED = 200, 400, 3
# The column that names a record's page, and those that say when: the first of them is what a plot runs along.
PAGE_COLUMN, TIMES = "page", ("day", "month", "date")


async def listed(datasette: Datasette, request: Request, database: str) -> list[dict[str, Any]]:
    """The questions that a visitor may ask."""
    queries = await hosts.questions(datasette, request.actor, database)
    return [{**query, "url": datasette.urls.path(f"/questions/{query['name']}")} for query in queries]


async def answered(datasette: Datasette, request: Request, database: str) -> dict[str, Any]:
    """One question, what can be chosen, and the answer as a table and a plot.

    :raises NotFound: there is no such question, or not for this visitor; or it cannot be answered in time
    """
    every = await listed(datasette, request, database)
    query = next((query for query in every if query["name"] == request.url_vars["question"]), None)
    if query is None:
        raise NotFound("There is no such question here.")
    params = query.get("params") or []
    given = {name: request.args.get(name) or "" for name in params}
    try:
        result = await datasette.execute(database, query["sql"], given, truncate=True)
    except QueryInterrupted:
        raise NotFound("This question took too long to answer. Ask for less, such as one daemon or one day.") from None
    columns = list(result.columns)
    rows = [tuple(row) for row in result.rows]
    choices = {name: [row[0] for row in (await datasette.execute(database, CHOICES[name])).rows] for name in CHOICES}
    asked = urlencode({name: value for name, value in given.items() if value})
    return {
        "title": t(query.get("title") or words(query["name"])),
        "about": t(query.get("description") or ""),
        "fields": [_field(name, given[name], choices) for name in params if choices.get(name) != given.get(name)],
        "columns": [t(words(name)) for name in columns if name != PAGE_COLUMN],
        "rows": [_row(datasette, database, columns, row) for row in rows[:MOST_ROWS]],
        "count": len(rows),
        "more": len(rows) > MOST_ROWS or result.truncated,
        "plot": _plot(columns, rows),
        "data_url": datasette.urls.query(database, query["name"]) + (f"?{asked}" if asked else ""),
        "csv_url": datasette.urls.query(database, query["name"], format="csv") + (f"?{asked}" if asked else ""),
    }


def _field(name: str, value: str, choices: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {
        "name": name,
        "label": t(words(name)),
        "value": value,
        "input": INPUTS.get(name, "text"),
        "choices": [(choice, words(choice) if name == "daemon" else choice) for choice in choices.get(name, ())],
    }


def _row(datasette: Datasette, database: str, columns: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    cells = [_cell(name, value) for name, value in zip(columns, row, strict=True) if name != PAGE_COLUMN]
    page = dict(zip(columns, row, strict=True)).get(PAGE_COLUMN)
    return {"cells": cells, "url": link_to(datasette, database, page) if isinstance(page, str) else None}


def link_to(datasette: Datasette, database: str, page: str) -> str:
    """The address of what a query names in its column `page`: the path of a record, or of rows.

    Which daemon's page a record has would take a query for each row: its address finds out when it is asked.
    """
    place, _, keys = page.partition("/")
    ours = bool(keys) and has_pages(place)
    return datasette.urls.path(f"/record/{page}") if ours else f"{datasette.urls.database(database)}/{page}"


def _cell(column: str, value: Any) -> Markup | str:
    if value is None or value == WITHHELD:
        return ""
    if isinstance(value, int):
        return number(value) if column != "year" else str(value)
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    if MOMENT.fullmatch(text):
        return when(text)
    if column in ("daemon", "speaker", "status", "kind", "category", "state"):
        return words(text)
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL].rsplit(" ", 1)[0] + " …"


def _plot(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> plots.Plot | None:
    """A plot of an answer that counts something over time."""
    time = next((place for place, name in enumerate(columns) if name in TIMES), None)
    counts = [place for place, name in enumerate(columns) if rows and all(isinstance(row[place], int) for row in rows)]
    if time is None or not counts or len({row[time] for row in rows}) < LEAST_PLOTTED:
        return None
    noun = t(words(columns[counts[0]]))
    dated = [(f"{row[time]}-01"[:10], row[counts[0]]) for row in rows]
    return plots.activity(dated, title=noun, noun=noun.lower())
