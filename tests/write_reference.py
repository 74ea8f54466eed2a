"""Writes what can be read off the code: docs/commands.md, docs/schema.md, the picture in docs/architecture.md.

`make reference` writes them; a test holds them to the code.
"""

from __future__ import annotations

import re
from pathlib import Path

import click
from test_architecture import MAY_IMPORT

from build_db.cli import cli
from build_db.redaction.policy import RULES, policy
from build_db.schema import SCHEMA_VERSION, Column, column_descriptions, schema
from build_db.schema.searched import SEARCHED

DOCS = Path(__file__).parent.parent / "docs"
MADE = "Written by `make reference` from the code; change that instead.\n"
COMMANDS = f"""# Commands

{MADE}
`build-db` is `python -m build_db` by a shorter name; `build-db COMMAND --help` prints what stands here. The README
tells what the exit codes mean.
"""
SCHEMA = f"""# Schema

{MADE}
Types are SQLite's; JSON is text whose column ends in `_json`. The key of a table is **bold**, `!` stands behind what
is never empty, `→` before the table that a column points at. What becomes of a column in a shared file is one of these
rules; a file made with `--private` keeps everything.
"""
# What nearly every room imports: in the picture it would be lines and nothing else.
GROUND = ("errors", "contract", "declared", "records", "limits", "progress", "scratch", "heap", "terminal", "commands")
PICTURE = re.compile(r"^```mermaid\n.*?^```\n", re.M | re.S)


# What stands for a value, by the names of click's types.
WORDS = {"integer": "N", "integer range": "N", "text": "WORD"}


def commands() -> str:
    """docs/commands.md: every command with its arguments and options."""
    parts = [COMMANDS]
    for name, command in sorted(cli.commands.items()):
        usage = " ".join(command.collect_usage_pieces(click.Context(command)))
        parts.append(f"## {name}\n\n    build-db {name} {usage}\n\n{_paragraphs(command.help)}\n")
        options = [option for option in command.params if isinstance(option, click.Option)]
        rows = "".join(f"| {_flag(option)} | {_effect(option)} |\n" for option in options)
        if rows:
            parts.append(f"| option | effect |\n|---|---|\n{rows}")
    return "\n".join(parts)


def _paragraphs(text: str | None) -> str:
    return "\n\n".join(" ".join(part.split()) for part in (text or "").split("\n\n"))


def _flag(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    if option.is_flag:
        return names
    choices = option.type.choices if isinstance(option.type, click.Choice) else ()
    return f"{names} {', '.join(map(str, choices)) or option.metavar or WORDS[option.type.name]}"


def _effect(option: click.Option) -> str:
    said = option.help or ""
    shown = option.show_default and not option.multiple
    return f"{said} By default {option.default}.".strip() if shown else said


def tables() -> str:
    """docs/schema.md: every table and column, what it holds, and what a shared file keeps of it."""
    rules = "".join(f"| {name} | {rule.effect} |\n" for name, rule in RULES.items())
    searched = {entry.table for entry in SEARCHED}
    parts = [f"{SCHEMA}\nVersion {SCHEMA_VERSION}, {len(schema())} tables.\n", f"| rule | effect |\n|---|---|\n{rules}"]
    for name, table in schema().items():
        said, ruled = column_descriptions()[name], policy().rules[name]
        about = f"{table.about} Searched." if name in searched else table.about
        rows = "".join(
            f"| {_column(column)} | {_type(column)} | {said[column.name]} | {ruled[column.name]} |\n"
            for column in table.columns
        )
        parts.append(f"## {name}\n\n{about}\n\n| column | type | holds | rule |\n|---|---|---|---|\n{rows}")
    return "\n".join(parts)


def _column(column: Column) -> str:
    return f"**{column.name}**" if column.key else column.name


def _type(column: Column) -> str:
    points = f" → [{column.references}](#{column.references})" if column.references else ""
    return f"{column.type}{'!' if column.required else ''}{points}"


def picture() -> str:
    """The rooms as boxes, an arrow from each to those that it imports; what follows from two arrows has none."""
    below = {
        room: {place.split(".")[0] for place in places} - {"__version__", room, *GROUND}
        for room, places in MAY_IMPORT.items()
        if room not in GROUND
    }
    below["cli"] = set(below)
    arrows = [
        f"    {room} --> {place}\n"
        for room, places in sorted(below.items())
        for place in sorted(places)
        if not any(place in _reached(other, below) for other in places - {place})
    ]
    return f"```mermaid\nflowchart TD\n{''.join(arrows)}```\n"


def _reached(room: str, below: dict[str, set[str]]) -> set[str]:
    """Every room that can be come to from one, over any number of arrows."""
    return set(below[room]).union(*(_reached(place, below) for place in below[room]))


def written() -> dict[Path, str]:
    """What each file should hold."""
    architecture = DOCS / "architecture.md"
    text = architecture.read_text(encoding="utf-8")
    assert len(PICTURE.findall(text)) == 1, "one picture"
    return {
        DOCS / "commands.md": commands(),
        DOCS / "schema.md": tables(),
        architecture: PICTURE.sub(lambda _: picture(), text),
    }


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
