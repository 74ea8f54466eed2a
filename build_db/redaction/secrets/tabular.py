"""Finds secrets in tables: what stands in a column headed "password".

Tables are Markdown, drawn with lines, CSV, HTML, or text set with tabs or blanks. `headings.yml` lists the headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from build_db.declared import declared, shipped

FILE = "headings.yml"


class Headings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `headings.yml`; its header explains the keys."""

    certain: tuple[str, ...]
    vague: tuple[str, ...]
    about: tuple[str, ...]
    lists: tuple[str, ...]


def headings() -> Headings:
    """The table as it is written."""
    return declared(FILE, shipped(__package__, FILE), Headings)


_HEADINGS = headings()
CERTAIN, VAGUE = "|".join(_HEADINGS.certain), "|".join(_HEADINGS.vague)
KEYWORD = rf"(?:(?<![^\W_])(?:{CERTAIN})|(?<!\w)(?:{VAGUE}))(?![^\W_])"
HEADING = rf"(?i:[\w ./-]{{0,20}}{KEYWORD}[\w ./-]{{0,12}})"
IS_HEADING = re.compile(HEADING)
PLAINLY = re.compile(rf"(?i)(?:[\w./-]{{1,16}} )?(?:{CERTAIN})(?: \(?[\w./-]{{1,12}}\)?)?")
# A column about passwords that holds none.
ABOUT = re.compile(rf"(?i)(?<![^\W_])(?:{'|'.join(_HEADINGS.about)})(?![^\W_])")
# What stands in any text with such a table.
IN_COLUMNS = {
    "column: certain": rf"(?i)(?<![^\W_])(?:{CERTAIN})(?![^\W_])",
    "column: vague": rf"(?i)(?<!\w)(?:{VAGUE})(?![^\W_])",
}
SEPARATORS = "|│┃║\t;,"
CELL_END = re.compile(f"[{SEPARATORS}]")
# Columns that are set with blanks.
BLANKS = "  "
BLANK_COLUMNS = re.compile(r" {2,}")
BLANK_CELL = re.compile(r"[^\s](?:[^\s]| (?! ))*")
QUOTED_CELLS = re.compile(r'(?:\s{0,9}"(?:[^"]|""){0,300}"\s{0,9}|[^",;]*)(?:[,;]|$)')
MARKUP_CELL = re.compile(r"(?i)<t[hd](?:\s[^>]{0,200})?>((?:(?!</?t[hdr])[\s\S]){0,400})")
MARKUP_ROW = re.compile(r"(?i)<tr(?:\s[^>]{0,200})?>")
TAGS = re.compile(r"<[^>]{0,200}>")
RULE = re.compile(r"[\s|:+=\u2500-\u257f-]*")
FRAME = " \t\r\"'`*_"
WORDS_OF_A_HEADING = 3
# Cells are short, and few; a sentence has commas, too.
LONGEST_CELL, LONGEST_HEADING, CELLS = 40, 80, 30


class Cell(NamedTuple):
    """A cell below such a heading; `certain` if the heading leaves no doubt."""

    start: int
    end: int
    certain: bool


# How a table is set, by what parts its cells and how many they are; and the columns of it that are wanted, each with
# whether its heading is certain.
Tables = dict[tuple[str, int], dict[int, bool]]


def in_columns(text: str) -> Iterator[Cell]:
    """The cells below such headings, without blanks and quotes around them."""
    yield from _in_lines(text)
    if "<t" in text or "<T" in text:
        yield from _in_markup(text)


def _in_lines(text: str) -> Iterator[Cell]:
    tables: Tables = {}
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        if tables:
            rows = {table: _cells(line, table[0]) for table in tables}
            is_rule = bool(line.strip()) and RULE.fullmatch(line) is not None
            tables = {table: wanted for table, wanted in tables.items() if is_rule or len(rows[table]) == table[1]}
            for table, wanted in tables.items():
                yield from _wanted(line, start, rows[table], wanted)
        _add_header(tables, line)
        start = end + 1


