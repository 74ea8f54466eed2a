"""What the witness looks for, from what a tree calls somebody and what its owner wishes."""

from __future__ import annotations

import json

import pytest

from build_db.limits import LONGEST_NAME
from build_db.witness.needles import Needle, Needles, gather

UUID = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537"


def of_name(name: str, *spared: str) -> set[str]:
    needles = Needles({}, {})
    needles.add_name(name, "x", frozenset(spared))
    assert set(needles.names.values()) <= {Needle("name", "x")}
    return set(needles.names)


@pytest.mark.parametrize(
    ("name", "needles"),
    [
        ("Mara Ellison", {"mara ellison", "mara", "ellison", "maraellison"}),
        ("Zoë", {"zoe"}),
        ("Al", set()),
        ("Al Xu", set()),
        ("Bo Xu", {"bo xu"}),
        ("Ana Xu", {"ana xu", "ana"}),
        ("Anna Xu", {"anna xu", "anna", "annaxu"}),
        ("Mara O'Brien", {"mara o'brien", "mara", "o'brien", "maraobrien"}),
        ("Mara's", {"mara"}),
        ("Dr. Mara", {"mara"}),
        ("The Captain", set()),
        ("New User", set()),
        ("User", set()),
        ("Mara 7", {"mara"}),
        ("42", set()),
        ("", set()),
        ("Will May", {"will may", "willmay"}),
        ("Mara von Berg", {"mara von berg", "mara", "berg", "maravonberg"}),
        ("Growth Edge", set()),
        ("李明", {"李明"}),
        ("วิชัย", {"วิชัย"}),
    ],
)
def test_a_name_and_its_parts_that_tell_of_somebody(name, needles):
    assert of_name(name) == needles


def test_what_is_spared_is_no_needle_alone_and_one_beside_others():
    assert of_name("Aria", "aria") == set()
    assert of_name("Aria Vossler", "aria") == {"aria vossler", "vossler", "ariavossler"}
    assert of_name("Aria Vossler", "aria vossler") == set()


def test_a_megabyte_is_no_name_but_its_beginning_is():
    assert of_name("Mara " + "x" * 10**6) == {"mara"}
    assert of_name("x" * 10**6) == {"x" * LONGEST_NAME}
    assert of_name("y" * LONGEST_NAME) == {"y" * LONGEST_NAME}


@pytest.mark.parametrize("value", ["abc123", "correct-horse"])
def test_a_secret_is_one_from_six_characters_on(value):
    needles = Needles({}, {})
    needles.add_value(value, "secret", "x")
    for harmless in ("abc12", "system", "Unknown", "journal"):
        needles.add_value(harmless, "secret", "x")
    needles.add_value(value, "another", "y")
    assert needles.values == {value: Needle("secret", "x")}


@pytest.mark.parametrize(
    ("term", "names", "values"),
    [
        ("Österfeld", {"osterfeld"}, set()),
        ("of", {"of"}, set()),
        ("Mill Lane", {"mill lane"}, set()),
        ("O'Hara-Fenn", {"o'hara fenn"}, set()),
        ("K-9", set(), {"K-9"}),
        ("a b  c", set(), {"a b  c"}),
        ("X.Y", set(), {"X.Y"}),
    ],
)
def test_a_term_of_words_is_found_in_any_case_and_any_other_as_it_is(term, names, values):
    needles = Needles({}, {})
    needles.add_term(term)
    assert (set(needles.names), set(needles.values)) == (names, values)
    assert {*needles.names.values(), *needles.values.values()} == {Needle("term", "redaction.yml")}


@pytest.mark.parametrize(
    ("value", "names", "values"),
    [
        (UUID, set(), {UUID}),
        ("ab12cd34", set(), {"ab12cd34"}),
        ("ab12cd3", {"ab12cd3"}, set()),
        ("mara", {"mara"}, set()),
        ("mara.ellison", {"mara ellison", "mara", "ellison", "maraellison"}, set()),
        ("12 34", set(), set()),
        ("a b c d", set(), set()),
    ],
)
def test_an_id_means_itself_or_is_a_name(value, names, values):
    needles = Needles({}, {})
    needles.add_id(value, "x", frozenset())
    assert (set(needles.names), set(needles.values)) == (names, values)


def test_what_is_known_stays_as_it_was_first():
    first = Needles({"a": Needle("name", "one")}, {"b": Needle("secret", "one")})
    first.add(Needles({"a": Needle("term", "two"), "c": Needle("name", "two")}, {"b": Needle("x"), "d": Needle("y")}))
    assert first == Needles(
        {"a": Needle("name", "one"), "c": Needle("name", "two")}, {"b": Needle("secret", "one"), "d": Needle("y")}
    )


def gathered(tree, files: dict, *spared: str, wishes: str | None = None) -> tuple[dict[str, str], dict[str, str]]:
    """Names and values, with the rules that they belong to."""
    root = tree(files)
    place = root.parent / "redaction.yml"
    if wishes is not None:
        place.write_text(wishes)
    needles = gather([root], spared, place if wishes is not None else None)
    return {name: found.rule for name, found in needles.names.items()}, {v: f.rule for v, f in needles.values.items()}


