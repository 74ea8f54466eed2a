"""Every value of a tree is found again in a private file, and every row in the tree; what is not is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import DEMO, KEY, conversation
from support.trees import TREES
from support.vessel import ARIA, archive, columns, daemon, person, small, whole, write_archive, write_vessel

from build_db import BuildOptions, UsageError, build
from build_db.cli import cli
from build_db.compare import compare


def private(tree: Path, folder: Path) -> Path:
    build(tree, folder / "private.db", BuildOptions(private=True))
    return folder / "private.db"


def test_the_demo_is_whole(tmp_path):
    found = compare(DEMO, private(DEMO, tmp_path))
    assert (found.lost, found.untold) == ({}, {})
    assert found.values > 10_000
    assert found.rows > 1_000


def test_a_tree_with_every_field_is_whole(tmp_path):
    found = compare(TREES / "full", private(TREES / "full", tmp_path))
    assert (found.lost, found.untold) == ({}, {})


def test_a_vessels_database_is_whole(tmp_path):
    tables = {table: rows for table, rows in whole().items() if table in columns()}
    root = write_vessel(tmp_path / "data/cass.db", tables).parent
    found = compare(root, private(root, tmp_path))
    assert (found.lost, found.untold) == ({}, {})


def test_an_archive_is_whole_even_if_rows_of_another_daemon_got_into_it(tmp_path):
    tables = {**small(), "daemons": [daemon(ARIA, "aria")], "users": [person("p1", "Tobin Quill")]}
    path = write_archive(tmp_path / "aria.anima", archive(tables))
    found = compare(path, private(path, tmp_path))
    assert (found.lost, found.untold) == ({}, {})


def test_what_is_missing_is_told_by_its_place(tree, tmp_path):
    root = tree({"conversations/5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411.json": conversation()})
    database = private(root, tmp_path)
    with closing(sqlite3.connect(database)) as conn:
        conn.execute("UPDATE messages SET content = 'something else' WHERE id = 1")
        conn.execute(
            "INSERT INTO opinions (daemon_id, topic, position) SELECT id, 'never said', 'by anybody' FROM daemons"
        )
        conn.commit()
    found = compare(root, database)
    assert found.lost == {"conversations/5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411.json: messages[].content": 1}
    assert found.untold == {"opinions": 1}


def test_a_shared_file_is_no_measure(tree, tmp_path):
    root = tree({"conversations/x.json": conversation("x")})
    build(root, tmp_path / "shared.db", BuildOptions(key=KEY))
    with pytest.raises(UsageError, match="made with --private"):
        compare(root, tmp_path / "shared.db")


def test_the_command_says_what_is_lost_and_fails(tree, tmp_path):
    root = tree({"conversations/x.json": conversation("x")})
    database = private(root, tmp_path)
    whole = CliRunner().invoke(cli, ["compare", str(root), str(database)])
    assert (whole.exit_code, "0 not found" in whole.output) == (0, True)
    tree({"conversations/x.json": conversation("x", title="Changed since")})
    changed = CliRunner().invoke(cli, ["compare", str(root), str(database)])
    assert changed.exit_code == 1
    assert "conversations/x.json: title" in changed.output


def test_a_file_of_the_same_name_in_another_tree_excuses_nothing(tree, tmp_path):
    """Only people and projects are shared: each daemon has working questions of its own."""
    question = {"id": "q1", "question": "What is warmth?", "created_at": "2025-06-01T10:00:00"}
    files = {f"{place}goals/working_questions.json": {"questions": [question]} for place in ("", "daemons/aria/")}
    root = tree({**files, "daemons.yml": {"daemons": [{"name": "aria", "path": "daemons/aria"}]}})
    database = private(root, tmp_path)
    tree({"goals/working_questions.json": {"questions": [{**question, "question": "What is cold?"}]}})
    assert compare(root, database).lost == {"goals/working_questions.json: questions[].question": 1}
