"""What a newcomer meets: slips of the pen, a forgotten environment, completion, a look again at what is no vessel."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result
from conftest import DEMO, KEY, ROOT, conversation

from build_db import BuildOptions, build
from build_db.cli import cli
from build_db.redaction.policy import policy
from build_db.schema import SCHEMA_VERSION

FIRST = "11111111-1111-4111-8111-111111111111"


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, list(map(str, arguments)))
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("biuld", "build"), ("chek", "check"), ("exprot", "export"), ("reveiw", "review"), ("docter", "doctor")],
)
def test_a_slip_in_a_command_is_told(typed, meant, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(typed, "data", "x.db")
    assert result.exit_code == 2
    assert f"{typed}: no such command, and no such folder; did you mean {meant}?" in result.output


@pytest.mark.parametrize("folder", ["data", "cass", "my-exports-of-may", "./chek"])
def test_the_name_of_a_folder_is_no_slip(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert f"{Path(folder)}: no such folder" in run(folder, "x.db").output


def test_a_folder_that_is_there_is_taken_whatever_it_is_called(tree, tmp_path, monkeypatch):
    tree({f"conversations/{FIRST}.json": conversation(FIRST)}).rename(tmp_path / "chek")
    monkeypatch.chdir(tmp_path)
    assert run("chek", "x.db", "--private").exit_code == 0


def test_a_slip_in_an_option_is_told():
    result = run("data", "x.db", "--privte")
    assert result.exit_code == 2
    assert "--privte" in result.output
    assert "Did you mean" in result.output
    assert "--private" in result.output


def test_the_version_names_the_schema_and_the_policy_as_a_file_does(tmp_path, query):
    build(DEMO, tmp_path / "o.db", BuildOptions(key=KEY))
    facts = dict(query(tmp_path / "o.db", "SELECT key, value FROM build_info"))
    said = run("--version").output
    assert said == f"{facts['tool']}, schema {facts['schema_version']}, policy {facts['policy']}\n"
    assert (facts["schema_version"], facts["policy"]) == (str(SCHEMA_VERSION), policy().digest)


def completed(*typed: str) -> list[str]:
    """What a shell offers for the last word."""
    *before, last = typed
    offered = ShellComplete(cli, {}, "build-db", "_BUILD_DB_COMPLETE").get_completions(before, last)
    return [item.value for item in offered]


def test_a_shell_completes_commands_and_options():
    named = [
        "apply-withdrawals",
        "attack",
        "build",
        "check",
        "compare",
        "doctor",
        "export",
        "keepsake",
        "keygen",
        "many",
        "metadata",
        "review",
        "verify",
    ]
    assert completed("") == named
    assert completed("doc") == ["doctor"]
    assert completed("review", "--w") == ["--write"]


def test_a_shell_completes_the_folder_of_a_build():
    (item,) = ShellComplete(cli, {}, "build-db", "_BUILD_DB_COMPLETE").get_completions([], "da")
    assert (item.value, item.type) == ("da", "file")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_line_for_a_shell_is_as_the_readme_says(shell):
    """The script that the line prints names our program, and the README shows the line."""
    environment = {**os.environ, "_BUILD_DB_COMPLETE": f"{shell}_source"}
    program = "from build_db.cli import cli; cli(prog_name='build-db')"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, cwd=ROOT)
    if shell == "bash" and not done.stdout:
        pytest.skip("click asks bash for its version, and there is none here")
    assert "_BUILD_DB_COMPLETE" in done.stdout
    assert f"_BUILD_DB_COMPLETE={shell}_source build-db" in (ROOT / "docs" / "first-hour.md").read_text(
        encoding="utf-8"
    )


def test_a_python_without_the_environment_is_told_in_one_line():
    """`-S` leaves out what is installed: what a Python sees whose environment was forgotten."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "build_db", "data", "x.db"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {sys.executable} has no ")
    assert done.stderr.endswith(
        ": activate the environment first (. .venv/bin/activate), or make it (make .venv/ready)\n"
    )
    assert len(done.stderr.splitlines()) == 1


