"""Which values the witness reads of a database or an archive, and under which keys."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from build_db.witness import databases as module
from build_db.witness.databases import HEAD, MARK, OURS, databases


def read(root: Path) -> dict[str, list[tuple[str, Any]]]:
    return {path.name: list(values) for path, values in databases(root)}


def write(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(script)
        conn.commit()
    return path


WALKS = (
    "CREATE TABLE walks (id TEXT, name TEXT, far REAL); INSERT INTO walks VALUES ('w1', 'Dawn', 2.5), ('', NULL, 1);"
)
TOLD = [("id", "w1"), ("name", "Dawn")]


def test_texts_stand_under_the_names_of_their_columns(tmp_path):
    write(tmp_path / "a b#.db", WALKS)
    assert read(tmp_path) == {"a b#.db": TOLD}


def test_any_name_of_a_table_or_a_column_is_read_and_what_is_worked_out_is_not(tmp_path):
    write(
        tmp_path / "a.db",
        'CREATE TABLE "odd ""one""" ("two words" TEXT, "a""b" TEXT, far TEXT AS ("two words" || 1));'
        """INSERT INTO "odd ""one\""" VALUES ('x', 'y');
        CREATE VIEW seen AS SELECT 'z' AS name;
        CREATE VIRTUAL TABLE found USING fts5(word);
        INSERT INTO found VALUES ('hidden');""",
    )
    values = read(tmp_path)["a.db"]
    assert {("two words", "x"), ('a"b', "y")} <= set(values)
    assert "x1" not in dict(values).values()
    assert not {"name", "word"} & dict(values).keys()


def test_rows_that_say_themselves_what_they_hold_are_known_by_it(tmp_path):
    write(
        tmp_path / "a.db",
        """CREATE TABLE peopledex_attributes (id TEXT, attribute_type TEXT, value TEXT);
        INSERT INTO peopledex_attributes VALUES ('a', 'email', 'x@post.example'), ('b', 'name', 'Marget');
        CREATE TABLE embedding_metadata (key TEXT, string_value TEXT, int_value INT);
        INSERT INTO embedding_metadata VALUES ('user_id', 'u1', NULL), ('count', NULL, 3);
        CREATE TABLE users (id TEXT, name TEXT);
        INSERT INTO users VALUES ('u2', 'n');""",
    )
    assert read(tmp_path)["a.db"] == [
        *(("id", "a"), ("attribute_type", "email"), ("email", "x@post.example")),
        *(("id", "b"), ("attribute_type", "name"), ("display_name", "Marget")),
        *(("key", "user_id"), ("user_id", "u1"), ("key", "count")),
        *(("user_id", "u2"), ("name", "n")),
    ]


def test_a_file_of_this_tool_and_a_link_are_not_read(tmp_path):
    write(tmp_path / "ours.db", f"PRAGMA application_id = {int.from_bytes(OURS, 'big')}; {WALKS}")
    assert (tmp_path / "ours.db").read_bytes()[MARK] == OURS
    write(tmp_path / "theirs.db", f"PRAGMA application_id = 7; {WALKS}")
    (tmp_path / "link.db").symlink_to(tmp_path / "theirs.db")
    (tmp_path / "folder.db").mkdir()
    assert read(tmp_path) == {"theirs.db": TOLD}
    assert read(tmp_path / "theirs.db") == {"theirs.db": TOLD}


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_what_an_unfinished_transaction_left_is_read_along(tmp_path, end):
    (tmp_path / "tree").mkdir()
    with closing(sqlite3.connect(tmp_path / "live.db", isolation_level=None)) as conn:
        conn.execute(f"PRAGMA journal_mode = {'wal' if end == '-wal' else 'delete'}")
        conn.executescript(WALKS)
        if end == "-wal":
            conn.execute("INSERT INTO walks VALUES ('w2', NULL, 1)")
        else:
            conn.execute("PRAGMA cache_size = 1")
            conn.execute("BEGIN")
            conn.execute("UPDATE walks SET name = 'Dusk'")
            conn.execute("INSERT INTO walks SELECT hex(randomblob(5000)), NULL, 1 FROM pragma_function_list LIMIT 99")
        for suffix in ("", end):
            shutil.copy(tmp_path / f"live.db{suffix}", tmp_path / f"tree/live.db{suffix}")
    before = {path.name: path.read_bytes() for path in (tmp_path / "tree").iterdir()}
    assert read(tmp_path / "tree")["live.db"] == ([*TOLD, ("id", "w2")] if end == "-wal" else TOLD)
    assert {path.name: path.read_bytes() for path in (tmp_path / "tree").iterdir()} == before


