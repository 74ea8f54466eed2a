"""What is written from the code is as the code has it: docs/commands.md, docs/schema.md, the picture of the rooms."""

from __future__ import annotations

import re

import pytest
from test_architecture import MAY_IMPORT
from write_reference import DOCS, GROUND, commands, picture, written

from build_db.cli import cli
from build_db.schema import schema


@pytest.mark.parametrize("name", ["commands.md", "schema.md", "architecture.md"])
def test_a_reference_is_current(name):
    assert (DOCS / name).read_text(encoding="utf-8") == written()[DOCS / name], "run make reference"


def test_every_command_and_option_is_told_with_an_effect():
    text = commands()
    for name, command in cli.commands.items():
        assert f"\n## {name}\n" in text
        assert command.help
        assert all(option in text for param in command.params for option in param.opts if option.startswith("-"))
    assert "|  |" not in text


def test_every_table_and_column_is_told():
    parts = re.split("^## ", (DOCS / "schema.md").read_text(encoding="utf-8"), flags=re.M)[1:]
    told = {part.split("\n")[0]: re.findall(r"^\| \**(\w+)\** \| [A-Z]+!?", part, re.M) for part in parts}
    assert told == {name: list(table.names) for name, table in schema().items()}


def test_the_picture_has_every_room_and_no_arrow_that_is_no_import():
    shown = {tuple(arrow) for arrow in re.findall(r"(\w+) --> (\w+)", picture())}
    rooms = {room for arrow in shown for room in arrow}
    assert rooms == {"cli", *MAY_IMPORT} - set(GROUND)
    imported = {room: {place.split(".")[0] for place in places} for room, places in MAY_IMPORT.items()}
    assert [arrow for arrow in shown if arrow[0] != "cli" and arrow[1] not in imported[arrow[0]]] == []


def test_what_the_picture_leaves_out_is_told_beside_it():
    (said,) = re.findall(r"is\s+left\s+out:\s+(.*?)\.\n", (DOCS / "architecture.md").read_text(encoding="utf-8"), re.S)
    assert tuple(re.findall(r"`(\w+)`", said)) == GROUND
