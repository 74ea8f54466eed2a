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
CELL_END = re.compile("[|,;\t]")
PARTS_OF_A_HEADING = re.compile(r"[\s_.-]+|(?<=[a-z])(?=[A-Z])")
AROUND = " \t\r\"'`*"
# Cells are short, and few; a sentence has commas, too.
LONGEST_LINE, LONGEST_HEADING, CELLS, WORDS_OF_A_HEADING = 400, 40, 40, 4

# A heading between what parts cells.
BETWEEN = r"[\n|,;\t][ \"'`*]{{0,4}}(?i:{})[ \"'`*]{{0,4}}[|,;\t\r\n]"
# So many headings make one pattern of the gate.
AT_A_TIME = 80

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


@cache
def _by_heading() -> dict[str, Column]:
    return {heading: column for column in _columns() for heading in column.headings}


def beside_others() -> Iterator[str]:
    """Patterns for the gate, one of which is found in any text with such a table: a heading, and what parts cells."""
    headings = sorted(re.escape(heading).replace(r"\ ", "[ _.-]?") for heading in _by_heading() if heading.isascii())
    for place in range(0, len(headings), AT_A_TIME):
        yield BETWEEN.format("|".join(headings[place : place + AT_A_TIME]))
    yield BETWEEN.format(r"[^\x00-\x7f]{6,40}")


@cache
def _begins() -> re.Pattern[str]:
    headings = sorted(re.escape(heading).replace(r"\ ", "[ _.-]?") for heading in _by_heading())
    return re.compile(BETWEEN.format("|".join(headings)))


def heads(text: str) -> bool:
    """Whether such a heading begins the text, which the gate is not told of."""
    end = text.find("\n", 0, LONGEST_LINE)
    if end <= 0:
        return False
    cell = CELL_END.split(text[:end], 1)[0]
    return 0 < len(cell) < min(end, LONGEST_HEADING) and _plain(cell) in _by_heading()


def find(text: str) -> Iterator[Span]:
    """Spans of the cells below such headings that look as their column says."""
    place = 0
    head = re.match("", text) if heads(text) else _begins().search(text)
    while head:
        start = text.rfind("\n", place, head.start() + 1) + 1 or place
        end = _end_of_line(text, start)
        separator = next((mark for mark in SEPARATORS if mark in text[start:end]), "")
        cells = _cells(text[start:end], separator)
        wanted = _wanted(cells) if 1 < len(cells) <= CELLS else {}
        place = max(end, head.start() + 1)
        if wanted:
            place, spans = _below(text, end, separator, len(cells), wanted)
            yield from spans
        head = _begins().search(text, place)


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
