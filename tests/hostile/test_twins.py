"""Of two files that tell of one thing, or a place and its entry, what is not kept is not passed over in silence."""

from __future__ import annotations

import json
import shutil
from functools import reduce
from operator import getitem
from pathlib import Path

import pytest
import yaml
from support.trees import TREES, changed, places
from support.vessel import CASS, archive, daemon, write_archive

from build_db.ingest.reading import NO_ID, is_id

WREN, OTHER = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537", "6e10c5d3-b824-4f7a-91d6-a35b0e7f2c22"
DAY, TIME = "2025-11-30", "2025-11-30T18:00:00"
PROFILE = {f"users/{who}/profile.yaml": {"user_id": who, "display_name": f"{who[:2]}x Okafor"} for who in (WREN, OTHER)}
TWIN = "differs from its twin: the twin's is kept"
SESSION = {"session_id": "s1", "started_at": TIME, "status": "completed", "summary": "first"}
VIEW = {"session_type": "research", "artifacts": [], "session_id": "s2", "started_at": TIME, "summary": "first"}


def entry(**more: object) -> dict[str, object]:
    return {
        "id": "e1",
        "user_id": OTHER,
        "timestamp": TIME,
        "created_at": TIME,
        "description": "x",
        "title": "x",
        **more,
    }


CASES = {
    "snapshots": (
        {f"github/historical/{DAY}.json": [{"timestamp": TIME, "repos": {"a": {"stars": 1}}}]},
        {"github/current.json": {"timestamp": TIME, "repos": {"a": {"stars": 2}}}},
        ("github/current.json", "repos", TWIN),
    ),
    "sessions": (
        {"research/sessions/s1.json": SESSION},
        {"research/sessions/current.json": {**SESSION, "summary": "second"}},
        ("research/sessions/current.json", "summary", TWIN),
    ),
    "views of a session": (
        {"research/sessions/session_s2.json": VIEW},
        {"research/sessions/current.json": {**VIEW, "summary": "second"}},
        ("research/sessions/current.json", "summary", TWIN),
    ),
    "the archive and the runner's view": (
        {"research/sessions/s1.json": {**SESSION, "findings_summary": "- a\n- b"}},
        {
            "research/sessions/session_s1.json": {
                **VIEW,
                "session_id": "s1",
                "summary": "second",
                "findings": ["a", "b"],
            }
        },
        ("research/sessions/session_s1.json", "summary", TWIN),
    ),
    "how long the runner says": (
        {"research/sessions/s1.json": {**SESSION, "duration_limit_minutes": 30}},
        {"research/sessions/session_s1.json": {**VIEW, "session_id": "s1", "duration_minutes": 45}},
        ("research/sessions/session_s1.json", "duration_minutes", TWIN),
    ),
    "what the runner counts": (
        {"research/sessions/s1.json": {**SESSION, "searches_performed": 3}},
        {"research/sessions/session_s1.json": {**VIEW, "session_id": "s1", "metadata": {"searches_performed": 2}}},
        ("research/sessions/session_s1.json", "metadata.searches_performed", TWIN),
    ),
    "what was found": (
        {"research/sessions/s1.json": {**SESSION, "findings_summary": "- a\n- b"}},
        {"research/sessions/session_s1.json": {**VIEW, "session_id": "s1", "findings": ["c"]}},
        ("research/sessions/session_s1.json", "findings_summary", TWIN),
    ),
    "names": (
        {"users/index.json": {WREN: f"{WREN[:2]}x Okafor"}},
        {"users/index.json": {WREN: "Ilse Brandt"}},
        (f"users/{WREN}/profile.yaml", "display_name", "users/index.json has another name: this one is kept"),
    ),
    "a journal about a person": (
        {f"users/{WREN}/journals.json": [entry(user_id=WREN, journal_date=DAY, content="x")]},
        {f"users/{WREN}/journals.json": [entry(journal_date=DAY, content="x")]},
        (f"users/{WREN}/journals.json", "user_id", "id differs from the folder name"),
    ),
    "tasks": (
        {f"tasks/{WREN}.json": {"tasks": [entry(user_id=WREN)]}},
        {f"tasks/{WREN}.json": {"tasks": [entry()]}},
        (f"tasks/{WREN}.json", "user_id", "id differs from the file name"),
    ),
    "a calendar": (
        {f"calendar/{WREN}.json": {"events": [entry(user_id=WREN, start_time=TIME)]}},
        {f"calendar/{WREN}.json": {"events": [entry(start_time=TIME)]}},
        (f"calendar/{WREN}.json", "user_id", "id differs from the file name"),
    ),
}