def test_a_damaged_file_is_read_up_to_its_damage(tmp_path):
    write(tmp_path / "a.db", WALKS)
    with closing(sqlite3.connect(tmp_path / "a.db")) as conn:
        conn.executescript("CREATE TABLE later (name TEXT); INSERT INTO later VALUES ('lost');")
        (root,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'later'").fetchone()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    data = bytearray((tmp_path / "a.db").read_bytes())
    data[(root - 1) * size : root * size] = b"\xff" * size
    (tmp_path / "a.db").write_bytes(data)
    (tmp_path / "b.db").write_bytes(HEAD)
    assert read(tmp_path) == {"a.db": TOLD, "b.db": []}


def test_text_that_is_no_utf8_is_read_as_far_as_it_is(tmp_path):
    write(tmp_path / "a.db", "CREATE TABLE t (name TEXT); INSERT INTO t VALUES (CAST(x'5AFF' AS TEXT))")
    assert read(tmp_path) == {"a.db": [("name", "Z\ufffd")]}


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR, sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_CANTOPEN])
def test_a_disk_that_fails_is_not_said_to_be_an_empty_file(tmp_path, monkeypatch, code):
    def fail(*args: object, **more: object) -> None:
        error = sqlite3.OperationalError("x")
        error.sqlite_errorcode = code
        raise error

    write(tmp_path / "a.db", WALKS)
    monkeypatch.setattr(module, "sqlite3", SimpleNamespace(**{**vars(sqlite3), "connect": fail}))
    with pytest.raises(sqlite3.OperationalError):
        read(tmp_path)


def test_a_file_that_leads_in_circles_is_left(tmp_path, monkeypatch):
    rows = ", ".join(["('x')"] * 5000)
    write(tmp_path / "a.db", f"CREATE TABLE t (name TEXT); INSERT INTO t VALUES {rows}")
    whole = len(read(tmp_path)["a.db"])
    monkeypatch.setattr(module, "A_MILLION", 100)
    monkeypatch.setattr(module, "STEPS_A_BYTE", 0)
    monkeypatch.setattr(module, "MOST_STEPS", 10_000)
    assert 0 < len(read(tmp_path)["a.db"]) < whole == 5000


SAID = {"tables": {"users": [{"id": "u1", "name": "n"}, "odd"], "odd": 7}, "self_model_graph": {"nodes": []}}
HELD = [("user_id", "u1"), ("name", "n"), ("self_model_graph", {"nodes": []})]


def test_an_archive_is_read_like_a_database_plain_or_packed(tmp_path):
    (tmp_path / "a.anima").write_text("\n " + json.dumps(SAID))
    (tmp_path / "b.json").write_text(json.dumps(SAID))
    with zipfile.ZipFile(tmp_path / "c.anima", "w") as archive:
        archive.writestr("daemon_data.json", json.dumps(SAID))
        archive.writestr("other.json", "{}")
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("other.json", json.dumps(SAID))
    (tmp_path / "e.zip").write_bytes(b"PK and nothing else")
    assert read(tmp_path) == {"a.anima": HELD, "c.anima": HELD, "d.zip": [], "e.zip": []}
    assert read(tmp_path / "b.json") == {"b.json": HELD}


@pytest.mark.parametrize("text", ["{", "{}", '{"tables": []}', '{"tables": 7, "self_model_graph": {"x": "y"}}'])
def test_what_is_no_archive_holds_nothing(tmp_path, text):
    (tmp_path / "a.anima").write_text(text)
    assert read(tmp_path) == {"a.anima": []}
