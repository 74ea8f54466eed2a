"""Datasette's `metadata.yml`, made from the same tables that describe the schema."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

from build_db.schema import Table, schema

DATABASE = "cass"

HEADER = "# Made by `python -m build_db metadata`; change build_db/schema/tables.yml and queries.yml instead.\n"
TITLE = "Daemons and their days"
ABOUT = "Conversations, journals, dreams and thoughts of AI companions, with the people in them made unrecognizable."

# Listed last, and only on request: how the file was made, and what the search needs.
MACHINERY = ("_sqlite_migrations", "search", "search_text", "sqlite_stat1")

# Newest first, wherever a table has one of these.
TIMES = ("updated_at", "timestamp", "created_at", "date", "triggered_at", "started_at")


def metadata(database: str = DATABASE) -> str:
    """The text of `metadata.yml` for a database that is served under this name."""
    tables = {name: _table(table) for name, table in schema().items()}
    tables.update({name: {"hidden": True} for name in MACHINERY})
    described = {
        "title": TITLE,
        "description": ABOUT,
        "databases": {
            database: {
                "title": TITLE,
                "description": ABOUT,
                # Visitors read; only `datasette --root` may ask in SQL.
                "allow_sql": {"id": "root"},
                "queries": _queries(),
                "tables": tables,
            }
        },
    }
    return HEADER + yaml.dump(described, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Dumper(yaml.SafeDumper):
    """Writes SQL as the lines it is."""


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def _table(table: Table) -> dict[str, Any]:
    described: dict[str, Any] = {"title": table.title, "description": table.about}
    if table.label:
        described["label_column"] = table.label
    newest = next((time for time in TIMES if time in table.names), None)
    if newest and table.name != "messages":
        described["sort_desc"] = newest
    if table.hidden:
        described["hidden"] = True
    return described


def _queries() -> dict[str, Any]:
    queries = yaml.safe_load(files("build_db.schema").joinpath("queries.yml").read_text(encoding="utf-8"))
    return {
        name: {"title": query["title"], "description": query["about"], "params": ["daemon"], "sql": query["sql"]}
        for name, query in queries.items()
    }