@pytest.mark.parametrize(("before", "after", "problem"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("private", [True, False])
def test_what_differs_is_told(tree, built, before, after, problem, private):
    db = built(tree({**PROFILE, **before, **after}), private=private)
    assert problem in db.problems()


@pytest.mark.parametrize("case", ["snapshots", "sessions", "views of a session"])
def test_of_twins_that_are_alike_nothing_is_told(tree, built, case):
    before, after, _ = CASES[case]
    db = built(tree({**PROFILE, **before, next(iter(after)): next(iter(before.values()))}))
    assert [problem for _, _, problem in db.problems() if problem == TWIN] == []


def test_of_a_view_and_a_name_that_say_the_same_nothing_is_told(tree, built):
    archive = {**SESSION, "findings_summary": "- a", "searches_performed": 3, "notes_created": [], "next_steps": "b"}
    metadata = {"searches_performed": 0, "notes_created": [], "next_steps": ["b"]}
    view = {**VIEW, "session_id": "s1", "status": "completed", "findings": ["a"], "metadata": metadata}
    files = {"research/sessions/s1.json": archive, "research/sessions/session_s1.json": view}
    db = built(tree({**PROFILE, **files, "users/index.json": {WREN: f"{WREN[:2]}x Okafor"}}))
    assert [problem for _, _, problem in db.problems() if problem == TWIN or "name" in problem] == []


def test_a_name_that_is_nowhere_else_is_taken_from_the_index(tree, built):
    nameless = {f"users/{WREN}/profile.yaml": {"user_id": WREN}, "users/index.json": {WREN: "Ilse Brandt"}}
    db = built(tree({**PROFILE, **nameless}))
    assert db.one("SELECT display_name FROM users WHERE id = ?", WREN) == "Ilse Brandt"
    assert [problem for _, _, problem in db.problems() if "name" in problem] == []


def with_odd_ids(root: Path) -> dict[str, str]:
    """Every id in the files of a tree becomes a list of one word; the words, and the file of each."""
    words: dict[str, str] = {}
    for place in sorted(path for path in root.rglob("*") if path.suffix in (".json", ".yaml") and path.is_file()):
        load, dump = (json.loads, json.dumps) if place.suffix == ".json" else (yaml.safe_load, yaml.safe_dump)
        try:
            value = load(place.read_text(encoding="utf-8"))
        except ValueError:  # one is cut off, as the vessel leaves it
            continue
        for way in places(value):
            if way and is_id(str(way[-1])):
                held = reduce(getitem, way, value)
                if held is not None and not isinstance(held, (list, dict)):
                    word = f"markq{len(words):04}z"
                    words[word] = place.relative_to(root).as_posix()
                    value = changed(value, way, [word])
        place.write_text(dump(value), encoding="utf-8")
    return words


def test_an_id_that_is_a_list_is_told(tmp_path, built):
    root = tmp_path / "data"
    shutil.copytree(TREES / "full", root)
    words = with_odd_ids(root)
    db = built(root)
    kept = "\n".join(db.conn.iterdump())
    taken_in = dict(db.rows("SELECT path, outcome FROM source_files"))
    lost = [
        path for word, path in words.items() if word not in kept and taken_in.get(path) in ("ingested", "unreadable")
    ]
    assert lost == []
    assert len(words) > 200


def test_an_id_of_an_archive_that_is_a_list_is_told(tmp_path, built):
    made = archive({"daemons": [daemon(CASS, "cass")], "journals": [{"daemon_id": CASS, "date": DAY}]})
    made["tables"]["journals"][0]["id"] = ["odd"]
    db = built(write_archive(tmp_path / "cass.anima", made))
    told = [(path.rpartition("/")[2], field) for path, field, why in db.problems() if why == NO_ID]
    assert told == [("journals", "id")]
