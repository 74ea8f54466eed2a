"""The policy covers every column, each rule does what it says, and nothing unruled leaves."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import DEMO, Built, conversation
from hypothesis import given
from hypothesis import strategies as st
from test_formats import HERE, build_fixture, leaves
from vector_store import make_vector_store

from build_db.records import Hint, Row
from build_db.redaction import WITHHELD, Redactor
from build_db.redaction.keyed import Keyed
from build_db.redaction.policy import complaints, parse_policy, policy
from build_db.schema import schema

WREN = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor(policy(), schema(), Keyed(bytes(32)))


def redacted(redactor: Redactor, table: str, **values: Any) -> dict[str, Any]:
    return redactor.redact(Row(table, values)).values


def test_every_column_has_exactly_one_rule():
    assert complaints(policy().rules, schema()) == []


def test_a_missing_or_stale_rule_is_a_complaint():
    rules = {table: dict(columns) for table, columns in policy().rules.items()}
    del rules["messages"]["content"]
    rules["messages"]["mood"] = "keep"
    assert complaints(rules, schema()) == [
        "messages.content has no rule in policy.yml",
        "messages.mood has a rule in policy.yml but does not exist",
    ]


def test_a_missing_rule_stops_the_build(monkeypatch, tree, tmp_path):
    monkeypatch.delitem(policy().rules["messages"], "content")
    with pytest.raises(ValueError, match="content has no rule"):
        Built(tree({}), tmp_path / "out.db", private=True)
    assert not (tmp_path / "out.db").exists()


@pytest.mark.parametrize(
    ("rules", "words"),
    [("keep: id\n    drop: id", "users.id has two rules"), ("maybe: id", "unknown rule maybe")],
)
def test_a_wrong_policy_is_refused(rules, words):
    with pytest.raises(ValueError, match=words):
        parse_policy(f"guards: {{}}\nnobody: []\nvocabulary: ''\ntables:\n  users:\n    {rules}\n")


def test_a_reference_obeys_the_rule_of_its_target():
    told = {"keep": "keep", "person": "person", "text": "text", "ours": "ours"}
    for name, table in schema().items():
        for column in table.columns:
            if column.references and column.references != "daemons":
                target = policy().rules[column.references]["id"]
                assert policy().rules[name][column.name] == told[target], f"{name}.{column.name}"


def test_secrets_are_dropped(redactor):
    assert redacted(redactor, "users", password_hash="1:2")["password_hash"] is None
    assert redacted(redactor, "projects", github_token="ghp_x", working_directory="/home/wren") == {
        "github_token": None,
        "working_directory": None,
    }


def test_text_and_json_are_withheld_until_they_can_be_redacted(redactor):
    assert redacted(redactor, "messages", content="hello", marks_json=[{"description": "hello"}]) == {
        "content": WITHHELD,
        "marks_json": None,
    }


def test_nothing_stays_nothing(redactor):
    assert redacted(redactor, "conversations", title=None, user_id=None) == {"title": None, "user_id": None}


def test_a_person_has_one_pseudonym_everywhere(redactor):
    user = redacted(redactor, "users", id=WREN, display_name="Wren Talbot")
    assert user["id"] != WREN
    assert redacted(redactor, "messages", user_id=WREN)["user_id"] == user["id"]
    assert redacted(redactor, "roadmap_items", assigned_to="wren talbot")["assigned_to"] == user["display_name"]
    assert redacted(redactor, "research_schedules", approved_by=WREN)["approved_by"] == user["id"]
    assert redactor.redact(Hint("users", WREN, {"display_name": "Wren Talbot"})).id == user["id"]


def test_the_daemons_and_roles_keep_their_names(redactor):
    assert redacted(redactor, "roadmap_items", assigned_to="daedalus", created_by="user") == {
        "assigned_to": "daedalus",
        "created_by": "user",
    }


def test_another_key_gives_unlinkable_people():
    one, other = (Redactor(policy(), schema(), Keyed(bytes([n] * 32))) for n in (1, 2))
    assert redacted(one, "users", id=WREN) != redacted(other, "users", id=WREN)


def test_private_times_are_cut_to_their_day(redactor):
    assert redacted(redactor, "calendar_events", start_time="2025-11-18T15:30:00")["start_time"] == "2025-11-18"
    assert redacted(redactor, "calendar_events", start_time="after Mara's party")["start_time"] == WITHHELD


@pytest.mark.parametrize(
    "value",
    ["2025-11-18T15:30:00.123456", "2025-11-18", "2025-11-18T15:30:00+02:00", "09:30", WREN, "a1c94e07", "0.7",
     "reflect_20251108_213005_4be1a9", "2025-11-08-research", "2025-11-08#2", "claude-haiku-4-5-20251001", "gpt-4o",
     "llama3.1:8b-instruct-q8_0", "anthropic", "in_progress", "P1", "", 7, 0.25, True],
)  # fmt: skip
def test_keep_keeps_what_machines_write(redactor, value):
    assert redacted(redactor, "messages", model=value)["model"] == value


@pytest.mark.parametrize(
    "value",
    ["Wren", "wren_1985", "with Wren", "reflect_wren_20251108", "+44 7700 900123 ", "in progress with Wren", "x" * 200,
     "2025-11-18 Wren", "talbot-laptop-7b", {"name": "Wren"}, ["Wren"]],
)  # fmt: skip
def test_keep_withholds_what_people_write(redactor, value):
    assert redacted(redactor, "messages", model=value)["model"] is None


def test_an_id_that_says_something_becomes_a_token_and_references_follow(redactor):
    page = redacted(redactor, "wiki_pages", id="entity/Wren_Talbot")["id"]
    assert re.fullmatch("[0-9a-f]{16}", page)
    assert redacted(redactor, "wiki_links", target_page_id="entity/Wren_Talbot")["target_page_id"] == page
    odd = redacted(redactor, "conversations", id="my-chat-with-wren")["id"]
    assert redacted(redactor, "messages", conversation_id="my-chat-with-wren")["conversation_id"] == odd
    assert "wren" not in odd


@pytest.mark.parametrize(("table", "guard"), [("messages", "excluded"), ("journals", "locked")])
def test_guarded_rows_lose_their_words(redactor, table, guard):
    assert redacted(redactor, table, content="secret", **{guard: True})["content"] == WITHHELD


def test_a_key_is_long_enough():
    with pytest.raises(ValueError, match="16 bytes"):
        Keyed(b"short")


@given(st.text(), st.text())
def test_different_people_have_different_ids(one, other):
    keyed = Keyed(bytes(32))
    assert (keyed.uuid("person", one) == keyed.uuid("person", other)) == (one == other)
    assert keyed.token("id", one) != keyed.token("name", one)


def fixture_words() -> Iterator[str]:
    """Everything in the full tree that somebody wrote: every text with a space in it, and every secret."""
    root = HERE / "trees" / "full"
    for path in sorted(root.rglob("*")):
        if path.suffix in (".json", ".yaml", ".yml"):
            content = path.read_text(encoding="utf-8")
            try:
                value = yaml.safe_load(content)
            except yaml.YAMLError:
                continue
            for where, leaf in leaves(value):
                if isinstance(leaf, str) and (
                    " " in leaf or re.search("password|token$|email|path|directory|repo", where)
                ):
                    yield leaf
    yield from ("Tamsin", "Bram", "Keel")


def in_bytes(path: Path, words: set[str]) -> set[str]:
    data = path.read_bytes()
    return {word for word in words if len(word) > 3 and word.encode() in data}


def test_no_word_of_the_full_tree_is_in_the_shared_file(tmp_path):
    private = build_fixture("full", tmp_path / "private")
    tree = tmp_path / "private" / "data"
    shared = Built(tree, tmp_path / "shared.db", private=False)
    words = set(fixture_words())
    assert len(words) > 400
    assert len(in_bytes(private.path, words)) > 400, "the words are those that a private file holds"
    assert in_bytes(shared.path, words) == set()
    for built in (private, shared):
        built.conn.close()


def test_privacy_changes_values_and_never_the_number_of_rows(tmp_path):
    private, shared = (Built(DEMO, tmp_path / f"{p}.db", private=p) for p in (True, False))
    assert private.report.rows == shared.report.rows
    for built in (private, shared):
        built.conn.close()


def test_deleted_texts_in_the_vector_store_stay_there(tree, tmp_path):
    root = tree({f"conversations/{WREN}.json": conversation(WREN)})
    make_vector_store(root / "chroma" / "chroma.sqlite3", [])
    shutil.copy(root / "chroma" / "chroma.sqlite3", tmp_path / "before")
    Built(root, tmp_path / "out.db", private=True).conn.close()
    assert (tmp_path / "before").read_bytes() == (root / "chroma" / "chroma.sqlite3").read_bytes()
