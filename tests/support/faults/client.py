"""Asks `server.py` to run programs with one fault each."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent
COUNT, KILL, HALF, MEMORY = 0, -1, -2, -3
HOWS = {
    "ENOSPC": errno.ENOSPC,
    "EIO": errno.EIO,
    "EINTR": errno.EINTR,
    "SIGKILL": KILL,
    "half a write": HALF,
    "no memory": MEMORY,
}


class Ended(NamedTuple):
    """How a program ended: its exit code or signal, what it said, the call that failed; all its calls, if counted."""

    code: int | None
    said: str
    failed: str
    log: list[str]
    allocations: int


class Server:
    """A process in which programs run with one fault each.

    :param folder: for the shim, and what programs say
    :param root: only calls on paths below it count
    :param first: a program to run once, for what every other would do again
    """

    def __init__(self, folder: Path, root: Path, first: str) -> None:
        self._root, self._said, shim = root, folder / "said", folder / "shim.so"
        build = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(shim), str(HERE / "shim.c"), "-ldl"]
        made = subprocess.run(build, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "server.py"), first],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "LD_PRELOAD": str(shim)},
        )
        assert self._process.stdout
        assert self._process.stdout.readline() == "ready\n"

    def run(self, program: str, environment: dict[str, str], which: int = 0, how: int = COUNT) -> Ended:
        """Run a program in a process of its own, the `which`-th call of which fails."""
        order = {"program": program, "environment": environment, "root": str(self._root)}
        assert self._process.stdin
        assert self._process.stdout
        print(
            json.dumps({**order, "which": which, "how": how, "said": str(self._said)}),
            file=self._process.stdin,
            flush=True,
        )
        answer = json.loads(self._process.stdout.readline())
        return Ended(said=self._said.read_text(encoding="utf-8"), **answer)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def check_possible() -> None:
    """Skip where the shim cannot be had; where everything has to be tried, that is an error."""
    missing = [
        why for why, is_so in (("no gcc", not shutil.which("gcc")), ("no Linux", sys.platform != "linux")) if is_so
    ]
    if missing and os.environ.get("CI"):
        pytest.fail(f"faults cannot be tried: {missing[0]} here; run: apt-get install gcc libc6-dev")
    if missing:
        pytest.skip(f"faults cannot be tried: {missing[0]} here")
