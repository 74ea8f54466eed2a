"""One tree of many: as by the commands alone, kept while nothing changed, made again when anything did."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import KEY
from support.households import contents, write_households, write_key

from build_db import BuildOptions, build
from build_db.exports.run import ExportOptions, export
from build_db.ingest.daemons import find_trees
from build_db.many import one
from build_db.many.listing import Listed, read_trees
from build_db.many.one import Manner, Outcome, Task, key_of, make
from build_db.redaction.text_redactor import TextRedactor

QUICK = ExportOptions(formats=("sqlite",))


@pytest.fixture
def tasks(tmp_path, monkeypatch) -> list[Task]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    manner = Manner(key_file=write_key(tmp_path), options=QUICK)
    (tmp_path / "out").mkdir()
    listed = read_trees(write_households(tmp_path, "smith", "jones"))
    return [Task(tree, tmp_path / "out" / tree.name, manner) for tree in listed]


def test_with_a_shared_key_a_tree_becomes_what_it_becomes_alone_and_people_have_one_name(tasks, tmp_path, query):
    assert [make(task) for task in tasks] == [
        Outcome(name, "built", daemons=("cass",), problems=1) for name in ("smith", "jones")
    ]
    alone = tmp_path / "alone"
    alone.mkdir()
    tree = tasks[0].tree.path
    build(tree, alone / "smith.db", BuildOptions(KEY))
    export(alone / "smith.db", alone / "exports", key=KEY, options=replace(QUICK, trees=tuple(find_trees(tree))))
    assert contents(alone) == contents(tasks[0].place)
    (one, other) = (query(task.database, "SELECT id, display_name FROM users") for task in tasks)
    assert one == other
    # But nobody who has two exports can tell.
    exported = [query(task.exports / "cass" / "cass.db", "SELECT id, display_name FROM users") for task in tasks]
    assert exported[0] != exported[1]


def test_a_key_is_shared_by_those_that_name_it(tasks, tmp_path):
    own, smith = Manner(), tasks[0].tree
    jones = tasks[1].tree
    assert key_of(smith, own) != key_of(jones, own) != KEY != key_of(smith, own)
    assert key_of(smith, own) == key_of(smith, own)
    assert key_of(smith, tasks[0].manner) == key_of(jones, tasks[0].manner) == KEY
    named = smith._replace(key_file=tasks[0].manner.key_file)
    assert key_of(named, own) == KEY


CHANGES: dict[str, Callable[[Task], object]] = {
    "a file is written again": lambda task: os.utime(task.tree.path / "conversations/one.json", (1, 1)),
    "a file is new": lambda task: (task.tree.path / "notes.txt").write_text(""),
    "there are wishes": lambda task: (task.tree.path / "redaction.yml").write_text("terms: [kettle]"),
    "somebody goes": lambda task: (task.exports / "withdrawn.yml").write_text("people: []"),
    "somebody publishes": lambda task: (task.exports / "publisher.yml").write_text("homepage: https://example.org/"),
    "an archive is gone": lambda task: next(task.exports.glob("*.zip")).unlink(),
    "the database is gone": lambda task: task.database.unlink(),
    "it was not finished": lambda task: (task.place / "finished.json").unlink(),
    "its account is broken": lambda task: (task.place / "finished.json").write_text("{"),
    "its account is nobody's": lambda task: (task.place / "finished.json").write_text("[1]"),
}


@pytest.fixture
def finished(tasks, monkeypatch) -> tuple[Task, list[Path]]:
    """A tree that is finished; what is built from then on is noted, and fails."""
    assert make(tasks[0]).state == "built"
    begun: list[Path] = []

    def noted(tree: Path, *_: object) -> None:
        begun.append(tree)
        raise sqlite3.OperationalError("not built here")

    monkeypatch.setattr(one, "build", noted)
    return tasks[0], begun


def test_what_is_finished_is_made_again_only_if_anything_is_not_as_it_was(finished, tmp_path):
    task, begun = finished
    whole = contents(task.place)
    account = (task.place / "finished.json").read_text()
    assert make(task) == Outcome("smith", "kept", daemons=("cass",), problems=1)
    (task.tree.path / "conversations/one.json").chmod(0o600)
    others = {"other options": replace(task.manner, options=replace(QUICK, k=4)), "another key": Manner(options=QUICK)}
    for why, changed in others.items():
        begun.clear()
        assert make(task._replace(manner=changed)).state == "failed", why
        assert begun == [task.tree.path], why
        # What was made of it before is another matter, and is believed no more.
        assert not (task.place / "finished.json").exists()
        (task.place / "finished.json").write_text(account)
    assert contents(task.place) == whole


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed(change, tmp_path, monkeypatch):
    """Without a build: what it would leave is written here."""
    tree = Listed("smith", read_trees(write_households(tmp_path, "smith"))[0].path)
    task = Task(tree, tmp_path / "out" / "smith", Manner(key_file=write_key(tmp_path), options=QUICK))
    begun: list[Path] = []

    def built(data: Path, database: Path, *_: object) -> object:
        begun.append(data)
        database.touch()
        return type("Report", (), {"findings": []})

    def exported(database: Path, folder: Path, **_: object) -> list:
        folder.mkdir(exist_ok=True)
        (folder / "cass-v1-2025-11-30.zip").touch()
        return [type("Exported", (), {"remains": (), "daemon": "cass"})]

    monkeypatch.setattr(one, "build", built)
    monkeypatch.setattr(one, "export", exported)
    monkeypatch.setattr(
        one, "read_index", lambda folder: [type("E", (), {"daemon": "cass", "file": "cass-v1-2025-11-30.zip"})]
    )
    (tmp_path / "out").mkdir()
    assert [make(task).state, make(task).state, len(begun)] == ["built", "kept", 1]
    CHANGES[change](task)
    assert [make(task).state, make(task).state, len(begun)] == ["built", "kept", 2]


def test_what_nobody_thought_of_is_an_outcome_too_and_quotes_nothing(tasks, monkeypatch):
    def odd(*_: object) -> None:
        raise KeyError("hunter2-is-secret")

    monkeypatch.setattr(one, "build", odd)
    outcome = make(tasks[0])
    assert outcome.state == "failed"
    assert "KeyError in" in outcome.why
    assert "hunter2" not in outcome.why


def test_a_refusal_of_the_witness_tells_no_value(tasks, monkeypatch):
    """As where redaction fails: a strict build is refused, and the name that leaked is not repeated."""
    monkeypatch.setattr(TextRedactor, "redact", lambda self, text: text)
    outcome = make(tasks[0]._replace(manner=replace(tasks[0].manner, strict=True)))
    assert outcome.state == "failed"
    assert "leak check: name in messages" in outcome.why
    assert "maribel" not in outcome.why.lower()
    assert not tasks[0].database.exists()
