"""The policy is a table that is held against the schema: nothing without a rule, no rule without meaning."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from build_db.errors import BadTable
from build_db.redaction.policy import Guard, Policy, complaints, parse_policy

POLICY = """
tables:
  walks:
    keep: id far
    text: note
    json: tags_json
    person: user_id walker
    names: {walker: name of user_id, tags_json.by: handle in the path, "tags_json.*": id when far is long}
    secrets: note
  users: {keep: id}
forms:
  the path: ^/home/(\\w+)|^~(\\w+)
guards:
  walks: {flag: locked}
vocabulary: slow fast
"""
ASTRAY = "is marked in policy.yml but does not exist"
KEYS = "walks.tags_json: by -hidden free*"


def column(name: str, references: str | None = None) -> Any:
    return SimpleNamespace(name=name, references=references)


def schema(*more: str) -> dict[str, Any]:
    walks = [column("id"), column("far"), column("note"), column("tags_json"), column("walker")]
    walks += [column("user_id", "users"), *map(column, more)]
    return {"walks": SimpleNamespace(columns=walks), "users": SimpleNamespace(columns=[column("id")])}


@pytest.fixture
def policy() -> Policy:
    return parse_policy(POLICY, KEYS)


def test_each_column_has_one_rule(policy):
    assert policy.rules["walks"] == {
        **{"id": "keep", "far": "keep", "note": "text", "tags_json": "json", "user_id": "person", "walker": "person"}
    }
    assert policy.json_keys == {"walks.tags_json": ("by", "-hidden", "free*")}
    assert policy.secrets == {"walks": ("note",)}
    assert policy.vocabulary == {"slow", "fast"}
    assert complaints(policy, schema()) == []


def test_the_digest_is_of_both_tables(policy):
    digests = {parse_policy(POLICY + more, KEYS + keys).digest for more in ("", " ") for keys in ("", " ")}
    assert policy.digest in digests
    assert len(digests) >= 2
    assert len(policy.digest) == 64


@pytest.mark.parametrize(
    ("changed", "to", "told"),
    [
        ("keep: id far", "keep: id far note", "walks.note has two rules, keep and text"),
        ("walker: name of user_id", "walker: title", "names: walker: title is no name"),
        ("in the path", "in a path", "handle in a path is no name, handle or id in a known form"),
        ("keep: id far", "kept: id far", "kept"),
    ],
)
def test_a_table_without_meaning_is_told_with_its_place(changed, to, told):
    with pytest.raises(BadTable, match=told):
        parse_policy(POLICY.replace(changed, to, 1), KEYS)


@pytest.mark.parametrize(
    ("text", "keys", "more", "told"),
    [
        (POLICY, KEYS, ["new"], ["walks.new has no rule in policy.yml"]),
        (POLICY.replace("id far", "id far old"), KEYS, [], ["walks.old has a rule in policy.yml but does not exist"]),
        (POLICY, "{}", [], ["walks.tags_json is in one of policy.yml and json_keys.yml"]),
        (POLICY, KEYS + "\nwalks.note: x", [], ["walks.note is in one of policy.yml and json_keys.yml"]),
        (POLICY.replace("walker: name of user_id, ", ""), KEYS, [], [
            "walks.walker is a person and no reference to users: say what stands there, in policy.yml below walks:"
            " names: {walker: name}",
        ]),
        (POLICY.replace("of user_id", "of nobody"), KEYS, [], [f"walks.nobody {ASTRAY}"]),
        (POLICY.replace("secrets: note", "secrets: gone"), KEYS, [], [f"walks.gone {ASTRAY}"]),
    ],
)  # fmt: skip
def test_where_it_does_not_cover_the_schema_that_is_told(text, keys, more, told):
    assert complaints(parse_policy(text, keys), schema(*more)) == told


def test_a_place_where_somebody_is_named_gives_what_stands_there(policy):
    walker, by, keys = policy.names["walks"]
    assert (walker.column, walker.key, walker.what, walker.owner, walker.form) == (
        "walker",
        None,
        "name",
        "user_id",
        None,
    )
    assert list(walker.texts({"walker": " Mara "})) == ["Mara"]
    assert list(walker.texts({"walker": " "})) == list(walker.texts({"walker": 7})) == list(walker.texts({})) == []
    assert (by.column, by.key, by.what, by.owner) == ("tags_json", "by", "handle", None)
    for said, names in (("/home/mara/x", ["mara"]), ("~oren", ["oren"]), ("/root", []), (" /home/mara", ["mara"])):
        assert list(by.texts({"tags_json": {"by": said, "x": "/home/no"}})) == names
    assert list(by.texts({"tags_json": ["/home/mara"]})) == []
    assert (keys.key, keys.what, keys.where) == ("*", "id", ("far", "long"))
    assert list(keys.texts({"tags_json": {"a": 1, "b": 2}, "far": "long"})) == ["a", "b"]
    assert list(keys.texts({"tags_json": {"a": 1}, "far": "short"})) == []


@pytest.mark.parametrize(
    ("value", "silent"),
    [
        *((None, False), (False, False), (0, False), (0.0, False), ("", False), (" No ", False), ("OFF", False)),
        *(
            ("0", False),
            ("null", False),
            (True, True),
            (1, True),
            ("yes", True),
            ("perhaps", True),
            ([], True),
            ({}, True),
        ),
    ],
)
def test_a_row_is_silent_unless_its_flag_is_plainly_false(value, silent):
    assert Guard(flag="locked").silences({"locked": value}) is silent
    assert not Guard(flag="locked").silences({})


@pytest.mark.parametrize(("value", "silent"), [("secret", True), (" Secret ", True), ("open", False), (None, False)])
def test_a_row_is_silent_by_the_word_that_it_bears(value, silent):
    assert Guard(column="kind", values=frozenset(("secret",))).silences({"kind": value}) is silent
