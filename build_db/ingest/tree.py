"""One daemon's tree: where it lies, which files are in it, and which of them are never read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from build_db.declared import declared, shipped
from build_db.ingest.vessel import VesselDaemon

SKIPPED = "skipped.yml"
# What becomes of a file that is never read.
Outcome = Literal["unread", "refused", "derived", "ignored"]
# SQLite's application id in the header of a file that this tool made.
MARK, MARK_PLACE = b"cass", 68


@dataclass(frozen=True)
class Tree:
    """One daemon's tree. `first` is the tree whose ids stay bare; `inside` are further trees below it.

    `root` is a folder, or a single file: a vessel's database, or an archive of a daemon. `others` are the daemons that
    the vessel's database in it holds beside this one.
    """

    root: Path
    name: str
    id: str
    kernel_version: str | None
    status: str
    first: bool
    self_folder: str
    inside: tuple[Path, ...] = ()
    others: tuple[VesselDaemon, ...] = ()

    @property
    def daemons(self) -> tuple[tuple[str, str], ...]:
        """Id and name of each daemon in it, its own first."""
        return (self.id, self.name), *((other.id, other.name) for other in self.others)


def walk(tree: Tree) -> Iterator[tuple[str, int, str | None]]:
    """Path, size and what bars the way, if anything, of each file; unopened folders end in `/`.

    The file that a tree itself may be has no path inside it.
    """
    if tree.root.is_file():
        yield "", tree.root.stat().st_size, None
        return
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(tree.root / folder))
        except OSError as error:
            yield folder, 0, error.strerror or "cannot be opened"
            continue
        for entry in entries:
            path = folder + entry.name
            if Path(entry.path) in tree.inside:
                continue
            if not entry.is_symlink() and entry.is_dir():
                if skipped_as(path + "/"):
                    yield path + "/", 0, None
                else:
                    folders.append(path + "/")
            else:
                yield path, *_looked_at(entry)


def _looked_at(entry: os.DirEntry[str]) -> tuple[int, str | None]:
    """The size of what is no folder, and why it cannot be read."""
    if entry.is_symlink():
        return 0, "a symbolic link, not followed"
    if not entry.is_file():
        return 0, "not a regular file"
    return entry.stat(follow_symlinks=False).st_size, None


def may_hold_tables(path: str) -> bool:
    """Whether a file may be a vessel's database or an archive, by its name: then what is in it tells."""
    skipped = skipped_as(path)
    named_so = path.endswith((".zip", ".json")) or (skipped is not None and skipped[0] == "unread")
    return named_so and not path.endswith("/")


def is_of_this_tool(path: Path) -> bool:
    """Whether a file bears the mark of the databases that this tool makes; without one, or empty, it is no vessel's."""
    try:
        with path.open("rb") as file:
            head = file.read(len(MARK) + MARK_PLACE)
    except OSError:
        return False
    return not head or head[MARK_PLACE:] == MARK


def skipped_as(path: str) -> tuple[str, str] | None:
    """What becomes of a file, or a folder, that is never read, and why; None of any other."""
    which, entries = _skips()
    place = which(path)
    return None if place is None else entries[place]


@cache
def _skips() -> tuple[Callable[[str], int | None], list[tuple[str, str]]]:
    table = declared(SKIPPED, shipped(__package__, SKIPPED), dict[Outcome, dict[str, str]])
    listed = [(glob, outcome, reason) for outcome, globs in table.items() for glob, reason in globs.items()]
    return first_match(glob for glob, _, _ in listed), [(outcome, reason) for _, outcome, reason in listed]


def first_match(globs: Iterable[str]) -> Callable[[str], int | None]:
    """A function that tells which of the globs is the first to match a whole path."""
    matches = re.compile("|".join(f"({_expression(glob)})" for glob in globs), re.DOTALL).fullmatch

    def which(path: str) -> int | None:
        match = matches(path)
        return match.lastindex - 1 if match and match.lastindex else None

    return which


def _expression(glob: str) -> str:
    """The regular expression of a glob whose `*` stays inside one folder; a leading `**/` is any folder."""
    wild = {"*": "[^/]*", "?": "[^/]", "**/": "(?:[^/]+/)*"}
    tokens = re.findall(r"^\*\*/|\[[^\]]+\]|.", glob)
    return "".join(wild.get(t) or (t if len(t) > 1 else re.escape(t)) for t in tokens)
