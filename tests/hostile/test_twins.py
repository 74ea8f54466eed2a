"""Of two files that tell of one thing, or a place and its entry, what is not kept is not passed over in silence."""

from __future__ import annotations

import pytest

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
