"""The export's database: the same schema, one daemon's rows with new names. Other formats are made from this file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from build_db.contract import WITHHELD, rows_fact
from build_db.database.new_file import complete, open_new, set_aside_indexes
from build_db.exports.rekey import Rekeyer
from build_db.exports.select import Selection
from build_db.exports.smallgroups import coarsen
from build_db.exports.treatments import export_policy
from build_db.redaction.rows import TIME
from build_db.schema import Column, Table, create_schema, schema

Step = Callable[[Any], Any]
Advance = Callable[[int], None]
BATCH = 2_000
TIME_IN_JSON = re.compile(r'"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d[^"\s]*"')


class Written(NamedTuple):
    """The rows per table, and by table with one row per person how many people are told of how finely."""

    rows: dict[str, int]
    people: dict[str, dict[str, int]]


def write_database(
    path: Path,
    selection: Selection,
    rekeyer: Rekeyer,
    facts: Mapping[str, str],
    *,
    with_usage: bool,
    k: int,
    advanced: Advance = lambda rows: None,
) -> Written:
    """Make the database.

    Rows are only ever added to the new file, so no page of it has room in which something removed could linger.

    :param k: fewer people than that share nothing that tells them apart
    :param facts: what `build_info` tells of the export
    :param advanced: called with the number of rows that were copied since the last call
    """
    counts: dict[str, int] = {}
    told: dict[str, dict[str, int]] = {}
    one_row_a_person = export_policy().one_row_a_person
    with closing(open_new(path)) as db:
        create_schema(db)
        indexes = set_aside_indexes(db)
        db.execute("BEGIN")
        for name in selection.tables:
            table = schema()[name]
            rows: Iterable[tuple] = _renewed(selection.rows(name), _steps(table, rekeyer, with_usage), advanced)
            if table.shared:
                # The order in which people are served would tell who is who.
                rows = sorted(rows)
            if name in one_row_a_person:
                coarsened = coarsen(table, one_row_a_person[name], list(rows), k)
                rows, told[name] = coarsened.rows, coarsened.people
            marks = ", ".join("?" * len(table.names))
            db.conn.executemany(f"INSERT INTO {name} ({', '.join(table.names)}) VALUES ({marks})", rows)
            (counts[name],) = db.execute(f"SELECT count(*) FROM {name}").fetchone()
        counted = {rows_fact(name): str(count) for name, count in counts.items()}
        db.conn.executemany("INSERT INTO build_info VALUES (?, ?)", {**facts, **counted}.items())
        db.execute("COMMIT")
    complete(path, indexes)
    return Written(counts, told)


def _renewed(rows: Iterable[tuple], steps: list[Step | None], advanced: Advance) -> Iterator[tuple]:
    done = 0
    taken = [(place, step) for place, step in enumerate(steps) if step]
    for row in rows:
        values = list(row)
        for place, step in taken:
            if values[place] is not None:
                values[place] = step(values[place])
        yield tuple(values)
        done += 1
        if done % BATCH == 0:
            advanced(BATCH)
    advanced(done % BATCH)


def _steps(table: Table, rekeyer: Rekeyer, with_usage: bool) -> list[Step | None]:
    treatments = export_policy().treatments[table.name]
    return [_step(treatments[column.name], column, rekeyer, with_usage) for column in table.columns]


def _step(treatment: str, column: Column, rekeyer: Rekeyer, with_usage: bool) -> Step | None:
    if treatment in ("number", "empty") or (treatment == "usage" and not with_usage):
        return lambda value: None
    if treatment in ("as is", "daemon", "usage") or column.type not in ("TEXT", "JSON"):
        return None
    if treatment == "day":
        constant = WITHHELD if column.required else None
        return lambda value: value[:10] if not value or TIME.fullmatch(value) else constant
    by_name: dict[str, Step] = {
        "text": rekeyer.text,
        "json": rekeyer.json,
        "json, days": lambda value: TIME_IN_JSON.sub(r'"\1"', rekeyer.json(value)),
        "person": rekeyer.person,
        "id": rekeyer.id,
        "handle": rekeyer.handle,
    }
    return by_name[treatment]
