"""What differs between the Datasettes that serve these pages, 0.65 and 1.0: the other modules ask here.

0.65 keeps all of `metadata.yml` in one place and asks a plugin about each permission. 1.0 tells words (metadata) from
rules (configuration), keeps the words and the questions in a database of its own, and has SQL select what is allowed.
What is closed is decided here once, for both; tests/pages/test_matrix.py asks every address of either.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import datasette as datasette_package
from datasette import hookimpl
from datasette.database import Database
from datasette.utils import StartupError
from datasette.utils.asgi import Forbidden, Request

from daemon_pages.described import descriptions
from daemon_pages.served import is_ours, served

if TYPE_CHECKING:
    from datasette.app import Datasette

Actor = dict[str, Any] | None

# The versions that the request matrix was run with, and those that change nothing of what it asks for.
TRIED = re.compile(r"0\..+|1\.0a41")
VERSION = datasette_package.__version__
IS_OLD = VERSION.startswith("0.")

# Hold every text and every word once more, to be searched; a test holds the names to the builder's.
INNER_TABLES = ("search", "search_text", "search_words")
# What SQLite keeps the index of all words in; 1.0 shows it to nobody.
SHADOWS = tuple(f"search_{part}" for part in ("config", "content", "data", "docsize", "idx"))
INNER = (*INNER_TABLES, *SHADOWS)
INNER_DENIED = """
SELECT file.value AS parent, part.value AS child, 0 AS allow, 'what the search needs' AS reason
FROM json_each(:pages_files) AS file CROSS JOIN json_each(:pages_inner) AS part
"""
# What SQLite knows of the indexes; it shows that to nobody, either.
STATISTICS = tuple(f"sqlite_stat{number}" for number in (1, 2, 3, 4))
# Whatever else there is to be allowed writes, or is not known here.
READING = ("view-instance", "view-database", "view-database-download", "view-table", "view-query", "execute-sql")
FOR_ROOT = ("debug-menu", "permissions-debug")

# What 1.0 keeps as words about an instance, a file or a table.
WORDS = (
    *("title", "description", "description_html", "source", "source_url"),
    *("license", "license_url", "about", "about_url"),
)
# A lock is taken whole: half of another one in it would open it.
LOCKS = ("allow", "allow_sql", "permissions")
# Where 1.0 keeps its words, and in how many columns.
KEPT = {"metadata_instance": 2, "metadata_databases": 3, "metadata_resources": 4, "metadata_columns": 5}


def check() -> None:
    """Refuse versions of Datasette whose rules these pages were not tried with.

    :raises StartupError: this is one of them
    """
    if not TRIED.fullmatch(VERSION):
        raise StartupError(
            f"these pages were not tried with Datasette {VERSION}, which may open what they close: "
            "install datasette~=0.65.5 or datasette==1.0a41"
        )


# --- What metadata.yml says ---


def said_of_files(datasette: Datasette) -> Mapping[str, Any]:
    """What the owner says of each file, by its name, in whichever file that is said."""
    said = datasette.metadata() if IS_OLD else _said(datasette)
    return said.get("databases") or {}


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """For 0.65: describes every file of ours as `metadata.yml` describes one."""
    return descriptions(datasette)


_told: WeakKeyDictionary[Datasette, Mapping[str, Any]] = WeakKeyDictionary()


async def describe(datasette: Datasette) -> None:
    """Have what `metadata.yml` says known for every file of ours that is served now.

    0.65 asks for it. 1.0 looks for words in what `--metadata` names and for rules in what `--config` names: what stands
    in either is taken for both, so that neither a lock nor a question is lost with the wrong option.
    """
    if IS_OLD:
        return
    described = descriptions(datasette)
    said = _laid_over(described, _said(datasette))
    datasette.config = said  # the rules come first, before anything is waited for
    # What an owner's `allow` does not name is closed from here on, as by --default-deny.
    datasette.default_deny = datasette.default_deny or said.get("allow") is not None
    await datasette.refresh_schemas(force=True)
    if _told.get(datasette) is not described:
        _told[datasette] = described
        await _tell(datasette, said)
        await datasette._save_queries_from_config()


def _said(datasette: Datasette) -> dict[str, Any]:
    return _laid_over(datasette._metadata_local or {}, datasette.config or {})


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(under, Mapping) and isinstance(value, Mapping) and key not in LOCKS
        merged[key] = _laid_over(under, value) if both else value  # type: ignore[arg-type]
    return merged


def _rows_of_words(said: Mapping[str, Any]) -> dict[str, list[tuple[str, ...]]]:
    """Titles and descriptions alone, by the table of 1.0 that keeps them; passwords and rules are none of them."""
    rows: dict[str, list[tuple[str, ...]]] = {kept: [] for kept in KEPT}

    def keep(kept: str, about: Mapping[str, Any], *names: str) -> None:
        rows[kept] += [(*names, key, str(about[key])) for key in WORDS if about.get(key)]

    keep("metadata_instance", said)
    for file, about_file in (said.get("databases") or {}).items():
        keep("metadata_databases", about_file, file)
        for table, about in (about_file.get("tables") or {}).items():
            keep("metadata_resources", about or {}, file, table)
            for column, words in ((about or {}).get("columns") or {}).items():
                rows["metadata_columns"].append((file, table, column, "description", str(words)))
    return rows


async def _tell(datasette: Datasette, said: Mapping[str, Any]) -> None:
    """Write words into the database of 1.0, all at once: one by one they take seconds."""

    def write(conn: sqlite3.Connection) -> None:
        for kept, rows in _rows_of_words(said).items():
            places = ", ".join("?" * KEPT[kept])
            conn.executemany(f"INSERT OR REPLACE INTO {kept} VALUES ({places})", rows)

    await datasette.get_internal_database().execute_write_fn(write)


# --- Who may see what ---


@hookimpl(trylast=True)
def permission_allowed(datasette: Datasette, actor: Actor, action: str, resource: Any) -> bool | None:
    """For 0.65: closes what `metadata.yml` says nothing of.

    The last word among all plugins: Datasette takes the last answer that is one.
    """
    if action == "view-table":
        closed = SHADOWS if is_root(actor) else INNER
        is_closed = resource[1] in STATISTICS or (resource[1] in closed and is_ours(datasette, resource[0]))
        return False if is_closed else None
    if action == "execute-sql" and not is_root(actor):
        return False if datasette.metadata("allow_sql", database=resource) is None else None
    return None


@hookimpl
def permission_resources_sql(datasette: Datasette, actor: Actor, action: str) -> Any:
    """For 1.0: the same, as SQL for rows of what is denied; a denial wins over whatever is allowed alike.

    Nobody may write, root neither: the door lets no such request in, and so no page offers it.
    """
    from datasette.permissions import PermissionSQL  # 0.65 has none

    if action not in (*READING, *FOR_ROOT):
        return PermissionSQL.deny("these pages are for reading only")
    if is_root(actor):
        return None
    if action in FOR_ROOT or (action == "execute-sql" and (datasette.config or {}).get("allow_sql") is None):
        return PermissionSQL.deny("for root alone, where nothing else is said")
    if action != "view-table":
        return None
    files = json.dumps([file.name for file in served(datasette)])
    return PermissionSQL(sql=INNER_DENIED, params={"pages_files": files, "pages_inner": json.dumps(INNER)})


def is_root(actor: Any) -> bool:
    """Whether it is the owner who asks: whoever `datasette --root` let in."""
    return (actor or {}).get("id") == "root"


async def may_see(datasette: Datasette, actor: Actor, database: str, tables: Iterable[str]) -> None:
    """What Datasette asks before it shows a table, for pages of our own.

    :raises Forbidden: the visitor may not see one of them
    """
    if not IS_OLD:
        await _may_see(datasette, actor, database, set(tables))
        return
    await datasette.ensure_permissions(actor, ["view-instance"])
    await datasette.ensure_permissions(actor, [("view-database", database), "view-instance"])
    for table in tables:
        # Where nothing is said of the table, what is said of the database holds: that was asked before.
        await datasette.ensure_permissions(actor, [("view-table", (database, table))])


async def _may_see(datasette: Datasette, actor: Actor, database: str, tables: set[str]) -> None:
    from datasette.resources import DatabaseResource

    await datasette.ensure_permission(action="view-instance", actor=actor)
    await datasette.ensure_permission(action="view-database", resource=DatabaseResource(database), actor=actor)
    # One question for all of them: each takes 1.0 two thousandths of a second.
    page = await datasette.allowed_resources("view-table", actor, parent=database, limit=1000)
    if tables - {resource.child async for resource in page.all()}:
        raise Forbidden("view-table")


def seen_by(request: Request | None) -> dict[str, Any]:
    """What the templates of Datasette's own pages need to know: which ways of 1.0 are closed to whoever looks."""
    is_closed = not IS_OLD and not is_root(request.actor if request else None)
    return {"ways_are_closed": is_closed, **({} if IS_OLD else {"datasette_version": ""})}


