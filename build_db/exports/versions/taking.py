"""Takes out of an older copy's rows what tombstones name, as an export does that was told to from the beginning.

The rows are chosen by the same `Selection`, put into the same order and counted anew by the same writer; only that
everything has its new name already. So what is left is what a fresh export under the copy's own names would hold.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from build_db.contract import ROWS, WITHDRAWN, Fact
from build_db.errors import UsageError
from build_db.exports.choices import Times
from build_db.exports.copying import Written, write_database
from build_db.exports.origin import Daemon
from build_db.exports.rekey import Rekeyer
from build_db.exports.select import Selection
from build_db.exports.smallgroups import STEPS
from build_db.exports.steps import Manner, Step
from build_db.exports.treatments import export_policy
from build_db.exports.versions.copies import Copy, database_of, facts_of, unpacked
from build_db.exports.versions.known import CONVERSATION, NAME, PERSON, tombstone
from build_db.exports.versions.ledger import Left
from build_db.exports.versions.told import withdrawals
from build_db.exports.withdrawal import Withdrawal
from build_db.exports.writers.lines import as_line
from build_db.exports.writers.tables import reading
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person
from build_db.redaction.words import words
from build_db.schema import MADE_LAST, Table, schema
from build_db.scratch import temporary

# A pseudonym where all the listed ones are given.
NUMBERED = re.compile(r"Person [0-9a-f]{6}")
INFO = "build_info"


class Taken(NamedTuple):
    """What is left of a copy.

    :param left: its rows as one digest
    :param removed: how many conversations, people and rows went
    """

    facts: dict[str, str]
    written: Written
    counts: Counter[str]
    left: Left
    removed: dict[str, int]
    withdrawal: Withdrawal


def left_of(archive: Path, dataset: str, gone: Collection[str]) -> Left:
    """What is left of an archive without what tombstones name.

    :raises UsageError: it is no archive of this dataset, or holds no rows
    """
    with temporary() as place:
        copy = unpacked(archive, _made(place / "copy"))
        if copy.settings.dataset != dataset:
            raise UsageError(f"{archive}: is another dataset")
        database, by = database_of(copy, _made(place / "rows"))
        return take(copy, database, by, gone, place / "left.db").left


def take(copy: Copy, database: Path, by: str, gone: Collection[str], output: Path) -> Taken:
    """Write the database that is left.

    :param database: the rows of the copy; `by` says what they were read from
    :param gone: tombstones of the copy's version
    """
    with _reading(database) as conn:
        facts = facts_of(conn)
        (row,) = conn.execute("SELECT id, name FROM main.daemons").fetchall()
        daemon = Daemon(*row)
        withdrawal = named(conn, copy.settings.salt, gone)
        whole = _counts(Selection(conn, daemon))
        selection = Selection(conn, daemon, withdrawal)
        left = _counts(selection)
        keyed = Keyed(bytes.fromhex(copy.settings.salt))
        people = [Person(name, (name,), pseudonym=WITHDRAWN) for name in sorted(withdrawal.pseudonyms)]
        rekeyer = _Unnaming(keyed, PeopleFinder(people, keyed, [daemon.name]), lambda _: None)
        kept = {key: value for key, value in facts.items() if not key.startswith(ROWS)}
        kept[Fact.EXPORT] = dataset_without(copy, gone)
        manner = Manner(keyed, facts[Fact.USAGE] == "kept", int(facts[Fact.K]), Times.FULL)
        written = write_database(output, selection, rekeyer, kept, manner, steps=_steps)
    went = {table: whole[table] - left[table] for table in whole}
    removed = {"conversations": went["conversations"], "people": went["users"], "rows": sum(went.values())}
    told = Written(written.rows, {table: _told(output, table) for table in written.people})
    digest = Left(withdrawals(sorted(gone)), by, rows_digest(output))
    return Taken(kept, told, rekeyer.counts, digest, removed, withdrawal)


def dataset_without(copy: Copy, gone: Collection[str]) -> str:
    """The id of the dataset that is left: another one for other withdrawals, the same for everybody."""
    return Keyed(bytes.fromhex(copy.settings.salt)).uuid("dataset", withdrawals(sorted(gone)))


def named(conn: sqlite3.Connection, salt: str, gone: Collection[str]) -> Withdrawal:
    """What in a copy tombstones name."""
    people = conn.execute("SELECT id, display_name FROM main.users").fetchall()
    names = {*words().pseudonyms, *(name for _, name in people), *_numbered(conn)}
    talks = (id for (id,) in conn.execute("SELECT id FROM main.conversations"))

    def found(kind: str, values: Iterable[str]) -> frozenset[str]:
        return frozenset(value for value in values if tombstone(salt, kind, value) in gone)

    return Withdrawal(found(CONVERSATION, talks), found(PERSON, (id for id, _ in people)), found(NAME, names))


def rows_digest(database: Path) -> str:
    """One digest of every row of an export but what it says of itself."""
    digest = hashlib.sha256()
    with reading(database) as conn:
        for name, table in schema().items():
            if name not in (*MADE_LAST, INFO):
                digest.update(f"{name}\n".encode())
                for row in conn.execute(f"SELECT {', '.join(table.names)} FROM {name} ORDER BY rowid"):
                    digest.update(as_line(row))
    return digest.hexdigest()


class _Unnaming(Rekeyer):
    """Gives nothing a new name: pseudonyms of those who withdrew go, and everything else stays what it is."""

    def handle(self, value: str) -> str:
        """An id as it is."""
        return self.id(value)

    def json(self, value: str) -> str:
        """A JSON text; what is none, because times in it were cut, is words."""
        try:
            return super().json(value)
        except ValueError:
            return self.text(value)

    def _new(self, found: str) -> str:
        return found


def _steps(table: Table, rekeyer: Rekeyer, manner: Manner) -> list[Step | None]:
    """As an export's, for values that have been through one."""
    by_treatment: dict[str, Step] = {
        **dict.fromkeys(("json", "json, days"), rekeyer.json),
        **dict.fromkeys(("person", "id", "handle"), rekeyer.id),
        "text": rekeyer.text,
    }
    emptied = ("number", "empty") if manner.with_usage else ("number", "empty", "usage")
    steps: list[Step | None] = []
    for column in table.columns:
        treatment = export_policy().treatments[table.name][column.name]
        if treatment in emptied:
            steps.append(lambda value: None)
        else:
            steps.append(by_treatment.get(treatment) if column.type in ("TEXT", "JSON") else None)
    return steps


