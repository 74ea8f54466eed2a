"""Every command line that a document shows is run as it stands, or at least one that its program takes."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib

import click
import pytest
from conftest import ROOT, conversation
from datasette.cli import cli as datasette
from support.commands_shown import DOCUMENTS, Line, headings, lines, relative_links
from support.shown import Snippet, environment, run

from build_db.cli import cli

LINES = sorted({(line.document, line.text): line for line in lines()}.values())
# Written from the command line itself.
MADE = "docs/commands.md"
# What else stands in blocks, and why it is not looked at here.
OTHERS = {
    "data": "a picture of the way of a record",
    "daemons:": "YAML, taken by tests/test_hosting.py or read by tests/ingest/test_tree.py",
    ".": "a shell's own",
    "eval": "a shell's own; tests/test_first_steps.py asks for the script",
    "export": "a shell's own",
    "printf": "a shell's own",
    "FAMILY_PASSWORD_HASH=pbkdf2_sha256$…": "a line of a file",
    "DATASETTE_SECRET=…": "a line of a file",
    "mkdir": "run by tests/test_docs.py and tests/test_adding_a_kind.py",
    "dask": "on machines of their own; tests/many/test_engines.py starts a cluster on this one",
    "minisign": "run by tests/test_docs.py",
    "sha256sum": "run by tests/test_docs.py",
    "sqlite3": "run by tests/test_docs.py",
    "sqlite-utils": "run by tests/test_docs.py and tests/test_adding_a_kind.py",
    "sudo": "changes the computer; tests/test_hosting.py reads the files that are copied",
    "docker": "needs a daemon and a network; tests/test_hosting.py reads its files",
}


def of(*program: str) -> list[Line]:
    return [line for line in LINES if line.words[: len(program)] == list(program) and line.document != MADE]


def named(line: Line) -> str:
    return f"{line.document}: {line.text[:60]}"


def test_every_program_is_known():
    programs = {line.words[0] for line in LINES} - {"python", "build-db", "datasette", "make", "pip"}
    assert programs == OTHERS.keys()


@pytest.mark.parametrize("line", [*of("python", "-m", "build_db"), *of("build-db")], ids=named)
def test_our_own_command_takes_it(line):
    words = [word.strip("[]") for word in line.words[3 if line.words[0] == "python" else 1 :]]
    if words[:1] == ["--version"] or "--help" in words or not words:
        return
    if words[0] in cli.commands:
        cli.commands[words[0]].make_context(words[0], words[1:])
    else:
        cli.commands["build"].make_context("build", words)


@pytest.mark.parametrize("line", of("datasette"), ids=named)
def test_datasette_has_the_command_and_its_options(line):
    first, *rest = line.words[1:]
    command = datasette.commands.get(first, datasette.commands["serve"])
    if isinstance(command, click.Group) and rest:
        command = command.commands[rest[0]]
    known = {name for param in command.params for name in param.opts}
    assert {word for word in rest if word.startswith("-")} <= known


@pytest.mark.parametrize("line", of("make"), ids=named)
def test_make_knows_the_target(line):
    done = subprocess.run(["make", "--dry-run", *line.words[1:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("line", of("pip"), ids=named)
def test_what_is_to_be_installed_is_offered(line):
    offered = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(re.findall(r"build-db\[(\w+)\]", line.text)) <= offered.keys()


@pytest.mark.parametrize(
    "line", [line for line in of("python", "-m", "pytest") if line.document == "CONTRIBUTING.md"], ids=named
)
def test_the_tests_that_a_newcomer_runs_are_there(line, tmp_path):
    command = [sys.executable, *line.words[1:], "--collect-only", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "::test_" in done.stdout


@pytest.mark.parametrize(("document", "first"), [("README.md", "doctor"), ("docs/forms.md", "private.db")])
def test_a_block_of_commands_is_run_in_its_order(document, first, tree, home):
    """On a small tree; the server answers once instead of for ever."""
    block = next(line.block for line in LINES if line.document == document and line.block and first in line.text)
    tree({"conversations/5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411.json": conversation()})
    (home / "DATA").symlink_to("data")
    (home / "metadata.yml").write_bytes((ROOT / "metadata.yml").read_bytes())
    program = re.sub(r"(?m)^ +", "", block).replace(". .venv/bin/activate\n", "")
    program = re.sub(r"(?m)^(datasette [^#\n]*)", r"\1 --get / ", program)
    if "compare data/" in program:
        program = f"python -m build_db data/ private.db --private\n{program}"
    printed = run(Snippet(document, "sh", program, None), home, home)
    assert "0 not found" in printed


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    for file, heading in relative_links(path):
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), file
        assert not heading or heading in headings(target), f"{file}#{heading}"


def test_every_document_of_the_folder_can_be_found_from_the_readme():
    found, left = set(), [ROOT / "README.md"]
    while left:
        path = left.pop()
        found.add(path)
        near = {(path.parent / file).resolve() for file, _ in relative_links(path) if file.endswith(".md")}
        left += near - found - set(left)
    assert {path for path in DOCUMENTS if "docs" in path.parts} <= found


def test_the_security_page_names_tests_that_exist():
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = [row for row in re.findall(r"^\| .+ \|$", text, re.M) if not row.startswith(("| who |", "|---"))]
    assert len(rows) >= 12
    for row in rows:
        files = re.findall(r"`(tests/[\w/]+\.py)`", row.split(" | ")[3])
        assert files, row
        assert all((ROOT / file).is_file() for file in files), row


def test_a_line_is_split_as_a_shell_does():
    line = Line("x.md", "A=1 python -m build_db 'a b' c.db  # why", None)
    assert line.words == ["python", "-m", "build_db", "a b", "c.db"]
    assert shlex.join(line.words) == "python -m build_db 'a b' c.db"
