"""A file that goes, grows or becomes something else after it was seen, and databases that others hold."""

from __future__ import annotations

import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from conftest import KEY
from support.planted import PLANTED, database, in_use
from support.trees import TREES
from support.vector_store import make_vector_store

from build_db import BuildOptions, CheckFailed, UsageError, build
from build_db import pipeline as pipeline_module
from build_db.witness.needles import gather
from build_db.witness.unchanged import digests_of


def go(path: Path) -> None:
    path.unlink()


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b'{"more": ' * 1000)


def become_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def become_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    shutil.copytree(TREES / "full", root)
    (root / "chroma.yml").unlink()
    make_vector_store(root / "chroma/chroma.sqlite3", [])
    database(root / "users/x")
    return root


@pytest.mark.parametrize("happens", [go, grow, become_a_pipe, become_a_folder])
@pytest.mark.parametrize("turn", [0, 1])
def test_what_changes_after_it_was_seen_is_told(whole, tmp_path, monkeypatch, happens, turn):
    """Every other file of every kind, at once; nobody waits for a pipe."""
    files = sorted(path for path in whole.rglob("*") if path.is_file())[turn::2]
    real = pipeline_module.scratch

    def after(*arguments: object) -> object:
        for path in files:
            happens(path)
        return real(*arguments)

    monkeypatch.setattr(pipeline_module, "scratch", after)
    report = build(whole, tmp_path / "out.db", BuildOptions(private=True))
    told = {origin.path for origin, _ in report.findings}
    with closing(sqlite3.connect(tmp_path / "out.db")) as conn:
        ingested = {path for (path,) in conn.execute("SELECT path FROM source_files WHERE outcome = 'ingested'")}
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    names = {path.relative_to(whole).as_posix() for path in files}
    assert happens is grow or not names & ingested
    assert names & told


@pytest.mark.parametrize("happens", [go, grow, become_a_pipe])
def test_nothing_is_shared_of_a_tree_that_changes(whole, tmp_path, monkeypatch, happens):
    real = pipeline_module.scratch

    def after(*arguments: object) -> object:
        happens(sorted((whole / "users").rglob("profile.yaml"))[0])
        return real(*arguments)

    monkeypatch.setattr(pipeline_module, "scratch", after)
    with pytest.raises((CheckFailed, UsageError)):
        build(whole, tmp_path / "out.db", BuildOptions(KEY))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


@pytest.mark.parametrize("mode", ["delete", "wal"])
@pytest.mark.parametrize("private", [True, False])
def test_a_database_that_somebody_has_locked_is_read_all_the_same(whole, tmp_path, mode, private):
    with closing(sqlite3.connect(whole / "cass.db", isolation_level=None)) as conn:
        conn.execute(f"PRAGMA journal_mode = {mode}")
        conn.execute("PRAGMA locking_mode = EXCLUSIVE")
        conn.execute("BEGIN EXCLUSIVE")
        before = digests_of([whole])
        build(whole, tmp_path / "out.db", BuildOptions(KEY, private))
        assert digests_of([whole]) == before
    with closing(sqlite3.connect(tmp_path / "out.db")) as conn:
        assert conn.execute("SELECT count(*) FROM messages WHERE content LIKE '%bakes%'").fetchone() == (1,)


@pytest.mark.parametrize("private", [True, False])
def test_what_is_not_written_back_yet_is_read_and_leaves_no_file(whole, tmp_path, private):
    in_use(whole / "users/x", Random(1))
    before = digests_of([whole])
    build(whole, tmp_path / "out.db", BuildOptions(KEY, private))
    assert digests_of([whole]) == before
    with closing(sqlite3.connect(tmp_path / "out.db")) as conn:
        assert conn.execute("SELECT count(*) FROM messages WHERE content LIKE '%bakes.!'").fetchone() == (1,)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_lies_beside_the_files_is_read_by_nobody(tmp_path, plant, seed):
    root = tmp_path / "data"
    shutil.copytree(TREES / "full", root)
    (root / "chroma.yml").unlink()
    plant(root / "wiki/x.md", Random(seed))
    before = digests_of([root])
    report = build(root, tmp_path / "out.db", BuildOptions(private=True))
    gather([root], ())
    assert digests_of([root]) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out.db"]
    assert report.rows["conversations"] >= 1


@pytest.mark.parametrize("beside", [True, False], ids=["beside others", "alone"])
def test_a_name_that_leads_out_of_an_archive_leads_nowhere(tmp_path, beside):
    """Neither to the file of that name nor past the owner: it is told of."""
    real = TREES / "companions/chatgpt/conversations-000.json"
    outside = tmp_path / "elsewhere/conversations-000.json"
    outside.parent.mkdir()
    outside.write_text(real.read_text(encoding="utf-8").replace("conversation", "outside"), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        if beside:
            archive.write(real, "conversations-000.json")
        archive.writestr(str(outside), "[]")
        archive.writestr("../elsewhere/conversations-000.json", "[]")
    gather([tmp_path / "export.zip"], ())
    if not beside:
        with pytest.raises(UsageError, match="no vessel's file, and no export that is known"):
            build(tmp_path / "export.zip", tmp_path / "out.db", BuildOptions(private=True))
        return
    report = build(tmp_path / "export.zip", tmp_path / "out.db", BuildOptions(private=True))
    told = {(origin.path, problem.problem) for origin, problem in report.findings}
    reason = "unreadable: its name leads out of the archive"
    assert {(str(outside), reason), ("../elsewhere/conversations-000.json", reason)} <= told
    assert b"outside" not in (tmp_path / "out.db").read_bytes()
