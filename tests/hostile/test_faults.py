"""Whichever call fails, and however: what was there is there, or what is new is there whole; the message is true.

Each case runs one command, fails one of its calls that write, sync, name, open, remove or ask for memory (ENOSPC, EIO,
EINTR, half a write, no memory, SIGKILL), looks at what is left, and runs it again. `make faults` tries every call of
every command in every way; without it, a few kinds of call of each command fail in one way.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from support.faults.client import check_possible
from support.faults.trial import World, cases, tried
from support.faults.world import scenarios

# `all`, or so many cases of each command.
HOW_MANY = os.environ.get("FAULTS", "6")
ON_DEMO = os.environ.get("FAULTS_TREE") == "demo"
# One of so many of the first cases, each of which is of another kind.
STEP = 5
NAMES = list(scenarios(Path("/")))
pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[World]:
    check_possible()
    made = World(tmp_path_factory.mktemp("faults"), on_demo=ON_DEMO)
    yield made
    made.server.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_call_that_fails_costs_nothing_and_leaves_nothing(world, name):
    every = cases(world.known(name))
    chosen = every if HOW_MANY == "all" else islice(every, NAMES.index(name) % STEP, STEP * int(HOW_MANY), STEP)
    wrong = []
    for case in chosen:
        done, found = tried(world, name, case)
        wrong += [f"{case.how} at {done.failed or case}: {one.sort}: {one.what}: {done.said[-300:]!r}" for one in found]
    assert not wrong, "\n".join(wrong)
