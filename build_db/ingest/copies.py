"""Copies that a sync tool or a hand left beside a file or a folder: they repeat it, and often they are older."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from build_db.declared import declared, shipped

FILE = "copies.yml"
# How much of two files is compared: the head of a page tells its times, a title its first words.
BEGINNING = 400
# Named by a machine: whatever is appended to such a name is appended by somebody else.
MACHINE_NAME = re.compile(
    r"(?:\w+_)?(?:[0-9a-f]{8,}(?:-[0-9a-f]{4,12}){0,4}|\d{4}-\d\d(?:-\d\d)?|\d{8}[_T-]?\d{4,6})(?:_[0-9a-f]{4,12})?"
)


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
    """The file that a file is a copy of, by its own name or by that of a folder it is in; None if it is none.

    :param path: relative to `root`
    :param paths: every file of the tree
    """
    parts = path.split("/")
    for place, part in enumerate(parts):
        for stem, name in _uncopied(part, is_file=place == len(parts) - 1):
            original = "/".join((*parts[:place], name, *parts[place + 1 :]))
            if original in paths and (stem is None or _is_like(root, path, original, stem)):
                return original
    return None


def _uncopied(name: str, *, is_file: bool) -> Iterator[tuple[str | None, str]]:
    """What a name may have been before a copy was made, the longest first; with the part that has to be looked at if a
    title may end so, too.
    """
    stem, dot, suffix = name.rpartition(".") if is_file and "." in name else (name, "", "")
    for whole, ends in ((stem, (f"{dot}{suffix}", f"{dot}{suffix.lower()}")), (name, ("",))):
        # An ending may begin in more than one place.
        for place in range(len(whole) - 1, 0, -1):
            known = [ending.sure for ending in _endings() if ending.pattern.fullmatch(whole, place)]
            for end in ends if known else ():
                yield (None if any(known) else whole[:place]), f"{whole[:place]}{end}"


def _is_like(root: Path, path: str, original: str, stem: str) -> bool:
    # Behind the suffix, `x.json~`, the part still has it.
    return bool(MACHINE_NAME.fullmatch(stem.partition(".")[0])) or _beginning(root / path) == _beginning(
        root / original
    )


def _beginning(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(BEGINNING)
    except OSError:
        return None
