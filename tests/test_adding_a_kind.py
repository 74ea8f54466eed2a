"""docs/adding-a-kind.md is followed to the letter in a copy of the project, and what somebody forgets is noticed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from support.shown import environment, run, snippets
from support.walkthrough import TEXT, TOOL, project, steps

SHOWN = snippets("6. Look", TEXT)
FORGOTTEN = dict(re.findall(r"^\| `(\S+)` \| `(.+)` \|$", TEXT, re.M))
FOUND_BY_TESTS = {path: said for path, said in FORGOTTEN.items() if said.startswith("test_")}
FOUND_BY_BUILDS = {path: said for path, said in FORGOTTEN.items() if path not in FOUND_BY_TESTS}


def test_every_program_of_the_text_is_a_step_or_is_run():
    assert len(steps()) + len(SHOWN) == len(re.findall(r"^```(?!text)\w+$", TEXT, re.M))
    assert FORGOTTEN.keys() < {step.path for step in steps()}


def test_a_kind_is_added_as_shown(home):
    project(home)
    for snippet in SHOWN:
        printed = run(snippet, home, home, home, home / "plugins")
        assert snippet.printed in (None, printed)
    assert SHOWN[0].printed


@pytest.mark.parametrize(("forgotten", "said"), FOUND_BY_BUILDS.items(), ids=FOUND_BY_BUILDS)
def test_a_build_tells_what_was_forgotten(tmp_path, forgotten, said):
    project(tmp_path, TOOL, without=[forgotten])
    done = python(tmp_path, "-m", "build_db", "tests/trees/full", "letters.db", "--private")
    assert done.returncode
    assert said in done.stderr


LANDING = "tests/sources/landing.yml"


@pytest.mark.parametrize(
    "forgotten", [{LANDING}, FOUND_BY_TESTS.keys() - {LANDING}], ids=["where it lands", "the rest"]
)
def test_tests_tell_what_was_forgotten(tmp_path, forgotten):
    """Not all at once: who is named is asked of keys that land in a column."""
    project(tmp_path, without=forgotten)
    (command,) = [snippet.program for snippet in SHOWN if "pytest" in snippet.program]
    done = python(tmp_path, *shlex.split(command.replace("\\\n", ""))[1:])
    failed = set(re.findall(r"^FAILED \S+::(\w+)", done.stdout, re.M))
    assert {FOUND_BY_TESTS[path] for path in forgotten} <= failed


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a Python says that finds the copy before everything else."""
    given = environment(folder, folder, folder / "plugins")
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=given, capture_output=True, text=True)
