"""All daemons of a folder of exports are one dataset, in the tools that read such."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas
import pytest
from click.testing import CliRunner
from conftest import KEY
from pyarrow.parquet import read_schema

from build_db import CheckFailed, UsageError
from build_db.cli import cli
from build_db.exports import dataset, place
from build_db.exports import run as work
from build_db.exports.choices import Times
from build_db.exports.dataset import ABOUT, declared_types, renewed, shape_of, tables
from build_db.exports.index import read_index, write_index
from build_db.exports.origin import file_name
from build_db.exports.place import check_place
from build_db.exports.run import ExportOptions, export

PARQUET = ExportOptions(formats=("sqlite", "parquet"))
NAMES = [table.name for table in tables()]


def read(folder: Path, sql: str) -> list[tuple]:
    """What DuckDB answers; `{messages}` is a table of all daemons."""
    places = {name: f"read_parquet('{folder}/dataset/{name}/*/*.parquet', hive_partitioning = true)" for name in NAMES}
    return duckdb.sql(sql.format(**places)).fetchall()


def parts(folder: Path) -> dict[str, set[str]]:
    """The tables of each daemon."""
    found: dict[str, set[str]] = {}
    for path in folder.glob("dataset/*/daemon=*/*.parquet"):
        found.setdefault(path.parent.name.removeprefix("daemon="), set()).add(path.stem)
    return found


@pytest.fixture
def folder(exports, tmp_path) -> Path:
    """Both daemons of the demo, to be changed."""
    return shutil.copytree(exports, tmp_path / "exports")


def test_two_exports_are_read_as_one(exports, query):
    for table in NAMES:
        sql = f"SELECT daemon, count(*) FROM {{{table}}} GROUP BY daemon"
        alone = {
            name: query(exports / name / f"{name}.db", f"SELECT count(*) FROM {table}")[0] for name in parts(exports)
        }
        assert dict(read(exports, sql)) == {name: rows for name, rows in alone.items() if rows}, table
        frame = pandas.read_parquet(exports / "dataset" / table)
        assert frame.groupby("daemon", observed=True).size().to_dict() == {n: rows for n, rows in alone.items() if rows}
        assert list(frame.columns) == [*(column.name for column in dataset.schema()[table].columns), "daemon"]


def test_every_value_is_the_one_of_the_archive(exports):
    for name in parts(exports):
        with closing(sqlite3.connect(exports / name / f"{name}.db")) as conn:
            for table in tables():
                held = conn.execute(f"SELECT * FROM {table.name} ORDER BY rowid").fetchall()
                sql = f"SELECT * EXCLUDE (daemon) FROM {{{table.name}}} WHERE daemon = '{name}'"
                assert sorted(map(repr, read(exports, sql))) == sorted(map(repr, held)), table.name


def test_ids_that_are_counted_are_told_apart_by_the_daemon(exports):
    sql = "SELECT count(*), count(DISTINCT id), count(DISTINCT (daemon, id)) FROM {messages}"
    ((rows, ids, keys),) = read(exports, sql)
    assert ids < keys == rows
    joined = "{messages} AS m JOIN {conversations} AS c ON m.conversation_id = c.id AND m.daemon = c.daemon"
    said = f"SELECT count(*) FROM {joined}"
    across = said.replace("m.daemon = c.daemon", "m.daemon <> c.daemon")
    assert read(exports, said) == [(rows,)]
    assert read(exports, across) == [(0,)]


@pytest.mark.parametrize("times", Times)
def test_columns_and_types_are_the_same_however_times_are_told(exports, by_times, tmp_path, times):
    part = renewed(tmp_path / "none", by_times[times], tmp_path / "cass", tmp_path / "dataset", has_part=True)
    assert len(part.written) == len(NAMES)
    for table in tables():
        (one,) = tmp_path.glob(f"dataset/{table.name}/daemon=cass/*.parquet")
        other = exports / "dataset" / table.name / "daemon=aria" / one.name
        assert read_schema(one) == read_schema(other) == shape_of(table)
        kinds = {"text": "string", "integer": "int64", "real": "double"}
        assert {field.name: str(field.type) for field in read_schema(one)} == {
            name: kinds[kind] for name, kind in declared_types(table).items()
        }


def test_what_has_the_shape_already_is_no_second_copy(exports):
    one, other = exports / "cass/parquet/messages.parquet", exports / "dataset/messages/daemon=cass/messages.parquet"
    assert one.samefile(other)


@pytest.fixture
def again(folder, tmp_path) -> Callable[..., set[str] | None]:
    """Makes the dataset anew, as an export of cass does; the daemons that are in it."""

    def run(*, has_part: bool = True) -> set[str] | None:
        made = folder / "cass"
        if renewed(folder, made / "cass.db", made, tmp_path / "dataset", has_part=has_part) is None:
            return None
        found = parts(tmp_path)
        assert all(names == set(NAMES) for names in found.values())
        return set(found)

    return run


def test_a_file_system_without_links_gets_copies(folder, again, tmp_path, monkeypatch):
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refused)
    assert again() == {"cass", "aria"}
    one, other = folder / "cass/parquet/messages.parquet", tmp_path / "dataset/messages/daemon=cass/messages.parquet"
    assert one.read_bytes() == other.read_bytes()
    assert not one.samefile(other)


def test_the_others_stay(again, tmp_path, folder):
    assert again() == {"cass", "aria"}
    path = "dataset/messages/daemon=aria/messages.parquet"
    assert (tmp_path / path).samefile(folder / path)


def test_a_daemon_that_is_exported_without_parquet_is_in_it_no_more(folder, again, tmp_path):
    assert again(has_part=False) == {"aria"}


@pytest.mark.parametrize("way", ["its archive is removed", "the list forgets it", "its schema is older"])
def test_a_daemon_that_is_not_on_offer_any_more_goes_with_the_next_export(folder, again, way):
    listed = {entry.daemon: entry for entry in read_index(folder)}
    if way == "its archive is removed":
        (folder / listed["aria"].file).unlink()
    elif way == "the list forgets it":
        write_index(folder / "index.json", [listed["cass"]])
    else:
        write_index(folder / "index.json", [listed["cass"], replace(listed["aria"], schema_version=0)])
    assert again() == {"cass"}


def test_where_nobody_asked_for_parquet_none_is_made_and_what_was_is_emptied(folder, again, tmp_path):
    write_index(folder / "index.json", [entry for entry in read_index(folder) if entry.daemon == "cass"])
    assert again(has_part=False) == set()
    assert [path.name for path in (tmp_path / "dataset").iterdir()] == [ABOUT]
    for beside in (folder, tmp_path):
        shutil.rmtree(beside / "dataset")
    assert again(has_part=False) is None


def test_a_withdrawal_holds_for_the_dataset(served, folder, query):
    name = query(served, "SELECT display_name FROM users JOIN conversations ON user_id = users.id LIMIT 1")[0]
    ((before,),) = read(folder, "SELECT count(*) FROM {users} WHERE daemon = 'cass'")
    (folder / "withdrawn.yml").write_text(json.dumps({"people": [name]}))
    export(served, folder, key=KEY, daemons=["cass"], options=PARQUET)
    assert read(folder, "SELECT count(*) FROM {users} WHERE daemon = 'cass'") == [(before - 1,)]


def test_the_witness_looks_at_what_is_in_no_archive(served, folder, query, monkeypatch):
    """A name that only a file of the dataset holds: nothing gets its name."""
    spoil = dataset.write_table

    def leaky(conn, table, types, path, cells):
        taken = [
            f"'{name}'" if column.type == "TEXT" else cell for column, cell in zip(table.columns, cells, strict=True)
        ]
        spoil(conn, table, types, path, taken)

    (given,) = query(served, "SELECT value FROM build_info WHERE key = 'pseudonyms'")
    (*_, name) = json.loads(given)
    monkeypatch.setattr(dataset, "write_table", leaky)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(CheckFailed, match="served pseudonym"):
        export(served, folder, key=KEY, daemons=["cass"], options=PARQUET)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_if_a_last_step_fails_the_dataset_is_as_it_was(served, folder, monkeypatch):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    put = place.put

    def failing(new: Path, target: Path):
        if target.name == "index.json":
            raise OSError("full")
        return put(new, target)

    monkeypatch.setattr(place, "put", failing)
    with pytest.raises(OSError, match="full"):
        export(served, folder, key=KEY, daemons=["cass"], options=ExportOptions(formats=("parquet",), times=Times.DAY))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_number_that_fits_no_type_is_counted_and_told(served, tmp_path, home, monkeypatch):
    database = tmp_path / "odd.db"
    shutil.copyfile(served, database)
    with closing(sqlite3.connect(database)) as conn:
        cass = "daemon_id = (SELECT id FROM daemons WHERE name = 'cass')"
        chosen = f"SELECT min(rowid) FROM calendar_events WHERE {cass}"
        conn.execute(f"UPDATE calendar_events SET all_day = 1.5 WHERE rowid = ({chosen})")
        conn.commit()
    key = home / ".config/build-db/redaction.key"
    arguments = ["export", str(database), str(tmp_path / "exports"), "--key-file", str(key), "--format", "parquet"]
    done = CliRunner().invoke(cli, arguments)
    assert "cass: 1 numbers do not fit their columns" in done.stdout
    ((none,),) = read(
        tmp_path / "exports", "SELECT count(*) FROM {calendar_events} WHERE all_day IS NULL AND daemon = 'cass'"
    )
    assert none == 1


@pytest.fixture
def foreign(tmp_path) -> Iterator[Path]:
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "mine.parquet").write_bytes(b"mine")
    yield tmp_path
    assert (tmp_path / "dataset" / "mine.parquet").read_bytes() == b"mine"


def test_a_folder_of_that_name_that_is_somebody_elses_is_left_alone(served, foreign):
    with pytest.raises(UsageError, match="dataset: exists and was not made by this tool"):
        export(served, foreign, key=KEY, options=PARQUET)


def test_a_daemon_called_so_does_not_get_in_its_way(tmp_path):
    assert file_name("dataset") != "dataset" != file_name("Dataset").casefold()
    assert file_name("dataset").startswith("dataset-")
    check_place(tmp_path, [work.Daemon("x", "dataset")])
