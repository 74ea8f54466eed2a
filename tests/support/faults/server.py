"""Runs programs with one fault each: one process that has imported everything, and a fork of it for each program.

Started with `shim.c` preloaded. It reads one order a line and answers with one line, both JSON: see `Order`, `Answer`.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from typing import Any, TypedDict

SECONDS = 300


class Order(TypedDict):
    """What to run, and what to fail: the `which`-th call below `root`, by an errno or in one of the shim's own ways."""

    program: str
    environment: dict[str, str]
    root: str
    which: int
    how: int
    said: str


class Answer(TypedDict):
    """How it ended: the exit code, a signal's number below zero, or None if it did not. What it said is in `said`."""

    code: int | None
    failed: str
    allocations: int
    log: list[str]


def main() -> None:
    """Answer orders until there are no more."""
    os.environ.pop("LD_PRELOAD", None)
    shim = ctypes.CDLL(None)
    shim.fault_arm.argtypes = (ctypes.c_char_p, ctypes.c_long, ctypes.c_int)
    shim.fault_allocations.restype = ctypes.c_long
    for name in ("fault_failed", "fault_log"):
        getattr(shim, name).restype = ctypes.c_char_p

    exec(sys.argv[1], {})  # what every program would have to do once more
    print("ready", flush=True)
    for line in sys.stdin:
        order: Order = json.loads(line)
        child = os.fork()
        if not child:
            run(shim, order)
        answer: Answer = {
            "code": ended(child),
            "failed": os.fsdecode(shim.fault_failed()),
            "allocations": shim.fault_allocations(),
            "log": os.fsdecode(shim.fault_log()).splitlines() if not order["how"] else [],
        }
        print(json.dumps(answer), flush=True)


def ended(child: int) -> int | None:
    """Wait for a process; one that hangs is killed."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def run(shim: Any, order: Order) -> None:
    """In the child: run the program as Python does, and end."""
    code: object = 0
    said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.environ.update(order["environment"])
    tempfile.tempdir = None
    shim.fault_arm(os.fsencode(order["root"]), order["which"], order["how"])
    try:
        exec(order["program"], {})
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    main()
