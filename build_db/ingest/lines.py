"""Files that hold one record a line: JSON Lines, and tables with a head."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from build_db.errors import Unreadable
from build_db.ingest.reading import parse_json, text_of
from build_db.records import Problem

# A message can be longer than what the csv module allows.
MOST_OF_A_CELL = 1 << 30
SEPARATORS = ",;\t|"
NO_ROW = "no row is in it"


def read_json_lines(path: Path) -> tuple[list[Any], list[Problem]]:
    """The value of each line of a JSON Lines file; a line that is none becomes a problem.

    :raises Unreadable: the file cannot be opened, is empty, or no line of it is JSON
    """
    text, problems = text_of(path)
    values: list[Any] = []
    # Only these end a line: JSON may hold every other sign that does so elsewhere.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values.append(parse_json(line, problems))
        except Unreadable:
            problems.append(Problem("not valid JSON", f"line {number}"))
    if not values:
        raise Unreadable("no line of it is JSON")
    return values, problems


def read_csv(path: Path) -> tuple[list[Any], list[Problem]]:
    """The rows of a table, each a mapping by the words of its head; an empty cell is left out.

    :raises Unreadable: the file cannot be opened, or holds no row
    """
    text, problems = text_of(path)
    lines = io.StringIO(text, newline="").readlines()
    if not lines:  # a byte order mark is all of it, and half a character
        raise Unreadable(NO_ROW)
    separator = max(SEPARATORS, key=lines[0].count)
    csv.field_size_limit(MOST_OF_A_CELL)
    found = _rows_of(lines, separator, problems)
    head = [name.strip().lower() for name in next(found, [])]
    twice = {name for name in head if name and head.count(name) > 1}
    problems += [Problem("more than one column has this name", field=name) for name in sorted(twice)]
    rows: list[Any] = []
    for cells in filter(None, found):
        if len(cells) > len(head):
            problems.append(Problem("more cells than its head", f"row {len(rows) + 1}", value=cells[len(head) :]))
        rows.append({name: cell for name, cell in zip(head, cells, strict=False) if cell and name})
    if not rows:
        raise Unreadable(NO_ROW)
    return rows, problems


def _rows_of(lines: list[str], separator: str, problems: list[Problem]) -> Iterator[list[str]]:
    """The cells of each row; a quote that is misplaced, or never closed, spoils its own row and no other."""
    start = number = width = 0
    while start < len(lines):
        reader = csv.reader(_from(lines, start), delimiter=separator, strict=True)
        done = 0
        try:
            for cells in reader:
                done, number, width = reader.line_num, number + 1, width or len(cells)
                yield cells
            return
        except csv.Error:
            start += done
        problems.append(Problem("a quote in it is misplaced, or never closed", f"row {number}"))
        cells, taken = _spoiled(lines, start, separator, width)
        start, number = start + taken, number + 1
        yield cells


def _spoiled(lines: list[str], start: int, separator: str, width: int) -> tuple[list[str], int]:
    """The cells of a row with a misplaced quote, and how many lines it takes.

    A quote that is never closed would take whole rows with it: then its line is cut wherever a cell ends.
    """
    lenient = csv.reader(_from(lines, start), delimiter=separator)
    cells, taken = next(lenient), lenient.line_num
    beyond = (line.rstrip("\r\n").split(separator) for line in lines[start + 1 : start + taken])
    if start + taken == len(lines) or any(len(row) == width for row in beyond):
        return lines[start].rstrip("\r\n").split(separator), 1
    return cells, taken


def _from(lines: list[str], start: int) -> Iterator[str]:
    return (lines[number] for number in range(start, len(lines)))
