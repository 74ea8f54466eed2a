"""The policy covers every column, each rule does what it says, and nothing unruled leaves."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import DEMO, ROOT, Built, conversation
from hypothesis import given
from hypothesis import strategies as st
from support.trees import TREES, build_fixture
from support.vector_store import make_vector_store

from build_db.compare import leaves
from build_db.contract import UUID, WITHHELD
from build_db.household.redactor import make_household
from build_db.household.roster import Roster
from build_db.household.wishes import Wishes
from build_db.records import Hint, Row
from build_db.redaction import Redactor
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.pseudonyms import Person
from build_db.redaction.policy import RULES, complaints, parse_policy, policy
from build_db.schema import schema

WREN = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"


NO_WISHES = Wishes()


def make(key: bytes = bytes(32), wishes: Wishes = NO_WISHES) -> Redactor:
    roster = Roster((Person(WREN, ("Wren Talbot",), ids=(WREN,)),), frozenset(["hunter2-the-second"]))
    return make_household(roster, wishes, Keyed(key), ["cass", "aria"]).redactor


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return make()


def redacted(redactor: Redactor, table: str, **values: Any) -> dict[str, Any]:
    return redactor.redact(Row(table, values)).values


def test_every_column_has_exactly_one_rule():
    assert complaints(policy(), schema()) == []


def test_the_documentation_tells_what_each_rule_does():
    told = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert [f"| {name} | {rule.effect} |" for name, rule in RULES.items()] == re.findall(
        r"^\| [a-z]+ \| .+ \|$", told, re.M
    )[1:]


def test_a_missing_or_stale_rule_is_a_complaint():
    rules = {table: dict(columns) for table, columns in policy().rules.items()}
    del rules["messages"]["content"]
    rules["messages"]["mood"] = "keep"
    keys = {column: known for column, known in policy().json_keys.items() if column != "messages.marks_json"}
    assert complaints(replace(policy(), rules=rules, json_keys=keys), schema()) == [
        "messages.content has no rule in policy.yml",
        "messages.mood has a rule in policy.yml but does not exist",
        "messages.marks_json is in one of policy.yml and json_keys.yml",
    ]


def test_a_missing_rule_stops_the_build(monkeypatch, tree, tmp_path):
    monkeypatch.delitem(policy().rules["messages"], "content")
    with pytest.raises(ValueError, match="content has no rule"):
        Built(tree({}), tmp_path / "out.db", private=True)
    assert not (tmp_path / "out.db").exists()


@pytest.mark.parametrize(
    ("rules", "words"),
    [("keep: id\n    drop: id", "users.id has two rules"), ("maybe: id", "policy.yml: users: .*unknown field `maybe`")],
)
def test_a_wrong_policy_is_refused(rules, words):
    with pytest.raises(ValueError, match=words):
        parse_policy(f"guards: {{}}\nvocabulary: ''\ntables:\n  users:\n    {rules}\n")


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


def test_the_words_stay_without_people_and_secrets(redactor):
    wren = redacted(redactor, "users", display_name="Wren Talbot")["display_name"]
    said = redacted(
        redactor, "messages", content="Wren hid hunter2-the-second.", marks_json=[{"description": "Talbot"}]
    )
    assert re.fullmatch(rf"{wren} hid \[secret [0-9a-f]{{4}}\]\.", said["content"])
    assert said["marks_json"] == [{"description": wren}]


def test_an_undeclared_key_of_a_json_column_is_left_out_and_counted():
    redactor = make()
    assert redacted(redactor, "messages", marks_json=[{"description": "x", "mood": "tired"}])["marks_json"] == [
        {"description": "x"}
    ]
    assert redactor.account()["undeclared keys left out"] == {"messages.marks_json: mood": 1}


def test_a_long_number_inside_json_may_be_somebodys(redactor):
    card = {"description": 4111111111111111, "category": 20250301}
    shared = redacted(redactor, "messages", marks_json=[card])["marks_json"]
    assert re.fullmatch(r"\[card [0-9a-f]{4}\]", shared[0]["description"])
    assert shared[0]["category"] == 20250301


def test_nothing_stays_nothing(redactor):
    assert redacted(redactor, "conversations", title=None, user_id=None) == {"title": None, "user_id": None}


def test_a_person_has_one_pseudonym_everywhere(redactor):
    user = redacted(redactor, "users", id=WREN, display_name="Wren Talbot")
    assert user["id"] != WREN
    assert redacted(redactor, "messages", user_id=WREN)["user_id"] == user["id"]
    assert redacted(redactor, "messages", user_id=WREN.upper())["user_id"] == user["id"]
    assert redacted(redactor, "roadmap_items", assigned_to="wren talbot")["assigned_to"] == user["display_name"]
    assert redacted(redactor, "research_schedules", approved_by=WREN)["approved_by"] == user["id"]
    assert redactor.redact(Hint("users", WREN, {"display_name": "Wren Talbot"})).id == user["id"]


def test_an_id_of_nobody_known_is_changed_too(redactor):
    ids = {
        redacted(redactor, "messages", user_id=id)["user_id"] for id in ("someone", "someone", WREN.replace("a", "b"))
    }
    assert len(ids) == 2
    assert all(UUID.fullmatch(id) and id != WREN.replace("a", "b") for id in ids)


def test_the_daemons_and_roles_keep_their_names(redactor):
    assert redacted(redactor, "roadmap_items", assigned_to="daedalus", created_by="user") == {
        "assigned_to": "daedalus",
        "created_by": "user",
    }


def test_another_key_gives_unlinkable_people():
    one, other = (make(bytes([n] * 32)) for n in (1, 2))
    assert redacted(one, "users", id=WREN) != redacted(other, "users", id=WREN)


def test_private_times_are_cut_to_their_day(redactor):
    assert redacted(redactor, "calendar_events", start_time="2025-11-18T15:30:00")["start_time"] == "2025-11-18"
    assert redacted(redactor, "calendar_events", start_time="after Mara's party")["start_time"] == WITHHELD


@pytest.mark.parametrize(
    "value",
    ["2025-11-18T15:30:00.123456", "2025-11-18", "2025-11-18T15:30:00+02:00", "09:30", "a1c94e07", "0.7",
     "5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411",
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
def test_what_people_write_into_a_kept_column_is_treated_as_text(redactor, value):
    kept = redacted(redactor, "messages", model=value)["model"]
    assert "wren" not in kept.lower()
    assert "talbot" not in kept.lower()


def test_an_id_that_names_somebody_is_changed_and_references_follow(redactor):
    page = redacted(redactor, "wiki_pages", id="entity/Wren_Talbot")["id"]
    assert re.fullmatch("entity/[A-Z][a-z]+-[0-9a-f]{8}", page)
    assert redacted(redactor, "wiki_links", target_page_id="entity/Wren_Talbot")["target_page_id"] == page
    odd = redacted(redactor, "conversations", id="my-chat-with-wren")["id"]
    assert redacted(redactor, "messages", conversation_id="my-chat-with-wren")["conversation_id"] == odd
    assert "wren" not in odd


def test_the_first_digits_of_a_persons_id_are_changed_like_the_whole(redactor):
    whole = redacted(redactor, "users", id=WREN)["id"]
    assert redacted(redactor, "self_model_nodes", id=WREN[:8])["id"] == whole[:8]


def test_the_owner_can_withdraw_a_conversation_or_all_that_people_said():
    redactor = make(wishes=Wishes(excluded_conversations=frozenset(["c1"]), withhold_user_messages=True))
    kept, gone = {"conversation_id": "c2", "content": "x"}, {"conversation_id": "c1", "content": "x"}
    assert redacted(redactor, "messages", role="assistant", **kept)["content"] == "x"
    # Whoever is not the daemon counts as a person: a role that nobody declared, and none at all.
    for role in ("user", "system", "tool", None):
        assert redacted(redactor, "messages", role=role, **kept)["content"] == WITHHELD
    assert redacted(redactor, "messages", role="assistant", **gone)["content"] == WITHHELD
    assert redacted(redactor, "conversations", id="c1", title="x")["title"] is None
    assert redacted(redactor, "conversation_summaries", conversation_ref="c1", content="x")["content"] == WITHHELD


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


SECRET = re.compile("password|token$|email|directory|repo$|plan_path|display_name")
ABOUT_PEOPLE = ("users", "calendar", "tasks")


def words_about_people() -> Iterator[str]:
    """What the full tree says about people, and every name, contact and secret in it."""
    root = TREES / "full"
    for path in sorted(root.rglob("*")):
        if path.suffix in (".json", ".yaml"):
            value = source_or_none(path)
            about = path.relative_to(root).parts[0] in ABOUT_PEOPLE
            for where, leaf in leaves(value):
                if isinstance(leaf, str) and ((about and " " in leaf) or SECRET.search(where)):
                    yield leaf
    yield from ("Tamsin", "Bram", "Keel", "Tamsin Orl")


def source_or_none(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        return None


def in_bytes(path: Path, words: set[str]) -> set[str]:
    data = path.read_bytes()
    return {word for word in words if len(word) > 3 and word.encode() in data}


def test_nothing_about_people_is_in_the_shared_file_and_the_dialogue_is(tmp_path):
    private = build_fixture("full", tmp_path / "private")
    shared = Built(tmp_path / "private" / "data", tmp_path / "shared.db", private=False)
    words = set(words_about_people()) - policy().vocabulary
    assert len(in_bytes(private.path, words)) > 60, "the words are those that a private file holds"
    assert in_bytes(shared.path, words) == set()
    assert shared.one("SELECT count(*) FROM wiki_pages WHERE length(content) > 40") > 0
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
