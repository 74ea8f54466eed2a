"""Datasette's `metadata.yml`, made from the same tables that describe the schema."""

from __future__ import annotations

from typing import Any

import yaml

from build_db.canned import canned_queries
from build_db.redaction.policy import RULES, policy
from build_db.schema import Table, column_descriptions, schema
from build_db.schema.search import SEARCHED

DATABASE = "cass"

HEADER = "# Made by `python -m build_db metadata` from the YAML files in build_db/schema; change those instead.\n"
TITLE = "Daemons and their days"
ABOUT = "Conversations, journals, dreams and thoughts of AI companions, with the people in them made unrecognizable."
SOURCE = {
    "license": "Apache-2.0 for the invented demo; other data belongs to those who lived it",
    "license_url": "https://www.apache.org/licenses/LICENSE-2.0",
    "source": "the data folder of a cass-vessel",
    "source_url": "https://github.com/KohlJary/cass-vessel",
}

HOW_TO_CHOOSE = "Name a daemon to see only its own."

# Visitors read; only `datasette --root` may ask in SQL.
ROOT = {"id": "root"}

# Listed last, and only on request: how the file was made, and what the search needs.
MACHINERY = ("_sqlite_migrations", "search", "sqlite_sequence", "sqlite_stat1")

# A view cannot be hidden, only kept for whoever may write SQL.
INNER_VIEW = "search_text"

# Newest first, wherever a table has one of these.
TIMES = ("updated_at", "last_updated", "timestamp", "created_at", "date", "triggered_at", "started_at")

# Rows with a long text: so many make a page.
LONG = {searched.table for searched in SEARCHED}
LONG_SIZE = 20

# How Datasette is to read a column whose name ends so.
UNITS = {"_minutes": "minute", "_ms": "millisecond"}


def metadata(database: str = DATABASE) -> str:
    """The text of `metadata.yml` for a database that is served under this name."""
    tables = {name: _table(table) for name, table in schema().items()}
    tables.update({name: {"hidden": True} for name in MACHINERY})
    tables[INNER_VIEW] = {"allow": ROOT}
    described = {
        "title": TITLE,
        "description": ABOUT,
        **SOURCE,
        "databases": {
            database: {
                "title": TITLE,
                "description": ABOUT,
                "allow_sql": ROOT,
                "queries": _queries(),
                "tables": tables,
            }
        },
    }
    return HEADER + yaml.dump(described, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Dumper(yaml.SafeDumper):
    """Writes SQL as the lines it is, and everything where it is used."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def _table(table: Table) -> dict[str, Any]:
    described: dict[str, Any] = {"title": table.title, "description": table.about}
    if table.label:
        described["label_column"] = table.label
    newest = next((time for time in TIMES if time in table.names), None)
    if newest and table.name != "messages" and not table.hidden:
        described["sort_desc"] = newest
    if table.name in LONG:
        described["size"] = LONG_SIZE
    if table.hidden:
        described["hidden"] = True
    else:
        facets = [*(["daemon_id"] if "daemon_id" in table.names else []), *table.facets]
        if facets:
            described["facets"] = facets
    units = {column: unit for column in table.names for end, unit in UNITS.items() if column.endswith(end)}
    if units:
        described["units"] = units
    described["columns"] = _columns(table)
    return described


def _columns(table: Table) -> dict[str, str]:
    """One line for each column, with what privacy does to it."""
    rules = policy().rules[table.name]
    lines = column_descriptions()[table.name]
    return {column: f"{line} {RULES[rules[column]]}".rstrip() for column, line in lines.items()}


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
        for query in canned_queries(DATABASE)
    }
