"""Finds secrets in tables: what stands in a column headed "password". `headings.yml` lists the headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from build_db.declared import declared, shipped
from build_db.redaction.tables import BEHIND_HEADING, Tables

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
# What a heading may say more, behind such a word.
AFTER = r"[\w ./-]{0,12}"
IS_HEADING = re.compile(rf"(?i:[\w ./-]{{0,20}}{KEYWORD}{AFTER})")
PLAINLY = re.compile(rf"(?i)(?:[\w./-]{{1,16}} )?(?:{CERTAIN})(?: \(?[\w./-]{{1,12}}\)?)?")
# A column about passwords that holds none.
ABOUT = re.compile(rf"(?i)(?<![^\W_])(?:{'|'.join(_HEADINGS.about)})(?![^\W_])")
# What stands in any text with such a table.
_REST = rf"(?![^\W_]){AFTER}{BEHIND_HEADING}"
IN_COLUMNS = {
    "column: certain": rf"(?i)(?<![^\W_])(?:{CERTAIN}){_REST}",
    "column: vague": rf"(?i)(?<!\w)(?:{VAGUE}){_REST}",
}


class Cell(NamedTuple):
    """A cell below such a heading; `certain` if the heading leaves no doubt."""

    start: int
    end: int
    certain: bool


def in_columns(text: str) -> Iterator[Cell]:
    """The cells below such headings, without blanks and quotes around them."""
    for start, end, certain, plainly in TABLES.cells(text):
        yield Cell(start, end, certain and plainly)


def _is_certain(heading: str) -> bool | None:
    """Whether a heading leaves no doubt that secrets stand below it; None if it tells of none."""
    if not IS_HEADING.fullmatch(heading) or ABOUT.search(heading):
        return None
    return PLAINLY.fullmatch(heading) is not None


TABLES = Tables(_is_certain)
