"""The group of all commands: a build is what is meant if no command is named, a slip of the pen is told.

And what its commands have in common.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem
from click_default_group import DefaultGroup

from build_db import __version__
from build_db.errors import ENVIRONMENT, BadTable, Busy, CheckFailed, UsageError
from build_db.terminal import fail, hush, unforeseen

# What a command is given as a place.
Place = click.Path(path_type=Path)
# What ends with exit code 3.
FAILURES = (BadTable, CheckFailed, sqlite3.Error, OSError)
# `data` is no slip of `metadata`.
LIKE = 0.75


class Commands(DefaultGroup):  # type: ignore[misc]
    """Takes what is no command for the folder of a build, unless it is like a command and nothing is there.

    Whatever nobody thought of ends like any failure: in one line, which quotes nothing.
    """

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().main(*args, **settings)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("build_db"):
                fail(unforeseen(error), 3)
            fail(f"{sys.executable} has no {error.name}: {ENVIRONMENT}", 2)
        except Exception as error:
            if isinstance(error, OSError):
                hush()
            fail(unforeseen(error), 3)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        is_word = Path(cmd_name).name == cmd_name
        if cmd_name not in self.commands and is_word and not Path(cmd_name).exists():
            meant = get_close_matches(cmd_name, self.commands, 1, LIKE)
            if meant:
                raise click.UsageError(
                    f"{cmd_name}: no such command, and no such folder; did you mean {meant[0]}?", ctx
                )
        command: click.Command | None = super().get_command(ctx, cmd_name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As the default group does; where a shell asks what may follow, nothing is meant yet."""
        here = click.Group if ctx.resilient_parsing else DefaultGroup
        parsed: list[str] = here.parse_args(self, ctx, args)
        return parsed

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin so, or else the files."""
        found: list[CompletionItem] = super().shell_complete(ctx, incomplete)
        return found or [CompletionItem(incomplete, type="file")]


def show_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    """Name the tool, and the schema and the policy of the files that it makes, as `build_info` in them does."""
    if asked:
        from build_db.redaction.policy import policy
        from build_db.schema import SCHEMA_VERSION

        click.echo(f"build_db {__version__}, schema {SCHEMA_VERSION}, policy {policy().digest}")
        ctx.exit()


@contextmanager
def ending(told: Callable[[str | None], str]) -> Iterator[None]:
    """Have whatever ends a command early end it in one line, with a code: 2 wrong usage, 4 another is at work, 3 else.

    :param told: the line for why it failed, or, for None, that it was stopped
    """
    try:
        yield
    except UsageError as error:
        fail(error, 2)
    except Busy as error:
        fail(error, 4)
    except KeyboardInterrupt:
        fail(told(None), 3)
    except Exception as error:
        fail(told(str(error) if isinstance(error, FAILURES) else unforeseen(error)), 3)


def explain(error: Exception) -> None:
    """On the owner's terminal, and nowhere else: what was found, where it is from, and what to do."""
    from build_db.witness.check import Leaked

    if isinstance(error, Leaked) and sys.stderr.isatty():
        click.echo("\n".join(("Private, for your eyes alone:", *error.explained())), err=True)


def check_outside(data: Path, place: Path | None) -> None:
    """Let nothing be written into a tree.

    :raises UsageError: the place lies inside
    """
    if place and place.resolve().is_relative_to(data.resolve()):
        raise UsageError(f"{place}: lies inside {data}, which is never written to; name a place outside it")
