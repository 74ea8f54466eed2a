"""What an owner reads after a build: what is in, what needs them, what to do next."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import DEMO, KEY, conversation, told

from build_db import BuildOptions, build
from build_db.cli import cli
from build_db.commands import NextSteps, this_tool
from build_db.database.counting import ACCOUNT

FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
NAMED = re.compile(r"([\d,]+) rows\)")


def part(text: str, title: str) -> list[str]:
    """The lines below one heading of the summary, without the blanks before them."""
    lines = text.split(f"\n{title}\n")[1].split("\n\n")[0].splitlines()
    return [line.strip() for line in lines]


def broken_and_odd(tree):
    return tree(
        {
            f"conversations/{FIRST}.json": conversation(FIRST, user_id="gone", project_id="gone", moods=3),
            "conversations/cut-off.json": '{"id": "x", "mess',
            "goals/working_questions.json": "{[",
            "letters.xyz": "Dear all",
        }
    )


def test_the_content_of_the_demo_is_told_by_daemon_in_words(demo, tmp_path):
    said = part(told(build(DEMO, tmp_path / "out.db", BuildOptions(key=KEY))), "What is in it")
    assert said[0].startswith("cass  16 conversations, 280 messages, 9 journals, 4 dreams, ")
    assert said[1].startswith("aria  11 conversations, 89 messages, 8 journals, 4 dreams, ")
    assert said[2].startswith("shared by all: 6 people, 3 projects")


@pytest.mark.parametrize("private", [True, False])
def test_there_is_one_number_of_rows(tmp_path, private):
    """Of the daemons and what they share, of the tables, and of the files with what was added and taken out."""
    report = build(DEMO, tmp_path / "out.db", BuildOptions(key=None if private else KEY, private=private))
    said = told(report)
    (sum_,) = re.findall(r"rows: ([\d,]+) in all: ([\d,]+) read, plus (\d+) made .*, minus (\d+) left out", said)
    total, read, made, left_out = (int(number.replace(",", "")) for number in sum_)
    assert total == sum(int(number.replace(",", "")) for number in NAMED.findall(said)) == read + made - left_out
    with closing(sqlite3.connect(tmp_path / "out.db")) as conn:
        counted = dict(
            conn.execute("SELECT substr(key, 6), CAST(value AS INTEGER) FROM build_info WHERE key LIKE 'rows.%'")
        )
        assert total == sum(n for table, n in counted.items() if table not in ACCOUNT)
        assert conn.execute("SELECT sum(row_count) FROM source_files").fetchone() == (read,)


def test_a_replaced_record_is_counted_as_left_out(tree, built):
    """Two files hold one conversation, and the later one the newer state of it."""
    newer = conversation(FIRST, updated_at="2026-01-01T00:00:00")
    root = tree({"conversations/a.json": conversation(FIRST), "conversations/b.json": newer})
    report = built(root).report
    assert (report.read, report.left_out) == (6, 3)
    assert "minus 3 left out again" in told(report)


def test_lost_files_come_first_with_their_path_and_the_rest_by_kind(tree, built):
    root = broken_and_odd(tree)
    said = part(told(built(root).report), "What needs you")
    assert said == [
        "could not be read, and nothing of it is in the file: 2",
        f"{root}/conversations/cut-off.json: not valid JSON at line 1, column 13",
        f"{root}/goals/working_questions.json: not valid JSON at line 1, column 2",
        "of no known kind, and nothing was taken from it: 1",
        f"{root}/letters.xyz: unknown file",
        "values left out or of an odd kind: 1",
        "1  unknown key (conversation 1)",
        "references to records that are not there: 2",
        "1  no such record in projects: the reference was cleared (conversation 1)",
        "1  no such record in users: the reference was cleared (conversation 1)",
        "problems in all: 6; --report FILE lists each with its place",
    ]


def test_a_lost_file_of_a_further_daemon_is_told_where_it_lies(tree, built):
    root = tree(
        {
            f"conversations/{FIRST}.json": conversation(FIRST),
            "daemons.yml": "daemons: [{name: cass, path: .}, {name: aria, path: daemons/aria}]",
            "daemons/aria/dreams/cut-off.json": "{",
        }
    )
    assert f"{root}/daemons/aria/dreams/cut-off.json: not valid JSON" in told(built(root).report)


def test_many_lost_files_are_told_as_a_number(tree, built):
    files = {f"conversations/{n:02}.json": "{" for n in range(25)}
    said = told(built(tree({**files, f"conversations/{FIRST}.json": conversation(FIRST)})).report)
    assert said.count("not valid JSON at line 1") == 20
    assert "and 5 more\n" in said


def test_a_sound_tree_needs_nobody(tree, built):
    said = told(built(tree({f"conversations/{FIRST}.json": conversation(FIRST)})).report)
    assert part(said, "What needs you") == ["nothing"]


def test_no_value_is_told(tree, built):
    assert "marzipan" not in told(
        built(tree({f"conversations/{FIRST}.json": conversation(FIRST, favourite="marzipan")})).report
    )


def test_the_commands_have_the_paths_of_this_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    steps = NextSteps(Path("my data"), Path("out/cass.db"), Path("wishes.yml"), Path("key"))
    tool = this_tool()
    assert [line for line in steps.after(private=False, unlisted=3) if line[0] != "#"][:-2] == [
        f"{tool} review 'my data' --redaction wishes.yml --write",
        f"{tool} check out/cass.db 'my data' --redaction wishes.yml",
        f"{tool} metadata > metadata.yml",
    ]
    assert steps.after(private=False, unlisted=3)[-1] == (
        f"{tool} export out/cass.db out/exports --tree 'my data' --redaction wishes.yml --key-file key"
    )
    assert not any("review" in line for line in steps.after(private=False, unlisted=0))
    assert steps.after(private=True, unlisted=0)[1:] == [f"{tool} compare 'my data' out/cass.db"]


def test_the_metadata_is_made_only_where_there_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "metadata.yml").touch()
    said = NextSteps(Path("data"), Path("cass.db")).after(private=False, unlisted=0)
    assert not any(line.endswith("> metadata.yml") for line in said)
    assert any(line.endswith("cass.db -m metadata.yml") for line in said)
    assert not any("--tree" in line for line in said), "an export finds the data/ beside it"


def test_a_file_that_looks_like_an_option_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert NextSteps(Path("-data"), Path("c.db")).after(private=True, unlisted=0)[1].endswith("compare ./-data c.db")


def test_the_commands_run_as_they_are_told(tree, tmp_path, monkeypatch):
    """Every one of them but the server, in the order they are told, by a shell that knows no environment."""
    tree({f"conversations/{FIRST}.json": conversation(FIRST)})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("PYTHONPATH", str(DEMO.parent))
    result = CliRunner().invoke(cli, ["data", "cass.db", "--key-file", "key"])
    assert result.exit_code == 0
    for line in part(result.output, "What to do next"):
        if shlex.split(line, comments=True) and " -m metadata.yml" not in line:
            done = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True)
            assert done.returncode == 0, (line, done.stderr)
    assert (tmp_path / "exports" / "cass").is_dir()
    assert Path(sys.executable).parent.as_posix() in result.output
