"""What the witness reads of databases and archives by themselves: every value of every row, under its key."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from build_db.witness import databases as module
from build_db.witness.databases import databases


def made(path: Path, *statements: str, mark: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as conn, conn:
        for statement in statements:
            conn.execute(statement)
        if mark:
            conn.execute(f"PRAGMA application_id = {int.from_bytes(mark, 'big')}")
    return path


def read(root: Path) -> dict[str, list[tuple[str, Any]]]:
    return {path.name: list(values) for path, values in databases(root)}


TABLE = (
    "CREATE TABLE notes (id INTEGER, said TEXT, n REAL)",
    "INSERT INTO notes VALUES (1, 'one', 2.5), (2, '', NULL)",
)


def test_texts_are_read_under_their_columns_and_numbers_and_nothing_are_not(tmp_path):
    made(tmp_path / "a.db", *TABLE)
    assert read(tmp_path) == {"a.db": [("said", "one")]}
    assert read(tmp_path / "a.db") == {"a.db": [("said", "one")]}


def test_a_file_of_this_tool_and_what_is_no_file_are_passed_over(tmp_path):
    made(tmp_path / "ours.db", *TABLE, mark=b"cass")
    made(tmp_path / "theirs.db", *TABLE, mark=b"cast")
    (tmp_path / "link.db").symlink_to(tmp_path / "theirs.db")
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "a.txt").write_text("SQLite format 4")
    assert list(read(tmp_path)) == ["theirs.db"]


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (
            ("CREATE TABLE users (id TEXT, name TEXT)", "INSERT INTO users VALUES ('u', 'Oren')"),
            [("user_id", "u"), ("name", "Oren")],
        ),
        (
            (
                "CREATE TABLE peopledex_attributes (attribute_type TEXT, value TEXT, source TEXT)",
                "INSERT INTO peopledex_attributes VALUES ('name', 'Oren', 's'), ('phone', '12', NULL)",
            ),
            [
                *(("attribute_type", "name"), ("source", "s"), ("display_name", "Oren")),
                *(("attribute_type", "phone"), ("phone", "12")),
            ],
        ),
        (
            (
                "CREATE TABLE embedding_metadata (key TEXT, string_value TEXT, int_value INTEGER)",
                "INSERT INTO embedding_metadata VALUES ('display_name', 'Oren', NULL), ('n', NULL, 7)",
            ),
            [("key", "display_name"), ("display_name", "Oren"), ("key", "n")],
        ),
        (
            ('CREATE TABLE "odd ""table" ("a ""b" TEXT)', "INSERT INTO \"odd \"\"table\" VALUES ('x')"),
            [('a "b', "x")],
        ),
        (
            ("CREATE TABLE t (a TEXT, b TEXT AS (a || 'x'), c TEXT AS (a) STORED)", "INSERT INTO t VALUES ('y')"),
            [("a", "y")],
        ),
        (("CREATE TABLE t (a TEXT)", "CREATE VIEW v AS SELECT 'x' AS b", "INSERT INTO t VALUES ('y')"), [("a", "y")]),
        (
            ("CREATE TABLE t (a BLOB)", "INSERT INTO t VALUES (CAST(X'6fff' AS TEXT)), (X'6f')"),
            [("a", "o\ufffd")],
        ),
    ],
)  # fmt: skip
def test_a_column_is_known_by_its_own_name_or_by_what_its_row_says(tmp_path, statements, found):
    assert read(made(tmp_path / "a.db", *statements)) == {"a.db": found}


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_what_an_unfinished_transaction_left_is_read_and_the_file_is_left_alone(tmp_path, mode):
    path = made(tmp_path / "live.db", f"PRAGMA journal_mode = {mode}", *TABLE)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("INSERT INTO notes VALUES (3, 'two', 0)")
        conn.commit()
        before = {side.name: side.read_bytes() for side in tmp_path.iterdir() if not side.name.endswith("-shm")}
        for name in before:
            (tmp_path / "copy").mkdir(exist_ok=True)
            (tmp_path / "copy" / name).write_bytes(before[name])
        assert read(tmp_path / "copy") == {"live.db": [("said", "one"), ("said", "two")]}
        assert {side.name: side.read_bytes() for side in (tmp_path / "copy").iterdir()} == before


def test_a_damaged_file_is_read_up_to_the_damage(tmp_path):
    path = made(tmp_path / "a.db", *TABLE, "CREATE TABLE second (b TEXT)", "INSERT INTO second VALUES ('x')")
    with closing(sqlite3.connect(path)) as conn:
        (root,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'second'").fetchone()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * size] = 99
    path.write_bytes(data)
    assert read(path) == {"a.db": [("said", "one")]}
    path.write_bytes(data[:100])
    assert read(path) == {"a.db": []}


def test_a_disk_that_fails_is_no_damaged_file(tmp_path, monkeypatch):
    path = made(tmp_path / "a.db", *TABLE)
    for code, raised in ((sqlite3.SQLITE_IOERR | 1 << 8, True), (sqlite3.SQLITE_CORRUPT, False)):
        error = sqlite3.DatabaseError("x")
        error.sqlite_errorcode = code

        def connect(*arguments: object, error: Exception = error, **more: object) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(module.sqlite3, "connect", connect)
            if raised:
                with pytest.raises(sqlite3.DatabaseError):
                    read(path)
            else:
                assert read(path) == {"a.db": []}


def test_a_file_that_leads_in_circles_is_left(tmp_path, monkeypatch):
    path = made(tmp_path / "a.db", "CREATE TABLE t (a TEXT)", "INSERT INTO t VALUES ('x')")
    monkeypatch.setattr(module, "A_MILLION", 1)
    for steps, found in ((1_000, [("a", "x")]), (0, [])):
        monkeypatch.setattr(module, "MOST_STEPS", steps)
        monkeypatch.setattr(module, "STEPS_A_BYTE", 0)
        assert read(path) == {"a.db": found}


DAEMON = {
    "tables": {"users": [{"id": "u", "display_name": "Oren"}, 7], "notes": {"a": "b"}},
    "self_model_graph": {"nodes": ["x"]},
}
TOLD = [("user_id", "u"), ("display_name", "Oren"), ("self_model_graph", {"nodes": ["x"]})]


def test_an_archive_of_a_daemon_is_read_packed_or_bare(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("daemon_data.json", json.dumps(DAEMON))
        archive.writestr("other.json", json.dumps({"tables": {"users": [{"id": "no"}]}}))
    (tmp_path / "b.anima").write_text(f"\n {json.dumps(DAEMON)}")
    (tmp_path / "c.json").write_text(json.dumps(DAEMON))
    (tmp_path / "d.anima").write_text("words")
    assert read(tmp_path) == {"a.zip": TOLD, "b.anima": TOLD}
    assert read(tmp_path / "c.json") == {"c.json": TOLD}


@pytest.mark.parametrize("text", ["{}", '{"tables": 7}', "{broken", '{"tables": null, "self_model_graph": 1}'])
def test_an_archive_of_something_else_holds_nothing(tmp_path, text):
    (tmp_path / "b.anima").write_text(text)
    assert read(tmp_path) == {"b.anima": []}


def test_a_zip_without_a_daemon_or_with_a_damaged_one_holds_nothing(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK and no more")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("other.json", "{}")
    assert read(tmp_path) == {"a.zip": [], "b.zip": []}
