"""What commands share on a terminal: a bar, one true line for whatever happens, an end leaving nothing half done."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from build_db.errors import UsageError
from build_db.scratch import scratch, sync

# A server that is another user reads it.
SHARED_MODE = 0o644


class ProgressBar:
    """A bar on a terminal, nothing in a pipe."""

    def __init__(self, label: str, *, hidden: bool = False) -> None:
        self._label = label
        self._hidden = hidden or not sys.stderr.isatty()
        self._bar: Any = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.render_finish()

    def start(self, total: int) -> None:
        """Show the bar; `total` in bytes or rows."""
        if not self._hidden:
            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
            self._bar.render_progress()

    def advance(self, size: int) -> None:
        """Move it by `size` bytes or rows."""
        if self._bar:
            self._bar.update(size)


def write_whole(path: Path, text: str, *, mode: int | None = None) -> None:
    """Write a file in one step: it is as it was, or it is complete. What is no file, such as a terminal, is written to.

    :param mode: who may read it; by default as for any new file of the user's
    :raises UsageError: it cannot be written
    """
    place = path.resolve()
    try:
        if place.exists() and not place.is_file():
            place.write_text(text, encoding="utf-8")
            return
        with scratch(place) as folder:
            written = folder / place.name
            written.write_text(text, encoding="utf-8")
            if mode is not None:
                written.chmod(mode)
            sync(written)
            written.replace(place)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


def stop(number: int, frame: FrameType | None) -> NoReturn:
    """End as Ctrl-C does."""
    # As Ctrl-C does: unwinding removes what was begun.
    raise KeyboardInterrupt


def fail(message: object, code: int) -> NoReturn:
    """Say in one line what is wrong, and end."""
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)


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
