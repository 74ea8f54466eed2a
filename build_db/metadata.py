"""Datasette's `metadata.yml`, made from the same tables that describe the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from build_db.canned import canned_queries
from build_db.family import laid_over
from build_db.redaction.policy import RULES, policy
from build_db.schema import Table, column_descriptions, schema
from build_db.schema.searched import SEARCHED

# The file that is described; the pages describe every other file of ours as this one.
DATABASE = "cass"
PAGES = "daemon_pages"

HEADER = "# Made by `python -m build_db metadata` from the YAML files in build_db/schema; change those instead.\n"
TITLE = "Daemons and their days"
ABOUT = "Conversations, journals, dreams and thoughts of AI companions, with the people in them made unrecognizable."
# Where the pages are loaded this stands nowhere: theirs is another home page.
BARE = (
    "These are bare tables: the pages are not loaded. Start the Datasette of the environment"
    " (.venv/bin/datasette), or add --plugins-dir plugins."
)
# No licence: the data belongs to those who lived it, and whoever gives it one says so beside it.
SOURCE = {
    "source": "the data folder of a cass-vessel",
    "source_url": "https://github.com/KohlJary/cass-vessel",
}

HOW_TO_CHOOSE = "Name a daemon to see only its own."

# Visitors read; only `datasette --root` may ask in SQL.
ROOT = {"id": "root"}

# Listed last, and only on request: how the file was made, and what the search needs.
MACHINERY = ("_sqlite_migrations", "search", "search_words", "sqlite_sequence", "sqlite_stat1")

# What only the search reads: every text and every word once more. Kept for whoever may write SQL.
INNER = ("search", "search_text", "search_words")

# Newest first, wherever a table has one of these.
TIMES = ("updated_at", "last_updated", "timestamp", "created_at", "date", "triggered_at", "started_at")

# Rows with a long text, or of many columns: so many make a page.
LONG = {searched.table for searched in SEARCHED}
LONG_SIZE = 20

# How Datasette is to read a column whose name ends so.
UNITS = {"_minutes": "minute", "_ms": "millisecond"}


def metadata(family: Mapping[str, Any] | None = None) -> str:
    """The text of `metadata.yml` for a file that is served to visitors.

    :param family: settings of its owner's, which are laid over it
    """
    rules = policy().rules
    lines = {
        table: {column: f"{line} {RULES[rules[table][column]].told}".rstrip() for column, line in columns.items()}
        for table, columns in column_descriptions().items()
    }
    about = {"title": TITLE, "description": ABOUT, **SOURCE}
    described = described_database(DATABASE, about, lines, for_visitors=True)
    described["description"] = f"{ABOUT} {BARE}"
    whole = {**described, "plugins": {PAGES: {"described": DATABASE}}}
    return HEADER + as_text(laid_over(whole, family) if family else whole)


def described_database(
    name: str, about: Mapping[str, str], lines: Mapping[str, Mapping[str, str]], *, for_visitors: bool = False
) -> dict[str, Any]:
    """Datasette's metadata for one database.

    :param name: what Datasette serves it under
    :param about: title, description, licence and the like
    :param lines: what each column holds, by table and column
    :param for_visitors: whoever looks at it only reads
    """
    tables = {table.name: _table(table, lines[table.name]) for table in schema().values()}
    tables.update({hidden: {"hidden": True} for hidden in MACHINERY})
    if for_visitors:
        tables.update({inner: {**tables.get(inner, {}), "allow": ROOT} for inner in INNER})
    headed = {key: about[key] for key in ("title", "description")}
    allowed = {"allow_sql": ROOT if for_visitors else True}
    # Said for the whole instance, too: whatever else is served, and under whatever name, is closed as well. Reading is
    # what `datasette --default-deny` would not allow of its own accord.
    everywhere = {"allow": True, **allowed} if for_visitors else {}
    return {**about, **everywhere, "databases": {name: {**headed, **allowed, "queries": _queries(), "tables": tables}}}


def as_text(described: Mapping[str, Any]) -> str:
    """Metadata as YAML."""
    return yaml.dump(described, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Dumper(yaml.SafeDumper):
    """Writes SQL as the lines it is, and everything where it is used."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def _table(table: Table, lines: Mapping[str, str]) -> dict[str, Any]:
    described: dict[str, Any] = {"title": table.title, "description": table.about}
    if table.label:
        described["label_column"] = table.label
    newest = next((time for time in TIMES if time in table.names), None)
    if newest and table.name != "messages" and not table.hidden:
        described["sort_desc"] = newest
    if table.name in LONG or table.large:
        described["size"] = LONG_SIZE
    if table.hidden:
        described["hidden"] = True
    else:
        facets = [*(["daemon_id"] if "daemon_id" in table.names and not table.large else []), *table.facets]
        if facets:
            described["facets"] = facets
    units = {column: unit for column in table.names for end, unit in UNITS.items() if column.endswith(end)}
    if units:
        described["units"] = units
    described["columns"] = dict(lines)
    return described


def _queries() -> dict[str, Any]:
    return {
        query.name: {
            "title": query.title,
            "description": f"{query.about} {HOW_TO_CHOOSE}",
            "params": list(query.params),
            # Read by people; whoever wants the SQL finds it behind "show".
            "hide_sql": True,
            "sql": query.sql,
        }
        for query in canned_queries()
    }
