"""Finds contacts and identifiers in tables: what stands in a column headed "phone" or "date of birth".

The headings are in `columns.yml`. Tables are Markdown, CSV, or text set with tabs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from build_db.declared import entries, shipped
from build_db.redaction.contacts.contact_table import filled
from build_db.redaction.spans import Span

NAME, FILE = "contact column", "columns.yml"
SEPARATORS = "|\t;,"
PARTS_OF_A_HEADING = re.compile(r"[\s_.-]+|(?<=[a-z])(?=[A-Z])")
AROUND = " \t\r\"'`*"
# Cells are short, and few; a sentence has commas, too.
LONGEST_HEADING, CELLS, WORDS_OF_A_HEADING = 40, 40, 4
LONGEST_LINE = CELLS * (LONGEST_HEADING + 1)

# The columns of a table that are wanted, and by which kind.
Wanted = dict[int, "Column"]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    headings: str
    value: str


class Column(msgspec.Struct, frozen=True):
    """A kind of column: what its headings are, and what a value in it looks like."""

    kind: str
    headings: frozenset[str]
    value: re.Pattern[str]


@cache
def _columns() -> tuple[Column, ...]:
    table = entries(FILE, shipped(__package__, FILE), _Entry)
    return tuple(
        Column(
            kind, frozenset(" ".join(one.split()) for one in entry.headings.split(",")), re.compile(filled(entry.value))
        )
        for kind, entry in table.items()
    )


def kinds() -> frozenset[str]:
    """What the columns hold."""
    return frozenset(column.kind for column in _columns())


@cache
def _by_heading() -> dict[str, Column]:
    return {heading: column for column in _columns() for heading in column.headings}


def beside_others() -> Iterator[str]:
    """Patterns, one of which is found in any text with such a table: a heading before what parts cells."""
    for heading in _headings():
        yield rf"(?i:{heading})[ \"'`*]{{0,4}}[|,;\t\r\n]"


def _headings() -> list[str]:
    return sorted(re.escape(heading).replace(r"\ ", "[ _.-]?") for heading in _by_heading())


def find(text: str) -> Iterator[Span]:
    """Spans of the cells below such headings that look as their column says."""
    start = 0
    while start < len(text):
        end = _end_of_line(text, start)
        line = text[start:end]
        separator = next((mark for mark in SEPARATORS if mark in line), "") if len(line) <= LONGEST_LINE else ""
        cells = _cells(line, separator)
        wanted = _wanted(cells) if 1 < len(cells) <= CELLS else {}
        if wanted:
            end, spans = _below(text, end, separator, len(cells), wanted)
            yield from spans
        start = end + 1


def _cells(line: str, separator: str) -> list[str]:
    """The cells of a line; in CSV a separator between quotes parts nothing."""
    if not separator or separator not in ",;" or '"' not in line:
        return line.split(separator) if separator else []
    return [cell[1] for cell in re.findall(rf'(^|{separator})((?:"[^"]*"|[^{separator}"]|")*)', line)]


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _wanted(cells: list[str]) -> Wanted:
    """The columns that a line heads, if it is one of headings."""
    if max(map(len, cells)) > LONGEST_HEADING:
        return {}
    headings = [_plain(cell) for cell in cells]
    if any(heading.count(" ") >= WORDS_OF_A_HEADING for heading in headings):
        return {}
    found = {place: _by_heading().get(heading) for place, heading in enumerate(headings)}
    return {place: column for place, column in found.items() if column}


def _plain(cell: str) -> str:
    return " ".join(PARTS_OF_A_HEADING.split(cell.strip(AROUND))).strip().lower()


def _below(text: str, end: int, separator: str, count: int, wanted: Wanted) -> tuple[int, list[Span]]:
    """Where a table ends, and the wanted cells of its lines; a heading within it adds to its columns."""
    found: list[Span] = []
    while end < len(text):
        start, stop = end + 1, _end_of_line(text, end + 1)
        cells = _cells(text[start:stop], separator)
        if len(cells) != count:
            break
        at, end = start, stop
        for place, cell in enumerate(cells):
            value, column = cell.strip(AROUND), wanted.get(place)
            if column and value and column.value.fullmatch(value):
                first = at + cell.index(value)
                found.append(Span(first, first + len(value), column.kind, NAME))
            at += len(cell) + 1
        wanted = wanted | _wanted(cells)
    return end, found
