"""The table of contacts: `contacts.yml` in declared types."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from build_db.declared import declared, shipped

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
    cues: str = ""
    back: int = 0
    begins: str = ""
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


@cache
def pattern(name: str) -> re.Pattern[str]:
    """One of the patterns that checks look at."""
    return re.compile(table().patterns[name])
