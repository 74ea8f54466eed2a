"""Which rows of the served database belong to one daemon.

Its own are the rows that bear its id, and the rows that hang on those. Of what daemons share it gets what it refers to:
the people who occur in its rows, and the projects that its conversations and plans name. A reference to a row that is
not its own is cleared, so that an export holds together by itself.

What was withdrawn is left out with every row that names it: by a reference, by a pseudonym, by an id anywhere in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from build_db.exports.origin import Daemon
from build_db.exports.rekey import HEAD
from build_db.exports.treatments import export_policy
from build_db.exports.withdrawal import NOTHING, Withdrawal
from build_db.redaction.policy import policy
from build_db.schema import Table, schema
from build_db.schema.searched import DAEMON_OF

# Nodes repeat rows of any table, so they come after all others.
NODES = ("self_model_nodes", "self_model_edges")

# The daily sums, of the records that are left.
SUMS = """
SELECT NULL, :daemon, substr(timestamp, 1, 10) AS date, provider, model,
    sum(input_tokens), sum(output_tokens), coalesce(sum(estimated_cost_usd), 0)
FROM main.token_usage_records WHERE {condition} GROUP BY date, provider, model ORDER BY date, provider, model
"""


@cache
def referenced() -> frozenset[str]:
    """The tables that others refer to."""
    return frozenset(c.references for table in schema().values() for c in table.columns if c.references)


@cache
def shared() -> tuple[str, ...]:
    """Those with one record for all daemons."""
    return tuple(sorted(name for name in referenced() - {"daemons"} if schema()[name].shared))


@cache
def on_projects() -> tuple[str, ...]:
    """What hangs on a shared project is a daemon's own only if the project is."""
    return schema()["projects"].own


