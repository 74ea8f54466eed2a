"""Sentences before and after: the owner sees what redaction does, and nobody else does."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import conversation
from hypothesis import given
from hypothesis import strategies as st

from build_db.cli import cli
from build_db.redaction.keyed import Keyed
from build_db.redaction.samples import Samples, is_sentence

KEYED = Keyed(bytes(32))
PROFILE = "user_id: wren\ndisplay_name: Wren Talbot\n"


def picked(wanted: int, *texts: tuple[str, str]) -> list[tuple[str, str]]:
    samples = Samples(wanted, KEYED)
    for before, after in texts:
        samples.add(before, after)
    return [tuple(sample) for sample in samples.sentences()]


def test_a_sample_is_the_sentence_that_changed():
    texts = "Rain again. I met Wren at 10:20.5 today. We\nate.", "Rain again. I met Juno at 10:20.5 today. We\nate."
    assert picked(3, texts) == [("I met Wren at 10:20.5 today.", "I met Juno at 10:20.5 today.")]


def test_each_changed_sentence_of_a_text_is_one():
    texts = (
        "I met Wren at home. Rain came again. Then Wren went away.",
        "I met X at home. Rain came again. Then X went away.",
    )
    assert sorted(after for _, after in picked(3, texts)) == ["I met X at home.", "Then X went away."]


@pytest.mark.parametrize(
    "text",
    ["wren", "Wren Talbot", "users/wren talbot/profile.yaml", "3f2a-wren", "entity/Wren_Talbot", "Wren 1 2 3"],
)
def test_ids_paths_and_names_are_no_sentences(text):
    assert picked(3, (text, "[gone]")) == []


def test_a_sentence_in_a_script_without_blanks_is_one():
    assert len(picked(3, ("昨日は山田さんと一緒に望遠鏡を見ました。", "昨日はJunoさんと一緒に望遠鏡を見ました。"))) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("so it was", False),
        ("so it was 9", False),
        ("so it was then", True),
        ("昨日望遠鏡山田", False),
        ("昨日望遠鏡山田さ", True),
    ],
)
def test_four_words_or_eight_letters_are_a_sentence(text, sentence):
    assert is_sentence(text) is sentence


def test_more_than_six_changes_tell_no_more():
    def changed(count: int, end: str) -> tuple[str, str]:
        return " ".join(["so", "it", "was", *["Wren"] * count, end]), " ".join(
            ["so", "it", "was", *["Juno"] * count, end]
        )

    five, six, seven = (changed(count, "now.") for count in (5, 6, 7))
    assert picked(1, five, six) == picked(1, six, five) == [six]
    several = [(changed(6, f"{n}."), changed(7, f"{n} then.")) for n in range(20)]
    assert {len(picked(1, *pair)[0][0].split()) for pair in several} == {10, 12}  # either may come first
    assert seven


def test_a_sentence_is_shown_from_a_little_before_its_change_on():
    before, after = "a" * 400 + " so it was Wren " + "b" * 400, "a" * 400 + " so it was Juno " + "b" * 400
    ((old, new),) = picked(1, (before, after))
    assert old == "a" * 139 + " so it was Wren " + "b" * 145
    assert new == "a" * 139 + " so it was Juno " + "b" * 145


def test_the_most_telling_come_first():
    """More kinds of change, then more changes; a sentence that stands twice is told once."""
    name = ("Then we met Wren again today.", "Then we met Juno again today.")
    names = ("Then Wren and Nadia met again.", "Then Juno and Iris met again.")
    both = ("Wren is at wren@home.example now and then.", "Juno is at [email 3f9a] now and then.")
    assert picked(9, name, both, names, name) == [both, names, name]
    assert picked(1, name, both, names) == [both]


def test_what_was_picked_is_handed_over_once():
    samples, other = Samples(2, KEYED), Samples(2, KEYED)
    samples.add("Then we met Wren again.", "Then we met Juno again.")
    for entry in (picked := samples.kept()):
        other.consider(entry)
    assert [(before, after) for _, _, (before, after) in picked] == other.sentences()
    assert len(picked) == 1
    assert samples.kept() == samples.sentences() == []


def test_where_a_name_took_the_end_of_a_sentence_along_the_rest_is_shown():
    ((before, after),) = picked(3, ("Hello. I am Dr. Wren Talbot. We ate at six.", "Hello. I am Juno. We ate at six."))
    assert (before, after) == ("I am Dr. Wren Talbot. We ate at six.", "I am Juno. We ate at six.")


def test_a_change_far_inside_a_long_sentence_is_seen():
    ((before, after),) = picked(3, ("so and so " * 100 + "Wren went on", "so and so " * 100 + "Juno went on"))
    assert "Wren" in before
    assert "Juno" in after
    assert len(before) <= 300


@given(st.lists(st.text("abcdé 中.", min_size=1), unique=True), st.randoms(use_true_random=False))
def test_which_texts_are_picked_does_not_depend_on_their_order(words, source):
    texts = [(f"So it was {word} that said it.", f"So it was [name 3f9a] {len(word)} that said it.") for word in words]
    first = picked(3, *texts, *texts[:1])
    source.shuffle(texts)
    assert picked(3, *texts) == first
    assert len(first) <= 3


def run(tree, tmp_path: Path, *options: str) -> list[str]:
    said = conversation()
    said["messages"][0]["content"] = "Hello. I am Wren Talbot, you know."
    data = tree({"users/wren/profile.yaml": PROFILE, "conversations/a.json": said})
    return ["build", str(data), str(tmp_path / "cass.db"), "--key-file", str(tmp_path / "key"), "--diff", "2", *options]


def test_on_a_terminal_the_owner_sees_them(tree, tmp_path):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "build_db", *run(tree, tmp_path)]
    subprocess.run(command, stdout=theirs, check=True, stderr=subprocess.DEVNULL)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "- I am Wren Talbot, you know." in shown
    assert shown.count("you know.") == 2


def test_anywhere_else_nothing_is_built_or_shown(tree, tmp_path):
    for options in ([], ["--private"]):
        result = CliRunner().invoke(cli, run(tree, tmp_path, *options))
        assert result.exit_code == 2
        assert "Wren" not in result.output
        assert not (tmp_path / "cass.db").exists()
