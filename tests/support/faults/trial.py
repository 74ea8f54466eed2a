"""Runs a command with one fault, looks at what is left, and runs it once more."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from support.faults.client import HOWS, KILL, Ended, Server
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

# How the system or this tool names the cause; SQLite tells one failure of a disk from another by the call alone.
SQLITE = ("disk I/O error", "database or disk is full", "unable to open database file", "write a readonly database")
CAUSES = {
    "ENOSPC": ("No space left on device", *SQLITE),
    "EIO": ("Input/output error", *SQLITE),
    "EINTR": ("Interrupted system call", *SQLITE),
    "no memory": ("memory",),
    "SIGKILL": ("a worker process was killed",),
}
KILL_CODE = -9
LOSS, LEAK, RAISED, LEFT, WORDS = "loss", "leak", "traceback", "left behind", "untrue words"


class Case(NamedTuple):
    """The number of a call, and how it fails."""

    which: int
    how: str


class Wrong(NamedTuple):
    """What is wrong after a fault, and of what sort it is."""

    sort: str
    what: str


class Known(NamedTuple):
    """What is there before a command and after it, its calls, and how often it asks for much memory."""

    before: State
    after: State
    log: list[str]
    allocations: int


class World:
    """A household, a process in which faults happen, and what each command does without one."""

    def __init__(self, folder: Path, *, on_demo: bool = False) -> None:
        self.root, self._kept = folder / "root", folder / "kept"
        make = make_demo if on_demo else make_world
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
        self._known: dict[str, Known] = {}

    def run(self, program: str, case: Case | None = None) -> Ended:
        """Run a program, with a fault or without one."""
        way = (case.which, HOWS[case.how]) if case else ()
        return self.server.run(program, self.environment, *way)

    def known(self, name: str) -> Known:
        """What is there before a command and after it, its calls, and how often it asks for much memory."""
        if name not in self._known:
            scenario = self.scenarios[name]
            self._prepare(scenario.before)
            save(self.root, self._kept / name)
            before, done = state(self.root), self.run(scenario.program)
            assert done.code == 0, done.said
            after = state(self.root)
            assert all(piece(after, one) for one in scenario.pieces), "a piece that there never is, is never missed"
            self._known[name] = Known(before, after, done.log, done.allocations)
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


def tried(world: World, name: str, case: Case) -> tuple[Ended, list[Wrong]]:
    """Run a command with a fault; how it ended, and what is wrong."""
    known, scenario = world.known(name), world.scenarios[name]
    world.begin(name)
    done = world.run(scenario.program, case)
    return done, list(wrong_after(world, scenario, case, done, known))


def settled(of: State) -> State:
    """What does not differ from one run to the next: a new key does."""
    return {path: "" if "/new/" in path else digest for path, digest in of.items()}


def cases(known: Known) -> Iterator[Case]:
    """Every call of a command with every fault it can have: first one of each kind, then the next of each."""
    alike: dict[str, list[int]] = {}
    for number, call in enumerate(known.log, 1):
        alike.setdefault(kind_of(call), []).append(number)
    kinds = []
    for place, numbers in enumerate(alike.values()):
        ways = [how for how in HOWS if how != "no memory" and (how != "half a write" or is_write(known, numbers[0]))]
        turned = ways[place % len(ways) :] + ways[: place % len(ways)]
        kinds.append([Case(which, how) for which in spread(numbers) for how in turned])
    kinds.append([Case(which, "no memory") for which in spread(list(range(1, known.allocations + 1)))])
    for turn in range(max(map(len, kinds))):
        yield from (kind[turn] for kind in kinds if turn < len(kind))


def is_write(known: Known, which: int) -> bool:
    return known.log[which - 1].startswith("write")


def spread(numbers: list[int]) -> list[int]:
    """The same numbers: the one in the middle, then those in the middles of the halves, and so on."""
    order, waiting = [], [(0, len(numbers))]
    for low, high in waiting:
        if low < high:
            middle = (low + high) // 2
            order.append(numbers[middle])
            waiting += [(low, middle), (middle + 1, high)]
    return order


def kind_of(call: str) -> str:
    """A call without what differs from one run to the next, or from one table to the next."""
    known = re.sub(r"(?<=/dataset/)[^/]+", "*", re.sub(rf"(?<={MARK})[^/]+", "", call))
    return re.sub(r"[^/]+(?=\.(?!db)\w+$)", "*", known)


def wrong_after(world: World, scenario: Scenario, case: Case, done: Ended, known: Known) -> Iterator[Wrong]:
    """What is wrong after a command one call of which failed."""
    now = state(world.root)
    before, after, now = settled(known.before), settled(known.after), settled(now)
    yield from wrong_words(case, done)
    is_read = done.failed.startswith("open for reading /data/")
    for name in scenario.pieces:
        is_old, is_new = (piece(now, name) == piece(of, name) for of in (before, after))
        if done.code == 0 and not is_new and not (is_read and tells_of(world.root / name, done.failed)):
            yield Wrong(LOSS, f"{name} is not new, and nothing was said")
        elif (done.code == KILL_CODE or scenario.stays) and not (is_old or is_new):
            yield Wrong(LOSS, f"{name} is neither old nor new")
        elif done.code not in (0, KILL_CODE) and not is_old and not scenario.stays:
            yield Wrong(LOSS, f"{name} is not what it was")
    left = [path for path in now if path not in before and path not in after]
    may_be_left = done.code == KILL_CODE or done.failed.startswith(("unlink", "rmdir"))
    odd = [path for path in left if MARK not in path and not is_probe(world.root / path)]
    if odd or (left and not may_be_left):
        yield Wrong(LEFT, f"left behind: {(odd or left)[:3]}")
    yield from open_folders(world.root, left)
    if leaks := leaking(world.root, [path for path in left if not is_for_the_owner(scenario, path)]):
        yield Wrong(LEAK, f"private: {leaks}")
    if now in (before, after):
        return  # as if nothing had been tried, or all had been done
    again = world.run(scenario.program)
    now = settled(state(world.root))
    if again.code != 0:
        yield Wrong(LOSS, f"the next run fails: {again.said[-300:]}")
    elif now != after and not only_probes(world.root, now, after):
        differing = sorted(path for path in now.keys() | after.keys() if now.get(path) != after.get(path))
        yield Wrong(LOSS, f"the next run differs: {differing[:4]}")


def wrong_words(case: Case, done: Ended) -> Iterator[Wrong]:
    """What is wrong with how a command ended and what it said."""
    if done.code not in ((0, 2, 3, KILL_CODE) if HOWS[case.how] == KILL else (0, 2, 3)):
        yield Wrong(RAISED, f"ended with {done.code}")
    if "Traceback" in done.said:
        yield Wrong(RAISED, "a traceback")
    if done.code in (2, 3):
        if len(done.said.splitlines()) != 1 or not done.said.startswith("Error: "):
            yield Wrong(WORDS, "not one line")
        if not any(cause in done.said for cause in CAUSES.get(case.how, ())):
            yield Wrong(WORDS, "does not name the cause")


def tells_of(database: Path, failed: str) -> bool:
    """Whether a file that is built without one of the tree's says so."""
    path = failed.partition("/data/")[2].removesuffix("-wal")
    with closing(sqlite3.connect(database)) as conn:
        listed = conn.execute("SELECT source_path FROM problems WHERE problem LIKE 'unread%'").fetchall()
        return any(path.startswith(told) or told.startswith(path) for (told,) in listed)


def open_folders(root: Path, left: list[str]) -> Iterator[Wrong]:
    """Folders among what was left that others may look into."""
    for path in left:
        if (root / path).is_dir() and MARK in Path(path).name and stat.S_IMODE((root / path).stat().st_mode) & 0o077:
            yield Wrong(LEAK, f"open to others: {path}")


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
