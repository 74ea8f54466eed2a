"""The table of contacts: `contacts.yml` in declared types."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from build_db.declared import declared, on_one_line, shipped

FILE = "contacts.yml"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of `contacts.yml`; its header explains the keys."""

    name: str
    kind: str
    source: str
    pattern: str
    finds: str
    leaves: str
    reach: int = 0
    near: tuple[str, ...] = ()
    at: str = ""
    back: int = 0
    begins: str = ""
    core: tuple[str, ...] = ()
    check: str = ""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `contacts.yml`."""

    parts: dict[str, str]
    patterns: dict[str, str]
    rules: list[Any]


@cache
def table() -> Source:
    """The whole table."""
    return declared(FILE, shipped(__package__, FILE), Source)


def filled(pattern: str, own: dict[str, str] | None = None) -> str:
    """A pattern with its parts, `{NAME}`, put in.

    :param own: parts that only some table has; they may hold those of `contacts.yml`
    """
    parts = table().parts | (own or {})
    for name in reversed(parts):  # a part may hold those before it
        pattern = pattern.replace(f"{{{name}}}", parts[name])
    return on_one_line(pattern)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """One of the patterns that checks look at."""
    return re.compile(filled(table().patterns[name]))