class Selection:
    """One daemon's rows.

    :param conn: the served database; gets temporary tables
    """

    def __init__(self, conn: sqlite3.Connection, daemon: Daemon, withdrawal: Withdrawal = NOTHING) -> None:
        self._conn = conn
        self._given = {"daemon": daemon.id, "name": daemon.name}
        self._withdrawal = withdrawal
        self.tables = tuple(export_policy().treatments)
        self._conditions: dict[str, str] = {}
        if withdrawal:
            self._note_what_goes()
        for name in _in_order(self.tables):
            self._conditions[name] = " AND ".join(self._clauses(schema()[name]))
            if name in referenced():
                self._note(f"kept_{name}", f"SELECT id FROM main.{name} WHERE {self._conditions[name]}")

    def arrange(self, new: Callable[[str], str]) -> None:
        """Put conversations into the order of their new ids.

        :param new: the new id of a conversation
        """
        served = [id for (id,) in self._conn.execute("SELECT id FROM temp.kept_conversations")]
        self._conn.execute("DROP TABLE IF EXISTS temp.arranged")
        self._conn.execute("CREATE TEMP TABLE arranged (place INTEGER PRIMARY KEY, conversation TEXT UNIQUE)")
        self._conn.executemany(
            "INSERT INTO temp.arranged (conversation) VALUES (?)", [[id] for id in sorted(served, key=new)]
        )

    def rows(self, table: str, *, arranged: bool = False) -> Iterator[tuple]:
        """The rows of a table, whole, in the order of the served database.

        :param arranged: by conversation, in the order that `arrange` gave them; for rows that need one
        """
        if table == "token_usage":
            return self._conn.execute(SUMS.format(condition=self._conditions["token_usage_records"]), self._given)
        columns = ", ".join(_expression(schema()[table], column) for column in schema()[table].names)
        source, order = f"main.{table}", "rowid"
        if arranged:
            of = export_policy().conversation_of(schema()[table])
            source = f"temp.arranged CROSS JOIN main.{table} ON {table}.{of} = arranged.conversation"
            order = f"arranged.place, {table}.rowid"
        sql = f"SELECT {columns} FROM {source} WHERE {self._conditions[table]} ORDER BY {order}"
        return self._conn.execute(sql, self._given)

    def owner_of(self, table: Table) -> Callable[[tuple], str | None]:
        """Tells whose a row of a table is: the person that it names, or the one of the conversation that it names."""
        named = [
            table.names.index(column) if column else None
            for column in (export_policy().person_of(table), export_policy().conversation_of(table))
        ]
        whose = dict(self._conn.execute("SELECT id, user_id FROM main.conversations WHERE user_id NOTNULL"))
        person, conversation = named

        def owner(row: tuple) -> str | None:
            by_name = row[person] if person is not None else None
            return by_name or (whose.get(row[conversation]) if conversation is not None else None)

        return owner

    def count(self, table: str) -> int:
        """How many rows of the table are its own and not withdrawn."""
        sql = f"SELECT count(*) FROM main.{table} WHERE {self._conditions[table]}"
        return int(self._conn.execute(sql, self._given).fetchone()[0])

    def kept(self, table: str) -> frozenset[str]:
        """The ids of the rows of a table to which others refer; of the last selection that was made."""
        return frozenset(id for (id,) in self._conn.execute(f"SELECT id FROM temp.kept_{table}"))

    def _note(self, name: str, sql: str) -> None:
        self._conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
        self._conn.execute(f"CREATE TEMP TABLE {name} (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._conn.execute(f"INSERT OR IGNORE INTO temp.{name} {sql}", self._given)

    def _note_what_goes(self) -> None:
        people = _literals(self._withdrawal.people)
        self._note("gone_people", people)
        self._note("gone_pseudonyms", _literals(self._withdrawal.pseudonyms))
        theirs = "SELECT id FROM main.conversations WHERE user_id IN (SELECT id FROM temp.gone_people)"
        self._note("gone_conversations", f"{_literals(self._withdrawal.conversations)} UNION {theirs}")
        # Graph nodes are named after the first digits of an id.
        heads = f"SELECT substr(id, 1, {HEAD}) FROM temp.gone_people"
        self._note("gone_ids", f"SELECT id FROM temp.gone_conversations UNION {people} UNION {heads}")

    def _clauses(self, table: Table) -> list[str]:
        """What must hold of a row, for it to be the daemon's."""
        if table.name == "daemons":
            return ["id = :daemon"]
        clauses = ["daemon_id = :daemon"] if "daemon_id" in table.names and table.name not in shared() else []
        clauses += [
            f"{column.name} IN (SELECT id FROM temp.kept_{column.references})"
            for column in table.columns
            if column.required and column.references and column.references not in ("daemons", "users", table.name)
        ]
        if table.name in shared():
            own = " OR daemon_id = :daemon" if "daemon_id" in table.names else ""
            clauses.append(f"(id IN ({self._used(table.name)}){own})")
        if table.name in on_projects():
            clauses.append(f"{DAEMON_OF['project_documents']} = :daemon")
        if self._withdrawal:
            clauses += self._not_withdrawn(table)
        return clauses

    def _used(self, shared: str) -> str:
        return " UNION ".join(
            f"SELECT {column.name} FROM main.{name} WHERE {condition}"
            for name, condition in self._conditions.items()
            for column in schema()[name].columns
            if column.references == shared and name not in on_projects()
        )

    def _not_withdrawn(self, table: Table) -> Iterator[str]:
        for column in table.columns:
            given = f"coalesce({table.name}.{column.name}, '')"
            if column.references == "users" or (table.name == "users" and column.name == "id"):
                yield f"{given} NOT IN (SELECT id FROM temp.gone_people)"
            elif policy().rules[table.name][column.name] == "person":
                yield f"{given} NOT IN (SELECT id FROM temp.gone_pseudonyms)"
            elif column.references == "conversations":
                yield f"{given} NOT IN (SELECT id FROM temp.gone_conversations)"
            elif column.type in ("TEXT", "JSON") and table.name != "messages":
                yield f"NOT EXISTS (SELECT 1 FROM temp.gone_ids AS gone WHERE instr({given}, gone.id))"
        if table.name == NODES[0]:
            yield from self._not_mirroring()

    def _not_mirroring(self) -> Iterator[str]:
        """A node that repeats a row goes with it."""
        for (name,) in self._conn.execute("SELECT DISTINCT mirrors FROM main.self_model_nodes WHERE mirrors NOTNULL"):
            if name in self._conditions and "daemon_id" in schema()[name].names:
                gone = f"SELECT id FROM main.{name} WHERE daemon_id = :daemon AND NOT ({self._conditions[name]})"
                ids = "original_id, :name || ':' || original_id"
                yield f"NOT (mirrors = '{name}' AND EXISTS (SELECT 1 FROM ({gone}) AS gone WHERE gone.id IN ({ids})))"


def _literals(values: Iterable[str]) -> str:
    listed = (value.replace("'", "''") for value in sorted(values))
    return "SELECT NULL AS id WHERE 0" + "".join(f" UNION SELECT '{value}'" for value in listed)


def _in_order(names: Iterable[str]) -> list[str]:
    """The tables, each after those that its rows need, and the shared ones after all that may name their rows."""
    ordered: list[str] = []

    def place(name: str) -> None:
        for column in schema()[name].columns:
            needed = column.references
            if column.required and needed and needed not in ("daemons", *shared(), *ordered, name):
                place(needed)
        if name not in ordered:
            ordered.append(name)

    last = (*NODES, "projects", *on_projects(), "users")
    for name in names:
        if name not in last:
            place(name)
    return [*ordered, *last]


def _expression(table: Table, name: str) -> str:
    column = next(column for column in table.columns if column.name == name)
    if name == "daemon_id":
        return ":daemon"
    if column.references and not column.required:
        return f"CASE WHEN {name} IN (SELECT id FROM temp.kept_{column.references}) THEN {name} END"
    return name
