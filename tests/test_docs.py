"""What docs/exports.md, first-hour.md and hosting.md show is run as it stands there, and prints what it says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml
from conftest import DEMO, ROOT
from support.shown import Snippet, run, snippets

from build_db.exports import publisher
from build_db.exports.archive import files_of
from build_db.exports.choices import FORMATS
from build_db.exports.signing import SIGNATURE
from build_db.exports.withdrawal import KEYS
from build_db.sharing import export

TEXT = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
MAKE_SIGNED = "python -m build_db export cass.db exports/ --daemon cass --format csv --quiet"
TOOLS = ["SQLite", "sqlite-utils", "DuckDB", "pandas", "Hugging Face datasets", "Datasette"]


@pytest.mark.parametrize("snippet", snippets("Load one", TEXT), ids=lambda snippet: snippet.heading)
def test_an_export_loads_as_shown(exports, tmp_path, snippet, request):
    if snippet.program.startswith("sqlite3 "):
        request.getfixturevalue("shell")
    folder = shutil.copytree(exports / "cass", tmp_path / "cass")
    assert snippet.printed
    assert run(snippet, folder, tmp_path) == snippet.printed


def test_each_tool_is_shown():
    assert list(dict.fromkeys(snippet.heading for snippet in snippets("Load one", TEXT))) == TOOLS


@pytest.fixture
def demo_home(home) -> Path:
    """A folder with the demo in it, which is also its owner's home."""
    (home / "data").symlink_to(DEMO)
    return home


def test_the_first_hour_goes_as_shown(demo_home):
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
        printed = run(snippet, demo_home, demo_home)
        assert snippet.printed in (None, printed)
    assert len(shown) == 5
    assert {"cass.db", "redaction.yml", "book.html"} <= {path.name for path in demo_home.iterdir()}


def test_what_goes_online_is_made_as_shown(demo_home):
    shutil.copytree(ROOT / "hosting", demo_home / "hosting")
    (snippet,) = snippets("Your settings", (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8"))
    run(snippet, demo_home, demo_home)
    assert {path.name for path in (demo_home / "served").iterdir()} == {"cass.db", "served.yml"}


def test_exports_are_made_as_shown(demo_home):
    for snippet in snippets("Make them", TEXT):
        run(snippet, demo_home, demo_home)
    made = {path.name for path in (demo_home / "exports").iterdir()}
    assert {name for name in made if name in TEXT} == {"cass", "aria", "cass-v1-2025-06-26.zip"}
    assert (demo_home / "exports" / "aria" / "parquet").is_dir()
    assert not (demo_home / "exports" / "aria" / "aria.db").exists()
    (attack,) = snippets("How much can be joined", TEXT)
    joined = run(attack, demo_home, demo_home)
    assert joined in (demo_home / "exports" / "cass" / "RISK.md").read_text(encoding="utf-8")


def test_every_file_of_an_archive_and_every_format_is_told(exports):
    (listed,) = re.findall(r"## What is in an archive\n(.*?)\n## ", TEXT, re.S)
    tops = {name.split("/")[0] + ("/" if "/" in name else "") for name in files_of(exports / "cass")}
    assert tops | {SIGNATURE} == {
        name for row in re.findall(r"^\| (`.+?) \|", listed, re.M) for name in re.findall("`(.+?)`", row)
    }
    assert all(f"`{name}`" in TEXT for name in FORMATS)


def test_every_option_of_the_command_is_told():
    options = {name for option in export.params for name in option.opts if name.startswith("--")}
    assert options - {"--quiet"} == set(re.findall(r"^\| `(--[\w-]+)", TEXT, re.M))


def test_an_owner_is_shown_what_can_be_said():
    (shown,) = snippets("Say who made it", TEXT)
    assert shown.program in (publisher.__doc__ or "")


def test_a_download_is_signed_and_verified_as_shown(demo_home, served, minisign):
    keygen, verify, by_minisign = snippets("Sign them", TEXT)
    key = run(keygen, demo_home, demo_home).strip()
    (archive,) = re.findall(r"verify (\S+)", verify.program)
    shutil.copy(served, demo_home / "cass.db")
    run(Snippet("", "sh", MAKE_SIGNED, None), demo_home, demo_home)
    shutil.copy(demo_home / "exports" / archive, demo_home)
    (shown,) = set(re.findall(r"\bRW[\w+/]{54}", verify.program + by_minisign.program))
    told = run(verify._replace(program=verify.program.replace(shown, key)), demo_home, demo_home)
    assert f"signed with this key: file:{archive}" in told
    unpacked = demo_home / "exports" / "cass"
    told = run(by_minisign._replace(program=by_minisign.program.replace(shown, key)), unpacked, demo_home)
    assert "Signature and comment signature verified" in told
    assert "LICENSE: OK" in told


def test_a_withdrawal_has_the_keys_shown():
    (shown,) = snippets("Take something back", TEXT)
    assert yaml.safe_load(shown.program).keys() == KEYS
