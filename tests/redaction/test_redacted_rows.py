"""What each rule makes of a value of each kind, and which rows lose their words: on tables of two or three columns."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from build_db.contract import WITHHELD
from build_db.records import Hint, Problem, Row
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person
from build_db.redaction.policy import parse_policy
from build_db.redaction.rows import Exclusions, Redactor, as_words
from build_db.redaction.text_redactor import Literals, TextRedactor
from build_db.schema import Column, Table

KEYED = Keyed(bytes(32))
WREN, NOBODY = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
SECRET = "hunter2-the-second"
POLICY = parse_policy(
    """
tables:
  walks: {keep: id far, text: note, json: tags_json, person: walker, day: on_day, withhold: why, drop: gone, ours: n}
  users: {keep: id, person: display_name}
  conversations: {keep: id, text: title}
  messages: {keep: conversation_id role timestamp excluded, text: content}
  nodes: {keep: id kind conversation_ref, text: content, withhold: note}
guards:
  messages: {flag: excluded}
  nodes: {column: kind, values: [secret]}
vocabulary: slow fast level
""",
    "walks.tags_json: by -hidden",
)
NONE_EXCLUDED = Exclusions()


def column(name: str, type: str = "TEXT", **more: Any) -> Column:
    plain = {"required": False, "default": None, "key": False, "references": None, "scoped": False}
    return Column(name=name, type=type, **{**plain, **more})


def table(name: str, *columns: Column) -> Table:
    return Table(name=name, title=name, about="Invented.", columns=columns)


ID = column("id", key=True, required=True)
TABLES = {
    "walks": table(
        "walks", ID, column("far", "REAL"), column("note", required=True), column("tags_json", "JSON"),
        column("walker", references="users"), column("on_day"), column("why"), column("gone"), column("n"),
    ),
    "users": table("users", ID, column("display_name", required=True)),
    "conversations": table("conversations", ID, column("title", required=True)),
    "messages": table(
        "messages", column("conversation_id", references="conversations"), column("role"), column("timestamp"),
        column("excluded", "INTEGER"), column("content", required=True),
    ),
    "nodes": table(
        "nodes", ID, column("kind"), column("conversation_ref"), column("content"),
        column("note", "INTEGER", required=True),
    ),
}  # fmt: skip


def make(exclusions: Exclusions = NONE_EXCLUDED) -> Redactor:
    people = PeopleFinder([Person(WREN, ("Wren Talbot",), pseudonym="Alder", ids=(WREN,))], KEYED)
    text = TextRedactor(people, [Literals([SECRET], "secret")], KEYED)
    return Redactor(POLICY, TABLES, keyed=KEYED, people=people, text=text, exclusions=exclusions)


def shared(table: str, redactor: Redactor | None = None, **values: Any) -> dict[str, Any]:
    return (redactor or make()).redact(Row(table, values)).values


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        *(("far", 7, 7), ("far", 2.5, 2.5), ("far", None, None), ("far", True, True)),
        *(("far", "slow", "slow"), ("far", "level12", "level12"), ("far", "2025-03-01", "2025-03-01"), ("far", "", "")),
        *(("far", "2025-03-01T10:00:00.5Z", "2025-03-01T10:00:00.5Z"), ("far", NOBODY, NOBODY)),
        *(("far", "Wren", "Alder"), ("far", "slow Wren", "slow Alder"), ("far", "9" * 120, "9" * 120)),
        *(
            ("far", ["Wren"], '["Alder"]'),
            ("note", "Wren came", "Alder came"),
            ("note", {"a": "Wren"}, '{"a": "Alder"}'),
        ),
        *(("far", WREN, KEYED.uuid("person", WREN)), ("far", WREN.upper(), KEYED.uuid("person", WREN))),
        *(("on_day", "2025-03-01T10:00:00", "2025-03-01"), ("on_day", "2025-03-01", "2025-03-01")),
        *(("on_day", "in March", None), ("on_day", 20250301, None), ("why", "Wren", None), ("gone", "Wren", None)),
        *(("n", "Wren", "Wren"), ("walker", WREN, KEYED.uuid("person", WREN))),
        *(("walker", "mara", KEYED.uuid("person", "mara")), ("walker", 7, KEYED.uuid("person", "7"))),
        ("tags_json", {"by": "Wren", "hidden": "x", "x": 1}, {"by": "Alder"}),
    ],
)
def test_each_rule_does_what_it_says(name: str, value: Any, told: Any) -> None:
    assert shared("walks", **{name: value}) == {name: told}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        *(("Wren Talbot", "Alder"), (" wren talbot ", "Alder"), ("Unknown", "Unknown")),
        *(("Oren", f"Person {KEYED.token('name', 'oren')[:4]}"), ("OREN", f"Person {KEYED.token('name', 'oren')[:4]}")),
        (WREN, KEYED.uuid("person", WREN)),
    ],
)
def test_where_somebody_is_called_by_name_a_pseudonym_stands(value: str, told: str) -> None:
    assert shared("users", id=NOBODY, display_name=value)["display_name"] == told


def test_whom_nothing_calls_by_name_the_owner_may() -> None:
    assert shared("users", id=WREN, display_name=None)["display_name"] == "Alder"
    assert shared("users", id=WREN) == {"id": KEYED.uuid("person", WREN), "display_name": "Alder"}
    assert shared("users", id=NOBODY, display_name=None)["display_name"] is None
    assert shared("users", id=7, display_name=None) == {"id": 7, "display_name": None}
    assert "display_name" not in shared("walks", id=WREN)


def test_an_id_of_words_keeps_what_tells_it_apart() -> None:
    assert shared("walks", id="walk/Wren")["id"] == f"walk/Alder-{KEYED.token('id', 'walk/Wren')[:8]}"
    assert shared("walks", id="walk/dawn")["id"] == "walk/dawn"


def test_what_is_no_row_passes_and_a_hint_is_redacted_like_one() -> None:
    problem = Problem("x", value="Wren")
    assert make().redact(problem) is problem
    hint = make().redact(Hint("walks", WREN, {"note": "Wren came"}))
    assert hint == Hint("walks", KEYED.uuid("person", WREN), {"note": "Alder came"})


def message(**more: Any) -> dict[str, Any]:
    return {"conversation_id": "t", "role": "user", "timestamp": "2025-03-01", "content": "figs", **more}


def test_a_row_that_is_flagged_loses_its_words_and_says_so_in_its_flag() -> None:
    redactor = make()
    assert shared("messages", redactor, **message(excluded="perhaps")) == message(content=WITHHELD, excluded=True)
    assert shared("messages", redactor, **message(excluded="no")) == message(excluded="no")
    assert shared("nodes", redactor, id="n", kind=" Secret ", content="figs", note=1) == {
        **{"id": "n", "kind": " Secret ", "content": None, "note": None},
    }
    assert redactor.account()["values withheld"] == {"messages": 1, "nodes": 2}


@pytest.mark.parametrize(
    ("copy", "silent"),
    [
        ({"excluded": True}, True),
        ({"excluded": True, "content": "other words"}, True),
        ({"excluded": True, "timestamp": "2025-04-01"}, True),
        ({"excluded": True, "content": "other words", "timestamp": "2025-04-01"}, False),
        ({"excluded": True, "conversation_id": "other"}, False),
        ({"excluded": False}, False),
    ],
)
def test_what_a_copy_silences_is_silent_by_its_time_or_its_words(copy: dict[str, Any], silent: bool) -> None:
    redactor = make()
    redactor.note_copy(Row("messages", message(**copy)))
    assert (shared("messages", redactor, **message())["content"] == WITHHELD) is silent
    assert bool(redactor.silent_elsewhere) is copy["excluded"]


def test_a_node_is_silent_by_its_id_and_nothing_else_is_noted() -> None:
    redactor = make()
    redactor.note_copy(Hint("nodes", "n", {"kind": "secret"}))
    redactor.note_copy(Row("walks", {"id": "n"}))
    redactor.note_copy(Row("nodes", {"id": "m", "kind": "open"}))
    assert redactor.silent_elsewhere == []
    redactor.note_copy(Row("nodes", {"id": "n", "kind": "secret"}))
    assert redactor.silent_elsewhere == [("nodes", "id", "n")]
    assert shared("nodes", redactor, id="n", kind="open", content="figs")["content"] is None
    assert shared("nodes", redactor, id="m", kind="open", content="figs")["content"] == "figs"


def test_the_owner_takes_back_conversations_or_what_people_wrote() -> None:
    talks = make(Exclusions(conversations=frozenset(("t",))))
    assert shared("messages", talks, **message())["content"] == WITHHELD
    assert shared("messages", talks, **message(conversation_id="u"))["content"] == "figs"
    assert shared("conversations", talks, id="t", title="figs")["title"] == WITHHELD
    assert shared("conversations", talks, id="u", title="figs")["title"] == "figs"
    assert shared("nodes", talks, id="n", conversation_ref="t", content="figs")["content"] is None
    assert shared("walks", talks, id="t", note="figs")["note"] == "figs"
    people = make(Exclusions(user_messages=True))
    assert shared("messages", people, **message())["content"] == WITHHELD
    assert shared("messages", people, **message(role=None))["content"] == WITHHELD
    assert shared("messages", people, **message(role="assistant"))["content"] == "figs"
    assert shared("conversations", people, id="t", title="figs")["title"] == "figs"


def test_the_account_tells_what_was_done_by_place_and_rule_and_no_value() -> None:
    redactor = make()
    shared("walks", redactor, note=f"Wren, {SECRET}", why="x", tags_json={"aKey": 1, "some key": 2, "wren": 3})
    assert redactor.account() == {
        "mentions of people": {"Alder": 1},
        "secrets and contacts": {"secret: known": 1},
        "values withheld": {"walks": 1},
        "undeclared keys left out": {"walks.tags_json: aKey": 1, "walks.tags_json: other keys": 2},
    }
    assert redactor.pseudonyms == ["Alder"]


@pytest.mark.parametrize(
    ("value", "machine"),
    [
        *(("", True), ("7", True), ("9" * 120, True), ("9" * 121, False), ("slow", True), ("slow2", True)),
        *(("slow-fast/7", True), ("slow fast", False), ("4o", True), ("q8", True), ("03T08", True), ("abcdef", True)),
        *(("abcde", False), ("a" * 32, True), ("a" * 33, False), ("mara", False), (7, False), (None, False)),
    ],
)
def test_what_a_program_writes_is_a_number_an_id_or_a_word_of_its_own(value: Any, machine: bool) -> None:
    knows = SimpleNamespace(_policy=POLICY)
    assert Redactor._is_machine_made(knows, value) is machine  # type: ignore[arg-type]


def test_words_are_the_text_or_its_json() -> None:
    assert (as_words("ë"), as_words(["ë"]), as_words(7)) == ("ë", '["ë"]', "7")
    assert Counter() == make().counts
