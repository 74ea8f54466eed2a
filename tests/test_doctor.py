"""A look before the first build: what lies there, who is in it, and whether it can be built. Nothing is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import DEMO, KEY, conversation
from support.vessel import ARIA, OTHER, TOBIN, archive, daemon, message, person, talk, write_archive

from build_db.cli import cli
from build_db.commands import this_tool

FIRST, WREN = "11111111-1111-4111-8111-111111111111", "146dc54f-2e7f-40c6-8fd9-ef702e7ec537"
PROFILE = {"user_id": WREN, "display_name": "Wren Talbot"}
SOUND = {f"conversations/{FIRST}.json": conversation(FIRST, user_id=WREN), f"users/{WREN}/profile.yaml": PROFILE}


@pytest.fixture
def look(tmp_path):
    def run(*arguments: object) -> Result:
        result = CliRunner().invoke(cli, ["doctor", *map(str, arguments), "--key-file", str(tmp_path / "key")])
        assert not result.exception or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def part(result: Result, title: str) -> list[str]:
    """The lines below one heading."""
    (found,) = (text for text in result.output.split("\n\n") if text.splitlines()[0].endswith(title))
    return [line[2:] for line in found.splitlines()[1:]]


def everything(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")}


def test_both_forms_of_the_demo_are_told_with_who_is_in_them(look):
    result = look(DEMO)
    assert result.exit_code == 0
    forms = part(result, "what lies there")
    assert [form.split(", in ")[0] for form in forms] == [
        "cass: the vessel's older form (files alone)",
        "aria: the vessel's present form (cass.db, and files around it)",
    ]
    assert part(result, "Who is in it")[0] == (
        "people with a name: 6: Ellen Marsh, Ivo Marchetti, Nadia Okoro, Tobin Achterberg, Tomas Lindqvist, Wren Talbot"
    )
    assert part(result, "What cannot be read, or is not known") == ["nothing"]
    assert part(result, "Can it be built?") == [f"yes: {this_tool()} {DEMO} cass.db"]


def test_nothing_is_written_anywhere(look, tree, tmp_path, monkeypatch):
    """Neither into the tree nor beside it, no key, no cache; nor beside a database, where SQLite likes to."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.chdir(tmp_path)
    tree({**SOUND, "conversations/cut-off.json": "{"})
    before = everything(tmp_path), everything(DEMO)
    assert look("data").exit_code == 0
    assert CliRunner().invoke(cli, ["doctor", str(DEMO)]).exit_code == 0
    assert (everything(tmp_path), everything(DEMO)) == before


def test_what_cannot_be_read_and_what_is_skipped_is_told_with_its_reason(look, tree):
    root = tree({**SOUND, "conversations/cut-off.json": "{", "letters.xyz": "Dear all", "dreams/index.json": "{}"})
    (root / "goals").symlink_to(root / "conversations")
    result = look(root)
    assert result.exit_code == 0
    assert part(result, "What cannot be read, or is not known") == [
        f"{root}/conversations/cut-off.json: unreadable: not valid JSON at line 1, column 2",
        f"{root}/goals: unreadable: a symbolic link, not followed",
        f"{root}/letters.xyz: unknown: no known kind of file lies here",
    ]
    assert part(result, "What is skipped, and why") == [
        "repeat others: 1",
        "  an index of the dreams: dreams/index.json",
    ]
    assert part(result, "Can it be built?")[0].startswith("yes, without the 3 above: ")


def test_people_without_a_name_are_counted_and_stop_a_shared_build_only(look, tree):
    root = tree({f"conversations/{FIRST}.json": conversation(FIRST, user_id=WREN)})
    result = look(root)
    assert result.exit_code == 2
    assert part(result, "Who is in it") == [f"people without a name: 1: {WREN}"]
    stopped, private = part(result, "Can it be built?")
    assert stopped.startswith(f"not yet: {root}: people speak in it, and none of them has a name anywhere")
    assert private.endswith("cass.db --private")


def test_every_obstacle_is_told_at_once_and_none_of_them_is_a_traceback(look, tree, tmp_path):
    (tmp_path / "key").write_text("mine")
    root = tree({**SOUND, f"users/{WREN}/profile.yaml": "display_name: [", "redaction.yml": "peopel: {}"})
    result = look(root)
    assert result.exit_code == 2
    told = [line.split(f"not yet: {tmp_path}/")[1] for line in part(result, "Can it be built?")[:-1]]
    assert [line.split(":")[0] for line in told] == ["data/redaction.yml", f"data/users/{WREN}/profile.yaml", "key"]


