"""Takes back, from tables that are filled and not yet settled, what its owner withdrew: every row that names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlite_utils import Database

from build_db.contract import WITHDRAWN
from build_db.database.counting import ACCOUNT
from build_db.schema import Column, Table, schema

# Records are also named by the first digits of an id; what is shorter may stand in any text.
HEAD = 8
NODES = "self_model_nodes"
# Words that people said to each other: a mention in them has gone already, the rest stays.
SAID = "messages"


@dataclass(frozen=True)
class Withdrawn:
    """What is taken back: ids of people and conversations, as a shared file has them.

    :param named: for each table the columns in which a person stands by name, which is `[withdrawn]` by now
    """

    people: frozenset[str] = frozenset()
    conversations: frozenset[str] = frozenset()
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.people or self.conversations)


@dataclass(frozen=True)
class Gone:
    """What was taken back: ids by table, the rows by table, and by which texts it is named."""

    ids: dict[str, set[str]] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    marks: tuple[str, ...] = ()

    def is_named_in(self, values: Mapping[str, object]) -> bool:
        """Whether a row, of the build's own account, names something of it."""
        return any(mark in value for value in values.values() if isinstance(value, str) for mark in self.marks)


def withdraw(db: Database, what: Withdrawn) -> Gone:
    """Delete every row that names a person or a conversation, and every row that needs one of these.

    A reference that a row can do without is cleared. Whoever spoke in a conversation takes it along.
    """
    db.execute("CREATE TEMP TABLE gone_people (id TEXT PRIMARY KEY)")
    db.execute("CREATE TEMP TABLE gone_conversations (id TEXT PRIMARY KEY)")
    db.conn.executemany("INSERT INTO temp.gone_people VALUES (?)", [[id] for id in sorted(what.people)])
    db.conn.executemany("INSERT INTO temp.gone_conversations VALUES (?)", [[id] for id in sorted(what.conversations)])
    db.execute(
        "INSERT OR IGNORE INTO temp.gone_conversations"
        " SELECT id FROM conversations WHERE user_id IN (SELECT id FROM temp.gone_people)"
    )
    conversations = [id for (id,) in db.execute("SELECT id FROM temp.gone_conversations")]
    ids = sorted({*conversations, *what.people})
    marks = tuple(sorted({id for id in ids if len(id) >= HEAD} | {id[:HEAD] for id in what.people if len(id) >= HEAD}))
    db.execute("CREATE TEMP TABLE gone_marks (id TEXT PRIMARY KEY)")
    db.conn.executemany("INSERT INTO temp.gone_marks VALUES (?)", [[mark] for mark in marks])
    gone = Gone(marks=marks)
    for name, table in schema().items():
        if name not in ACCOUNT:
            _delete(db, gone, name, " OR ".join(_names(table, what.named.get(name, ()))))
    _follow(db, gone)
    return gone


def _names(table: Table, named: tuple[str, ...]) -> Iterator[str]:
    """What holds of a row that names something withdrawn."""
    for column in table.columns:
        cell = f"{table.name}.{column.name}"
        if column.references == "users" or (table.name == "users" and column.name == "id"):
            yield f"{cell} IN (SELECT id FROM temp.gone_people)"
        elif column.references == "conversations" or (table.name == "conversations" and column.name == "id"):
            yield f"{cell} IN (SELECT id FROM temp.gone_conversations)"
        elif column.name in named:
            yield f"{cell} = '{WITHDRAWN}'"
        elif column.type in ("TEXT", "JSON") and table.name != SAID:
            yield f"EXISTS (SELECT 1 FROM temp.gone_marks AS gone WHERE instr({cell}, gone.id))"


def _delete(db: Database, gone: Gone, table: str, condition: str, *values: object) -> int:
    has_id = "id" in schema()[table].names
    found = db.execute(f"SELECT {'id' if has_id else 'NULL'}, rowid FROM {table} WHERE {condition}", values).fetchall()
    db.conn.executemany(f"DELETE FROM {table} WHERE rowid = ?", [[rowid] for _, rowid in found])
    gone.ids.setdefault(table, set()).update(str(id) for id, _ in found if id is not None)
    gone.rows[table] += len(found)
    return len(found)


def _follow(db: Database, gone: Gone) -> None:
    """Until nothing is left that hangs on what is gone."""
    # Given as they were before any daemon's name was put before them.
    mirrored = "mirrors = ? AND (original_id = ? OR ? LIKE '%:' || original_id)"
    while True:
        before = gone.rows.total()
        for name, table in schema().items():
            for column in table.columns:
                for id in sorted(gone.ids.get(column.references or "", ())):
                    _part(db, gone, table, column, id)
            for id in sorted(gone.ids.get(name, ())) if name != NODES else ():
                _delete(db, gone, NODES, mirrored, name, id, id)
        if gone.rows.total() == before:
            return


def _part(db: Database, gone: Gone, table: Table, column: Column, id: str) -> None:
    if column.required:
        _delete(db, gone, table.name, f"{column.name} = ?", id)
    else:
        db.execute(f"UPDATE {table.name} SET {column.name} = NULL WHERE {column.name} = ?", [id])
