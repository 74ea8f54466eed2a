"""The group of all commands: a build is what is meant if no command is named, a slip of the pen is told."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem
from click_default_group import DefaultGroup

from build_db import __version__
from build_db.errors import ENVIRONMENT
from build_db.terminal import fail, hush, unforeseen

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
