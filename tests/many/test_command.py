"""`build_db many`, as its owner meets it: what fails alone, what is kept, what is made again, and all of it as one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from pyarrow.parquet import read_schema
from support.households import FORMATS, command, contents, many, write_households, write_list

from build_db.exports.dataset import shape_of, tables
from build_db.exports.place import alone_in

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there are no workers elsewhere")
ENTRIES = [{"name": name, "path": name} for name in ("smith", "empty", "jones")]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Two households, each with a daemon called cass, and a folder that is no companion's between them."""
    folder = tmp_path_factory.mktemp("many")
    write_households(folder, "smith", "jones")
    (folder / "empty").mkdir()
    (folder / "empty" / "notes.txt").write_text("nothing of a companion")
    write_list(folder, *ENTRIES)
    return folder, many(folder, "--jobs", 2)


def test_a_tree_that_fails_stops_no_other_and_is_told_of_in_one_line(made):
    folder, done = made
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "out: trees 3: 2 built, 1 failed",
        "problems recorded: 2; each database lists its own",
        "out/dataset: daemons 2",
    ]
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"failed: empty: {folder / 'empty'}: no record was taken in")
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["dataset", "empty", "jones", "smith"]
    assert list((folder / "out" / "empty").iterdir()) == []


def test_two_daemons_of_one_name_are_two_parts(made):
    out = made[0] / "out" / "dataset"
    for table in tables():
        parts = {path.parent.name: path for path in out.glob(f"{table.name}/*/{table.name}.parquet")}
        assert set(parts) == {"daemon=smith.cass", "daemon=jones.cass"}
        for path in parts.values():
            assert read_schema(path) == shape_of(table), "of every daemon the same columns, also without rows"
    place = f"read_parquet('{out}/messages/*/*.parquet', hive_partitioning = true)"
    sql = f"SELECT count(*), count(DISTINCT id), count(DISTINCT (daemon, id)) FROM {place}"
    assert duckdb.sql(sql).fetchall() == [(4, 2, 4)], "what is counted from 1 is told apart by the daemon"


def test_nothing_of_one_tree_is_in_what_another_becomes(made):
    out = made[0] / "out"
    said = {name: b"".join(contents(out / name).values()) for name in ("smith", "jones")}
    assert b"Wrenfield" in said["smith"]
    assert b"Wrenfield" not in said["jones"]
    assert b"Oxmere" in said["jones"]
    assert b"Oxmere" not in said["smith"]
    assert not any(b"Ellison" in content for content in contents(out).values())


def test_each_tree_has_a_key_of_its_own_unless_its_owner_shares_one(made, query):
    out = made[0] / "out"
    people = {
        name: query(out / name / f"{name}.db", "SELECT id, display_name FROM users") for name in ("smith", "jones")
    }
    assert people["smith"] != people["jones"]


@pytest.fixture
def again(made, tmp_path) -> Path:
    """The same trees and what became of them, to be changed. Times of files are those that they were."""
    folder = tmp_path / "again"
    shutil.copytree(made[0], folder)
    return folder


def touched(folder: Path) -> dict[str, int]:
    return {path.stem: path.stat().st_ino for path in sorted((folder / "out").glob("*/*.db"))}


def test_what_is_killed_is_taken_up_where_it_was_and_the_same_as_in_one_go(made, again):
    """With SIGKILL, in the middle of the second of two trees: the first is kept, of the second nothing is believed."""
    shutil.rmtree(again / "out")
    write_list(again, ENTRIES[0], ENTRIES[2])
    begun = subprocess.Popen(**command(again, "--jobs", 1), start_new_session=True)
    until = time.monotonic() + 240
    while not list((again / "out").glob("jones/exports/.*building-*")):
        assert begun.poll() is None, "it ended before it was killed"
        assert time.monotonic() < until
        time.sleep(0.001)
    os.kill(begun.pid, signal.SIGKILL)
    begun.wait()
    first = touched(again)
    assert set(first) == {"smith", "jones"}
    assert [path.parent.name for path in (again / "out").glob("*/finished.json")] == ["smith"]
    while (done := many(again, "--jobs", 1)).returncode == 4:  # its worker is told by the system, and tidies up
        assert time.monotonic() < until
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("out: trees 2: 1 built, 1 as they were\n")
    second = touched(again)
    assert second["smith"] == first["smith"]
    assert second["jones"] != first["jones"]
    assert contents(again / "out") == contents(made[0] / "out")
    assert not list((again / "out").rglob(".*building-*"))


