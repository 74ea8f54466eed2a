"""`build_db export`, as its owner meets it: what it says, and what it leaves when it is stopped."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import KEY

from build_db.cli import cli
from build_db.errors import Busy
from build_db.exports import run as work
from build_db.exports.archive import files_of
from build_db.exports.index import read_index
from build_db.exports.place import alone_in


@pytest.fixture
def arguments(served, tmp_path) -> list[str]:
    """An export of both daemons as CSV into a folder of its own."""
    key = tmp_path / "key"
    key.write_text(KEY.hex())
    key.chmod(0o600)
    (tmp_path / "out").mkdir()
    return ["export", str(served), str(tmp_path / "out" / "exports"), "--key-file", str(key), "--format", "csv"]


@pytest.fixture
def command(arguments):
    return lambda *more: CliRunner().invoke(cli, [*arguments, *more])


def failed(result: Result | subprocess.CompletedProcess[str]) -> str:
    """The one line that a failed command says."""
    assert (result.exit_code if isinstance(result, Result) else result.returncode) == 3
    (line,) = result.stderr.splitlines()
    return line


def test_it_lists_what_it_made(command, tmp_path):
    result = command()
    assert result.exit_code == 0
    assert re.search(r"exports/cass-v1-[\d-]+\.zip \([\d,]+ rows\)\n.*exports/aria-v1-", result.stdout)
    assert "No data tree was given" in result.stdout


def test_when_the_second_fails_the_first_is_told_of(monkeypatch, command, tmp_path):
    looked = []

    def full(*arguments) -> None:
        looked.append(arguments)
        if len(looked) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(work, "check_clean", full)
    line = failed(command())
    assert "only cass is new, the rest is as it was: [Errno 28] No space left on device" in line
    made = {path.name for path in (tmp_path / "out" / "exports").iterdir()}
    assert {"cass", ".cass.versions.json"} < made
    assert ".aria.versions.json" not in made
    assert not (tmp_path / "out" / "exports" / "aria").exists()


def test_when_the_first_fails_nothing_is_changed(monkeypatch, command):
    monkeypatch.setattr(work, "sha256", lambda path: os.listdir("/nowhere"))
    assert "not exported, nothing was changed" in failed(command())


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle_it_leaves_the_earlier_files_and_no_litter(command, arguments, tmp_path, how):
    command()
    before = {name: (tmp_path / "out" / name).read_bytes() for name in files_of(tmp_path / "out")}
    script = (
        "import os, build_db.exports.run as run; from build_db.cli import cli;"
        f"run.write_cards = lambda *_: os.kill(os.getpid(), {int(how)}); cli()"
    )
    stopped = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True)
    assert "stopped, nothing was changed" in failed(stopped)
    assert {name: (tmp_path / "out" / name).read_bytes() for name in files_of(tmp_path / "out")} == before


@pytest.mark.parametrize("blocks", [1, 200, 1000])
def test_a_full_disk_leaves_nothing_half_written(arguments, tmp_path, blocks):
    limited = ["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh", sys.executable, "-m", "build_db", *arguments]
    assert "nothing was changed" in failed(subprocess.run(limited, capture_output=True, text=True))
    assert files_of(tmp_path / "out") == []


def test_no_folder_is_made_where_nobody_asked_for_one(command, arguments, tmp_path):
    arguments[2] = str(tmp_path / "out" / "a" / "b")
    result = command()
    assert result.exit_code == 2
    assert "its folder does not exist; make it first" in result.stderr
    assert list(Path(tmp_path / "out").iterdir()) == []


def test_a_second_export_into_the_same_folder_waits_for_its_turn(command, arguments, tmp_path):
    """Both would list what they found when they began, and the later list would forget the other's archive."""
    script = (
        "import sys, build_db.exports.run as run; from build_db.cli import cli\n"
        "write = run.write_cards\n"
        "def slowly(*given):\n    print('begun', flush=True); sys.stdin.read(); write(*given)\n"
        "run.write_cards = slowly; cli()"
    )
    slow = subprocess.Popen(
        [sys.executable, "-c", script, *arguments, "--daemon", "cass", "--quiet"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert slow.stdout.readline() == "begun\n"
    refused = command("--daemon", "aria")
    assert refused.exit_code == 4
    assert refused.stderr == f"Error: {tmp_path / 'out' / 'exports'}: another export is being written there;" + (
        " try again when it is done\n"
    )
    slow.communicate()
    assert slow.returncode == 0
    assert command("--daemon", "aria").exit_code == 0
    assert {entry.daemon for entry in read_index(tmp_path / "out" / "exports")} == {"cass", "aria"}
    assert len(list((tmp_path / "out" / "exports").glob("*.zip"))) == 2


def test_a_folder_is_held_by_one_run_and_let_go_however_that_ends(tmp_path):
    with suppress(KeyboardInterrupt), alone_in(tmp_path):
        with pytest.raises(Busy), alone_in(tmp_path):
            pass
        raise KeyboardInterrupt
    with alone_in(tmp_path):
        assert list(tmp_path.iterdir()) == []
