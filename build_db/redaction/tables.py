"""Finds what stands in tables below headings of some kind: Markdown, drawn with lines, CSV, HTML, tabs or blanks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

Meaning = TypeVar("Meaning")

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
# What may stand behind a heading, in every table that is understood here.
BEHIND_HEADING = r"[ \"'`*_]{0,4}(?:[|│┃║,;\t\r\n<]| {2})"
WORDS_OF_A_HEADING = 3
# Cells are short, and few; a sentence has commas, too.
LONGEST_CELL, LONGEST_HEADING, CELLS = 40, 80, 30


class Below(NamedTuple, Generic[Meaning]):
    """A cell below a heading, without blanks and quotes around it, and what the heading means.

    `plainly` if the line that holds the heading can be no sentence.
    """

    start: int
    end: int
    meaning: Meaning
    plainly: bool


class Tables(Generic[Meaning]):
    """Finds the cells below headings.

    :param meaning: what a heading means, whose cells are wanted; None for any other
    """

    def __init__(self, meaning: Callable[[str], Meaning | None]) -> None:
        self._meaning = meaning

    def cells(self, text: str) -> Iterator[Below[Meaning]]:
        """The cells below such headings."""
        if "\n" in text:
            yield from self._in_lines(text)
        if "<t" in text or "<T" in text:
            yield from self._in_markup(text)

    def _in_lines(self, text: str) -> Iterator[Below[Meaning]]:
        # By what parts a table's cells and how many they are: the wanted columns, and whether they are plainly so.
        tables: dict[tuple[str, int], dict[int, tuple[Meaning, bool]]] = {}
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
            separator = _separator(line)
            if separator and self._is_header(line, separator):
                cells = _cells(line, separator)
                if found := self._columns(line, cells, separator):
                    tables.setdefault((separator, len(cells)), {}).update(found)
            start = end + 1

    def _columns(self, line: str, cells: list[tuple[int, int]], separator: str) -> dict[int, tuple[Meaning, bool]]:
        """The columns that a line heads."""
        headings = [line[begin:end].strip(FRAME) for begin, end in cells]
        if any(len(heading.split()) > WORDS_OF_A_HEADING and self._of(heading) is None for heading in headings):
            return {}
        # After ", " goes a sentence as well as a cell.
        plainly = separator not in ",;" or f"{separator} " not in line
        meanings = ((place, self._of(heading)) for place, heading in enumerate(headings))
        return {place: (meaning, plainly) for place, meaning in meanings if meaning is not None}

    def _is_header(self, line: str, separator: str) -> bool:
        """Whether a line is one of short cells, one of which is headed so."""
        if separator == BLANKS:
            cells = BLANK_COLUMNS.split(line.strip(), 2 * CELLS + 1)
        else:
            cells = CELL_END.split(line.lstrip(" \t").rstrip(" \t\r").removeprefix("|"), 2 * CELLS + 1)
        long = [place for place, cell in enumerate(cells) if len(cell) > LONGEST_CELL]
        if len(long) > 1 or len(cells) > 2 * CELLS:
            return False
        return any(
            long in ([], [place])
            and max(place, len(cells) - 1 - place) <= CELLS
            and self._of(cell.strip(FRAME)) is not None
            for place, cell in enumerate(cells)
        )

    def _of(self, heading: str) -> Meaning | None:
        return self._meaning(heading) if 1 < len(heading) <= LONGEST_HEADING else None

    def _in_markup(self, text: str) -> Iterator[Below[Meaning]]:
        """The same in the rows of HTML."""
        wanted: dict[int, Meaning] = {}
        rows = [match.end() for match in MARKUP_ROW.finditer(text)]
        for begin, end in zip(rows, [*rows[1:], len(text)], strict=False):
            for place, cell in enumerate(MARKUP_CELL.finditer(text, begin, end)):
                value = TAGS.sub("", cell.group(1)).strip(FRAME + "\n")
                meaning = self._of(value)
                if place in wanted and value:
                    at = cell.start(1) + cell.group(1).index(value) if value in cell.group(1) else cell.start(1)
                    yield Below(at, at + len(value), wanted[place], True)
                elif meaning is not None:
                    wanted[place] = meaning


def _separator(line: str) -> str:
    """What parts the cells of a line; empty if nothing does."""
    found = next((mark for mark in SEPARATORS if mark in line), "")
    return found or (BLANKS if BLANKS in line.strip() else "")


def _cells(line: str, separator: str) -> list[tuple[int, int]]:
    """Where the cells of a line stand; in CSV a separator between quotes parts nothing."""
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


def _wanted(
    line: str, start: int, cells: list[tuple[int, int]], wanted: dict[int, tuple[Meaning, bool]]
) -> Iterator[Below[Meaning]]:
    """The wanted cells of a line."""
    for place, (meaning, plainly) in sorted(wanted.items()):
        if place < len(cells):
            begin, end = cells[place]
            cell = line[begin:end]
            value = cell.strip(FRAME)
            if value and not RULE.fullmatch(cell):
                at = start + begin + cell.index(value)
                yield Below(at, at + len(value), meaning, plainly)
