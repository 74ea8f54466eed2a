"""`dataset/` beside the archives: all daemons as one partitioned Parquet dataset, `<table>/daemon=<name>/`.

Every table is there for every daemon, also without rows, with the same columns and types: texts, whole numbers and
numbers as the schema declares them. Times stay texts, because how finely they are told is each export's own choice. A
table whose Parquet in the archive has that shape already is a link to the same bytes, and costs nothing.

The folder is made anew as a whole for each export and put in place in one step: what is in it of a daemon is what its
archive holds, or nothing.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from build_db.errors import UsageError
from build_db.exports.index import Entry, read_index
from build_db.exports.origin import DATASET, file_name
from build_db.exports.writers.parquet import read_shape, types_to_arrow, write_table
from build_db.exports.writers.tables import reading
from build_db.schema import MADE_LAST, SCHEMA_VERSION, Column, Table, schema

ABOUT = "README.md"
TEXT = """# All daemons as one dataset

`<table>/daemon=<name>/<table>.parquet`: every table for every daemon whose archive beside this folder holds Parquet,
with the same columns and types, also where a table is empty. Times are texts. Ids are those of the archives: what is
counted from 1, such as the ids of messages, is so for each daemon, and `daemon` tells them apart.

```sql
SELECT daemon, role, count(*) FROM read_parquet('messages/*/*.parquet', hive_partitioning = true) GROUP BY ALL;
```

Licence, dataset card and what was removed: in each daemon's archive.
"""
DECLARED = {"INTEGER": "integer", "REAL": "real"}


class Part(NamedTuple):
    """One daemon's part of the dataset.

    :param written: its files that are not the archive's own bytes
    :param unfit: values that are not of their column's type, and so are only in the archive
    """

    written: list[Path]
    unfit: int


def check_dataset(folder: Path) -> None:
    """Refuse a folder of exports in which something else has the dataset's name.

    :raises UsageError: it has
    """
    place = folder / DATASET
    if os.path.lexists(place) and not (place / ABOUT).is_file():
        raise UsageError(f"{place}: exists and was not made by this tool; move it away or name another folder")


def renewed(folder: Path, database: Path, made: Path, tree: Path, *, has_part: bool) -> Part | None:
    """Make the dataset of a folder of exports anew; None if it has none and needs none.

    :param database: the database of the export that is new; its files are in `made`, which is called as they are
    :param tree: where it is made
    :param has_part: whether the new export holds Parquet
    """
    tree.mkdir()
    (tree / ABOUT).write_text(TEXT, encoding="utf-8", newline="\n")
    others = [entry for entry in read_index(folder) if file_name(entry.daemon) != made.name]
    take_over(folder / DATASET, tree, others)
    part = _part(database, made, tree) if has_part else Part([], 0)
    return part if has_part or (folder / DATASET).exists() else None


def _part(database: Path, made: Path, tree: Path) -> Part:
    written, unfit = [], 0
    with reading(database) as conn:
        for table in tables():
            path = _place(tree, table.name, made.name)
            path.parent.mkdir(parents=True)
            archived = made / "parquet" / f"{table.name}.parquet"
            if archived.is_file() and read_shape(archived) == shape_of(table):
                link(archived, path)
            else:
                write_table(conn, table, declared_types(table), path, [_fitting(column) for column in table.columns])
                unfit += sum(_unfit(conn, table, column) for column in table.columns)
                written.append(path)
    return Part(written, unfit)


def take_over(earlier: Path, tree: Path, entries: Iterable[Entry], prefix: str = "") -> list[str]:
    """Take over from another dataset the daemons whose archives are on offer beside it.

    What was made by another schema is left out: it has other columns.

    :param prefix: what is put before the name of each daemon's part
    :returns: the names of the parts that they have now
    """
    taken = []
    for entry in entries:
        is_offered = (earlier.parent / entry.file).is_file() and entry.schema_version == SCHEMA_VERSION
        if is_offered and "parquet" in entry.formats:
            name = file_name(entry.daemon)
            taken.append(f"{prefix}{name}")
            for table in tables():
                old, new = _place(earlier, table.name, name), _place(tree, table.name, taken[-1])
                if old.is_file():
                    new.parent.mkdir(parents=True)
                    link(old, new)
    return taken


def tables() -> list[Table]:
    """The tables of the dataset; what is counted last is a database's own business."""
    return [table for name, table in schema().items() if name not in MADE_LAST]


def declared_types(table: Table) -> dict[str, str]:
    """The type of each column, whatever a daemon's rows hold."""
    return {column.name: _declared(column) for column in table.columns}


def shape_of(table: Table) -> Any:
    """A table's columns and types, for every daemon the same."""
    return types_to_arrow(table, declared_types(table))


def link(old: Path, new: Path) -> None:
    """The same bytes under a second name; a copy where the file system has no such thing."""
    try:
        os.link(old, new)
    except OSError:
        new.unlink(missing_ok=True)
        shutil.copyfile(old, new)


def _place(tree: Path, table: str, daemon: str) -> Path:
    return tree / table / f"daemon={daemon}" / f"{table}.parquet"


def _fitting(column: Column) -> str:
    """SQL for a column's values, without those that are of no type of its: SQLite lets a cell hold anything."""
    if column.type not in DECLARED:
        return column.name
    return f"CASE WHEN {_fits(column)} THEN CAST({column.name} AS {column.type}) END"


def _unfit(conn: sqlite3.Connection, table: Table, column: Column) -> int:
    if column.type not in DECLARED:
        return 0
    sql = f"SELECT count(*) FROM {table.name} WHERE {column.name} NOTNULL AND NOT ({_fits(column)})"
    return int(conn.execute(sql).fetchone()[0])


def _fits(column: Column) -> str:
    kinds = "('integer')" if column.type == "INTEGER" else "('integer', 'real')"
    return f"typeof({column.name}) IN {kinds}"


def _declared(column: Column) -> str:
    return DECLARED.get(column.type, "text")
