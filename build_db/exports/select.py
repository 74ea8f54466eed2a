"""Which rows of the served database belong to one daemon.

Hers are the rows that bear her id, and the rows that hang on those. Of what daemons share she gets what she refers to:
the people who occur in her rows, and the projects that her conversations and plans name. A reference to a row that is
not hers is cleared, so that an export holds together by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from build_db.exports.policy import export_policy
from build_db.exports.served import Daemon
from build_db.schema import Table, schema

# What hangs on a project that daemons share is hers only if the project is.
ON_PROJECTS = ("project_files", "project_documents")
SHARED = ("projects", "users")


class Selection:
    """One daemon's rows.

    :param conn: the served database; gets temporary tables named `kept_...`
    """

    def __init__(self, conn: sqlite3.Connection, daemon: Daemon) -> None:
        self._conn = conn
        self._given = {"daemon": daemon.id}
        self.tables = tuple(export_policy().treatments)
        self._conditions: dict[str, str] = {}
        referenced = {c.references for table in schema().values() for c in table.columns if c.references}
        for name in _in_order(self.tables):
            self._conditions[name] = self._condition(schema()[name])
            if name in referenced:
                conn.execute(f"DROP TABLE IF EXISTS temp.kept_{name}")
                conn.execute(f"CREATE TEMP TABLE kept_{name} (id TEXT PRIMARY KEY) WITHOUT ROWID")
                conn.execute(
                    f"INSERT INTO temp.kept_{name} SELECT id FROM main.{name} WHERE {self._conditions[name]}",
                    self._given,
                )

    def rows(self, table: str) -> Iterator[tuple]:
        """The rows of a table, whole, in the order of the served database."""
        columns = ", ".join(_expression(schema()[table], column) for column in schema()[table].names)
        sql = f"SELECT {columns} FROM main.{table} WHERE {self._conditions[table]} ORDER BY rowid"
        return self._conn.execute(sql, self._given)

    def count(self, table: str) -> int:
        """How many rows `rows` gives."""
        sql = f"SELECT count(*) FROM main.{table} WHERE {self._conditions[table]}"
        return int(self._conn.execute(sql, self._given).fetchone()[0])

    def _condition(self, table: Table) -> str:
        if table.name == "daemons":
            return "id = :daemon"
        if table.name in SHARED:
            used = " UNION ".join(
                f"SELECT {column.name} FROM main.{name} WHERE {condition}"
                for name, condition in self._conditions.items()
                for column in schema()[name].columns
                if column.references == table.name and name not in ON_PROJECTS
            )
            return f"id IN ({used})" + (" OR daemon_id = :daemon" if "daemon_id" in table.names else "")
        if table.name in ON_PROJECTS:
            return "project_id IN (SELECT id FROM main.projects WHERE daemon_id = :daemon)"
        clauses = ["daemon_id = :daemon"] if "daemon_id" in table.names else []
        clauses += [
            f"{column.name} IN (SELECT id FROM temp.kept_{column.references})"
            for column in table.columns
            if column.required and column.references and column.references not in ("daemons", *SHARED, table.name)
        ]
        return " AND ".join(clauses)


def _in_order(names: tuple[str, ...]) -> list[str]:
    """The tables, each after those that its rows need, and the shared ones after all that may name their rows."""
    ordered: list[str] = []

    def place(name: str) -> None:
        if name in ordered or name not in names:
            return
        for column in schema()[name].columns:
            if column.required and column.references and column.references not in ("daemons", *SHARED, name):
                place(column.references)
        ordered.append(name)

    for name in names:
        if name not in SHARED:
            place(name)
    return [*ordered, *SHARED]


def _expression(table: Table, name: str) -> str:
    column = next(column for column in table.columns if column.name == name)
    if name == "daemon_id":
        return ":daemon"
    if column.references and not column.required:
        return f"CASE WHEN {name} IN (SELECT id FROM temp.kept_{column.references}) THEN {name} END"
    return name
