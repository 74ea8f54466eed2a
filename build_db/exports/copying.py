"""The export's database: the same schema, one daemon's rows with new names. Other formats are made from this file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from build_db.contract import rows_fact
from build_db.database.new_file import complete, open_new, set_aside_indexes
from build_db.exports.rekey import Rekeyer
from build_db.exports.select import Selection
from build_db.exports.smallgroups import coarsen
from build_db.exports.steps import Manner, Step, steps_of, told_by
from build_db.exports.treatments import export_policy
from build_db.schema import Table, create_schema, schema

Advance = Callable[[int], None]
Steps = Callable[[Table, Rekeyer, Manner], list[Step | None]]
BATCH = 2_000
SAID = "messages"


def unheard(rows: int) -> None:
    """Nobody is told how far it is."""


class Written(NamedTuple):
    """The rows per table, and by table with one row per person how many people are told of how finely."""

    rows: dict[str, int]
    people: dict[str, dict[str, int]]


def write_database(
    path: Path,
    selection: Selection,
    rekeyer: Rekeyer,
    facts: Mapping[str, str],
    manner: Manner,
    advanced: Advance = unheard,
    steps: Steps = steps_of,
) -> Written:
    """Make the database.

    Rows are only ever added to the new file, so no page of it has room in which something removed could linger.

    :param facts: what `build_info` tells of the export
    :param advanced: called with the number of rows that were copied since the last call
    :param steps: what the values of a table are made of, column by column
    """
    counts: dict[str, int] = {}
    told: dict[str, dict[str, int]] = {}
    one_row_a_person = export_policy().one_row_a_person
    selection.arrange(rekeyer.handle)
    with closing(open_new(path)) as db:
        create_schema(db)
        indexes = set_aside_indexes(db)
        db.execute("BEGIN")
        for name in selection.tables:
            table = schema()[name]
            rows: Iterable[tuple] = _renewed(table, selection, manner, advanced, steps(table, rekeyer, manner))
            if name in one_row_a_person:
                coarsened = coarsen(table, one_row_a_person[name], list(rows), manner.k)
                rows, told[name] = coarsened.rows, manner.as_told(coarsened.people)
            # Messages are in the order in which they were said, conversation by conversation.
            _insert(db.conn, table, rows, sort=name != SAID and export_policy().is_of_people(table))
            (counts[name],) = db.execute(f"SELECT count(*) FROM {name}").fetchone()
        counted = {rows_fact(name): str(count) for name, count in counts.items()}
        db.conn.executemany("INSERT INTO build_info VALUES (?, ?)", {**facts, **counted}.items())
        db.execute("COMMIT")
    complete(path, indexes)
    return Written(counts, told)


def _insert(conn: sqlite3.Connection, table: Table, rows: Iterable[tuple], *, sort: bool) -> None:
    """Insert rows.

    :param sort: by what is in them: the order in which they are served would tell which is which, and so who is who
    """
    names, marks = ", ".join(table.names), ", ".join("?" * len(table.names))
    if sort:
        conn.execute(f"CREATE TEMP TABLE unsorted AS SELECT * FROM main.{table.name} WHERE 0")
    conn.executemany(f"INSERT INTO {'temp.unsorted' if sort else table.name} ({names}) VALUES ({marks})", rows)
    if sort:
        conn.execute(f"INSERT INTO main.{table.name} ({names}) SELECT {names} FROM temp.unsorted ORDER BY {names}")
        conn.execute("DROP TABLE temp.unsorted")


def _renewed(
    table: Table, selection: Selection, manner: Manner, advanced: Advance, steps: Sequence[Step | None]
) -> Iterator[tuple]:
    done = 0
    told = told_by(manner, table)
    taken = [(place, step) for place, step in enumerate(steps) if step]
    owner = selection.owner_of(table) if told.by_person else None
    for row in selection.rows(table.name, arranged=table.name == SAID):
        if owner:
            told.turn_to(owner(row))
        values = list(row)
        for place, step in taken:
            if values[place] is not None:
                values[place] = step(values[place])
        yield tuple(values)
        done += 1
        if done % BATCH == 0:
            advanced(BATCH)
    advanced(done % BATCH)