def test_an_old_python_is_told_in_one_line():
    program = "import sys, runpy; sys.version_info = (3, 9); runpy.run_module('build_db', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: Python 3.11 is needed, ")
    assert len(done.stderr.splitlines()) == 1


def test_a_mistake_of_ours_is_no_forgotten_environment(tmp_path):
    """What is missing from the tool itself is told as it is."""
    program = (
        "import sys, runpy; sys.modules['build_db.group'] = None; runpy.run_module('build_db', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert "ModuleNotFoundError" in done.stderr
    assert "activate" not in done.stderr


@pytest.mark.parametrize(
    ("missing", "code", "told"),
    [("orjson", 2, "has no orjson: activate the environment"), ("build_db.summary", 3, "ModuleNotFoundError")],
)
def test_what_only_a_command_needs_is_missed_in_one_line_too(tmp_path, missing, code, told):
    program = f"import sys; sys.modules[{missing!r}] = None; from build_db.cli import cli; cli()"
    command = [sys.executable, "-c", program, str(DEMO), str(tmp_path / "x.db"), "--private"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert ("activate" in done.stderr) == (missing == "orjson")


def test_what_the_package_offers_is_there_and_nothing_else():
    import build_db

    assert all(hasattr(build_db, name) for name in build_db.__all__)
    assert not hasattr(build_db, "marzipan")


@pytest.fixture
def shared(tree, tmp_path):
    root = tree({f"conversations/{FIRST}.json": conversation(FIRST)})
    build(root, tmp_path / "o.db", BuildOptions(key=KEY))
    return root, tmp_path / "o.db"


@pytest.mark.parametrize("what", ["empty", "missing", "file", "manifest"])
@pytest.mark.parametrize("command", ["check", "compare", "export"])
def test_what_is_no_vessel_is_refused_and_not_found_clean(shared, tree, tmp_path, command, what):
    _, output = shared
    place = tmp_path / "there"
    if what == "empty":
        place.mkdir()
    if what == "file":
        place.write_text("my diary")
    if what == "manifest":
        place = tree({"daemons.yml": "daemons: ["})
    given = {
        "check": ["check", output, place],
        "compare": ["compare", place, output],
        "export": ["export", output, tmp_path / "exports", "--tree", place],
    }
    result = run(*given[command])
    assert (result.exit_code, len(result.output.splitlines())) == (2, 1)
    assert f"Error: {place}" in result.output
    assert not (tmp_path / "exports").exists()


@pytest.mark.parametrize("command", ["check", "compare", "export"])
def test_an_unreadable_file_in_the_tree_stops_nobody(tree, tmp_path, command):
    root = tree({f"conversations/{FIRST}.json": conversation(FIRST), "conversations/cut-off.json": "{"})
    private = command == "compare"
    build(root, tmp_path / "o.db", BuildOptions(key=None if private else KEY, private=private))
    given = {
        "check": ["check", tmp_path / "o.db", root],
        "compare": ["compare", root, tmp_path / "o.db"],
        "export": ["export", tmp_path / "o.db", tmp_path / "exports", "--tree", root, "--key-file", tmp_path / "key"],
    }
    assert run(*given[command]).exit_code == 0


def test_an_export_counts_the_rows_that_a_build_counts(shared, tmp_path):
    """One conversation, its messages and its daemon: not the account of the build."""
    root, output = shared
    result = run("export", output, tmp_path / "exports", "--tree", root, "--key-file", tmp_path / "key")
    assert result.output.endswith("(4 rows)\n")


@pytest.mark.parametrize(("command", "label"), [("check", "Checking"), ("doctor", "Looking")])
def test_a_long_look_shows_how_far_it_is_on_a_terminal_alone(shared, command, label):
    root, output = shared
    arguments = [command, *([str(output)] if command == "check" else []), str(root)]
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "build_db", *arguments], stderr=theirs, stdout=subprocess.PIPE, cwd=ROOT
    )
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert label in shown
    assert "100%" in shown
    assert label not in run(*arguments).output