async def questions(datasette: Datasette, actor: Actor, database: str) -> list[dict[str, Any]]:
    """The canned queries that a visitor may ask, in the order of `metadata.yml`: name, sql, params and words."""
    if IS_OLD:
        queries = (await datasette.get_canned_queries(database, actor)).values()
        return [
            query
            for query in queries
            if await datasette.permission_allowed(actor, "view-query", (database, query["name"]), default=True)
        ]
    # 1.0 trusts the questions of its configuration; any other one asks for the right to run SQL.
    page = await datasette.list_queries(database, actor=actor, is_trusted=True, limit=1000)
    order = list((said_of_files(datasette).get(database) or {}).get("queries") or {})
    found = [{**vars(query), "params": query.parameters} for query in page.queries]
    return sorted(found, key=lambda query: order.index(query["name"]) if query["name"] in order else len(order))


# --- The files ---


def put_in_place(new: Database, old: Database) -> None:
    """Give a database the name and the connections of another one, whose place it takes."""
    new.name, new.route = old.name, old.route
    if IS_OLD:
        new._all_file_connections = old._all_file_connections  # each thread finds its own by the name
    else:
        old.close()


def open_again(datasette: Datasette) -> None:
    """Close every connection to a file, so that the next question opens it anew.

    What is being asked is answered first; Datasette allows no query more than a moment.
    """
    files = [database for database in datasette.databases.values() if database.path]
    if IS_OLD:
        threads = datasette.setting("num_sql_threads")
        if datasette.executor and threads:
            datasette.executor.shutdown(wait=True)
            datasette.executor = ThreadPoolExecutor(max_workers=threads)
        for database in files:
            database.close()
        return
    for database in files:
        wait(tuple(database._pending_execute_futures))
        for connection in database._all_connections:
            connection.close()
        database._all_connections, database._read_connection = [], None
        # What `close` closes is never opened again. Under another name each thread finds nothing, and opens the file.
        database._thread_local_id = f"x{Database._thread_local_id_counter}"
        Database._thread_local_id_counter += 1
