"""Who is in a tree: names from wherever they stand, each given to the person it must be."""

from __future__ import annotations

import json

import pytest
import yaml
from conftest import conversation

from build_db import UsageError
from build_db.household.redactor import gather_roster
from build_db.household.roster import RosterBuilder
from build_db.household.wishes import Wish, Wishes, read_wishes
from build_db.ingest.daemons import find_trees
from build_db.ingest.survey import survey
from build_db.records import Row
from build_db.redaction.people.pseudonyms import Person
from build_db.redaction.policy import policy
from build_db.schema import schema
from build_db.sources import catalogue

WREN, IVO = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
FIRST = "11111111-1111-4111-8111-111111111111"


def profile(user_id: str, name: str) -> dict:
    return {"user_id": user_id, "display_name": name, "created_at": "2025-01-01", "updated_at": "2025-01-01"}


FILES = {
    f"users/{WREN}/profile.yaml": {**profile(WREN, "Wren Talbot"), "password_hash": "salt:hash-of-wren"},
    f"users/{IVO}/profile.yaml": profile(IVO, "Ivo Marchetti"),
}


@pytest.fixture
def roster(tree):
    def gather(files: dict, wishes: Wishes | None = None):
        surveys = [(t, list(survey(t, catalogue()))) for t in find_trees(tree({**FILES, **files}))]
        return gather_roster(surveys, wishes or Wishes())

    return gather


def person(roster, key: str) -> Person:
    (found,) = [p for p in roster.people if p.key == key]
    return found


def test_profiles_name_people(roster):
    found = roster({})
    assert person(found, WREN).names == ("Wren Talbot",)
    assert person(found, WREN).ids == (WREN,)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16", "utf-32"])
def test_a_profile_names_its_person_in_any_encoding(roster, encoding):
    found = roster({f"users/{WREN}/profile.yaml": f"user_id: {WREN}\ndisplay_name: Zoë".encode(encoding)})
    assert person(found, WREN).names == ("Zoë",)


def test_the_index_names_people_without_a_profile(roster):
    assert person(roster({"users/index.json": {"c": "Nadia Okoro"}, "users/c/journals.json": []}), "c").names == (
        "Nadia Okoro",
    )


def test_the_index_names_people_of_whom_no_file_is_left(roster):
    found = roster({"users/index.json": {"c0ffee00-1": "Nadia Okoro"}})
    assert person(found, "c0ffee00-1").ids == ("c0ffee00-1",)
    assert person(found, "c0ffee00-1").names == ("Nadia Okoro",)


@pytest.mark.parametrize(
    ("files", "key", "handle"),
    [
        ({f"users/{WREN}/auth.json": {"email": "wtal+x@post.example"}}, WREN, "wtal"),
        ({"projects/p.json": {"id": "p", "working_directory": "/home/wtalbot/code"}}, WREN, "wtalbot"),
        ({"projects/p.json": {"id": "p", "files": [{"path": r"C:\Users\wrent\x"}]}}, WREN, "wrent"),
        ({"projects/p.json": {"id": "p", "github_repo": "marchetti-tools/logger"}}, IVO, "marchetti-tools"),
        ({"github/current.json": {"timestamp": "t", "repos": {" ivo-m/x": {}}}}, IVO, "ivo-m"),
        ({"roadmap/milestones.json": [{"id": "1", "plan_path": "~talbot/plan.md"}]}, WREN, "talbot"),
        ({"cass/self_profile.yaml": {"opinions": [{"topic": "x", "formed_from": "wren_influence"}]}}, WREN, "wren"),
    ],
)
def test_account_names_go_to_the_person_they_resemble(roster, files, key, handle):
    assert handle in person(roster(files), key).handles


def test_an_account_that_resembles_nobody_is_somebody_of_its_own(roster):
    found = roster({"projects/p.json": {"id": "p", "github_repo": "moonbase/logger"}})
    assert person(found, "~moonbase").handles == ("moonbase",)


@pytest.mark.parametrize("home", ["/root/x", "/home/ubuntu/x", "/home/runner/x", "/opt/x"])
def test_accounts_of_every_computer_are_nobodys(roster, home):
    found = roster({"projects/p.json": {"id": "p", "working_directory": home}})
    assert {p.key for p in found.people} == {WREN, IVO}


