"""What is in the making lies in a folder of its owner's, is gone afterwards, and does not outlive a killed process."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from build_db import scratch as scratch_module
from build_db.scratch import scratch, temporary

KILLED = """
import os, signal, sys
from pathlib import Path
from build_db.scratch import scratch, temporary
both = [scratch(Path(sys.argv[1])), temporary()]
for one in both:
    (one.__enter__() / "half.db").write_text("private")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_is_its_owners_alone_and_gone_afterwards(tmp_path):
    with scratch(tmp_path / "cass.db") as folder:
        assert folder.parent == tmp_path
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "inner").mkdir()
    assert list(tmp_path.iterdir()) == []


def test_it_is_gone_whatever_happens(tmp_path):
    with pytest.raises(KeyboardInterrupt), scratch(tmp_path / "cass.db"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["cass.db", "a[b]*.db"])
def test_what_a_killed_process_left_goes_with_the_next(tmp_path, monkeypatch, name):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / name)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(list(tmp_path.rglob("half.db"))) == 2
    with scratch(tmp_path / name):
        assert list(tmp_path.rglob("half.db")) == []
    assert [path.name for path in tmp_path.iterdir()] == ["tmp"]


def test_what_is_in_use_stays(tmp_path):
    with scratch(tmp_path / "cass.db") as one, scratch(tmp_path / "cass.db") as other:
        assert one.exists()
        assert other.exists()
        with temporary() as copy, temporary():
            assert copy.exists()


def test_a_link_of_its_name_is_not_followed(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / ".cass.db.building-x").symlink_to(tmp_path / "precious")
    with scratch(tmp_path / "cass.db"):
        pass
    assert (tmp_path / "precious").is_dir()


def test_one_that_was_swept_before_it_was_locked_is_made_once_more(tmp_path, monkeypatch):
    real, swept = fcntl.flock, []

    def late(descriptor: int, how: int) -> None:
        if not swept:
            swept.append(next(tmp_path.glob(".cass.db*")))
            shutil.rmtree(swept[0])
        real(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with scratch(tmp_path / "cass.db") as folder:
        assert folder.exists()
        assert folder not in swept


def test_where_nothing_can_be_locked_nothing_is_swept(tmp_path, monkeypatch):
    def no_locks(*_: object) -> None:
        raise OSError(os.strerror(37))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with scratch(tmp_path / "cass.db") as one, scratch(tmp_path / "cass.db"):
        assert one.exists()


def test_a_folder_that_does_not_go_at_once_is_tried_again(tmp_path, monkeypatch):
    real, tried = shutil.rmtree, []

    def stubborn(folder: Path, **options: bool) -> None:
        tried.append(folder)
        if len(tried) > 1:
            real(folder, **options)

    monkeypatch.setattr(scratch_module.shutil, "rmtree", stubborn)
    with scratch(tmp_path / "cass.db"):
        pass
    assert list(tmp_path.iterdir()) == []


def spoil_the_first(monkeypatch, spoil):
    """Have something happen to the first folder as soon as it is made; the list holds what came of it."""
    made, spoiled = tempfile.mkdtemp, []

    def mkdtemp(**place):
        folder = made(**place)
        if not spoiled:
            spoiled.append(spoil(folder))
        return folder

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    return spoiled


def test_a_folder_that_was_swept_before_it_was_locked_is_made_again(tmp_path, monkeypatch):
    """Two processes begin at the same moment: one takes the other's new folder for what a killed one left."""
    swept = spoil_the_first(monkeypatch, shutil.rmtree)
    with scratch(tmp_path / "out.db") as folder:
        assert folder.is_dir()
    assert swept == [None]


def test_a_folder_that_somebody_is_sweeping_is_left_to_them(tmp_path, monkeypatch):
    def lock(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor

    held = spoil_the_first(monkeypatch, lock)
    with scratch(tmp_path / "out.db") as folder:
        assert not os.path.samestat(folder.stat(), os.fstat(held[0]))
    os.close(held[0])
