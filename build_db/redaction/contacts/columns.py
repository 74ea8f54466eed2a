"""Finds contacts and identifiers in tables: what stands in a column headed "phone" or "date of birth".

The headings are in `columns.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from build_db.declared import entries, shipped
from build_db.redaction.contacts.contact_table import filled
from build_db.redaction.spans import Span
from build_db.redaction.tables import BEHIND_HEADING, Tables

NAME, FILE = "contact column", "columns.yml"
SHORT = 4
PARTS_OF_A_HEADING = re.compile(r"[\s_.-]+|(?<=[a-z])(?=[A-Z])")


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    headings: str
    value: str
    vague: str = ""
    look: str = ""


class Column(msgspec.Struct, frozen=True):
    """A kind of column, and what a value in it looks like."""

    kind: str
    value: re.Pattern[str]


@cache
def _by_heading() -> dict[str, Column]:
    columns = [
        (Column(kind, re.compile(filled(value))), heading)
        for kind, entry in entries(FILE, shipped(__package__, FILE), _Entry).items()
        for headings, value in ((entry.headings, entry.value), (entry.vague, entry.look))
        for heading in headings.split(",")
    ]
    return {name: column for column, heading in columns if (name := " ".join(heading.split()))}


def kinds() -> frozenset[str]:
    """What the columns hold."""
    return frozenset(column.kind for column in _by_heading().values())


def rules() -> Iterator[tuple[str, str]]:
    """Names and patterns for the gate, one of which is in every text with such a table."""
    for heading in sorted(_by_heading()):
        written = re.escape(heading).replace(r"\ ", "[ _.-]?")
        # A heading is a whole cell; a short one is the end of many a word.
        alone = r"(?<![^\W_])" if heading.isascii() and len(heading) <= SHORT else ""
        yield NAME, f"{alone}(?i:{written}){BEHIND_HEADING}"


def find(text: str) -> Iterator[Span]:
    """Spans of the cells below such headings that look as their column says."""
    for start, end, column, _ in TABLES.cells(text):
        if column.value.fullmatch(text, start, end):
            yield Span(start, end, column.kind, NAME)


def _of(heading: str) -> Column | None:
    return _by_heading().get(" ".join(PARTS_OF_A_HEADING.split(heading)).strip().lower())


TABLES = Tables(_of)
