"""Sentences before and after: the owner sees what redaction does, and nobody else does."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner
from conftest import conversation
from hypothesis import given
from hypothesis import strategies as st

from build_db.cli import cli
from build_db.redaction.keyed import Keyed
from build_db.redaction.samples import Sample, Samples

KEYED = Keyed(bytes(32))
PROFILE = "user_id: wren\ndisplay_name: Wren Talbot\n"


def test_a_sample_is_the_sentence_that_changed():
    samples = Samples(3, KEYED)
    samples.add(
        "Rain again. I met Wren at 10:20.5 today. We\nate.", "Rain again. I met Juno at 10:20.5 today. We\nate."
    )
    assert samples.sentences() == [Sample("I met Wren at 10:20.5 today.", "I met Juno at 10:20.5 today.")]


@given(st.lists(st.text(min_size=1), unique=True), st.randoms(use_true_random=False))
def test_which_texts_are_picked_does_not_depend_on_their_order(texts, source):
    picked = []
    for _ in range(2):
        samples = Samples(3, KEYED)
        for text in texts + texts[:1]:
            samples.add(text, "[name]")
        picked.append(samples.sentences())
        source.shuffle(texts)
    assert picked[0] == picked[1]
    assert len(picked[0]) == min(3, len(texts))


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
