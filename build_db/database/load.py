"""Rows into tables: ids scoped, values fitted, references resolved, indexes and search made.

Knows the schema and nothing of formats or privacy. Fills an empty file with foreign keys switched off, in any order,
and settles every reference at the end, so that no kind of source has to know another.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from build_db.database.changing import ChangeText, change_texts
from build_db.database.counting import rows_by_daemon
from build_db.database.fitting import NOT_A_TIME, scoped_id
from build_db.database.inserter import Inserter, Origin, Seen
from build_db.database.new_file import complete, open_new, set_aside_indexes
from build_db.database.withdrawing import Gone, Withdrawn, withdraw
from build_db.records import Hint, Problem, Row
from build_db.schema import Column, Table, create_schema, schema

# Rows wait until so many have come together: fewer calls into SQLite, little memory.
BATCH = 2_000

# Ids for records that were written without one are counted, never made from their content.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/KohlJary/cass-vessel")

# A UUID as it is usually written: of any other spelling, such as in capitals, each is an id of its own.
USUAL_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# The vessel takes its daemon's first journal for its birth; where there is none, its first trace will do.
BORN = """
SELECT coalesce(
    (SELECT min(date) FROM journals WHERE daemon_id = :id AND date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    (SELECT min(created_at) FROM self_observations WHERE daemon_id = :id AND created_at GLOB '[0-9]*'),
    (SELECT min(updated_at) FROM daemon_profiles WHERE daemon_id = :id AND updated_at GLOB '[0-9]*'),
    (SELECT min(created_at) FROM conversations WHERE daemon_id = :id AND created_at GLOB '[0-9]*'),
    ''
)
"""

# What follows from other rows: the daily sums, and the topic of a session that names only its goal.
DERIVED = (
    """
INSERT INTO token_usage (daemon_id, date, provider, model, input_tokens, output_tokens, cost_usd)
SELECT daemon_id, substr(timestamp, 1, 10) AS date, provider, model,
    sum(input_tokens), sum(output_tokens), coalesce(sum(estimated_cost_usd), 0)
FROM token_usage_records GROUP BY daemon_id, date, provider, model ORDER BY daemon_id, date, provider, model
""",
    """
UPDATE research_sessions SET topic = (SELECT title FROM goals WHERE goals.id = focus_item_id)
WHERE topic = '' AND focus_item_id IN (SELECT id FROM goals)
""",
    "UPDATE research_sessions SET topic = '(no topic)' WHERE topic = ''",
)


class Finding(NamedTuple):
    """A problem and where it was met."""

    origin: Origin
    problem: Problem


class Loader:
    """Fills one new database file.

    :param path: where to make it; must not exist
    :param examined: rows come examined (`fitting.examined`), their problems beside them
    """

    def __init__(self, path: Path, *, examined: bool = False) -> None:
        self._path, self._examined = path, examined
        self.db = open_new(path)
        create_schema(self.db)
        self._indexes = set_aside_indexes(self.db)
        self.findings: list[Finding] = []
        owners = {child: table.name for table in schema().values() for child in table.own}
        self._inserters = {name: Inserter(table, owners) for name, table in schema().items()}
        self._hints: dict[str, dict[str, dict[str, Any]]] = {}
        self._odd: list[Problem] = []
        self._refused: set[tuple[str, Any]] = set()
        self._last_seen: Seen | None = None
        self._daemons: list[dict[str, Any]] = []
        self._known_daemons: set[str] = set()
        self._origin = Origin("", "", "")
        self._named = ""
        self._prefix = ""
        self._turn = 0
        self.superseded = 0
        # Rows that were not taken, and rows that were added and are there no more.
        self.passed_over = 0
        self.left_out = 0
        self.withdrawn = Gone()
        self.db.execute("BEGIN")

    def begin_daemon(self, *, id: str, name: str, kernel_version: str | None, status: str, prefixed: bool) -> None:
        """Begin a daemon: what follows belongs to it.

        :param prefixed: put its name before ids that are unique only inside one daemon
        """
        self._daemons.append({"id": id, "name": name, "kernel_version": kernel_version, "status": status})
        self._known_daemons.add(id)
        self._origin = Origin(id, "", "")
        self._prefix = f"{name}:" if prefixed else ""

    def begin_document(self, kind: str, path: str, turn: int = 0) -> None:
        """Begin a document: what follows was found in it.

        :param turn: a record that an earlier turn brought is not taken once more, only counted in `superseded`
        """
        self._turn, self.superseded = turn, 0
        self._origin = self._origin._replace(kind=kind, path=path)
        self._named = path.removesuffix(".migrated").rpartition("/")[2].rpartition(".")[0]
        self._refused.clear()

    def note(self, problem: Problem) -> None:
        """Record something that could not be taken as it was."""
        self.findings.append(Finding(self._origin, problem))

    def hint(self, hint: Hint) -> None:
        """Remember what is known of a record that may have no file of its own; the first word on a column stays."""
        known = self._hints.setdefault(hint.table, {})
        key = hint.id if schema()[hint.table].shared else scoped_id(hint.id, self._prefix)
        known[key] = {**hint.values, **known.get(key, {})}

    @property
    def is_whole(self) -> bool:
        """Whether all that was added is in the file as it came, and nothing was odd about it."""
        return not (self.findings or self.passed_over or self.left_out or self.withdrawn.rows.total())

    def add(self, row: Row) -> bool:
        """Take one row; False if it repeats a record, or belongs to one that does."""
        taken = self._taken(row)
        self.passed_over += not taken
        return taken

    def _taken(self, row: Row) -> bool:
        inserter = self._inserters[row.table]
        values = self._completed(inserter, row.values) if inserter.completed else row.values
        fitted = inserter.fit(values, self._prefix, self._odd)
        if inserter.daemon is not None and fitted[inserter.daemon] not in self._known_daemons:
            # What the vessel's machinery makes at each start, for a daemon that nobody uses.
            self.note(Problem("record of a daemon that has nothing else: left out", self._record(inserter, fitted)))
            self._odd.clear()
            return False
        if self._odd:
            record = self._record(inserter, fitted)
            for problem in self._odd:
                # It stays as it is, so that it is met once more where rows were examined before.
                if not (self._examined and problem.problem == NOT_A_TIME):
                    self.note(problem._replace(record=record))
            self._odd.clear()
        if (
            self._refused
            and inserter.owned_by is not None
            and (inserter.owner, fitted[inserter.owned_by]) in self._refused
        ):
            return False
        if inserter.identity and not self._is_new(inserter, fitted):
            return False
        if inserter.twin and self._is_twin(inserter, fitted):
            return False
        inserter.number += 1
        inserter.came_from(self._origin)
        inserter.waiting.append((inserter.number, *fitted))
        if len(inserter.waiting) >= BATCH:
            self._flush(inserter)
        return True

    def _completed(self, inserter: Inserter, values: dict[str, Any]) -> dict[str, Any]:
        """The row's values, with what only the loader knows: its daemon, a missing id, what was hinted."""
        table = inserter.table
        if table.tombstone:
            known = self._hints.get(table.name, {}).get(str(values.get("id")), {})
            values = {**table.tombstone, **known, **{k: v for k, v in values.items() if v is not None}}
        if inserter.has_daemon and "daemon_id" not in values:
            values["daemon_id"] = self._origin.daemon_id
        if inserter.counted_id and values.get("id") is None:
            if "id" in values:
                self.note(Problem("missing id: one was made", field="id"))
            values["id"] = str(uuid.uuid5(NAMESPACE, f"{table.name}:{inserter.number}"))
        return values

    @staticmethod
    def _record(inserter: Inserter, fitted: list[Any]) -> str | None:
        return ":".join(str(fitted[place]) for place in inserter.identity) or None

    def _is_new(self, inserter: Inserter, fitted: list[Any]) -> bool:
        """Whether no earlier row was the same record; where one was, settles which of the two stays."""
        table = inserter.table
        identity = tuple(fitted[place] for place in inserter.identity)
        # The file that is named by its record comes before any other, however late that was saved.
        saved = (self._named == identity[0], str(fitted[inserter.saved])) if inserter.saved is not None else (False, "")
        daemon_id = fitted[inserter.daemon] if inserter.daemon is not None else None
        key = _key(identity)
        seen = inserter.seen.get(key)
        if seen is None:
            inserter.seen[key] = self._seen(saved, daemon_id)
            return True
        if table.quiet:
            return False
        if self._turn > seen.turn:
            self.superseded += 1
            self._refused.add((table.name, identity[0]))
            return False
        if inserter.counted_id and not table.shared and daemon_id != seen.daemon_id:
            return self._told_apart(inserter, fitted, str(daemon_id))
        record = self._record(inserter, fitted)
        # A record that daemons share is found in each of their trees; only a different one is worth a word.
        if not (table.shared and saved == seen.saved):
            kept = "the newer" if table.newest else "the first"
            self.note(Problem(f"duplicate record: {kept} is kept", record))
        if saved <= seen.saved:
            self._refused.add((table.name, identity[0]))
            return False
        inserter.seen[key] = self._seen(saved, daemon_id)
        self._forget(table, identity[0])
        return True

    def _seen(self, saved: tuple[bool, str], daemon_id: str | None) -> Seen:
        """What is remembered of a row. Rows by the hundred thousand have it in common, and share it."""
        now = Seen(self._turn, saved, daemon_id)
        if now != self._last_seen:
            self._last_seen = now
        return self._last_seen

    def _told_apart(self, inserter: Inserter, fitted: list[Any], daemon_id: str) -> bool:
        """Two daemons of one tree have an id in common, such as a day: the later one's gets its daemon's name."""
        name = next(daemon["name"] for daemon in self._daemons if daemon["id"] == daemon_id)
        place = inserter.identity[0]
        self.note(Problem("id of another daemon's record: the daemon's name was put before it", str(fitted[place])))
        fitted[place] = f"{name}:{fitted[place]}"
        return self._is_new(inserter, fitted)

    def _is_twin(self, inserter: Inserter, fitted: list[Any]) -> bool:
        """Whether a row without an id of its own repeats one of the vessel's database, which comes first."""
        key = tuple(fitted[place] for place in inserter.twin)
        if self._turn < 0:
            inserter.twins.add(key)
        elif key in inserter.twins:
            self.superseded += 1
            return True
        return False

    def _forget(self, table: Table, record_id: Any) -> None:
        """Remove a record and the rows it owns, to make room for a newer one."""
        for child in table.own:
            column = next(c.name for c in schema()[child].columns if c.references == table.name)
            self._flush(self._inserters[child])
            for identity in self.db.execute(f"SELECT id FROM {child} WHERE {column} = ?", [record_id]):
                self._inserters[child].seen.pop(_key(identity), None)
            self.left_out += self.db.execute(f"DELETE FROM {child} WHERE {column} = ?", [record_id]).rowcount
        self._flush(self._inserters[table.name])
        self.left_out += self.db.execute(f"DELETE FROM {table.name} WHERE id = ?", [record_id]).rowcount

    def _flush(self, inserter: Inserter) -> None:
        self.db.conn.executemany(inserter.sql, inserter.waiting)
        inserter.waiting.clear()

    def withdraw(self, what: Withdrawn) -> Gone:
        """After the last document: take back what its owner withdrew. Daily sums follow from what is left."""
        self._flush_all()
        self.withdrawn = withdraw(self.db, what) if what else Gone()
        return self.withdrawn

    def settle(self) -> None:
        """After the last document: daemons, daily sums and references. Findings may grow once more."""
        for daemon in self._daemons:
            self._flush_all()
            born = self.db.execute(BORN, daemon).fetchone()[0]
            self._origin = Origin(daemon["id"], "", "")
            known = self._hints.get("daemons", {}).get(daemon["id"], {})
            self.add(Row("daemons", {**known, **daemon, "created_at": born or known.get("created_at", "")}))
        self._flush_all()
        for statement in DERIVED:
            self.db.execute(statement)
        for required in (True, False):
            for name, inserter in self._inserters.items():
                for column in inserter.table.columns:
                    if column.references and column.references != "daemons" and column.required is required:
                        self._resolve(name, inserter, column)
        self._flush_all()

    def _resolve(self, name: str, inserter: Inserter, column: Column) -> None:
        """Find rows whose target does not exist, and settle them as the schema says."""
        target = column.references
        lost = self.db.execute(
            f"SELECT rowid, {column.name} FROM {name} WHERE {column.name} IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {target} AS other WHERE other.id = {name}.{column.name}) ORDER BY rowid"
        ).fetchall()
        for rowid, wanted in lost:
            record = self._stored_record(inserter, rowid)
            if not column.required:
                outcome = "the reference was cleared"
                self.db.execute(f"UPDATE {name} SET {column.name} = NULL WHERE rowid = ?", [rowid])
            elif inserter.table.missing == "drop":
                outcome = "the link was left out"
                self.left_out += self.db.execute(f"DELETE FROM {name} WHERE rowid = ?", [rowid]).rowcount
            else:
                outcome = "a stand-in was made"
            problem = Problem(f"no such record in {target}: {outcome}", record, column.name, wanted)
            self.findings.append(Finding(inserter.origin(rowid), problem))
        if column.required and inserter.table.missing != "drop" and lost:
            self._stand_in(name, inserter, column, lost)

    def _stand_in(self, name: str, inserter: Inserter, column: Column, lost: list[tuple[int, str]]) -> None:
        """Make the records that required references name; their time is the earliest of the rows that need them."""
        assert column.references
        times = [c.name for c in inserter.table.columns if c.name in ("created_at", "updated_at", "date")]
        target = schema()[column.references]
        needed: dict[str, int] = {}
        for rowid, wanted in lost:
            needed.setdefault(wanted, rowid)
        for wanted, rowid in needed.items():
            seen = f"SELECT min(nullif({times[0]}, '')) FROM {name} WHERE {column.name} = ?" if times else "SELECT ?"
            since = self.db.execute(seen, [wanted]).fetchone()[0] if times else None
            values: dict[str, Any] = {
                "id": wanted,
                "name": wanted,
                "created_at": since or "",
                "updated_at": since or "",
            }
            values = {key: value for key, value in values.items() if key in target.names}
            known = {**target.tombstone, **self._hints.get(target.name, {}).get(wanted, {})}
            self._origin, prefix = inserter.origin(rowid), self._prefix
            self._prefix = ""  # the id is a stored one
            self.add(Row(target.name, {**values, **known}))
            self._prefix = prefix
        self._flush_all()

    def _stored_record(self, inserter: Inserter, rowid: int) -> str | None:
        columns = inserter.table.identity
        if not columns or inserter.table.unique:
            return None
        row = self.db.execute(f"SELECT {', '.join(columns)} FROM {inserter.table.name} WHERE rowid = ?", [rowid])
        return ":".join(str(value) for value in row.fetchone())

    def _flush_all(self) -> None:
        for inserter in self._inserters.values():
            if inserter.waiting:
                self._flush(inserter)

    def counts(self) -> dict[str, int]:
        """Rows per table as they stand."""
        self._flush_all()
        return {name: self.db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in self._inserters}

    def content(self) -> dict[str | None, Counter[str]]:
        """Rows by daemon and table as they stand, without those that tell of the build."""
        self._flush_all()
        return rows_by_daemon(self.db)

    def finish(self, path: Path, *, anew: bool) -> None:
        """After the last row: index the tables, make them searchable, gather statistics; the result is at `path`.

        :param anew: copy the tables to a new file first, so that it holds no trace of removed rows, not even where a
            page has room to spare. Indexes come after the copy because there is less to copy without them.
        """
        self._flush_all()
        for inserter in self._inserters.values():
            inserter.forget()
        self.db.execute("COMMIT")
        if anew:
            self.db.execute("VACUUM INTO ?", [str(path)])
            # The new file is written with a cache of its own; two at a time are more than a small machine has.
            self.db.execute("PRAGMA shrink_memory")
        else:
            self.db.close()
            self._path.rename(path)
        complete(path, self._indexes)

    def change_texts(self, change: ChangeText) -> None:
        """After a `finish` anew: change texts where they stand, so that the file can be finished once more."""
        self.db.execute("BEGIN")
        change_texts(self.db, change)

    def state(self, key: str, value: str) -> None:
        """After a `change_texts`: say something else of the whole file than before."""
        self.db.execute("UPDATE build_info SET value = ? WHERE key = ?", [value, key])

    def close(self) -> None:
        """Close the work file."""
        self.db.close()


def _key(identity: tuple[Any, ...]) -> Any:
    """What a record is known by; the usual id in half the memory, for there are as many as rows."""
    if len(identity) > 1:
        return identity
    (id,) = identity
    return bytes.fromhex(id.replace("-", "")) if isinstance(id, str) and USUAL_ID.fullmatch(id) else id