def test_a_build_goes_as_the_doctor_said(look, tree, tmp_path):
    """One verdict: whatever the doctor says of a tree, a build does."""
    trees = (
        SOUND,
        {f"users/{WREN}/profile.yaml": PROFILE, f"conversations/{FIRST}.json": conversation(FIRST, user_id=WREN)},
        {f"users/{WREN}/profile.yaml": "display_name: ["},
        {"redaction.yml": "exclude: {conversations: [none]}"},
        {"redaction.yml": "", f"users/{WREN}/profile.yaml": PROFILE, "cass.db": b"SQLite format 3\0 no"},
    )
    for files in trees:
        root = tree(files)
        built = CliRunner().invoke(cli, [str(root), str(tmp_path / "o.db"), "--key-file", str(tmp_path / "key")])
        assert look(root).exit_code == built.exit_code, files


@pytest.mark.parametrize("state", ["none", "open to others", "in the tree", "there"])
def test_the_key_is_looked_at_and_never_made_or_shown(tree, tmp_path, state):
    root, key = tree(SOUND), tmp_path / "key"
    if state == "in the tree":
        key = root / "key"
    elif state != "none":
        key.write_text(KEY.hex())
        key.chmod(0o644 if state == "open to others" else 0o600)
    result = CliRunner().invoke(cli, ["doctor", str(root), "--key-file", str(key)])
    assert result.exit_code == {"open to others": 2, "in the tree": 2}.get(state, 0)
    told = {
        "none": "no {} yet; the first build makes it",
        "open to others": "{} cannot be used",
        "in the tree": "{} lies inside the tree",
        "there": "{} is there, and yours alone",
    }
    assert part(result, "Your key and your wishes")[0] == f"key: {told[state].format(key)}"
    assert key.exists() == (state in ("open to others", "there"))
    assert KEY.hex() not in result.output


def test_wishes_are_counted(look, tree):
    root = tree({**SOUND, "redaction.yml": {"people": {"Old Sam": {}}, "keep": ["Rose", "May"]}})
    assert part(look(root), "Your key and your wishes")[1] == f"wishes: {root}/redaction.yml: people 1, terms 0, keep 2"


def test_an_archive_is_looked_at_too(look, tmp_path):
    tables = {
        "daemons": [daemon(ARIA, "aria")],
        "users": [person(TOBIN, "Tobin Quill")],
        "conversations": [talk(OTHER, ARIA, TOBIN)],
        "messages": [message(OTHER, "Hello.", user_id=TOBIN)],
    }
    result = look(write_archive(tmp_path / "aria.anima", archive(tables)))
    assert result.exit_code == 0
    assert part(result, "what lies there")[0].startswith("aria: the vessel's database or archive, alone, in ")
    assert part(result, "Who is in it") == ["people with a name: 1: Tobin Quill"]


def test_an_empty_folder_is_told_to_be_none(look, tmp_path):
    (tmp_path / "empty").mkdir()
    result = look(tmp_path / "empty")
    assert result.exit_code == 2
    assert part(result, "what lies there")[0].startswith("cass: nothing, in ")
    assert "no record was taken in; give the folder that holds conversations/" in part(result, "Can it be built?")[0]


@pytest.mark.parametrize("what", ["missing", "file", "manifest"])
def test_where_there_is_nothing_to_look_at_one_line_says_so(look, tree, tmp_path, what):
    place = tmp_path / "missing"
    if what == "file":
        place = tmp_path / "file"
        place.write_text("my diary")
    if what == "manifest":
        place = tree({**SOUND, "daemons.yml": "daemons: ["})
    result = look(place)
    assert (result.exit_code, len(result.output.splitlines())) == (2, 1)
    assert result.output.startswith(f"Error: {place}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_others_closed_is_told(look, tree):
    root = tree(SOUND)
    (root / "conversations").chmod(0)
    try:
        assert f"{root}/conversations/: unreadable: Permission denied" in look(root).output
    finally:
        (root / "conversations").chmod(0o755)
