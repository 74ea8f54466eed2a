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


class Copies:
    """Tells which files of a tree are copies of others.

    :param root: the tree
    :param paths: every file in it, relative to it
    """

    def __init__(self, root: Path, paths: Collection[str]) -> None:
        self._root, self._paths = root, paths
        # Names that a machine gave are all as long: then no other can be a shorter one's copy.
        self._lengths = frozenset(map(len, paths))

    def original_of(self, path: str) -> str | None:
        """The file that a file is a copy of, by its own name or by that of a folder it is in; None if it is none."""
        parts = path.split("/")
        for place, part in enumerate(parts):
            others = len(path) - len(part)
            lengths = [length - others for length in self._lengths]
            for cut, name in _shorter(part, lengths, is_file=place == len(parts) - 1):
                original = "/".join((*parts[:place], name, *parts[place + 1 :]))
                # Few names have a shorter one beside them: that is looked up before any ending is tried.
                if original in self._paths and _is_copy(self._root, path, original, cut):
                    return original
        return None


class _Cut(NamedTuple):
    """A name, and where the part begins that a copy may have been given."""

    whole: str
    place: int


def _shorter(name: str, lengths: Collection[int], *, is_file: bool) -> Iterator[tuple[_Cut, str]]:
    """What a name may have been before it was copied, the longest first: an ending may begin in more than one place.

    :param lengths: of the names that there are
    """
    stem, dot, suffix = name.rpartition(".") if is_file and "." in name else (name, "", "")
    for whole, ends in ((stem, (f"{dot}{suffix}", f"{dot}{suffix.lower()}")), (name, ("",))):
        for place in sorted({length - len(end) for length in lengths for end in ends}, reverse=True):
            if 0 < place < len(whole):
                for end in ends:
                    yield _Cut(whole, place), f"{whole[:place]}{end}"


def _is_copy(root: Path, path: str, original: str, cut: _Cut) -> bool:
    """Whether what a name has more is a copy's ending; where a title may end so, too, the beginnings are compared."""
    known = [ending.sure for ending in _endings() if ending.pattern.fullmatch(cut.whole, cut.place)]
    return any(known) or (bool(known) and _is_like(root, path, original, cut.whole[: cut.place]))


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
