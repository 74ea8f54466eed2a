"""Copies that a sync tool or a hand left beside a file: they repeat it, and often they are older."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from build_db.declared import declared, shipped

FILE = "copies.yml"
# How much of two files is compared: the head of a page tells its times, a title its first words.
BEGINNING = 80
# Named by a machine: whatever is appended to such a name is appended by somebody else.
MACHINE_NAME = re.compile(r"[\w:.-]*\d[\w:.-]*")


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of `copies.yml`; its header explains the keys."""

    pattern: str
    source: str
    sure: bool


class _Ending(NamedTuple):
    pattern: re.Pattern[str]
    sure: bool


@cache
def _endings() -> tuple[_Ending, ...]:
    listed = declared(FILE, shipped(__package__, FILE), list[_Entry])
    return tuple(_Ending(re.compile(entry.pattern), entry.sure) for entry in listed)


def original_of(root: Path, path: str, paths: Collection[str]) -> str | None:
    """The file that a file is a copy of; None if it is none.

    :param path: relative to `root`
    :param paths: every file of the tree
    """
    folder, slash, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    # Every file beside it whose name begins this one, for an ending may begin in more than one place.
    for place in range(len(stem) - 1, 0, -1):
        original = f"{folder}{slash}{stem[:place]}{dot}{suffix}"
        if original in paths and _is_copy(root, path, original, stem[:place], stem[place:]):
            return original
    return None


def _is_copy(root: Path, path: str, original: str, stem: str, ending: str) -> bool:
    found = [known.sure for known in _endings() if known.pattern.fullmatch(ending)]
    return any(found) or (bool(found) and _is_like(root, path, original, stem))


def _is_like(root: Path, path: str, original: str, stem: str) -> bool:
    return bool(MACHINE_NAME.fullmatch(stem)) or _beginning(root / path) == _beginning(root / original)


def _beginning(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(BEGINNING)
    except OSError:
        return None
