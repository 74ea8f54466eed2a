"""Worker processes: the results are those of one process, and whatever happens to a worker, none of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there are no workers elsewhere")

# Runs by itself: a process with threads, as that of the tests may be, has no workers.
BEGIN = """
import os, signal, sys, time
from pathlib import Path
from build_db import scratch
from build_db.terminal import stop
from build_db.workers import Workers, WorkerEnded
PARENT = os.getpid()
signal.signal(signal.SIGTERM, stop)

def none_is_left():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False
"""


def run(program: str, tmp_path: Path) -> str:
    """What a program prints."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + program],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_things_that_are_made_on_the_way_come_in_order_too(tmp_path):
    program = """
class Made:
    def __init__(self, many):
        self.many = many
    def __iter__(self):
        yield from range(self.many)
        if self.many == 7:
            raise RuntimeError("no more")

for jobs in range(1, 5):
    for many in range(7):
        with Workers(jobs) as workers:
            assert list(workers.in_order(lambda thing: thing * 2, Made(many))) == [2 * n for n in range(many)]
        assert none_is_left()
    told = []
    try:
        with Workers(jobs) as workers:
            for thing in workers.in_order(lambda thing: thing, Made(7)):
                told.append(thing)
    except RuntimeError as error:
        print(told, error)
"""
    assert run(program, tmp_path) == "[0, 1, 2, 3, 4, 5, 6] no more\n" * 4


def test_results_come_in_order_from_any_number_of_workers(tmp_path):
    program = """
pids = set()
for jobs in range(1, 5):
    for many in range(8):
        with Workers(jobs) as workers:
            found = list(workers.in_order(lambda thing: (thing, "x" * 300_000, os.getpid()), range(many)))
        assert [thing for thing, _, _ in found] == list(range(many))
        elsewhere = {pid for _, _, pid in found} - {PARENT}
        assert len(elsewhere) == (min(jobs, many) if min(jobs, many) > 1 else 0)
        assert none_is_left()
with Workers(2) as workers:
    beside = workers.beside(os.getpid)
    assert beside() != PARENT
assert Workers(1).beside(os.getpid)() == PARENT
"""
    run(program, tmp_path)


def test_what_fails_fails_with_its_own_error_and_from_its_place(tmp_path):
    program = """
def odd(thing):
    if thing == 3:
        raise LookupError("the third")
    return thing

found = []
try:
    with Workers(2) as workers:
        for one in workers.in_order(odd, range(6)):
            found.append(one)
except LookupError as error:
    assert error.args == ("the third",)
    assert error.__traceback__.tb_next is not None
else:
    raise AssertionError("nothing was raised")
assert found == [0, 1, 2]
assert none_is_left()
"""
    run(program, tmp_path)


def test_what_fails_in_a_worker_alone_is_done_without_workers(tmp_path):
    program = """
def odd(thing):
    if thing == 3 and os.getpid() != PARENT:
        raise MemoryError
    return thing

with Workers(2) as workers:
    assert list(workers.in_order(odd, range(6))) == list(range(6))
assert none_is_left()
"""
    run(program, tmp_path)


