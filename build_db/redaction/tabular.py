"""Finds secrets in tables: what stands in a column headed "password", in Markdown, CSV or text set with tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator

HEADING = (
    r"(?i:[\w ./-]{0,20}(?<![^\W_])(?:pass(?:word|wort|phrase|wd|code)|passwd|pwd|kennwort|secret|token|credentials?"
    r"|pin|mot de passe|contraseña|senha|wachtwoord|hasło|(?:api|access|auth|private|secret)[ _-]?key)s?(?![^\W_])"
    r"[\w ./-]{0,12})"
)
# A line of cells, one of which is headed so; short ones, for a sentence has commas, too.
HEADER = re.compile(
    rf"(?m)^(?P<edge>[ \t]*\|?)(?P<cells>(?:[^\n|,;\t]{{0,40}}[|,;\t]){{0,30}}[ \"']*{HEADING}[ \"']*"
    r"(?:[|,;\t][^\n|,;\t]{0,40}){0,30})[ \t\r]*$"
)
SEPARATORS = "|\t;,"
RULE = re.compile(r"[\s|:+-]*")
WORDS_OF_A_HEADING = 3


def in_columns(text: str) -> Iterator[tuple[int, int]]:
    """Where the cells below such headings stand, without blanks and quotes around them."""
    for header in HEADER.finditer(text):
        line = header.group()
        separator = next((mark for mark in SEPARATORS if mark in line), None)
        if separator is None:
            continue
        headings = [cell.strip(" \t\r\"'") for cell in line.split(separator)]
        if any(len(heading.split()) > WORDS_OF_A_HEADING for heading in headings):
            continue
        wanted = [place for place, heading in enumerate(headings) if re.fullmatch(HEADING, heading)]
        yield from _below(text, header.end() + 1, separator, len(headings), wanted)


def _below(text: str, start: int, separator: str, columns: int, wanted: list[int]) -> Iterator[tuple[int, int]]:
    """The wanted cells of the lines from `start` on that have as many columns."""
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        cells = text[start:end].split(separator)
        if len(cells) != columns:
            return
        for place in wanted:
            cell, before = cells[place], start + sum(len(cell) + 1 for cell in cells[:place])
            value = cell.strip(" \t\r\"'`")
            if not RULE.fullmatch(cell):
                at = before + cell.index(value)
                yield at, at + len(value)
        start = end + 1
