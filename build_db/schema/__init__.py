"""The schema as data: tables, columns, keys and what the loader needs to know about them.

SQL (`001_plan.sql`, `002_extensions.sql`, `searched.py`) says what a table is; `tables.yml` says the rest.
Columns are read back from an empty database, so that nothing is written twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import msgspec
from sqlite_utils import Database

from build_db.declared import entries, shipped
from build_db.errors import BadTable
from build_db.schema.migrations import APPLICATION_ID, SCHEMA_VERSION, create_schema, index_foreign_keys

TABLES, COLUMNS = "tables.yml", "columns.yml"
# Tables that are filled from the others once a file is finished.
MADE_LAST = ("search_documents", "day_counts")

__all__ = [
    "APPLICATION_ID",
    "MADE_LAST",
    "SCHEMA_VERSION",
    "Column",
    "Table",
    "column_descriptions",
    "create_schema",
    "index_foreign_keys",
    "schema",
]


@dataclass(frozen=True)
class Column:
    """One column. `type` is TEXT, INTEGER, REAL or JSON (a TEXT column whose name ends in `_json`)."""

    name: str
    type: str
    required: bool
    default: object
    key: bool
    references: str | None
    scoped: bool


class Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `tables.yml` says of a table; its header explains the keys."""

    title: str
    about: str
    label: str | None = None
    hidden: bool = False
    shared: bool = False
    newest: bool = False
    own: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    quiet: bool = False
    missing: Literal["stub", "drop"] = "stub"
    tombstone: dict[str, str] = {}
    twin: tuple[str, ...] = ()
    soft: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    large: bool = False


class Table(Described, frozen=True, kw_only=True):
    """One table: its columns, and what is described of it."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def inserted(self) -> tuple[Column, ...]:
        """The columns a row brings along: all but a counted `id`."""
        return tuple(c for c in self.columns if not (c.key and c.type == "INTEGER"))

    def tells_apart(self, column: Column) -> bool:
        """Whether rows would become one, or lose each other, if this column held the same for all."""
        return bool(column.key or column.references or column.scoped) or column.name in (*self.soft, *self.unique)

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns that tell whether two rows are the same record; empty if every row is its own."""
        return self.unique or tuple(c.name for c in self.columns if c.key and c.type != "INTEGER")


@cache
def schema() -> dict[str, Table]:
    """Every table by name, in the order of creation."""
    db = Database(memory=True)
    create_schema(db)
    described = entries(TABLES, shipped(__package__, TABLES), Described)
    present = {name for name in db.table_names() if not name.startswith(("_", "search_", "sqlite_"))} - {"search"}
    present.add("search_documents")
    if present != set(described):
        raise BadTable(f"{TABLES} and the SQL disagree about: {', '.join(sorted(present ^ set(described)))}")
    tables = {name: _table(db.conn, name, described[name], described) for name in db.table_names() if name in present}
    db.close()
    return tables


@cache
def column_descriptions() -> dict[str, dict[str, str]]:
    """What each column holds, in one line: by table and column, in their order.

    :raises BadTable: a column without a description, or a description without a column
    """
    said = entries(COLUMNS, shipped(__package__, COLUMNS), dict[str, str])
    return describe_columns(said, {name: table.names for name, table in schema().items()})


def describe_columns(said: dict[str, dict[str, str]], tables: dict[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    """The descriptions in `said` by table and column; its `everywhere` stands in where a table says nothing.

    :raises BadTable: a column without a description, or a description without a column
    """
    everywhere = said["everywhere"]
    lines = {
        table: {column: said.get(table, {}).get(column) or everywhere.get(column, "") for column in columns}
        for table, columns in tables.items()
    }
    missing = [f"{table}.{column}" for table, columns in lines.items() for column, line in columns.items() if not line]
    own = {(table, column) for table, columns in said.items() for column in columns if table != "everywhere"}
    stale = [f"{table}.{column}" for table, column in sorted(own) if column not in tables.get(table, ())]
    used = {column for table, columns in tables.items() for column in columns if (table, column) not in own}
    stale += [f"everywhere.{column}" for column in everywhere if column not in used]
    if missing or stale:
        raise BadTable(f"{COLUMNS}: without description: {missing}; without column: {stale}")
    return lines


def _table(conn: sqlite3.Connection, name: str, about: Described, described: Mapping[str, Described]) -> Table:
    references = {row[3]: row[2] for row in conn.execute(f"PRAGMA foreign_key_list({name})")}
    columns = []
    for _, column, sql_type, required, default, key in conn.execute(f"PRAGMA table_info({name})"):
        target = references.get(column)
        columns.append(
            Column(
                name=column,
                type="JSON" if column.endswith("_json") else sql_type,
                required=bool(required or key),
                default=_literal(default),
                key=bool(key),
                references=target,
                scoped=_is_scoped(column, bool(key) and sql_type == "TEXT", target, about, described),
            )
        )
    return Table(name=name, columns=tuple(columns), **msgspec.structs.asdict(about))


def _is_scoped(
    column: str, key: bool, target: str | None, about: Described, described: Mapping[str, Described]
) -> bool:
    """Whether the column holds an id that may be unique only inside one daemon."""
    if target:
        return not described[target].shared
    return (key and column == "id" and not about.shared) or column in about.soft


def _literal(default: str | None) -> object:
    if default is None:
        return None
    return default.strip("'") if default.startswith("'") else int(default)
