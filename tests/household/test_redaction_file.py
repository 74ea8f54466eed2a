"""A `redaction.yml` to start from: made once with everything switched off, only added to afterwards."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import DEMO, KEY, conversation

from build_db import BuildOptions, UsageError, build
from build_db.cli import cli
from build_db.household.redaction_file import offer
from build_db.household.wishes import KEYS, Wish, Wishes, read_wishes
from build_db.redaction.unlisted import Likely

FIRST, WREN = "11111111-1111-4111-8111-111111111111", "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
ODILE, MAREK = Likely("Odile", 3, "So Odile said: yes # no"), Likely("Marek", 1, "we met Marek")


def talk(*said: str) -> dict:
    messages = [{"role": "user", "content": text, "timestamp": "2025-01-01"} for text in said]
    return {f"conversations/{FIRST}.json": conversation(FIRST, user_id=WREN, messages=messages)}


PROFILE = {f"users/{WREN}/profile.yaml": {"user_id": WREN, "display_name": "Wren Talbot"}}


def review(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, ["review", *map(str, arguments)])
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result


def test_it_begins_with_everything_switched_off_and_explained(tmp_path):
    place = tmp_path / "redaction.yml"
    assert offer(place, [ODILE, MAREK], 9) == (2, True)
    assert read_wishes(place) == Wishes()
    text = place.read_text()
    assert "\npeople:\n  # Odile: {}  # 3: So Odile said: yes # no\n  # Marek: {}  # 1: we met Marek\n" in text
    assert all(f"\n{key}:" in text for key in KEYS)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600, "it quotes private text"


def test_each_line_means_what_it_says_once_its_mark_is_gone(tmp_path):
    place = tmp_path / "redaction.yml"
    offer(place, [ODILE, MAREK], 9)
    text = place.read_text()
    for line in ("  # Odile", "  # - Rose", "  # - Larkmeadow", "  # conversations"):
        assert line in text
        text = text.replace(line, line.replace("# ", ""))
    place.write_text(text)
    wishes = read_wishes(place)
    assert wishes.people == {"Odile": Wish()}
    assert (wishes.keep, wishes.terms) == (("Rose",), ("Larkmeadow",))
    assert len(wishes.excluded_conversations) == 1


def test_a_later_run_adds_what_is_new_below_people_and_changes_nothing(tmp_path):
    place = tmp_path / "redaction.yml"
    before = "# mine\npeople:   # my own\n    Wren: {aliases: [Rennie]}\n    #Marek: {}\nkeep: [Rose] # tea\n"
    place.write_text(before)
    place.chmod(0o640)
    assert offer(place, [ODILE, MAREK], 9) == (1, False)
    added = "    # Odile: {}  # 3: So Odile said: yes # no\n"
    assert place.read_text() == before.replace("# my own\n", "# my own\n" + added)
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    assert offer(place, [ODILE, MAREK], 9) == (0, False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "people:\n  # Odile"),
        ("keep: [Rose]", "keep: [Rose]\npeople:\n  # Odile"),
        ("people:", "people:\n  # Odile"),
        ("people: {Wren: {}}\n", "people: {Wren: {}}\n# Possible names, for your people: above:\n  # Odile"),
        ("keep:\r\n- Rose\r\npeople:\r\n  Wren: {}\r\n", "keep:\r\n- Rose\r\npeople:\r\n  # Odile"),
        ("\ufeffpeople:\n  Wren: {}\n", "\ufeffpeople:\n  # Odile"),
    ],
)
def test_whatever_its_owner_wrote_it_stays(tmp_path, before, after):
    place = tmp_path / "redaction.yml"
    place.write_bytes(before.encode())
    meant = read_wishes(place)
    offer(place, [ODILE], 9)
    text = place.read_bytes().decode()
    assert text.startswith(after)
    assert [line for line in text.splitlines() if line in before.splitlines()] == before.splitlines()
    assert read_wishes(place) == meant


def test_what_cannot_be_added_to_safely_is_left_alone(tmp_path):
    """A heading that is none: it stands in a text of several lines."""
    place = tmp_path / "redaction.yml"
    before = 'terms:\n- "one\npeople:\nother"\n'
    place.write_text(before)
    with pytest.raises(UsageError, match="by hand"):
        offer(place, [ODILE], 9)
    assert place.read_text() == before
    assert list(tmp_path.iterdir()) == [place]


def test_a_character_that_yaml_refuses_is_left_out(tmp_path):
    offer(tmp_path / "r.yml", [Likely("Odile", 1, "an\x1b[31m Odile \ud800")], 9)
    assert read_wishes(tmp_path / "r.yml") == Wishes()


@pytest.mark.parametrize("content", [b"\xff\xfek\0e\0e\0p\0:\0", b"keep: [\xe9]"])
def test_another_encoding_is_asked_to_be_changed(tmp_path, content):
    (tmp_path / "r.yml").write_bytes(content)
    with pytest.raises(UsageError, match="UTF-8"):
        offer(tmp_path / "r.yml", [ODILE], 9)
    assert (tmp_path / "r.yml").read_bytes() == content


def test_the_command_begins_it_in_the_tree_and_the_build_is_as_before(tree, tmp_path):
    root = tree({**talk("Then we met Marek and asked Odile."), **PROFILE})
    build(root, tmp_path / "one.db", BuildOptions(key=KEY))
    done = review(root, "--write")
    assert done.output == f"{root}/redaction.yml: begun, 2 possible names added, all switched off\n"
    build(root, tmp_path / "two.db", BuildOptions(key=KEY))
    tree(talk("Then we met Marek and asked Odile, and so did Anselm."))
    assert "kept as it was, 1 possible names added" in review(root, "--write").output
    assert "kept as it was, 0 possible names added" in review(root, "--write").output


def test_a_name_that_was_switched_on_or_kept_is_not_offered_again(tree):
    root = tree({**talk("Then we met Marek and asked Odile."), **PROFILE})
    review(root, "--write")
    place = root / "redaction.yml"
    place.write_text(place.read_text().replace("  # Odile", "  Odile").replace("  # - Rose", "  - Marek"))
    before = place.read_text()
    assert "0 possible names added" in review(root, "--write").output
    assert place.read_text() == before
    assert review(root).output == "# No likely names beyond the people of the tree.\n"


def test_it_may_lie_elsewhere_and_nowhere_else_in_the_tree(tree, tmp_path):
    root = tree({**talk("Then we met Marek."), **PROFILE})
    assert review(root, "--write", "--redaction", tmp_path / "mine.yml").exit_code == 0
    assert "Marek" in (tmp_path / "mine.yml").read_text()
    before = sorted(root.rglob("*"))
    inside = review(root, "--write", "--redaction", root / "users" / "mine.yml")
    assert (inside.exit_code, "lies inside" in inside.output) == (2, True)
    assert sorted(root.rglob("*")) == before


def test_a_place_that_cannot_be_written_is_told_with_a_way_out(tree, tmp_path):
    root = tree({**talk("Then we met Marek."), **PROFILE})
    done = review(root, "--write", "--redaction", tmp_path / "none" / "mine.yml")
    assert done.exit_code == 2
    assert done.output.endswith("No such file or directory; name another place with --redaction FILE\n")


@pytest.mark.parametrize("option", [[], ["--write"]])
@pytest.mark.parametrize("what", ["empty", "missing", "file", "bad wishes"])
def test_a_broken_tree_is_refused_in_one_line_and_nothing_is_written(tree, tmp_path, option, what):
    place: Path = tmp_path / "there"
    if what == "empty":
        place.mkdir()
    if what == "file":
        place.write_text("my diary")
    if what == "bad wishes":
        place = tree({**talk("Then we met Marek."), "redaction.yml": "peopel: {}"})
    before = sorted(tmp_path.rglob("*"))
    done = review(place, *option)
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_unreadable_file_and_people_without_names_stop_no_review(tree):
    root = tree({**talk("Then we met Marek."), "conversations/cut-off.json": "{"})
    assert "Marek: {}" in review(root).output


def test_the_demo_is_offered_as_many_as_review_lists(tmp_path):
    review(DEMO, "--write", "--redaction", tmp_path / "r.yml", "--most", "5")
    assert (tmp_path / "r.yml").read_text().count(": {}") == 5
    assert "28 possible names added" in review(DEMO, "--write", "--redaction", tmp_path / "r.yml").output
