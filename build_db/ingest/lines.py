"""Files that hold one record a line: JSON Lines, and tables with a head."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from build_db.errors import Unreadable
from build_db.ingest.reading import parse_json, text_of
from build_db.records import Problem

# A message can be longer than what the csv module allows.
MOST_OF_A_CELL = 1 << 30
SEPARATORS = ",;\t|"


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
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    csv.field_size_limit(MOST_OF_A_CELL)
    rows: list[Any] = []
    try:
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            if None in row:
                problems.append(Problem("more cells than its head", f"row {len(rows) + 1}", value=row.pop(None)))
            rows.append({key.strip(): cell for key, cell in row.items() if cell not in (None, "")})
    except csv.Error:
        problems.append(Problem("not a valid table from here on", f"row {len(rows) + 1}"))
    if not rows:
        raise Unreadable("no row is in it")
    return rows, problems
