"""Where a reader begins: a few of the many tables, a row, how tools load them, questions with their answers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache
from textwrap import fill
from typing import Any, NamedTuple

import msgspec

from build_db.declared import declared, shipped
from build_db.exports.writers.cells import odd_cells
from build_db.schema import Table

FILE = "start.yml"
MOST_TABLES, LONGEST_VALUE, WIDTH = 5, 200, 120


class Tool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tool, and what it is told to load a format; the preferred one comes first."""

    name: str
    language: str
    reads: dict[str, str]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question, and SQL that answers it."""

    asks: str
    columns: tuple[str, ...]
    sql: str


class Reader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reader of CSV, what to tell it, and what it does otherwise."""

    reader: str
    say: str
    because: str


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tables: tuple[str, ...]
    example: str
    tools: tuple[Tool, ...]
    questions: tuple[Question, ...]
    csv: tuple[Reader, ...]


@cache
def table() -> _Table:
    """The whole of `start.yml`."""
    return declared(FILE, shipped(__package__, FILE), _Table)


class Start(NamedTuple):
    """What one export has to begin with."""

    tables: tuple[str, ...]
    example: str
    answers: tuple[tuple[Question, tuple[tuple[Any, ...], ...]], ...]
    odd_cells: Mapping[str, int]


def look(conn: sqlite3.Connection, filled: Sequence[Table]) -> Start:
    """What an export's database has to begin with.

    :param filled: the tables that hold rows
    """
    there = {one.name for one in filled}
    cursor = conn.execute(table().example)
    names, row = [column[0] for column in cursor.description], cursor.fetchone() or ()
    values = {name: _short(value) for name, value in zip(names, row, strict=False) if value is not None}
    return Start(
        tuple(name for name in table().tables if name in there)[:MOST_TABLES],
        json.dumps(values, ensure_ascii=False, indent=2) if values else "",
        tuple((question, tuple(conn.execute(question.sql).fetchall())) for question in table().questions),
        odd_cells(conn, filled),
    )


def _short(value: Any) -> Any:
    return f"{value[:LONGEST_VALUE]} …" if isinstance(value, str) and len(value) > LONGEST_VALUE else value


def section(start: Start, about: dict[str, str], daemon: str, formats: tuple[str, ...]) -> str:
    """The section of the card, as Markdown.

    :param about: what each table is, by its name
    :param formats: those that the export has
    """
    tables = "\n".join(f"- [{name}](#{name}): {about[name]}" for name in start.tables)
    example = f"\nOne message:\n\n```json\n{start.example}\n```\n" if start.example else ""
    tools = "\n".join(filter(None, (_loaded(tool, daemon, formats) for tool in table().tools)))
    answers = "\n".join(_answered(question, rows) for question, rows in start.answers if rows)
    return f"## Start here\n\n{tables}\n{example}\n{tools}\n{answers}"


def as_csv(start: Start) -> str:
    """The section on CSV, as Markdown: how many cells of this export readers would change, and what stops them."""
    readers = "\n".join(f"| {one.reader} | {one.say} | {one.because} |" for one in table().csv)
    odd = start.odd_cells
    counted = f"""
Texts are written as they are (RFC 4180, UTF-8 without a byte order mark, lines ending in CR LF), and
nothing is changed for the sake of a reader. Some readers change what they read. Here {odd["computed"]:,}
cells begin with `=`, `+`, `-`, `@`, a tab or a line end, which spreadsheets compute; {odd["long"]:,} are
longer than the 32,767 characters that Excel holds; {odd["nothing"]:,} are words such as NULL or NA, and
{odd["empty"]:,} texts without letters: some take both for missing.
"""
    return f"""## CSV in spreadsheets and programs

{fill(counted.strip(), WIDTH)}

| reader | say | because |
|---|---|---|
{readers}

"""


def _loaded(tool: Tool, daemon: str, formats: tuple[str, ...]) -> str:
    code = next((code for name, code in tool.reads.items() if name in formats), None)
    return f"With {tool.name}:\n\n```{tool.language}\n{code.replace('{daemon}', daemon)}\n```\n" if code else ""


def _answered(question: Question, rows: tuple[tuple[Any, ...], ...]) -> str:
    head = f"| {' | '.join(question.columns)} |\n|{'---|' * len(question.columns)}"
    lines = "\n".join(f"| {' | '.join(str(value).replace('|', '&#124;') for value in row)} |" for row in rows)
    return f"**{question.asks}**\n\n{head}\n{lines}\n\n```sql\n{question.sql}\n```\n"
