"""A finished file is looked at as a stranger would: keys, pages, and whether all rows are there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from build_db.contract import rows_fact
from build_db.database import soundness
from build_db.database.soundness import check_soundness
from build_db.errors import CheckFailed


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "a b.db")) as conn, conn:
        conn.execute("CREATE TABLE build_info (key TEXT PRIMARY KEY, value TEXT)")
        conn.execute("CREATE TABLE goals (id TEXT PRIMARY KEY)")
        conn.execute("CREATE TABLE steps (id INTEGER PRIMARY KEY, goal_id TEXT REFERENCES goals (id))")
        conn.execute("INSERT INTO goals VALUES ('g')")
        conn.executemany("INSERT INTO steps VALUES (?, 'g')", [[1], [2]])
        facts = [("title", "x"), (rows_fact("goals"), "1"), (rows_fact("steps"), "2")]
        conn.executemany("INSERT INTO build_info VALUES (?, ?)", facts)
    return tmp_path / "a b.db"


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as conn, conn:
        for statement in statements:
            conn.execute(statement)


def test_a_whole_file_is_sound(file):
    check_soundness(file)


def test_a_reference_into_nothing_is_told_with_its_place(file):
    change(file, "UPDATE steps SET goal_id = 'lost' WHERE id = 2")
    with pytest.raises(CheckFailed, match="foreign key check: steps row 2 refers to a missing row in goals"):
        check_soundness(file)


@pytest.mark.parametrize("statement", ["DELETE FROM steps WHERE id = 1", "INSERT INTO steps VALUES (3, 'g')"])
def test_a_row_too_few_or_too_many_is_told(file, statement):
    change(file, statement)
    with pytest.raises(CheckFailed, match=r"count check: steps has [13] rows, 2 were taken in"):
        check_soundness(file)


def test_a_damaged_page_is_told(file):
    change(file, "PRAGMA writable_schema = ON", "CREATE INDEX by_goal ON steps (goal_id)")
    with closing(sqlite3.connect(file)) as conn:
        (root,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'by_goal'").fetchone()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    data = bytearray(file.read_bytes())
    data[(root - 1) * size + 3 : (root - 1) * size + 5] = (1).to_bytes(2, "big")  # one cell, and not two
    file.write_bytes(data)
    with pytest.raises(CheckFailed, match=r"integrity check: [^\n]+$"):
        check_soundness(file)


def test_a_machine_that_fails_is_not_said_to_be_a_broken_file(file, monkeypatch):
    class Failing:
        """A connection whose check was out of memory."""

        def __init__(self, path: str, **more: object) -> None:
            self._answer: tuple[str, ...] | None = None

        def execute(self, sql: str, values: object = ()) -> Failing:
            self._answer = (
                (f"unable to get the page. error code={sqlite3.SQLITE_NOMEM}",) if "integrity" in sql else None
            )
            return self

        def fetchone(self) -> tuple[str, ...] | None:
            return self._answer

        def close(self) -> None:
            pass

    monkeypatch.setattr(soundness, "sqlite3", SimpleNamespace(connect=Failing))
    with pytest.raises(MemoryError):
        check_soundness(file)
