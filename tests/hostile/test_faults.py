"""Whichever call fails, and however: what was there is there, or what is new is there whole; the message is true.

Each case runs one command, fails one of its calls that write, sync, name, open, remove or ask for memory (ENOSPC, EIO,
EINTR, half a write, no memory, SIGKILL), looks at what is left, and runs it again. `make faults` tries every call of
every command; without it, one call of each kind is tried in one of the ways.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from support.faults.client import HOWS, KILL, Ended, Server, check_possible
from support.faults.world import (
    MARK,
    PLACES,
    PROBE,
    Scenario,
    State,
    leaking,
    make_demo,
    make_world,
    piece,
    restore,
    save,
    scenarios,
    state,
)

# Of calls that are alike, every so many; 0: one of them, in one way. `make faults` sets 1.
EVERY = int(os.environ.get("FAULTS_EVERY", "0"))
ON_DEMO = os.environ.get("FAULTS_TREE") == "demo"
# In the short form: so many calls of one command.
FEW = 6
# How the system or this tool names the cause; SQLite tells one failure of a disk from another by the call alone.
SQLITE = ("disk I/O error", "database or disk is full", "unable to open database file", "write a readonly database")
CAUSES = {
    "ENOSPC": ("No space left on device", *SQLITE),
    "EIO": ("Input/output error", *SQLITE),
    "EINTR": ("Interrupted system call", *SQLITE),
    "no memory": ("memory",),
}
NAMES = list(scenarios(Path("/")))
pytestmark = [pytest.mark.xdist_group("faults")]


class Case(NamedTuple):
    """The number of a call, and how it fails."""

    which: int
    how: str


class World:
    """A household, a process in which faults happen, and what each command does without one."""

    def __init__(self, folder: Path) -> None:
        self.root, self._kept = folder / "root", folder / "kept"
        make = make_demo if ON_DEMO else make_world
        make(self.root)
        self.environment = {"TMPDIR": f"{self.root}/tmp", "XDG_CACHE_HOME": f"{self.root}/cache"}
        self.environment["HOME"] = f"{self.root}/home"
        self.scenarios = scenarios(self.root)
        save(self.root, self._kept / "start")
        warm = "\n".join(
            f"try:\n    exec({self.scenarios[name].program!r})\nexcept SystemExit as end:\n    assert not end.code"
            for name in ("build", "export")
        )
        os.environ["TMPDIR"] = f"{self.root}/tmp"
        try:
            self.server = Server(folder, self.root, warm)
        finally:
            del os.environ["TMPDIR"]
        self._known: dict[str, tuple[State, State, list[str], int]] = {}

    def run(self, program: str, case: Case | None = None) -> Ended:
        """Run a program, with a fault or without one."""
        way = (case.which, HOWS[case.how]) if case else ()
        return self.server.run(program, self.environment, *way)

    def known(self, name: str) -> tuple[State, State, list[str], int]:
        """What is there before a command and after it, its calls, and how often it asks for much memory."""
        if name not in self._known:
            scenario = self.scenarios[name]
            self._prepare(scenario.before)
            save(self.root, self._kept / name)
            before, done = state(self.root), self.run(scenario.program)
            assert done.code == 0, done.said
            self._known[name] = before, state(self.root), done.log, done.allocations
        return self._known[name]

    def _prepare(self, programs: tuple[str, ...]) -> None:
        """What these programs leave; what others left before them need not be done again."""
        kept = self._kept / f"prepared {hash(programs)}"
        if not programs:
            restore(self.root, self._kept / "start")
        elif kept.exists():
            restore(self.root, kept)
        else:
            self._prepare(programs[:-1])
            assert self.run(programs[-1]).code == 0
            save(self.root, kept)

    def begin(self, name: str) -> None:
        """All is as it was before a command."""
        restore(self.root, self._kept / name)


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[World]:
    check_possible()
    made = World(tmp_path_factory.mktemp("faults"))
    yield made
    made.server.close()


def settled(of: State) -> State:
    """What does not differ from one run to the next: a new key does."""
    return {path: "" if "/new/" in path else digest for path, digest in of.items()}


def cases(log: list[str], allocations: int) -> Iterator[Case]:
    """Which calls fail, and how."""
    alike: dict[str, list[int]] = {}
    for number, call in enumerate(log, 1):
        alike.setdefault(kind_of(call), []).append(number)
    memory = list(range(1, allocations + 1))
    if not EVERY:
        chosen = sorted(numbers[len(numbers) // 2] for numbers in alike.values())
        step = max(1, len(chosen) // FEW)
        ways = [way for way in HOWS if way not in ("no memory", "half a write")]
        yield from (Case(which, ways[turn % len(ways)]) for turn, which in enumerate(chosen[step // 2 :: step]))
        yield from (Case(which, "no memory") for which in memory[len(memory) // 2 : len(memory) // 2 + 1])
        return
    for numbers in alike.values():
        for which in sorted({*numbers[::EVERY], numbers[-1]}):
            for how in HOWS:
                if how != "no memory" and (how != "half a write" or log[which - 1].startswith("write")):
                    yield Case(which, how)
    yield from (Case(which, "no memory") for which in memory[::EVERY])


def kind_of(call: str) -> str:
    """A call without what differs from one run to the next, or from one table to the next."""
    return re.sub(r"[^/]+(?=\.(?!db)\w+$)", "*", re.sub(rf"(?<={MARK})[^/]+", "", call))


@pytest.mark.parametrize("name", NAMES)
def test_a_call_that_fails_costs_nothing_and_leaves_nothing(world, name):
    before, after, log, allocations = world.known(name)
    wrong: list[str] = []
    tried = 0
    for case in cases(log, allocations):
        world.begin(name)
        done = world.run(world.scenarios[name].program, case)
        found = list(faults_in(world, world.scenarios[name], case, done, before, after))
        wrong += [f"{case.how} at {done.failed or case.which}: {what}: {done.said[-300:]!r}" for what in found]
        tried += 1
    print(f"{name}: {tried} faults of {len(log)} calls and {allocations} allocations")
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:40])


def faults_in(world: World, scenario: Scenario, case: Case, done: Ended, before: State, after: State) -> Iterator[str]:
    """What is wrong after a command one call of which failed."""
    now = state(world.root)
    before, after, now = settled(before), settled(after), settled(now)
    yield from wrong_words(case, done)
    is_read = done.failed.startswith("open for reading /data/")
    for name in scenario.pieces:
        is_old, is_new = (piece(now, name) == piece(of, name) for of in (before, after))
        if done.code == 0 and not is_new and not (is_read and tells_of(world.root / name, done.failed)):
            yield f"{name} is not new, and nothing was said"
        elif done.code == KILL_CODE and not (is_old or is_new):
            yield f"{name} is neither old nor new"
        elif done.code not in (0, KILL_CODE) and not is_old:
            yield f"{name} is not what it was"
    left = [path for path in now if path not in before and path not in after]
    may_be_left = done.code == KILL_CODE or done.failed.startswith(("unlink", "rmdir"))
    odd = [path for path in left if MARK not in path and not is_probe(world.root / path)]
    if odd or (left and not may_be_left):
        yield f"left behind: {(odd or left)[:3]}"
    yield from open_folders(world.root, left)
    if leaks := leaking(world.root, [path for path in left if not is_for_the_owner(scenario, path)]):
        yield f"private: {leaks}"
    if now in (before, after):
        return  # as if nothing had been tried, or all had been done
    again = world.run(scenario.program)
    now = settled(state(world.root))
    if again.code != 0:
        yield f"the next run fails: {again.said[-300:]}"
    elif now != after and not only_probes(world.root, now, after):
        yield f"the next run differs: {sorted(p for p in now.keys() | after.keys() if now.get(p) != after.get(p))[:4]}"


KILL_CODE = -9


def wrong_words(case: Case, done: Ended) -> Iterator[str]:
    """What is wrong with how a command ended and what it said."""
    if done.code not in ((0, 2, 3, KILL_CODE) if HOWS[case.how] == KILL else (0, 2, 3)):
        yield f"ended with {done.code}"
    if "Traceback" in done.said:
        yield "a traceback"
    if done.code in (2, 3):
        if len(done.said.splitlines()) != 1 or not done.said.startswith("Error: "):
            yield "not one line"
        if not any(cause in done.said for cause in CAUSES.get(case.how, ())):
            yield "does not name the cause"


def tells_of(database: Path, failed: str) -> bool:
    """Whether a file that is built without one of the tree's says so."""
    path = failed.partition("/data/")[2]
    with closing(sqlite3.connect(database)) as conn:
        listed = conn.execute("SELECT source_path FROM problems WHERE problem LIKE 'unread%'").fetchall()
        return any(path.startswith(told) or told.startswith(path) for (told,) in listed)


def open_folders(root: Path, left: list[str]) -> Iterator[str]:
    """Folders among what was left that others may look into."""
    for path in left:
        if (root / path).is_dir() and MARK in Path(path).name and stat.S_IMODE((root / path).stat().st_mode) & 0o077:
            yield f"open to others: {path}"


def is_for_the_owner(scenario: Scenario, path: str) -> bool:
    """Whether what was left lies in a folder that its owner alone can open, and is a copy of what lies open beside it.

    A private file in the making, or a database of the tree that was in use and had to be recovered.
    """
    return MARK in path and (scenario.is_private or path.startswith(f"tmp/.build-db{MARK}"))


def is_probe(path: Path) -> bool:
    """Whether a file is what Python's own tempfile writes to find out where it can."""
    return path.is_file() and path.parent.name in PLACES and PROBE.startswith(path.read_bytes())


def only_probes(root: Path, now: State, after: State) -> bool:
    return all(is_probe(root / path) for path in now.keys() - after.keys()) and all(
        now.get(path) == digest for path, digest in after.items()
    )
