"""The next Datasette, in an environment of its own: what is closed under one version is closed under the other."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from daemon_pages import hosts

PYTHON = ROOT / ".venv" / "next" / "bin" / "python"
# All of them under the installed version, too; `make next` tries every test of the pages that needs no browser.
FILES = ("test_hosts.py", "test_matrix.py", "test_password.py")
NAMED = re.compile(r"^datasette==(\S+)", re.M)


@pytest.mark.skipif(not hosts.IS_OLD, reason="it is the one that runs all tests here")
@pytest.mark.skipif(
    not PYTHON.exists() and not os.environ.get("CI"),
    reason="no Datasette 1.0 here: `make .venv/next/ready` fetches it",
)
def test_the_same_holds_under_the_next_datasette(demo: Path) -> None:
    given = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    command = [PYTHON, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "addopts="]
    done = subprocess.run(
        [*command, *(ROOT / "tests" / "pages" / name for name in FILES)],
        cwd=ROOT,
        env={**given, "DEMO_DATABASE": str(demo)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"^\d+ passed", done.stdout, re.M), done.stdout


def test_it_is_the_version_that_the_pages_take() -> None:
    (version,) = NAMED.findall((ROOT / "requirements-next.txt").read_text(encoding="utf-8"))
    assert hosts.TRIED.fullmatch(version)
    assert not version.startswith("0.")
    (locked,) = NAMED.findall((ROOT / "requirements-dev.txt").read_text(encoding="utf-8"))
    assert hosts.TRIED.fullmatch(locked)
