"""A vessel's database is read as it lies there, in whatever state, and nothing in it is run."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from conftest import KEY, conversation
from support.vessel import ARIA, CASS, EVENING, TALK, daemon, message, small, talk, write_vessel

from build_db import BuildOptions, UsageError, build
from build_db.errors import Barred
from build_db.ingest import sqlite_files as sqlite_files_module
from build_db.ingest import vessel as vessel_module

ELSEWHERE = "3b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411"


def outcomes(db) -> dict[str, str]:
    return dict(db.rows("SELECT path, outcome FROM source_files"))


@pytest.fixture
def vessel(tmp_path: Path) -> Path:
    """A tree that is nothing but a database."""
    return write_vessel(tmp_path / "data/cass.db", small()).parent


def test_a_file_that_this_tool_made_is_no_vessel(tree, tmp_path, built):
    root = tree({f"conversations/{TALK}.json": conversation(TALK)})
    build(root, tmp_path / "made.db", BuildOptions(private=True))
    (tmp_path / "made.db").rename(root / "cass.db")
    db = built(root)
    assert outcomes(db)["cass.db"] == "derived"
    assert db.one("SELECT count(*) FROM conversations") == 1


@pytest.mark.parametrize("damage", ["cut", "overwritten"])
def test_a_damaged_database_stops_a_shared_build_and_the_rest_is_built_for_the_owner(tree, vessel, built, damage):
    root = tree({f"conversations/{ELSEWHERE}.json": conversation(ELSEWHERE)})
    data = (root / "cass.db").read_bytes()
    (root / "cass.db").write_bytes(data[:5000] if damage == "cut" else data[:100] + b"x" * 4000 + data[4100:])
    with pytest.raises(UsageError, match=r"cass\.db.*not a readable SQLite file"):
        build(root, root.parent / "out.db", BuildOptions(key=KEY))
    db = built(root)
    assert db.one("SELECT id FROM conversations") == ELSEWHERE
    assert [path for path, _, problem in db.problems() if problem.startswith("unread")] == ["cass.db"]


@pytest.mark.parametrize("whose", [CASS, ARIA])
def test_another_vessels_database_in_the_tree_stops_a_shared_build(vessel, whose):
    others = {**small(), "daemons": [daemon(whose, "aria")], "conversations": [talk(ELSEWHERE, whose)]}
    write_vessel(vessel / "old/cass_2025.db", others)
    with pytest.raises(UsageError, match=r"cass_2025\.db: the vessel's own database"):
        build(vessel, vessel.parent / "out.db", BuildOptions(key=KEY))


def test_an_unfinished_transaction_is_undone_on_a_copy(vessel, built):
    with closing(sqlite3.connect(vessel / "cass.db", isolation_level=None)) as conn:
        conn.execute("PRAGMA cache_size = 1")
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("UPDATE messages SET content = 'half ' || content")
        for number in range(300):
            conn.execute("INSERT INTO janet_quirks (id, daemon_id, quirk) VALUES (?, ?, ?)", [number, CASS, "x" * 900])
        journal = (vessel / "cass.db-journal").read_bytes()
        hot = (vessel / "cass.db").read_bytes()
        conn.execute("ROLLBACK")
    (vessel / "cass.db").write_bytes(hot)
    (vessel / "cass.db-journal").write_bytes(journal)
    db = built(vessel)
    assert db.rows("SELECT content FROM messages") == [("The oven is warm.",)]
    assert db.one("SELECT count(*) FROM state_records") == 0
    assert "was in use: read from a recovered copy" in {problem for _, _, problem in db.problems()}
    assert ((vessel / "cass.db").read_bytes(), (vessel / "cass.db-journal").read_bytes()) == (hot, journal)


def test_triggers_views_and_virtual_tables_are_never_asked(tmp_path, built):
    script = """
        CREATE VIEW spied AS SELECT load_extension('x') FROM users;
        CREATE TRIGGER mean AFTER INSERT ON messages BEGIN DELETE FROM messages; END;
        CREATE VIRTUAL TABLE found USING fts5(words);
        INSERT INTO found VALUES ('kept by the index');
    """
    write_vessel(tmp_path / "data/cass.db", small(), script=script)
    db = built(tmp_path / "data")
    assert db.one("SELECT count(*) FROM messages") == 1
    files = outcomes(db)
    assert not {"cass.db/spied", "cass.db/found"} & files.keys()
    assert files["cass.db/found_content"] == "unknown", "what an index keeps is told of, and not taken"


def test_a_deleted_text_stays_in_the_file(tmp_path, built):
    tables = small()
    tables["messages"].append(message(TALK, "Forget the crossbow.", timestamp=EVENING))
    script = "PRAGMA secure_delete = OFF; DELETE FROM messages WHERE content LIKE 'Forget%'"
    write_vessel(tmp_path / "data/cass.db", tables, script=script)
    assert b"crossbow" in (tmp_path / "data/cass.db").read_bytes()
    for private in (True, False):
        assert b"crossbow" not in built(tmp_path / "data", private=private, name=f"{private}.db").path.read_bytes()


def test_broken_json_and_broken_characters_are_recorded(tmp_path, built):
    tables = small()
    tables["messages"][0].update(animations_json='[{"type": "ges', content=b"caf\xe9".decode("latin-1"))
    script = "UPDATE conversations SET title = CAST(x'436166e9' AS TEXT)"
    write_vessel(tmp_path / "data/cass.db", tables, script=script)
    db = built(tmp_path / "data")
    assert db.rows("SELECT content, animations_json FROM messages") == [("café", '"[{\\"type\\": \\"ges"')]
    assert db.one("SELECT title FROM conversations") == "Caf\ufffd"
    assert ("cass.db/messages", "animations_json", "not valid JSON") in db.problems()


def test_a_database_in_which_nobody_lives_says_so(tmp_path):
    tables = {table: [] for table in small()} | {"daemons": small()["daemons"]}
    path = write_vessel(tmp_path / "data/cass.db", tables)
    with pytest.raises(UsageError, match="no daemon in it has said or done anything"):
        build(path, tmp_path / "out.db", BuildOptions(private=True))


def test_a_table_without_row_numbers_is_read_by_its_key(tmp_path, built):
    path = write_vessel(tmp_path / "data/cass.db", small())
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(
            "ALTER TABLE users RENAME TO old; CREATE TABLE users (id TEXT PRIMARY KEY, display_name TEXT)"
            "WITHOUT ROWID;"
            "INSERT INTO users SELECT id, display_name FROM old; DROP TABLE old"
        )
    names = built(path).rows("SELECT display_name FROM users ORDER BY 1")
    assert names == [("Tobin Quill",), ("Wilma Harrow",)]


def test_messages_of_another_shape_are_read_as_far_as_they_go(tmp_path, built):
    path = write_vessel(tmp_path / "data/cass.db", small())
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript("DROP TABLE messages; CREATE TABLE messages (content); INSERT INTO messages VALUES ('Hi.')")
    assert built(path).rows("SELECT content FROM messages") == [("Hi.",)]


def test_that_a_database_was_in_use_is_told_once(vessel, built):
    with closing(sqlite3.connect(vessel / "cass.db", isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = wal")
        conn.execute("UPDATE messages SET content = 'In the log.'")
        db = built(vessel)
    assert db.rows("SELECT content FROM messages") == [("In the log.",)]
    assert [problem for _, _, problem in db.problems()].count("was in use: read from a recovered copy") == 1


def test_a_damaged_table_takes_no_daemon_with_it(tmp_path, built):
    """Whoever counts a daemon's rows may meet a page that cannot be read."""
    tables = small()
    tables["dreams"] = [
        {"id": f"d{n}", "daemon_id": CASS, "date": "2026-01-10", "exchanges_json": ["x" * 3000]} for n in range(40)
    ]
    path = write_vessel(tmp_path / "data/cass.db", tables)
    with closing(sqlite3.connect(path)) as conn:
        ((page,),) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'dreams'").fetchall()
        ((size,),) = conn.execute("PRAGMA page_size").fetchall()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(data)
    for place in (path, path.parent):
        db = built(place, name=f"{place.name}.out.db")
        assert db.rows("SELECT name, title FROM daemons JOIN conversations ON daemon_id = daemons.id") == [
            ("cass", "Ovens")
        ]
        assert "unreadable: not a readable SQLite file" in {problem for _, _, problem in db.problems()}


@pytest.mark.parametrize("private", [True, False])
def test_a_disk_that_fails_once_stops_the_build_instead_of_changing_whose_life_it_is(
    vessel, tmp_path, monkeypatch, private
):
    real, failed = vessel_module.head_of, []

    def fail_once(path: Path, length: int) -> bytes:
        if path.name == "cass.db" and not failed:
            failed.append(path)
            raise Barred("Input/output error")
        return real(path, length)

    monkeypatch.setattr(vessel_module, "head_of", fail_once)
    with pytest.raises(UsageError, match=r"cass\.db: Input/output error; see that it can be read, or take it out"):
        build(vessel, tmp_path / "out.db", BuildOptions(KEY, private))
    assert failed


def test_where_no_copy_of_a_database_in_use_can_be_made_nothing_is_built(vessel, tmp_path, monkeypatch):
    (vessel / "cass.db-wal").write_bytes(b"x" * 100)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sqlite_files_module.shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space left on device"):
        build(vessel, tmp_path / "out.db", BuildOptions(private=True))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]
