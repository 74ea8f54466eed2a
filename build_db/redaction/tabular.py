"""Finds secrets in tables: what stands in a column headed "password", in Markdown, CSV or text set with tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator

KEYWORD = (
    r"(?<![^\W_])(?:pass(?:word|wort|phrase|wd|code)|passwd|pwd|kennwort|secret|token|credentials?"
    r"|pin|mot de passe|contraseña|senha|wachtwoord|hasło|(?:api|access|auth|private|secret)[ _-]?key)s?(?![^\W_])"
)
HEADING = rf"(?i:[\w ./-]{{0,20}}{KEYWORD}[\w ./-]{{0,12}})"
# What stands in any text with such a table: a heading, and what parts it from the next one.
BESIDE_OTHERS = rf"{HEADING}[ \"'\r]*[|,;\t]|[|,;\t][ \"']*{HEADING}"
NAMES_SECRETS = re.compile(f"(?i:{KEYWORD})")
SEPARATORS = "|\t;,"
CELL_END = re.compile("[|,;\t]")
RULE = re.compile(r"[\s|:+-]*")
WORDS_OF_A_HEADING = 3
# Cells are short, and few; a sentence has commas, too.
LONGEST_CELL, LONGEST_HEADING, CELLS = 40, 80, 30

# How a table is set, by what parts its cells and how many they are; and the columns of it that are wanted.
Tables = dict[tuple[str, int], set[int]]


def in_columns(text: str) -> Iterator[tuple[int, int]]:
    """Where the cells below such headings stand, without blanks and quotes around them."""
    tables: Tables = {}
    start, named = 0, NAMES_SECRETS.search(text)
    while tables or named:
        if named and not tables:
            start = text.rfind("\n", 0, named.start()) + 1
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        tables = {table: wanted for table, wanted in tables.items() if line.count(table[0]) + 1 == table[1]}
        for (separator, _), wanted in tables.items():
            yield from _cells(line, start, separator, wanted)
        if named and named.start() < end:
            _add_header(tables, line)
            named = NAMES_SECRETS.search(text, end)
        start = end + 1
        if start >= len(text):
            return


def _add_header(tables: Tables, line: str) -> None:
    """Begin the table that a line heads, if it does; a heading within a table adds to its columns."""
    separator = next((mark for mark in SEPARATORS if mark in line), None)
    if separator is None or not _is_header(line):
        return
    headings = [cell.strip(" \t\r\"'") for cell in line.split(separator)]
    if any(len(heading.split()) > WORDS_OF_A_HEADING for heading in headings):
        return
    wanted = {place for place, heading in enumerate(headings) if _is_heading(heading)}
    tables.setdefault((separator, len(headings)), set()).update(wanted)


def _is_header(line: str) -> bool:
    """Whether a line is one of short cells, one of which is headed so."""
    cells = CELL_END.split(line.lstrip(" \t").rstrip(" \t\r").removeprefix("|"), 2 * CELLS + 1)
    long = [place for place, cell in enumerate(cells) if len(cell) > LONGEST_CELL]
    return any(
        long in ([], [place]) and max(place, len(cells) - 1 - place) <= CELLS and _is_heading(cell.strip(" \"'"))
        for place, cell in enumerate(cells)
    )


def _is_heading(cell: str) -> bool:
    return len(cell) <= LONGEST_HEADING and re.fullmatch(HEADING, cell) is not None


def _cells(line: str, start: int, separator: str, wanted: set[int]) -> Iterator[tuple[int, int]]:
    """Where what is in the wanted cells of a line stands."""
    cells = line.split(separator)
    for place in sorted(wanted):
        cell = cells[place]
        value = cell.strip(" \t\r\"'`")
        if not RULE.fullmatch(cell):
            at = start + sum(len(before) + 1 for before in cells[:place]) + cell.index(value)
            yield at, at + len(value)