def _told(database: Path, table: str) -> dict[str, int]:
    """How finely people are told of, by what is still told of them."""
    columns = export_policy().one_row_a_person[table]
    lengths = {length: step for step, length in STEPS.items()}
    counted: Counter[str] = Counter()
    with reading(database) as conn:
        for row in conn.execute(f"SELECT {', '.join(columns)} FROM {table}"):
            longest = max((len(cell) for cell in row if isinstance(cell, str) and cell[:1].isdigit()), default=0)
            counted[lengths.get(min(longest, STEPS["day"]), "nothing")] += 1
    return {step: counted[step] for step in STEPS if counted[step]}


def _counts(selection: Selection) -> dict[str, int]:
    return {table: selection.count(table) for table in selection.tables}


def _numbered(conn: sqlite3.Connection) -> Iterator[str]:
    for name, table in schema().items():
        for column in (column.name for column in table.columns if column.type in ("TEXT", "JSON")):
            for (text,) in conn.execute(f"SELECT {column} FROM main.{name} WHERE {column} LIKE '%Person %'"):
                yield from NUMBERED.findall(str(text))


@contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
    """A database that anybody may have written, for reading, with room for temporary tables."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
        conn.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        conn.execute("PRAGMA trusted_schema = OFF")
        yield conn


def _made(place: Path) -> Path:
    place.mkdir()
    return place
