"""Every page of ours: its address, its template, the tables it reads, and what makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from daemon_look.kinds import KINDS
from daemon_look.language import speaking, t
from daemon_look.rendering import words
from datasette.utils import sqlite_timelimit, tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from daemon_pages import (
    about,
    book,
    days,
    downloads,
    login,
    people_pages,
    portraits,
    questions,
    record_pages,
    search_page,
    selfmodel,
    talks,
    timeline,
)
from daemon_pages.ask import Ask
from daemon_pages.headers import our_headers
from daemon_pages.hosts import may_see
from daemon_pages.language import chosen
from daemon_pages.layout import render, style_text
from daemon_pages.places import has_pages
from daemon_pages.served import served

if TYPE_CHECKING:
    from datasette.app import Datasette

ACCENTS = 6
# The longest that one page may ask the file, in milliseconds; on a machine with nothing else to do none takes a tenth.
LONGEST = 10_000
EVERY_KIND = tuple(kind.table for kind in KINDS.values())
DATED = ("daemons", "conversations", "messages", "users", "day_counts", *EVERY_KIND)
DAEMON = r"/daemons/(?P<daemon>[^/]+)"


@dataclass(frozen=True)
class View:
    """One kind of page.

    :param path: a regular expression over the whole path
    :param tables: what the visitor must be allowed to see, besides the table that the path names
    :param make: the template's variables, or the address of another page
    """

    path: str
    template: str
    tables: tuple[str, ...]
    make: Callable[[Ask], Mapping[str, Any] | str]

    def reads(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """The tables that one page of this kind reads.

        :param names: what its path names
        """
        kind, table = KINDS.get(names.get("kind", "")), names.get("table", "")
        return (*self.tables, *((kind.table, *kind.also) if kind else ()), *([table] if has_pages(table) else []))


VIEWS = (
    View("/about", "about", ("daemons", "users", "conversations"), about.shown),
    View(
        "/", "home", ("daemons", "daemon_profiles", "conversations", "day_counts", "journals", "dreams"), portraits.home
    ),
    View(
        "/search",
        "search",
        ("daemons", "search_documents", "conversations", "messages", "users", "user_journals", *EVERY_KIND),
        search_page.found,
    ),
    View(
        "/record/(?P<table>[^/]+)/(?P<id>[^/]+)",
        "",
        ("daemons", "conversations", "messages", "projects"),
        record_pages.address,
    ),
    View(
        DAEMON,
        "daemon",
        ("daemons", "daemon_profiles", "conversations", "day_counts", "token_usage", *EVERY_KIND),
        portraits.portrait,
    ),
    View(f"{DAEMON}/self", "self", ("daemons", "daemon_profiles", "growth_edges", "opinions"), selfmodel.self_model),
    View(f"{DAEMON}/people", "people", ("daemons", "users", "conversations"), people_pages.listed),
    View(f"{DAEMON}/people/(?P<id>[^/]+)", "person", ("daemons", "users", "conversations"), people_pages.shown),
    View(f"{DAEMON}/timeline", "timeline", ("daemons", "conversations", "day_counts", *EVERY_KIND), timeline.shown),
    View(f"{DAEMON}/calendar", "calendar", DATED, days.shown),
    View(f"{DAEMON}/on/(?P<date>[^/]+)", "day", DATED, days.one),
    View(f"{DAEMON}/on-this-day", "this_day", DATED, days.this_day),
    View(f"{DAEMON}/anything", "", DATED, days.chance),
    View(f"{DAEMON}/months/(?P<month>[^/]+)", "month", ("daemons", *EVERY_KIND), book.shown),
    View(
        f"{DAEMON}/conversations",
        "talks",
        ("daemons", "conversations", "day_counts", "messages", "users"),
        talks.listed,
    ),
    View(
        f"{DAEMON}/conversations/(?P<id>[^/]+)",
        "talk",
        ("daemons", "conversations", "messages", "users", "wiki_pages"),
        talks.shown,
    ),
    View(f"{DAEMON}/messages/(?P<id>[^/]+)", "", ("daemons", "conversations", "messages"), talks.message_address),
    View(f"{DAEMON}/(?P<kind>[^/]+)", "records", ("daemons", "projects", "wiki_links"), record_pages.listed),
    View(
        f"{DAEMON}/(?P<kind>[^/]+)/(?P<id>[^/]+)",
        "record",
        ("daemons", "conversations", "projects", "wiki_links", "wiki_pages"),
        record_pages.shown,
    ),
)


def routes() -> list[tuple[str, Any]]:
    """Addresses and handlers for Datasette."""
    pages = [(rf"^{view.path}/?$" if view.path != "/" else "^/$", _handler(view)) for view in VIEWS]
    return [
        ("^/daemon_pages\\.css$", _style),
        ("^/robots\\.txt$", _robots),
        (f"^{login.PATH}$", login.page),
        ("^/questions$", _questions),
        ("^/questions/(?P<question>[^/]+)$", _question),
        (rf"^{DAEMON}/feed\.atom$", _feed),
        ("^/downloads$", _downloads),
        ("^/downloads/(?P<file>[^/]+)$", _download),
        *pages,
    ]


def _handler(view: View) -> Any:
    async def handle(datasette: Datasette, request: Request) -> Response:
        database, language = _served_name(datasette), chosen(datasette, request)
        names = {name: tilde_decode(value) for name, value in request.url_vars.items()}
        await may_see(datasette, request.actor, database, view.reads(names))

        def make(conn: Any) -> Mapping[str, Any] | str:
            query = {name: request.args.get(name) or "" for name in request.args}
            ask = Ask(conn, names, query, datasette.urls.path, database)
            with speaking(language), sqlite_timelimit(conn, LONGEST):
                made = view.make(ask)
                if isinstance(made, str):
                    return made
                core = made.get("core")
                return {**made, **_frame(ask), "core_url": ask.row(*core) if core else None}

        try:
            made = await datasette.get_database(database).execute_fn(make)
        except NotFound as missing:
            return await _missing(datasette, request, database, missing)
        if isinstance(made, str):
            return Response.redirect(made, headers={"Cache-Control": "no-store"} if view.make is days.chance else None)
        return await render(datasette, request, view.template, made)

    return handle


def _served_name(datasette: Datasette) -> str:
    """The name of the file that the pages show.

    :raises NotFound: a foreign file took its place
    """
    for file in served(datasette):
        return file.name
    raise NotFound("No file of build_db is served any more.")


def _frame(ask: Ask) -> dict[str, Any]:
    """What every page shows around its own: the daemons, and which of them this page belongs to."""
    every = ask.rows("SELECT name FROM daemons ORDER BY created_at, name")
    names = [row["name"] for row in every]
    here = ask.names.get("daemon")
    return {
        "all_daemons": [
            {"key": name, "name": words(name), "url": ask.to(name), "accent": n % ACCENTS}
            for n, name in enumerate(names)
        ],
        "here": here and words(here),
        "here_url": here and ask.to(here),
        "accent": names.index(here) % ACCENTS if here in names else None,
        "database": ask.database,
    }


async def _frame_alone(datasette: Datasette, database: str) -> dict[str, Any]:
    """The frame of a page that reads nothing else from the file."""
    frame: dict[str, Any] = await datasette.get_database(database).execute_fn(
        lambda conn: _frame(Ask(conn, {}, {}, datasette.urls.path, database))
    )
    return frame


async def _missing(datasette: Datasette, request: Request, database: str, missing: NotFound) -> Response:
    """What stands where nothing is, with a way on."""
    with speaking(chosen(datasette, request)):
        told = t(str(missing))
    shown = {"about": told, **await _frame_alone(datasette, database)}
    return await render(datasette, request, "missing", shown, status=404)


async def _questions(datasette: Datasette, request: Request) -> Response:
    """The canned queries: of everybody, and of each daemon."""
    database = _served_name(datasette)
    await may_see(datasette, request.actor, database, ("daemons",))
    asked = await questions.listed(datasette, request, database)
    return await render(datasette, request, "questions", {"queries": asked, **await _frame_alone(datasette, database)})


async def _question(datasette: Datasette, request: Request) -> Response:
    database = _served_name(datasette)
    await may_see(datasette, request.actor, database, ("daemons", "users", "projects"))
    try:
        with speaking(chosen(datasette, request)):
            answer = await questions.answered(datasette, request, database)
    except NotFound as missing:
        return await _missing(datasette, request, database, missing)
    return await render(datasette, request, "question", {**answer, **await _frame_alone(datasette, database)})


async def _feed(datasette: Datasette, request: Request) -> Response:
    """A daemon's journals and dreams for readers of news."""
    database, language = _served_name(datasette), chosen(datasette, request)
    names = {"daemon": tilde_decode(request.url_vars["daemon"])}
    await may_see(datasette, request.actor, database, ("daemons", *(KINDS[slug].table for slug in book.FED)))
    site = f"{request.scheme}://{request.host}"

    def make(conn: Any) -> str:
        with speaking(language):
            return book.feed(Ask(conn, names, {}, datasette.urls.path, database), site)

    try:
        made = await datasette.get_database(database).execute_fn(make)
    except NotFound as missing:
        return await _missing(datasette, request, database, missing)
    return Response(made, content_type=book.FEED_TYPE, headers=our_headers())


async def _downloads(datasette: Datasette, request: Request) -> Response:
    database = _served_name(datasette)
    await may_see(datasette, request.actor, database, ("daemons",))
    listed = downloads.finished(downloads.folder(datasette))
    files = [{**entry, **downloads.in_words(entry)} for entry in listed]
    shown = {"files": files, "how": downloads.HOW, **await _frame_alone(datasette, database)}
    return await render(datasette, request, "downloads", shown)


async def _download(datasette: Datasette, request: Request) -> Any:
    database = _served_name(datasette)
    await may_see(datasette, request.actor, database, ("daemons",))
    try:
        return downloads.Download(request, downloads.folder(datasette), request.url_vars["file"])
    except NotFound as missing:
        return await _missing(datasette, request, database, missing)


async def _style(request: Request) -> Response:
    headers = {"Cache-Control": "public, max-age=31536000, immutable"} if request.args else {}
    return Response(style_text(), content_type="text/css; charset=utf-8", headers=headers)


async def _robots() -> Response:
    return Response.text("User-agent: *\nDisallow: /\n")
