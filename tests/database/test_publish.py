"""A finished file gets its name in one step, and only where nothing else has it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from build_db.contract import Fact, Privacy
from build_db.database import publish as module
from build_db.database.publish import check_target, is_ours, is_private, publish
from build_db.errors import NotNow, UsageError
from build_db.schema import APPLICATION_ID


def database(path: Path, application: int = APPLICATION_ID, privacy: str | None = Privacy.REDACTED) -> Path:
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(f"PRAGMA application_id = {application}")
        conn.execute("CREATE TABLE build_info (key TEXT, value TEXT)")
        conn.execute("INSERT INTO build_info VALUES ('another', 'redacted')")
        if privacy:
            conn.execute("INSERT INTO build_info VALUES (?, ?)", [Fact.PRIVACY, privacy])
    return path


def test_a_new_name_and_a_file_of_ours_may_be_written(tmp_path):
    (tmp_path / "data").mkdir()
    check_target(tmp_path / "new.db", [tmp_path / "data"])
    check_target(database(tmp_path / "old.db"), [tmp_path / "data"])


def test_a_place_inside_a_tree_may_not_by_whatever_way_it_is_named(tmp_path):
    (tmp_path / "data" / "inside").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "data" / "inside")
    for target in ("data/x.db", "data/inside/x.db", "link/x.db", "data/inside/../x.db"):
        with pytest.raises(UsageError, match="lies inside"):
            check_target(tmp_path / target, [tmp_path / "elsewhere", tmp_path / "data"])
    check_target(tmp_path / "data-x.db", [tmp_path / "data"])


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        check_target(tmp_path / "nowhere" / "x.db", [])


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path, monkeypatch):
    asked = []
    access = lambda place, how: asked.append((place, how))  # noqa: E731
    monkeypatch.setattr(module, "os", SimpleNamespace(access=access, W_OK=os.W_OK))
    with pytest.raises(UsageError, match="cannot be written to"):
        check_target(tmp_path / "x.db", [])
    assert asked == [(tmp_path.resolve(), os.W_OK)]


@pytest.mark.parametrize("content", ["not a database", "", "foreign", "folder"])
def test_what_is_not_ours_keeps_its_name(tmp_path, content):
    target = tmp_path / "x.db"
    if content == "folder":
        target.mkdir()
    elif content == "foreign":
        database(target, APPLICATION_ID + 1)
    else:
        target.write_text(content)
    assert not is_ours(target)
    with pytest.raises(UsageError, match="was not made by this tool"):
        check_target(target, [])


def test_a_file_that_cannot_be_read_now_is_not_said_to_be_somebody_elses(tmp_path, monkeypatch):
    def fail(*args: object, **more: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
        raise error

    target = database(tmp_path / "x.db")
    monkeypatch.setattr(module, "sqlite3", SimpleNamespace(**{**vars(sqlite3), "connect": fail}))
    with pytest.raises(NotNow, match="cannot be read: disk I/O error"):
        is_ours(target)


@pytest.mark.parametrize(("privacy", "private"), [(Privacy.REDACTED, False), (Privacy.PRIVATE, True), (None, True)])
def test_what_does_not_say_that_it_is_redacted_is_private(tmp_path, privacy, private):
    assert is_private(database(tmp_path / "x y#.db", privacy=privacy)) is private


@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o644)])
def test_a_private_file_is_for_its_owner_alone(tmp_path, private, mode):
    finished, target = tmp_path / "finished", tmp_path / "x.db"
    finished.write_text("new")
    finished.chmod(0o666)
    target.write_text("old")
    publish(finished, target, private=private)
    assert (target.read_text(), target.stat().st_mode & 0o777, finished.exists()) == ("new", mode, False)


def test_a_link_to_the_target_stays_one(tmp_path):
    finished, target = tmp_path / "finished", tmp_path / "link.db"
    finished.write_text("new")
    target.symlink_to(tmp_path / "x.db")
    publish(finished, target, private=False)
    assert target.is_symlink()
    assert (tmp_path / "x.db").read_text() == "new"


def test_what_is_published_is_on_the_disk_first_and_a_folder_that_cannot_be_synced_undoes_nothing(
    tmp_path, monkeypatch
):
    synced = []

    def sync(place: Path) -> None:
        synced.append((place.name, (tmp_path / "x.db").exists()))
        if place.is_dir():
            raise OSError("no such thing here")

    monkeypatch.setattr(module, "sync", sync)
    (tmp_path / "finished").write_text("new")
    publish(tmp_path / "finished", tmp_path / "x.db", private=False)
    assert synced == [("finished", False), (tmp_path.name, True)]