def test_names_in_other_records_are_people(roster):
    disagreement = {"id": "d", "timestamp": "t", "with_user_id": WREN, "with_user_name": "Wrenna T."}
    item = {"id": "0a11b22c", "title": "x", "assigned_to": "Marek Novak", "created_by": "daedalus"}
    opinion = {"topic": "x", "position": "y", "formed_from": "reflection_during_Lena Voss_conversation"}
    found = roster(
        {
            "cass/differentiation_log.json": [disagreement],
            "roadmap/items/0a11b22c.json": item,
            "cass/self_profile.yaml": {"opinions": [opinion]},
        }
    )
    assert "Wrenna T." in person(found, WREN).names
    assert {"~marek novak", "~lena voss"} <= {p.key for p in found.people}
    assert not any("daedalus" in p.key for p in found.people)


@pytest.mark.parametrize("shared", ["Hope", "Al"])
def test_a_word_that_many_are_called_makes_no_one_person_of_two(roster, shared):
    item = {"id": "0a11b22c", "title": "x", "assigned_to": f"{shared} Okafor"}
    files = {f"users/{IVO}/profile.yaml": profile(IVO, f"{shared} Marchetti"), "roadmap/items/0a11b22c.json": item}
    assert person(roster(files), f"~{shared.lower()} okafor").names == (f"{shared} Okafor",)


def test_secrets_are_known_wherever_they_are_kept(roster):
    found = roster(
        {
            f"users/{WREN}/auth.json": {"email": "w@x.example", "password_hash": "hash-of-login"},
            "projects/p.json": {"id": "p", "github_token": "token-of-project"},
            "daedalus_credentials.json": {"password": "pass-of-agent", "token": "jwt-of-agent", "user_id": IVO},
        }
    )
    assert found.secrets == {"salt:hash-of-wren", "hash-of-login", "token-of-project", "pass-of-agent", "jwt-of-agent"}


def test_the_coding_agent_is_no_person_but_its_owner_is(roster):
    agent = {"user_id": "agent", "display_name": "Daedalus", "password": "x" * 9}
    files = {"daedalus_credentials.json": agent, "users/agent/profile.yaml": profile("agent", "Daedalus")}
    assert "agent" not in {p.key for p in roster(files).people}
    owner = {**agent, "user_id": IVO, "display_name": "Ivo Marchetti"}
    assert person(roster({"daedalus_credentials.json": owner}), IVO)


def test_the_owner_adds_aliases_people_and_pseudonyms(roster):
    wishes = Wishes(people={"Wren Talbot": Wish(("Rennie",), "Dad"), WREN: Wish(("Wrenski",)), "Old Sam": Wish()})
    found = roster({}, wishes)
    assert {"Rennie", "Wrenski"} <= set(person(found, WREN).names)
    assert person(found, WREN).pseudonym == "Dad"
    assert person(found, "~old sam")


def test_a_wish_for_an_unknown_id_is_an_error(roster):
    with pytest.raises(UsageError, match="no person has the id"):
        roster({}, Wishes(people={FIRST: Wish()}))
    with pytest.raises(UsageError, match="no conversation"):
        roster({}, Wishes(excluded_conversations=frozenset(["gone"])))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("peple: {}", "unknown key peple"),
        ("people: [Wren]", "give names"),
        ("people: {Wren: {alias: [x]}}", "unknown key alias"),
        ("people: {Wren: {pseudonym: [3]}}", "a pseudonym is a word"),
        ("people: {Wren: {pseudonym: '  '}}", "a pseudonym is a word"),
        ("terms: x", "give a list"),
        ("terms: ['  ']", "give a list"),
        ("user_messages: maybe", "keep or withhold"),
        ("exclude: {people: []}", "exclude: unknown key, number 1 there"),
        ("Wren Talbot: {}", "redaction.yml: unknown key, number 1 there; known"),
        ("[1]", "known keys"),
        ("a: [", "not valid YAML"),
    ],
)
def test_a_wish_without_meaning_is_an_error(tmp_path, text, words):
    (tmp_path / "redaction.yml").write_text(text)
    with pytest.raises(UsageError, match=words):
        read_wishes(tmp_path / "redaction.yml")


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_nothing_is_written_in_many_ways(tmp_path, nothing):
    lines = [f"people: {{Wren: {nothing}}}", *(f"{key}: {nothing}" for key in ("terms", "keep", "exclude"))]
    (tmp_path / "redaction.yml").write_text("\n".join(lines))
    assert read_wishes(tmp_path / "redaction.yml") == Wishes({"Wren": Wish()})


