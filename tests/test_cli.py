"""The command line: what it prints, what it refuses, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import conversation
from support.vessel import ARIA, OTHER, TOBIN, archive, daemon, message, person, talk, write_archive

from build_db.cli import cli

NAME = "5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411"


@pytest.fixture
def run(tmp_path):
    def invoke(*arguments: object) -> Result:
        result = CliRunner().invoke(cli, [*map(str, arguments), "--key-file", str(tmp_path / "key")])
        assert not result.exception or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke


@pytest.fixture
def data(tree):
    return tree({f"conversations/{NAME}.json": conversation()})


def test_builds_by_default_and_tells_what_it_did(run, data, tmp_path):
    result = run(data, tmp_path / "cass.db")
    assert result.exit_code == 0
    assert "1 conversation, 2 messages" in result.output
    assert (tmp_path / "cass.db").exists()


def test_quiet_prints_nothing(run, data, tmp_path):
    assert run(data, tmp_path / "cass.db", "--quiet").output == ""


def test_a_private_file_is_for_its_owner_alone_and_says_so(run, data, tmp_path):
    run(data, tmp_path / "cass.db", "--private")
    assert stat.S_IMODE((tmp_path / "cass.db").stat().st_mode) == 0o600
    with sqlite3.connect(tmp_path / "cass.db") as conn:
        assert conn.execute("SELECT value FROM build_info WHERE key = 'privacy'").fetchone() == ("private",)


def test_the_report_names_places_and_never_values(run, tree, tmp_path):
    data = tree({f"conversations/{NAME}.json": conversation(user_id="nobody-here", favourite="marzipan")})
    assert run(data, tmp_path / "cass.db", "--report", tmp_path / "report.json").exit_code == 0
    text = (tmp_path / "report.json").read_text(encoding="utf-8")
    problems = {(p["field"], p["problem"]) for p in json.loads(text)["problems"]}
    assert ("favourite", "unknown key") in problems
    assert ("user_id", "no such record in users: the reference was cleared") in problems
    assert "marzipan" not in text


def test_strict_builds_and_exits_with_1(run, tree, tmp_path):
    data = tree({"conversations/cut-off.json": '{"id": "x", "mess', f"conversations/{NAME}.json": conversation()})
    assert run(data, tmp_path / "cass.db", "--strict").exit_code == 1
    assert (tmp_path / "cass.db").exists()


def test_strict_has_nothing_against_a_sound_tree(run, data, tmp_path):
    assert run(data, tmp_path / "cass.db", "--strict").exit_code == 0


def assert_refused(result: Result, *words: str) -> None:
    """One clear line, exit code 2."""
    assert result.exit_code == 2
    assert len(result.output.strip().splitlines()) == 1
    for word in words:
        assert word in result.output


def assert_failed(result: Result, *words: str) -> None:
    """One clear line, exit code 3."""
    assert result.exit_code == 3
    assert len(result.output.strip().splitlines()) == 1
    for word in words:
        assert word in result.output


def test_refuses_a_missing_folder(run, tmp_path):
    assert_refused(run(tmp_path / "nowhere", tmp_path / "cass.db"), "no such folder")
    assert list(tmp_path.iterdir()) == []


def test_refuses_a_file_for_a_folder(run, tmp_path):
    (tmp_path / "file").write_text("x")
    assert_refused(run(tmp_path / "file", tmp_path / "cass.db"), "is no vessel's file")


@pytest.fixture
def anima(tmp_path):
    (tmp_path / "in").mkdir()
    tables = {
        "daemons": [daemon(ARIA, "aria")],
        "users": [person(TOBIN, "Tobin Quill")],
        "conversations": [talk(OTHER, ARIA, TOBIN)],
        "messages": [message(OTHER, "Tobin Quill met Oskar Lindgren.", user_id=TOBIN)],
    }
    return write_archive(tmp_path / "in" / "aria.anima", archive(tables))


def test_every_command_takes_an_archive_for_a_tree(run, anima, tmp_path):
    assert run(anima, tmp_path / "cass.db").exit_code == 0
    assert run("export", tmp_path / "cass.db", tmp_path / "exports", "--tree", anima).exit_code == 0
    assert run(anima, tmp_path / "private.db", "--private").exit_code == 0
    for told, *command in (
        ("2 files are sound and clean", "check", tmp_path / "cass.db", anima, tmp_path / "one"),
        ("Oskar Lindgren", "review", anima),
        ("0 without a source", "compare", anima, tmp_path / "private.db"),
    ):
        (tmp_path / "one").mkdir(exist_ok=True)
        (tmp_path / "one" / "notes.txt").write_text("nobody")
        done = CliRunner().invoke(cli, list(map(str, command)))
        assert (done.exit_code, told in done.output) == (0, True), done.output


def test_an_archive_is_never_written_to(run, anima, tmp_path):
    before = anima.read_bytes()
    assert_refused(run(anima, tmp_path / "cass.db", "--report", anima), "never written to")
    assert_refused(run(anima, anima), "never written to")
    assert anima.read_bytes() == before


@pytest.mark.parametrize("option", [[], ["--private"]])
def test_refuses_to_write_into_the_tree(run, data, option):
    before = sorted(data.rglob("*"))
    assert_refused(run(data, data / "cass.db", *option), "lies inside")
    assert sorted(data.rglob("*")) == before


def test_refuses_a_report_or_a_key_in_the_tree(run, data, tmp_path):
    assert_refused(run(data, tmp_path / "cass.db", "--report", data / "report.json"), "lies inside")
    result = CliRunner().invoke(cli, [str(data), str(tmp_path / "cass.db"), "--key-file", str(data / "key")])
    assert_refused(result, "lies inside")
    assert not (tmp_path / "cass.db").exists()


def test_refuses_a_way_into_the_tree_through_a_link(run, data, tmp_path):
    (tmp_path / "way").symlink_to(data)
    assert_refused(run(data, tmp_path / "way" / "cass.db"), "lies inside")


@pytest.mark.parametrize("content", [b"", b"my diary", b"SQLite format 3\x00 but not really"])
def test_refuses_to_replace_a_file_that_is_not_ours(run, data, tmp_path, content):
    (tmp_path / "cass.db").write_bytes(content)
    assert_refused(run(data, tmp_path / "cass.db"), "not made by this tool")
    assert (tmp_path / "cass.db").read_bytes() == content


def test_refuses_to_replace_another_database(run, data, tmp_path):
    with sqlite3.connect(tmp_path / "cass.db") as conn:
        conn.execute("CREATE TABLE recipes (name TEXT)")
    conn.close()
    before = (tmp_path / "cass.db").read_bytes()
    assert_refused(run(data, tmp_path / "cass.db"), "not made by this tool")
    assert (tmp_path / "cass.db").read_bytes() == before


def test_refuses_a_folder_that_does_not_exist(run, data, tmp_path):
    assert_refused(run(data, tmp_path / "no" / "cass.db"), "folder does not exist")


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("daemons: []", "list"),
        ("daemons: [{name: aria}]", "needs a name and a path"),
        ("daemons: [{name: aria, path: nowhere}]", "nothing is"),
        ("daemons: [{name: aria, path: ., moods: 3}]", "unknown key; known: id, kernel_version"),
        ("daemons: [{name: 'a:b', path: .}]", "letters"),
        ("daemons: [{name: x, path: .}, {name: y, path: .}]", "share"),
        ("daemons: [", "not valid YAML"),
    ],
)
def test_refuses_a_wrong_list_of_daemons(run, tree, tmp_path, manifest, words):
    assert_refused(run(tree({"daemons.yml": manifest}), tmp_path / "cass.db"), "daemons.yml", words)


def test_replaces_its_own_file(run, data, tmp_path):
    run(data, tmp_path / "cass.db")
    first = (tmp_path / "cass.db").stat().st_ino
    assert run(data, tmp_path / "cass.db").exit_code == 0
    assert (tmp_path / "cass.db").stat().st_ino != first


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_build_leaves_the_old_file_and_no_litter(run, data, tmp_path, how):
    target = tmp_path / "out" / "cass.db"
    target.parent.mkdir()
    assert run(data, target, "--private").exit_code == 0
    before = target.read_bytes()
    script = (
        "import os, signal, build_db.database.load; from build_db.cli import cli;"
        # Whoever runs this in the background hands SIGINT down as ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        f"build_db.database.load.Loader.finish = lambda *_, **__: os.kill(os.getpid(), {int(how)}); cli()"
    )
    command = [sys.executable, "-c", script, str(data), str(target), "--private", "--quiet"]
    stopped = subprocess.run(command, capture_output=True, text=True)
    assert stopped.returncode == 3
    assert stopped.stderr.endswith("cass.db: stopped, nothing was changed\n")
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["cass.db"]


def test_a_killed_builds_leftovers_go_with_the_next(run, data, tmp_path):
    left = tmp_path / ".cass.db.building-4194999-x"
    left.mkdir()
    (left / "work.db").write_bytes(b"half")
    assert run(data, tmp_path / "cass.db").exit_code == 0
    assert not left.exists()


def test_a_full_disk_leaves_the_old_file(data, tmp_path):
    target = tmp_path / "cass.db"
    command = [sys.executable, "-m", "build_db", str(data), str(target), "--private", "--quiet"]
    subprocess.run(command, check=True)
    before = target.read_bytes()
    limited = subprocess.run(["sh", "-c", 'ulimit -f 100; exec "$@"', "sh", *command], capture_output=True, text=True)
    assert limited.returncode == 3
    assert limited.stderr.startswith("Error: ")
    assert len(limited.stderr.splitlines()) == 1
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cass.db", "data"]


def test_the_tree_may_be_read_only(run, data, tmp_path):
    for path in sorted(data.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    data.chmod(0o555)
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
    assert run(data, tmp_path / "cass.db").exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before
    for path in (data, *data.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)


def test_the_key_is_made_once_and_closed_to_others(run, data, tmp_path):
    run(data, tmp_path / "cass.db")
    key = tmp_path / "key"
    made = key.read_text()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    result = run(data, tmp_path / "cass.db")
    assert key.read_text() == made
    assert made.strip() not in result.output
    key.chmod(0o644)
    assert_refused(run(data, tmp_path / "cass.db"), "chmod 600")
    key.chmod(0o600)
    key.write_text("not a key")
    assert_refused(run(data, tmp_path / "cass.db"), "is not a key file")


def test_runs_as_a_module_with_the_default_key(data, tmp_path):
    command = [sys.executable, "-m", "build_db", str(data), str(tmp_path / "cass.db")]
    done = subprocess.run(
        command, env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert Path(tmp_path, "config", "build-db", "redaction.key").exists()


LEAK = [{"role": "user", "content": "So says Wrenna.", "timestamp": "2025-01-01"}]
WREN = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537"


@pytest.fixture
def leaking(tree, monkeypatch):
    """A tree, and a redactor that sees nothing of it."""
    from build_db.redaction.text_redactor import TextRedactor

    monkeypatch.setattr(TextRedactor, "redact", lambda self, text: text)
    profile = {"user_id": WREN, "display_name": "Wrenna Talbot"}
    return tree({f"conversations/{NAME}.json": conversation(messages=LEAK), f"users/{WREN}/profile.yaml": profile})


def test_a_refusal_names_rule_and_place_and_is_reported_without_a_value(run, leaking, tmp_path):
    result = run(leaking, tmp_path / "cass.db", "--strict", "--report", tmp_path / "report.json")
    assert result.exit_code == 3
    assert (
        "not built, nothing was changed: leak check: name in messages.content; name in search terms.term; "
        in result.output
    )
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["leaks"]["name in messages.content"] == 1
    assert report["failed"].startswith("leak check")
    assert "wrenna" not in (result.output + json.dumps(report)).lower()
    assert not (tmp_path / "cass.db").exists()


def test_without_strict_what_was_missed_is_stripped_and_told(run, leaking, tmp_path):
    result = run(leaking, tmp_path / "cass.db", "--report", tmp_path / "report.json")
    assert result.exit_code == 0
    assert "redaction had missed it: 1 name in messages.content" in result.output
    assert json.loads((tmp_path / "report.json").read_text())["stripped"]["name in messages.content"] == 1


def test_a_name_that_is_to_be_kept_is_refused_without_telling_it(run, tree, leaking, tmp_path):
    tree({"redaction.yml": {"keep": ["tea", "wrenna"]}})
    result = run(leaking, tmp_path / "cass.db")
    assert_refused(result, "keep: entry 2 is the name of somebody in the tree")
    assert "wrenna" not in result.output.lower()


def test_without_the_report_that_was_asked_for_the_old_file_stays(run, data, tmp_path):
    result = run(data, tmp_path / "cass.db", "--report", "/dev/full")
    assert_failed(result, "nothing was changed: /dev/full: the report cannot be written: No space left on device")
    assert not (tmp_path / "cass.db").exists()


def test_a_failure_is_told_even_if_its_report_cannot_be_written(run, tree, tmp_path):
    result = run(tree({}), tmp_path / "cass.db", "--report", "/dev/full")
    assert_refused(result, "no record was taken in", "; and /dev/full: the report cannot be written")


@pytest.mark.parametrize("shown", [(), ("--version",)], ids=["a build", "the version"])
def test_what_nobody_can_read_was_done_all_the_same(data, tmp_path, shown):
    target = tmp_path / "cass.db"
    command = [sys.executable, "-m", "build_db", *(shown or (str(data), str(target), "--private"))]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.stderr.startswith("Error: ")
    assert len(ended.stderr.splitlines()) == 1
    assert "No space left on device" in ended.stderr
    if not shown:
        assert (ended.returncode, target.exists()) == (1, True)
        assert ended.stderr.endswith("cass.db is built\n")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError("Wren's secret"), "RuntimeError in .*: a fault of this tool"),
        (MemoryError(), "not enough memory"),
        (RecursionError(), "RecursionError"),
        (OSError(28, "No space left on device"), "No space left on device"),
    ],
    ids=["anything", "memory", "recursion", "disk"],
)
@pytest.mark.parametrize("command", ["build", "compare", "check", "export", "review"])
def test_what_nobody_thought_of_is_one_line_and_leaves_the_old_file(
    run, data, tmp_path, monkeypatch, command, error, told
):
    target = tmp_path / "cass.db"
    assert run(data, target).exit_code == 0
    before = target.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise error

    for name in (
        "pipeline.build",
        "compare.compare",
        "again.check_again",
        "exports.run.export",
        "household.review.likely_names",
    ):
        monkeypatch.setattr(f"build_db.{name}", fail)
    arguments = {
        "build": (data, target, "--report", tmp_path / "report.json", "--key-file", tmp_path / "key"),
        "compare": (data, target),
        "check": (target, data),
        "export": (target, tmp_path / "exports", "--key-file", tmp_path / "key"),
        "review": (data,),
    }[command]
    result = CliRunner().invoke(cli, [command, *map(str, arguments)])
    assert isinstance(result.exception, SystemExit)
    assert_failed(result)
    assert re.search(told, result.output)
    assert "secret" not in result.output
    assert target.read_bytes() == before
    assert command != "build" or "secret" not in (tmp_path / "report.json").read_text()


def test_a_refusal_for_a_missing_name_is_reported_too(run, tree, tmp_path):
    profile = {
        f"users/{WREN}/profile.yaml": "display_name: [",
        f"conversations/{NAME}.json": conversation(user_id=WREN),
    }
    result = run(tree(profile), tmp_path / "cass.db", "--report", tmp_path / "report.json")
    assert_refused(result, "profile.yaml", "not valid YAML", "people:")
    assert "not valid YAML" in json.loads((tmp_path / "report.json").read_text())["failed"]


def test_on_a_terminal_a_refusal_shows_the_value_its_file_and_the_line_to_add(tree, tmp_path):
    import pty

    profile = {"user_id": WREN, "display_name": "Wrenna Talbot"}
    data = tree({f"conversations/{NAME}.json": conversation(messages=LEAK), f"users/{WREN}/profile.yaml": profile})
    blind = "from build_db.redaction.text_redactor import TextRedactor; TextRedactor.redact = lambda self, text: text;"
    command = [
        sys.executable,
        "-c",
        f"{blind} from build_db.cli import cli; cli()",
        str(data),
        str(tmp_path / "cass.db"),
    ]
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*command, "--strict", "--key-file", str(tmp_path / "key")], stderr=theirs, stdout=subprocess.DEVNULL
    )
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 3
    assert f"'wrenna' in messages.content, search terms.term; from users/{WREN}/profile.yaml; in redaction.yml" in shown


def test_help_and_completion_wait_for_no_room():
    """What a shell asks at every press of a key imports neither the tables nor what the tables are read with."""
    heavy = "{'sqlite_utils', 'pandas', 'yaml', 'orjson', 'hyperscan', 'msgspec', 'build_db.pipeline'}"
    program = f"import sys; from build_db.cli import cli; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
