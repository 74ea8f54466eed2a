"""The command line. Exit 0: complete; 1: built with problems and `--strict`; 2: usage; 3: failed, nothing changed."""

from __future__ import annotations

import signal
import sqlite3
import sys
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click
from click_default_group import DefaultGroup

from build_db import __version__
from build_db.errors import CheckFailed, UsageError
from build_db.keyfile import default_path, load_key
from build_db.metadata import metadata as datasette_metadata
from build_db.pipeline import build as build_database
from build_db.report import Report

Place = click.Path(path_type=Path)


@click.group(cls=DefaultGroup, default="build", default_if_no_args=True)
@click.version_option(__version__, prog_name="build_db")
def cli() -> None:
    """Turn an AI companion's data tree into one SQLite file."""


@cli.command()
@click.argument("data", type=Place)
@click.argument("output", type=Place)
@click.option("--private", is_flag=True, help="Keep everything, for you alone: readable by you only, never shown.")
@click.option("--strict", is_flag=True, help="Exit with 1 if anything could not be taken as it was.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@click.option("--report", type=Place, metavar="FILE", help="Write the whole account of the build as JSON.")
@click.option("--key-file", type=Place, metavar="FILE", help="The key of your pseudonyms, made on first use.")
def build(
    data: Path, output: Path, private: bool, strict: bool, quiet: bool, report: Path | None, key_file: Path | None
) -> None:
    """Build OUTPUT, one SQLite file, from the tree DATA (the default command)."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        result = _build(data, output, private=private, quiet=quiet, report=report, key_file=key_file)
    except UsageError as error:
        _fail(error, 2)
    except (CheckFailed, sqlite3.Error, OSError) as error:
        _fail(f"{output}: not built, nothing was changed: {error}", 3)
    if not quiet:
        click.echo(result.summary())
    if strict and result.problems:
        sys.exit(1)


@cli.command()
def metadata() -> None:
    """Print Datasette's metadata for the files that this version builds."""
    click.echo(datasette_metadata(), nl=False)


def _build(
    data: Path, output: Path, *, private: bool, quiet: bool, report: Path | None, key_file: Path | None
) -> Report:
    for place in (report, None if private else key_file or default_path()):
        if place and data.is_dir() and place.resolve().is_relative_to(data.resolve()):
            raise UsageError(f"{place}: lies inside {data}, which is never written to; name a place outside it")
    if report and not report.resolve().parent.is_dir():
        raise UsageError(f"{report}: its folder does not exist; make it first")
    key = None if private or not data.is_dir() else load_key(key_file or default_path())
    with _Progress(hidden=quiet or not sys.stderr.isatty()) as progress:
        result = build_database(
            data, output, key=key, private=private, started=progress.start, advanced=progress.advance
        )
    if report:
        report.write_text(result.as_json(), encoding="utf-8")
    return result


class _Progress:
    """A bar on a terminal, nothing in a pipe."""

    def __init__(self, *, hidden: bool) -> None:
        self._hidden = hidden
        self._bar: Any = None

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.render_finish()

    def start(self, total: int) -> None:
        """Show the bar; `total` in bytes."""
        if not self._hidden:
            self._bar = click.progressbar(length=total, label="Reading", file=sys.stderr)
            self._bar.render_progress()

    def advance(self, size: int) -> None:
        """Move it by `size` bytes."""
        if self._bar:
            self._bar.update(size)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    # As Ctrl-C does: unwinding removes what was begun.
    raise KeyboardInterrupt


def _fail(message: object, code: int) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)