def test_the_owner_s_wishes_come_first_and_what_is_kept_is_spared(tree):
    wishes = f"""
    people: {{Mara: {{aliases: [Marelke, {UUID}]}}, Oren: x, Ilse:}}
    terms: [Kiln, K-9]
    withdraw: [{UUID}, tobin]
    keep: [Vessa]
    """
    names, values = gathered(tree, {"users/index.json": {"a": "Vessa", "b": "Kiln", "c": "Quillon"}}, wishes=wishes)
    assert names == {"mara": "name", "marelke": "name", "oren": "name", "ilse": "name", "kiln": "term"} | {
        "tobin": "name",
        "quillon": "name",
    }
    assert values == {UUID: "user id", "K-9": "term"}


@pytest.mark.parametrize("wishes", ["", "[a, b]", "people: [Mara]", "terms: {a: b}", "keep: 7"])
def test_wishes_that_are_none_are_none(tree, wishes):
    assert gathered(tree, {}, wishes=wishes) == ({}, {})


@pytest.mark.parametrize(
    ("file", "value", "names", "values"),
    [
        ("a.json", {"phone": "+44 20 7946 0958"}, {}, {"+44 20 7946 0958": "phone number"}),
        ("a.json", {"email": "odd address"}, {}, {"odd address": "mail address"}),
        ("a.json", {"user_id": [UUID, "mara"]}, {"mara": "name"}, {UUID: "user id"}),
        ("a.json", {"display_name": {"first": "Mara"}}, {}, {}),
        ("a.json", {"x": {"y": [{"display_name": " Mara "}]}}, {"mara": "name"}, {}),
        ("a.json", {"personas": {"user-1.png": "Mara"}}, {"mara": "name"}, {}),
        ("a.json", {"name": "Mara", "role": "User"}, {"mara": "name"}, {}),
        ("a.json", {"name": "Mara", "is_user": True}, {"mara": "name"}, {}),
        ("a.json", {"name": "Mara", "is_user": False, "role": "assistant"}, {}, {}),
        ("a.json", {"github_repo": "maralab/kiln"}, {"maralab": "repository owner"}, {"maralab/kiln": "repository"}),
        ("a.json", {"repos": {"maralab/kiln": {}}}, {"maralab": "repository owner"}, {"maralab/kiln": "repository"}),
        ("a.json", {"path": "/home/marael/x, /Users/orenq/"}, {"marael": "home folder", "orenq": "home folder"}, {}),
        ("a.json", {"path": "/home/runner/x"}, {}, {}),
        ("a.json", {"path": "/home/al/x"}, {}, {}),
        ("a.json", {"note": "/home/marael/x"}, {}, {}),
        ("user.json", {"id": "mara", "name": "Oren"}, {"mara": "name", "oren": "name"}, {}),
        ("users.json", [{"uuid": UUID, "name": "Oren"}, 7], {"oren": "name"}, {UUID: "user id"}),
        ("other.json", {"id": "mara", "name": "Oren"}, {}, {}),
        (
            "secrets.json",
            {"any": ["maple-leaf", 7], "b": {"c": "oak-leaf"}},
            {},
            {"maple-leaf": "secret", "oak-leaf": "secret"},
        ),
        ("users/mara/x.json", {}, {"mara": "name"}, {}),
        ("users/x.json", {"a": "Mara"}, {}, {}),
        ("people/mara/x.json", {}, {}, {}),
        ("user-marael/x.png", "", {"marael": "name"}, {}),
    ],
)
def test_what_a_key_a_file_or_a_folder_calls_private(tree, file, value, names, values):
    content = value if isinstance(value, str) else json.dumps(value)
    assert gathered(tree, {file: content}) == (names, values)


TOKEN = "ghp_" + "a1B2" * 9


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (f"x {TOKEN}", {TOKEN: "secret"}),
        (f"ghp_{'a1B2' * 4}\n{'a1B2' * 5}", {}),
        ("sk-your-key-goes-here-please", {}),
        ("sk-okres-2024-a-long-branch-name", {}),
        ("sk-abc123def456ghi789jkl", {"sk-abc123def456ghi789jkl": "secret"}),
        (f"ghp_{'x' * 36}", {}),
        (f"AKIA{'X' * 16}", {}),
        (
            "to mara@post.example, oren@x.post.example.",
            {"mara@post.example": "mail address", "oren@x.post.example": "mail address"},
        ),
        ("git@github.com, a@2x.png, pip@1.2.3, -@post.example", {}),
        ("out = x@W.weight.T + k@W.transpose at fe80::1@lo0.lan", {}),
        ("12:30:ada@post.example", {"ada@post.example": "mail address"}),
        ("mail::ada@post.example", {"ada@post.example": "mail address"}),
        (r"so\nmara@post.example", {"mara@post.example": "mail address"}),
    ],
)
def test_what_tells_by_itself_is_found_in_any_text(tree, text, values):
    assert gathered(tree, {"notes/a.md": text}) == ({}, values)


def test_the_account_of_the_coding_agent_is_no_person_s(tree):
    files = {
        "daedalus_credentials.json": {"user_id": UUID, "display_name": "Daedalus"},
        "users/index.json": {UUID: "Builder", "b": "Mara"},
        f"users/{UUID}/profile.json": {"display_name": "Hephaest", "user_id": UUID},
        "a.json": {"user_id": UUID},
    }
    assert gathered(tree, files) == ({"mara": "name"}, {})
