"""What docs/exports.md, first-hour.md and hosting.md show is run as it stands there, and prints what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from conftest import DEMO, KEY, ROOT

from build_db.cli import export
from build_db.exports.archive import files_of
from build_db.exports.formats import FORMATS
from build_db.exports.withdrawal import KEYS

TEXT = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", re.M | re.S)
TOOLS = ["SQLite", "sqlite-utils", "DuckDB", "pandas", "Hugging Face datasets", "Datasette"]


class Snippet(NamedTuple):
    """A program in the documentation, and what it is said to print."""

    heading: str
    language: str
    program: str
    printed: str | None


def snippets(section: str, whole: str = TEXT) -> list[Snippet]:
    """The programs below a heading and its subheadings, in order."""
    (text,) = (part for part in re.split(r"^## ", whole, flags=re.M) if part.startswith(section))
    found = []
    for part in re.split(r"^### ", text, flags=re.M):
        heading = part.splitlines()[0]
        found += [Snippet(heading, *match.groups()) for match in FENCED.finditer(part)]
    return found


def run(snippet: Snippet, folder: Path, home: Path) -> str:
    """What a program prints in a fresh process that finds the tools installed beside Python, and no network."""
    python = Path(sys.executable)
    environment = {
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "HF_HOME": str(home / "hub"),
        "HF_HUB_OFFLINE": "1",
    }
    command = [str(python)] if snippet.language == "python" else ["sh", "-e"]
    done = subprocess.run(
        command, input=snippet.program, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("snippet", snippets("Load one"), ids=lambda snippet: snippet.heading)
def test_an_export_loads_as_shown(exports, tmp_path, snippet, request):
    if snippet.program.startswith("sqlite3 "):
        request.getfixturevalue("shell")
    folder = shutil.copytree(exports / "cass", tmp_path / "cass")
    assert snippet.printed
    assert run(snippet, folder, tmp_path) == snippet.printed


def test_each_tool_is_shown():
    assert list(dict.fromkeys(snippet.heading for snippet in snippets("Load one"))) == TOOLS


@pytest.fixture
def home(tmp_path) -> Path:
    """A folder with the demo and a key in it, which is also its owner's home."""
    (tmp_path / "data").symlink_to(DEMO)
    key = tmp_path / ".config" / "build-db" / "redaction.key"
    key.parent.mkdir(parents=True)
    key.write_text(KEY.hex())
    key.chmod(0o600)
    return tmp_path


def test_the_first_hour_goes_as_shown(home):
    text = (ROOT / "docs" / "first-hour.md").read_text(encoding="utf-8")
    sections = (
        "Look before you build",
        "Build",
        "Names that nobody listed",
        "Let the witness look again",
        "A book to keep",
    )
    shown = [snippet for section in sections for snippet in snippets(section, text)]
    for snippet in shown:
        printed = run(snippet, home, home)
        assert snippet.printed in (None, printed)
    assert len(shown) == 5
    assert {"cass.db", "redaction.yml", "book.html"} <= {path.name for path in home.iterdir()}


def test_what_goes_online_is_made_as_shown(home):
    shutil.copytree(ROOT / "hosting", home / "hosting")
    (snippet,) = snippets("Your settings", (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8"))
    run(snippet, home, home)
    assert {path.name for path in (home / "served").iterdir()} == {"cass.db", "served.yml"}


def test_exports_are_made_as_shown(home):
    tmp_path = home
    for snippet in snippets("Make them"):
        run(snippet, tmp_path, tmp_path)
    made = {path.name for path in (tmp_path / "exports").iterdir()}
    assert {name for name in made if name in TEXT} == {"cass", "aria", "cass-v1-2025-06-26.zip"}
    assert (tmp_path / "exports" / "aria" / "parquet").is_dir()
    assert not (tmp_path / "exports" / "aria" / "aria.db").exists()


def test_every_file_of_an_archive_and_every_format_is_told(exports):
    (listed,) = re.findall(r"## What is in an archive\n(.*?)\n## ", TEXT, re.S)
    tops = {name.split("/")[0] + ("/" if "/" in name else "") for name in files_of(exports / "cass")}
    assert tops == {name for row in re.findall(r"^\| (`.+?) \|", listed, re.M) for name in re.findall("`(.+?)`", row)}
    assert all(f"`{name}`" in TEXT for name in FORMATS)


def test_every_option_of_the_command_is_told():
    options = {name for option in export.params for name in option.opts if name.startswith("--")}
    assert options - {"--quiet"} == set(re.findall(r"^\| `(--[\w-]+)", TEXT, re.M))


def test_a_withdrawal_has_the_keys_shown():
    (shown,) = snippets("Take something back")
    assert yaml.safe_load(shown.program).keys() == KEYS