def test_what_is_not_listed_any_more_stays_but_for_the_dataset(again):
    # Somewhere else the same files are other ones: all is made again.
    write_list(again, ENTRIES[0])
    done = many(again)
    assert done.returncode == 0, done.stderr
    assert "out/jones: its tree is not listed; it stays, but for the dataset" in done.stdout
    assert {path.name for path in (again / "out" / "dataset" / "messages").iterdir()} == {"daemon=smith.cass"}
    assert (again / "out" / "jones" / "jones.db").is_file()


def test_if_all_trees_fail_the_dataset_is_emptied_and_the_end_is_another(again):
    write_list(again, ENTRIES[1])
    done = many(again)
    assert done.returncode == 3
    assert (
        done.stdout
        == "out: trees 1: 1 failed\nout/jones: its tree is not listed; it stays, but for the dataset\n"
        + ("out/smith: its tree is not listed; it stays, but for the dataset\n")
    )
    assert [path.name for path in (again / "out" / "dataset").iterdir()] == ["README.md"]


@pytest.fixture
def refused(tmp_path) -> Iterator[Path]:
    """A folder in which nothing may come into being."""
    write_households(tmp_path, "smith")
    yield tmp_path
    assert not list(tmp_path.glob("out/*/*"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--jobs", 2, "--cluster", "tcp://127.0.0.1:1"], "--jobs: a cluster has the workers that it has"),
        (["--key-file", "smith/key"], "smith/key: lies inside"),
        (["--sign", "nowhere.key"], "nowhere.key"),
        (["--unsigned", "--sign", "nowhere.key"], "--unsigned: leave out one"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_begun(refused, arguments, message):
    done = many(refused, *arguments)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert message in line


def test_two_runs_in_one_folder_do_not_meet(refused):
    (refused / "out").mkdir()
    with alone_in(refused / "out"):
        done = many(refused)
    assert done.returncode == 4
    assert "another export is being written there" in done.stderr


def test_a_folder_that_somebody_else_called_so_is_left_alone(refused):
    (refused / "out" / "dataset").mkdir(parents=True)
    done = many(refused)
    assert done.returncode == 2
    assert "dataset: exists and was not made by this tool" in done.stderr


def test_whoever_is_stopped_is_told_that_the_rest_can_be_made_later(tmp_path):
    write_households(tmp_path, "smith")
    begun = subprocess.Popen(**command(tmp_path), stderr=subprocess.PIPE, text=True, start_new_session=True)
    until = time.monotonic() + 240
    while not list((tmp_path / "out").glob("smith/.*building-*")):
        assert begun.poll() is None
        assert time.monotonic() < until
        time.sleep(0.001)
    os.killpg(begun.pid, signal.SIGTERM)
    said = begun.communicate(timeout=120)[1]
    assert begun.returncode == 3
    assert said == "Error: out: stopped: what is finished stays, and the next run goes on with the rest\n"
    assert not list((tmp_path / "out").rglob("*.db"))


def test_the_formats_that_are_asked_for_are_those_of_every_tree(made):
    out = made[0] / "out"
    assert FORMATS[1::2] == ("sqlite", "parquet")
    assert {path.name for path in (out / "smith/exports/cass").iterdir()} >= {"cass.db", "parquet"}
    assert not (out / "smith/exports/cass/csv").exists()