def _cells(line: str, separator: str) -> list[tuple[int, int]]:
    """Where the cells of a line stand."""
    if separator == BLANKS:
        return [match.span() for match in BLANK_CELL.finditer(line)]
    if '"' in line and separator in ",;":
        ends = [match.end() for match in QUOTED_CELLS.finditer(line)]
        ends = ends[:-1] if len(ends) > 1 and ends[-1] == ends[-2] and line[-1:] not in ",;" else ends
        return [
            (begin, end - (line[end - 1 : end] in (",", ";"))) for begin, end in zip([0, *ends], ends, strict=False)
        ]
    cells, begin = [], 0
    for part in line.split(separator):
        cells.append((begin, begin + len(part)))
        begin += len(part) + 1
    return cells


def _wanted(line: str, start: int, cells: list[tuple[int, int]], wanted: dict[int, bool]) -> Iterator[Cell]:
    """The wanted cells of a line."""
    for place, certain in sorted(wanted.items()):
        if place < len(cells):
            begin, end = cells[place]
            cell = line[begin:end]
            value = cell.strip(FRAME)
            if value and not RULE.fullmatch(cell):
                at = start + begin + cell.index(value)
                yield Cell(at, at + len(value), certain)


def _add_header(tables: Tables, line: str) -> None:
    """Begin the table that a line heads, if it does; a heading within a table adds to its columns."""
    separator = next((mark for mark in SEPARATORS if mark in line), BLANKS)
    if (separator == BLANKS and BLANKS not in line.strip()) or not _is_header(line, separator):
        return
    cells = _cells(line, separator)
    headings = [line[begin:end].strip(FRAME) for begin, end in cells]
    if any(len(heading.split()) > WORDS_OF_A_HEADING for heading in headings):
        return
    # After ", " goes a sentence as well as a cell.
    certainly = separator not in ",;" or f"{separator} " not in line
    wanted = {
        place: certainly and PLAINLY.fullmatch(heading) is not None
        for place, heading in enumerate(headings)
        if _is_heading(heading)
    }
    if wanted:
        tables.setdefault((separator, len(headings)), {}).update(wanted)


def _is_header(line: str, separator: str) -> bool:
    """Whether a line is one of short cells, one of which is headed so."""
    if separator == BLANKS:
        cells = BLANK_COLUMNS.split(line.strip(), 2 * CELLS + 1)
    else:
        cells = CELL_END.split(line.lstrip(" \t").rstrip(" \t\r").removeprefix("|"), 2 * CELLS + 1)
    long = [place for place, cell in enumerate(cells) if len(cell) > LONGEST_CELL]
    if len(long) > 1 or len(cells) > 2 * CELLS:
        return False
    return any(
        long in ([], [place]) and max(place, len(cells) - 1 - place) <= CELLS and _is_heading(cell.strip(FRAME))
        for place, cell in enumerate(cells)
    )


def _is_heading(cell: str) -> bool:
    return 1 < len(cell) <= LONGEST_HEADING and IS_HEADING.fullmatch(cell) is not None and not ABOUT.search(cell)


def _in_markup(text: str) -> Iterator[Cell]:
    """The same in the rows of HTML."""
    wanted: dict[int, bool] = {}
    rows = [match.end() for match in MARKUP_ROW.finditer(text)]
    for begin, end in zip(rows, [*rows[1:], len(text)], strict=False):
        for place, cell in enumerate(MARKUP_CELL.finditer(text, begin, end)):
            words = TAGS.sub("", cell.group(1))
            value = words.strip(FRAME + "\n")
            if place in wanted and value:
                at = cell.start(1) + cell.group(1).index(value) if value in cell.group(1) else cell.start(1)
                yield Cell(at, at + len(value), wanted[place])
            elif _is_heading(value):
                wanted[place] = PLAINLY.fullmatch(value) is not None
