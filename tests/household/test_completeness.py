"""What nobody can take out stops a shared build, with a line that names the file; a private build goes on."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result
from conftest import conversation

from build_db.cli import cli

FIRST = "11111111-1111-4111-8111-111111111111"
WREN, IVO = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"

TALK = {f"conversations/{FIRST}.json": conversation(FIRST, user_id=WREN)}
PROFILE = f"users/{WREN}/profile.yaml"
NAMED = {PROFILE: {"user_id": WREN, "display_name": "Wren Talbot"}}
NAMELESS = {f"conversations/{FIRST[:-1]}2.json": conversation(f"{FIRST[:-1]}2", user_id=IVO)}

SQLITE = b"SQLite format 3\0" + bytes(200)


@pytest.fixture
def run(tree, tmp_path):
    def invoke(files: dict[str, Any], *options: str) -> Result:
        arguments = [str(tree(files)), str(tmp_path / "out.db"), "--key-file", str(tmp_path / "key"), *options]
        return CliRunner().invoke(cli, arguments)

    return invoke


STOPS = {
    "a vessel's database": ({**TALK, **NAMED, "cass.db": SQLITE}, "data/cass.db: the vessel's own database"),
    "an archive of a daemon": (
        {**TALK, **NAMED, "old/aria.anima": b"PK"},
        "data/old/aria.anima: an archive of a daemon",
    ),
    "a broken profile": ({**TALK, PROFILE: "display_name: ["}, f"data/{PROFILE}: not valid YAML"),
    "a broken profile of somebody with an older name in the index": (
        {**TALK, PROFILE: "a: [", "users/index.json": {WREN: "Wren"}},
        f"data/{PROFILE}: not valid YAML",
    ),
    "a broken profile of somebody with a mail address": (
        {**TALK, PROFILE: "a: [", f"users/{WREN}/auth.json": {"email": "wt@post.example"}},
        f"data/{PROFILE}: not valid YAML",
    ),
    "a profile without a name": ({**TALK, **NAMELESS, PROFILE: {"user_id": WREN}}, "it has no display_name that is a"),
    "a name that is no text": ({**TALK, PROFILE: "display_name: true"}, "it has no display_name that is a text"),
    "an index that lists nobody": (
        {**TALK, **NAMELESS, **NAMED, "users/index.json": []},
        "data/users/index.json: it is no list of names",
    ),
    "broken credentials": (
        {**TALK, **NAMED, f"users/{WREN}/auth.json": '{"password_hash": "x'},
        f"data/users/{WREN}/auth.json: cannot be read",
    ),
    "an archive of any spelling": ({**TALK, **NAMED, "x/Aria.ANIMA": b"PK"}, "data/x/Aria.ANIMA: an archive"),
    "a database elsewhere": ({**TALK, **NAMED, "x/cass 2.db": SQLITE}, "data/x/cass 2.db: the vessel's own database"),
    "an empty profile": ({**TALK, PROFILE: ""}, f"data/{PROFILE}: empty file"),
    "a broken index": (
        {**TALK, **NAMELESS, **NAMED, "users/index.json": '{"'},
        "data/users/index.json: not valid JSON",
    ),
    "nobody has a name": (TALK, "data: people speak in it, and none of them has a name anywhere"),
}


@pytest.mark.parametrize(("files", "told"), STOPS.values(), ids=STOPS)
def test_a_shared_build_is_stopped_by_one_line_that_names_the_file(run, tmp_path, files, told):
    done = run(files)
    assert done.exit_code == 2
    assert told in done.output
    assert len(done.output.splitlines()) == 1
    assert not (tmp_path / "out.db").exists()


@pytest.mark.parametrize("files", [files for files, _ in STOPS.values()], ids=STOPS)
def test_a_private_build_goes_on(run, files):
    assert run(files, "--private").exit_code == 0


def test_an_unread_archive_is_told_of_in_a_private_build(tree, built):
    db = built(tree({**TALK, "aria.anima": b"PK"}))
    assert ("aria.anima", None, "unread: an archive of a daemon") in db.problems()


@pytest.fixture
def linked(tree, tmp_path):
    """Puts a link in the place of a file or folder of people; links are not followed."""

    def link(path: str) -> None:
        place = tree({}) / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(tmp_path / "elsewhere")

    return link


LINKS = ["users", f"users/{WREN}", PROFILE, "users/index.json"]


@pytest.mark.parametrize("path", LINKS)
def test_a_link_where_people_are_told_stops_a_shared_build(run, linked, path):
    linked(path)
    done = run(TALK)
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)
    assert f"data/{path}: a symbolic link, not followed" in done.output


def test_a_link_in_place_of_everybody_stops_a_shared_build_even_if_nobody_is_known_to_speak(run, linked):
    linked("users")
    assert run({f"conversations/{FIRST}.json": conversation(FIRST)}).exit_code == 2


@pytest.mark.parametrize("path", LINKS)
def test_a_private_build_goes_on_beside_a_link(run, linked, path):
    linked(path)
    assert run(TALK, "--private").exit_code == 0


@pytest.mark.parametrize("path", [f"users/{WREN}", PROFILE])
def test_a_link_in_place_of_somebody_whom_the_owner_lists_stops_nothing(run, linked, path):
    linked(path)
    wishes = {"people": {WREN: {"aliases": ["Wren Talbot"]}}}
    assert run({**TALK, "redaction.yml": wishes}).exit_code == 0


GOES_ON = {
    "everybody has a name": {**TALK, **NAMED},
    "one of two ids has no name": {**TALK, **NAMELESS, **NAMED},
    "nobody speaks": {f"conversations/{FIRST}.json": conversation(FIRST)},
    "an empty file where the database would be": {**TALK, **NAMED, "cass.db": b""},
    "a broken conversation beside an id without a name": {**TALK, **NAMELESS, **NAMED, "conversations/x.json": "{"},
    "a broken profile of somebody whom the owner lists": {
        **TALK,
        **NAMELESS,
        PROFILE: "a: [",
        "redaction.yml": {"people": {WREN: {"aliases": ["Wren Talbot"]}}},
    },
    "a broken index of people with profiles": {**TALK, **NAMED, "users/index.json": '{"'},
    "a broken copy of a profile": {**TALK, **NAMED, f"users/{WREN}/profile (1).yaml": "a: ["},
}


@pytest.mark.parametrize("files", GOES_ON.values(), ids=GOES_ON)
def test_a_shared_build_goes_on_where_everybody_can_be_taken_out(run, files):
    done = run(files)
    assert (done.exit_code, done.output if done.exit_code else "") == (0, "")


def test_a_database_of_this_tool_in_the_tree_stops_nothing(tree, built, run):
    made = built(tree({**TALK, **NAMED}), private=False).path.read_bytes()
    assert run({"cass.db": made}).exit_code == 0