def test_wishes_are_read(tmp_path):
    wishes = {"people": {"Wren": {"aliases": ["W."], "pseudonym": "Dad"}}, "terms": ["Larkmeadow"], "keep": ["Ivo"]}
    more = {"user_messages": "withhold", "exclude": {"conversations": [FIRST]}}
    (tmp_path / "redaction.yml").write_text(yaml.safe_dump({**wishes, **more}))
    assert read_wishes(tmp_path / "redaction.yml") == Wishes(
        {"Wren": Wish(("W.",), "Dad")}, ("Larkmeadow",), ("Ivo",), True, frozenset([FIRST])
    )


def test_wishes_shape_the_shared_file(tree, built):
    said = [{"role": "assistant", "content": "Rennie rows to Larkmeadow.", "timestamp": "2025-01-01"}]
    root = tree({**FILES, f"conversations/{FIRST}.json": conversation(FIRST, messages=said)})
    wishes = {"people": {"Wren Talbot": {"aliases": ["Rennie"], "pseudonym": "Dad"}}, "terms": ["Larkmeadow"]}
    tree({"redaction.yml": wishes})
    assert built(root, private=False).one("SELECT content FROM messages").startswith("Dad rows to [term ")


def test_an_excluded_conversation_keeps_its_rows_and_loses_its_words(tree, built):
    root = tree({**FILES, f"conversations/{FIRST}.json": conversation(FIRST)})
    tree({"redaction.yml": {"exclude": {"conversations": [FIRST]}}})
    db = built(root, private=False)
    assert db.rows("SELECT content FROM messages") == [("[withheld]",)] * 2
    assert db.rows("SELECT title FROM conversations") == [(None,)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32"])
def test_wishes_are_heard_in_any_encoding(tree, built, encoding):
    said = [{"role": "assistant", "content": "Zoë rows.", "timestamp": "2025-01-01"}]
    root = tree({**FILES, f"conversations/{FIRST}.json": conversation(FIRST, messages=said)})
    tree({"redaction.yml": "people: {Zoë: {pseudonym: Dad}}".encode(encoding)})
    assert built(root, private=False).one("SELECT content FROM messages") == "Dad rows."


@pytest.mark.parametrize("term", ["0451", "12:30", "1_000", "No", "2025-03-01", "~"])
def test_a_term_is_what_was_typed(tmp_path, term):
    (tmp_path / "redaction.yml").write_text(f"terms: [{term}]")
    assert read_wishes(tmp_path / "redaction.yml").terms == (term,)


def test_a_person_may_be_called_as_a_number_or_a_truth(tmp_path):
    (tmp_path / "redaction.yml").write_text("people: {0451: {aliases: [No, 007]}, Yes: {pseudonym: 12}}")
    assert read_wishes(tmp_path / "redaction.yml").people == {"0451": Wish(("No", "007")), "Yes": Wish((), "12")}


@pytest.mark.parametrize(
    "text", ["terms: [a]\nterms: [b]", "people: {Wren: {}, Wren: {}}", "people: {Wren: {aliases: [x], aliases: [y]}}"]
)
def test_a_wish_that_stands_twice_is_an_error(tmp_path, text):
    (tmp_path / "redaction.yml").write_text(text)
    with pytest.raises(UsageError, match=r"redaction\.yml: a key stands twice"):
        read_wishes(tmp_path / "redaction.yml")


@pytest.mark.parametrize("text", ["", "# nothing yet", "people:\nterms:\nkeep:\nexclude:", "people: {Wren: }"])
def test_a_wish_without_words_is_none(tmp_path, text):
    (tmp_path / "redaction.yml").write_text(text)
    assert {**vars(read_wishes(tmp_path / "redaction.yml")), "people": {}} == vars(Wishes())


def test_nothing_of_a_row_is_needed_to_go_on():
    builder = RosterBuilder(policy(), schema())
    builder.row(Row("users", {"id": None, "display_name": 7}))
    builder.row(Row("self_model_nodes", {"metadata_json": ["x"]}))
    assert builder.build(Wishes()).people == ()
    assert json.dumps(sorted(builder.secrets)) == "[]"