@pytest.mark.parametrize("how", ["SIGKILL", "SIGSEGV", "SIGTERM"])
def test_a_worker_that_is_killed_ends_all(tmp_path, how):
    """What it copied for itself is removed, too, and so is what the others did."""
    program = f"""
def odd(thing):
    with scratch.temporary() as folder:
        (folder / "copy").write_text("private")
        if thing == 3:
            os.kill(os.getpid(), signal.{how})
        time.sleep(60 if thing > 3 else 0)
    return thing

found = []
try:
    with Workers(3) as workers:
        for one in workers.in_order(odd, range(8)):
            found.append(one)
except WorkerEnded as error:
    assert "--jobs 1" in str(error), error
else:
    raise AssertionError("nothing was raised")
assert found == [0, 1, 2]
assert none_is_left()
"""
    run(program, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("to_all", [True, False], ids=["everybody", "parent"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_whoever_stops_the_command_stops_its_workers(tmp_path, how, to_all):
    program = """
def slow(thing):
    with scratch.temporary() as folder:
        (folder / "copy").write_text("private")
        Path(os.environ["TMPDIR"], f"begun-{os.getpid()}").touch()
        time.sleep(60)

try:
    with Workers(2) as workers:
        list(workers.in_order(slow, range(4)))
except KeyboardInterrupt:
    assert none_is_left()
    print("stopped")
"""
    begun = started(program, tmp_path)
    (os.killpg if to_all else os.kill)(begun.pid, how)
    assert begun.communicate(timeout=60)[0] == "stopped\n"
    assert not [path for path in tmp_path.iterdir() if "begun" not in path.name]


def test_workers_do_not_outlive_who_started_them(tmp_path):
    program = """
def slow(thing):
    Path(os.environ["TMPDIR"], f"begun-{os.getpid()}").touch()
    time.sleep(0.05)
    return b"x" * 300_000

with Workers(2) as workers:
    for _ in workers.in_order(slow, range(10_000)):
        time.sleep(60)
"""
    begun = started(program, tmp_path)
    begun.kill()
    begun.communicate()
    left = {int(path.name.partition("-")[2]) for path in tmp_path.iterdir()}
    until = time.monotonic() + 60
    while left and time.monotonic() < until:
        left = {pid for pid in left if is_alive(pid)}
    assert left == set()


def started(program: str, tmp_path: Path) -> subprocess.Popen[str]:
    """A program in a group of its own, of which two workers are at work."""
    begun = subprocess.Popen(
        [sys.executable, "-c", BEGIN + program],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while len(list(tmp_path.glob("begun-*"))) < 2:
        assert time.monotonic() < until, "no worker began"
        time.sleep(0.01)
    return begun


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be counted out does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_process_with_threads_has_no_workers(tmp_path):
    program = """
import threading
threading.Thread(target=time.sleep, args=[1]).start()
with Workers(2) as workers:
    assert set(workers.in_order(lambda _: os.getpid(), range(4))) == {PARENT}
"""
    run(program, tmp_path)


def test_each_apart_has_a_worker_of_its_own_and_one_that_is_killed_ends_alone(tmp_path):
    program = """
def some(thing):
    if thing == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.3 if thing == 0 else 0)
    return thing * 10, os.getpid()

for jobs in (1, 2, 4):
    with Workers(jobs) as workers:
        found = dict(workers.each_apart(some, range(8)))
        assert none_is_left()
    assert list(found) == list(range(8)) or jobs > 1
    killed = found.pop(3)
    assert isinstance(killed, WorkerEnded), killed
    assert all(result == thing * 10 for thing, (result, _) in found.items())
    assert sorted(found) == [0, 1, 2, 4, 5, 6, 7]
    assert len({pid for _, pid in found.values()} - {PARENT}) == 7
print("all", end="")
"""
    assert run(program, tmp_path) == "all"


def test_a_worker_is_told_when_its_parent_is_killed(tmp_path):
    program = """
def long(thing):
    Path(os.environ["TMPDIR"], "begun").write_text(str(os.getpid()))
    try:
        time.sleep(100)
    finally:
        Path(os.environ["TMPDIR"], "tidied").touch()

begun = os.fork()
if not begun:
    with Workers(1) as workers:
        list(workers.each_apart(long, [1]))
while not (place := Path(os.environ["TMPDIR"], "begun")).exists() or not place.read_text():
    time.sleep(0.01)
os.kill(begun, signal.SIGKILL)
os.waitpid(begun, 0)
while not Path(os.environ["TMPDIR"], "tidied").exists():
    time.sleep(0.01)
print("tidied", end="")
"""
    assert run(program, tmp_path) == "tidied"
