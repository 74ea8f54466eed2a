"""The hooks that Datasette calls."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request, Response
from markupsafe import Markup

from daemon_pages import hosts, login
from daemon_pages.built import take_over
from daemon_pages.described import learn
from daemon_pages.door import Door
from daemon_pages.places import page_of
from daemon_pages.questions import PAGE_COLUMN, link_to
from daemon_pages.refusals import failed, refused
from daemon_pages.rules import remember
from daemon_pages.served import is_ours, served
from daemon_pages.views import routes

if TYPE_CHECKING:
    from datasette.app import Datasette

# Enough for most texts that people or daemons write, too little to exhaust a server with; a file with longer ones can
# be read all the same.
LONGEST_VALUE = 10_000_000  # bytes
SQLITE_LONGEST = 1_000_000_000
# What a canned query answers in the column `page`: the path of a record, or of rows, below the database.
PAGE = re.compile(r"[a-z_]+[/?]\S+")


@hookimpl
def startup(datasette: Datasette) -> Any:
    """Refuses versions of Datasette that might open what is closed here; learns what `metadata.yml` describes."""
    hosts.check()
    learn(datasette, hosts.said_of_files(datasette))
    if hosts.IS_OLD:
        remember(datasette)
    take_over(datasette)
    if served(datasette):
        # To find columns worth counting by, Datasette counts by each of them; tables.yml names those.
        datasette._settings["suggest_facets"] = False
    return hosts.describe(datasette)


@hookimpl(tryfirst=True)
def register_routes(datasette: Datasette) -> list[tuple[str, Any]]:
    """Our pages, if there is a file to show."""
    return routes() if served(datasette) else []


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Any:
    """Stands at the door: headers, methods, and files that are not to be shown."""
    return lambda app: Door(app, datasette)


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Keeps what a visitor can reach from building values of hundreds of megabytes, unless the file may hold such.

    SQLite refuses to read even a part of a value beyond the limit; no value is longer than its file.
    """
    (pages,), (size,) = (conn.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(max(LONGEST_VALUE, pages * size), SQLITE_LONGEST))


@hookimpl
def render_cell(datasette: Datasette, value: Any, column: str, table: str | None, database: str) -> Any:
    """In the answers of canned queries: a link to the page that the column `page` names."""
    asked = table is None and column == PAGE_COLUMN and isinstance(value, str) and PAGE.fullmatch(value)
    if not asked or not is_ours(datasette, database):
        return None
    return Markup('<a href="{}">Open</a>').format(link_to(datasette, database, value))


@hookimpl
def forbidden(datasette: Datasette, request: Request, message: Any) -> Any:
    """Where a family password is set, whoever may not read is asked for it."""
    if request.actor is None and datasette.plugin_config("datasette-auth-passwords"):
        return Response.redirect(datasette.urls.path("/-/login"))
    return refused(datasette, request, HTTPStatus.FORBIDDEN, str(message))


@hookimpl(hookwrapper=True)
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Iterator[None]:
    """Pages in our look where something is missing, was asked for wrongly, or broke; other plugins are told too.

    Datasette's own answer would write all that was asked for into the log.
    """
    outcome: Any = yield
    told = outcome.get_result()
    others = [answer for answer in told if getattr(answer, "__module__", "") != "datasette.handle_exception"]
    outcome.force_result([failed(datasette, request, exception), *others])


@hookimpl(hookwrapper=True)
def menu_links(datasette: Datasette) -> Iterator[None]:
    """Without a password, no way leads to the log-in that is not there: the plugin for passwords shows one always."""
    outcome: Any = yield
    if not login.accounts(datasette):
        nowhere = datasette.urls.path(login.PATH)
        lists = (links for links in outcome.get_result() if isinstance(links, list))
        for links in lists:
            links[:] = [link for link in links if link.get("href") != nowhere]


@hookimpl
def extra_template_vars(datasette: Datasette, request: Any, view_name: str, database: str, table: str) -> Any:
    """On Datasette's pages: of a row, the path of our page of the same record; of a file, all questions."""

    async def variables() -> dict[str, Any]:
        seen = hosts.seen_by(request)
        if seen["ways_are_closed"] and view_name == "database":
            every = await hosts.questions(datasette, request.actor, database)
            return {**seen, "queries": every, "queries_more": False}
        if view_name != "row" or not is_ours(datasette, database):
            return seen
        path = await datasette.get_database(database).execute_fn(
            lambda conn: page_of(conn, table, tilde_decode(request.url_vars["pks"]))
        )
        return {**seen, "daemon_page": datasette.urls.path(path) if path else None}

    return variables
