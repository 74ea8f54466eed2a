"""docs/scale.md: the same ten questions have the same answers, whoever is asked."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from support.shown import Snippet, environment, snippets

from build_db.many.one import Outcome
from build_db.many.run import renew

TEXT = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
PROGRAMS = {snippet.heading: snippet for snippet in snippets("Ask all of them", TEXT)}
QUESTIONS = [snippet.program for snippet in snippets("Ten questions", TEXT)]
ASKED = "\nimport json, sys\nprint(json.dumps([ask(question) for question in json.loads(sys.argv[1])], default=list))\n"


@pytest.fixture(scope="module")
def out(exports, tmp_path_factory) -> Path:
    """What two trees became: both daemons of the demo, and cass once more."""
    out = tmp_path_factory.mktemp("scale") / "out"
    trees = {"smith": ("cass", "aria"), "jones": ("cass",)}
    for name, daemons in trees.items():
        shutil.copytree(exports, out / name / "exports")
        for other in {"cass", "aria"} - {*daemons}:
            shutil.rmtree(out / name / "exports" / other)
    renew(out, [Outcome(name, "built", daemons=daemons) for name, daemons in trees.items()])
    return out


def answers(program: Snippet, out: Path, home: Path, python: str = sys.executable) -> list[list]:
    """What a program of the document answers to the ten questions."""
    text = program.program + ASKED
    done = subprocess.run(
        [python, "-c", text, json.dumps(QUESTIONS)], cwd=out, env=environment(home), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def by_sqlite(out, tmp_path_factory) -> list[list]:
    return answers(PROGRAMS["SQLite"], out, tmp_path_factory.mktemp("home"))


def test_there_are_ten_questions_each_with_an_answer_of_several_rows(by_sqlite):
    assert len(QUESTIONS) == 10
    assert all(len(answer) > 1 for answer in by_sqlite)
    assert list(PROGRAMS) == ["SQLite", "DuckDB", "Spark"]


def test_they_are_asked_of_every_daemon_and_of_every_message(by_sqlite, exports):
    held = {}
    for name in ("cass", "aria"):
        conn = sqlite3.connect(exports / name / f"{name}.db")
        (held[name],) = conn.execute("SELECT count(*) FROM messages").fetchone()
        conn.close()
    totals: dict[str, int] = {}
    for daemon, _, count in by_sqlite[0]:
        totals[daemon] = totals.get(daemon, 0) + count
    assert totals == {"jones.cass": held["cass"], "smith.aria": held["aria"], "smith.cass": held["cass"]}


def test_duckdb_answers_as_sqlite_does(by_sqlite, out, tmp_path):
    assert answers(PROGRAMS["DuckDB"], out, tmp_path) == by_sqlite


@pytest.mark.skipif("SPARK_PYTHON" not in os.environ, reason="PySpark is a download of 456 MB; run: make spark")
def test_spark_answers_as_sqlite_does(by_sqlite, out, tmp_path):
    assert answers(PROGRAMS["Spark"], out, tmp_path, os.environ["SPARK_PYTHON"]) == by_sqlite
