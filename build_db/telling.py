"""What the command line says at the end, true and in one line, whoever listens."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path

import click

from build_db.terminal import fail


def say(text: str, done: str) -> None:
    """Print a line. If nobody can read it, what was done was done all the same.

    :param done: what that is
    """
    try:
        click.echo(text)
    except OSError as error:
        hush()
        fail(f"standard output: {error.strerror}; {done}", 1)


def hush() -> None:
    """Say no more: what could not be printed would be tried once more at the end, with a complaint of its own."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def unforeseen(error: BaseException) -> str:
    """What nobody thought of: its kind, and where in this tool. Its own words may quote what is private."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "build_db" in frame.filename]
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    if isinstance(error, MemoryError):
        return f"not enough memory{place}: free some, or take a larger machine"
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}{place}"
    return f"{type(error).__name__}{place}: a fault of this tool; please report this line"
