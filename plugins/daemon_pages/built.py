"""A served file of ours as Datasette sees it: what follows from its schema is asked once, and rows are not counted.

A file of ours never changes: a build puts another one in its place. Datasette knows such files (`--immutable`), but
then offers them for download and goes on showing one that was replaced. For each page about a table it asks some ten
questions about the schema, for the page of all tables hundreds, and counts the rows of each.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from datasette.database import Database, QueryInterrupted, Results

from daemon_pages.hosts import put_in_place
from daemon_pages.served import state_of

if TYPE_CHECKING:
    from datasette.app import Datasette

# What a question about the schema names, and one about the rows of a whole table.
SCHEMA = "sqlite_master"
COUNT = re.compile(r"select count\(\*\) from (?:\(select \* from )?\[?(\w+)\]? {0,2}(?:limit \d+\))?")
# The build counted them and proved it; a test holds the key to the builder's.
COUNTED = "SELECT CAST(value AS INTEGER) FROM build_info WHERE key = ?"
ROWS = "rows.{table}"
# Names that visitors try are asked for, too.
MOST_REMEMBERED = 10_000


class BuiltDatabase(Database):  # type: ignore[misc]
    """Remembers what it answered about the schema for as long as the file is the same one, and one of ours."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._state: object = None
        self._memory: dict[Any, Any] = {}

    def close(self) -> None:
        """Close all connections, and forget: what is asked from now on may be another file."""
        super().close()
        self._memory = {}

    async def _remembered(self, question: Any, ask: Callable[[], Awaitable[Any]]) -> Any:
        """The answer to a question that the file answers always alike."""
        state = state_of(self.path)
        if state is None:
            return await ask()
        if state != self._state or len(self._memory) >= MOST_REMEMBERED:
            self._state, self._memory = state, {}
        memory = self._memory
        if question not in memory:
            memory[question] = await ask()
        answer = memory[question]
        # Datasette puts `rowid` into a list of keys that is empty.
        return list(answer) if isinstance(answer, list) else answer

    async def execute(self, sql: str, params: Any = None, *args: Any, **settings: Any) -> Results:
        """As Datasette's; a question about the schema is asked once, and a table's rows are not counted."""

        async def ask() -> Results:
            return await super(BuiltDatabase, self).execute(sql, params, *args, **settings)

        if SCHEMA in sql and not args and not settings:
            given = tuple(params.items()) if isinstance(params, dict) else tuple(params or ())
            return await self._remembered((sql, given), ask)
        whole = COUNT.fullmatch(sql)
        if whole is None:
            return await ask()

        async def count() -> Results | QueryInterrupted:
            counted = await super(BuiltDatabase, self).execute(COUNTED, [ROWS.format(table=whole[1])])
            try:
                return counted if counted.rows else await ask()
            except QueryInterrupted as too_long:  # the tables of the search index; it would take as long again
                return too_long

        counted = await self._remembered(whole[0], count)
        if isinstance(counted, QueryInterrupted):
            raise counted
        return counted

    async def table_columns(self, table: str) -> Any:
        """The names of its columns."""
        return await self._remembered(("columns", table), lambda: super(BuiltDatabase, self).table_columns(table))

    async def table_column_details(self, table: str) -> Any:
        """What is said of its columns."""
        return await self._remembered(
            ("details", table), lambda: super(BuiltDatabase, self).table_column_details(table)
        )

    async def primary_keys(self, table: str) -> Any:
        """The names of the columns of its key."""
        return await self._remembered(("keys", table), lambda: super(BuiltDatabase, self).primary_keys(table))

    async def hidden_table_names(self) -> Any:
        """The tables that are listed last."""
        return await self._remembered("hidden", super().hidden_table_names)

    async def fts_table(self, table: str) -> Any:
        """The index that searches it."""
        return await self._remembered(("search", table), lambda: super(BuiltDatabase, self).fts_table(table))

    async def foreign_keys_for_table(self, table: str) -> Any:
        """Where its columns lead."""
        return await self._remembered(
            ("foreign keys", table), lambda: super(BuiltDatabase, self).foreign_keys_for_table(table)
        )

    async def get_all_foreign_keys(self) -> Any:
        """Where the columns of all tables lead."""
        return await self._remembered("foreign keys", super().get_all_foreign_keys)


def take_over(datasette: Datasette) -> None:
    """Have the files of ours that this Datasette serves remembered, each in its place."""
    databases = datasette.databases.copy()
    for name, database in datasette.databases.items():
        if type(database) is Database and database.path and state_of(database.path) is not None:
            databases[name] = BuiltDatabase(datasette, database.path, is_mutable=database.is_mutable)
            put_in_place(databases[name], database)
    datasette.databases = databases
