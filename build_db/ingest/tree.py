"""One daemon's tree: where it lies, which files are in it, and which of them are never read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from build_db.declared import declared, shipped
from build_db.errors import Unreadable
from build_db.ingest.companions import forms
from build_db.ingest.globs import first_match
from build_db.ingest.packed import is_zip, members, strays
from build_db.ingest.vessel import VesselDaemon
from build_db.records import VESSEL

SKIPPED, EVERYWHERE = "skipped.yml", "everywhere.yml"
# The list of daemons in a data folder.
MANIFEST = "daemons.yml"
# What becomes of a file that is never read.
Outcome = Literal["unread", "refused", "derived", "ignored"]
# SQLite's application id in the header of a file that this tool made.
MARK, MARK_PLACE = b"cass", 68


@dataclass(frozen=True)
class Tree:
    """One daemon's tree. `first` is the tree whose ids stay bare; `inside` are further trees below it.

    `root` is a folder, or a single file: a vessel's database, an archive of a daemon, or the export of another
    companion, whose `form` it then has. `others` are the daemons that are in it beside this one.
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
    form: str = VESSEL

    @property
    def daemons(self) -> tuple[tuple[str, str], ...]:
        """Id and name of each daemon in it, its own first."""
        return (self.id, self.name), *((other.id, other.name) for other in self.others)


def walk(tree: Tree) -> Iterator[tuple[str, int, str | None]]:
    """Path, size and what bars the way, if anything, of each file; unopened folders end in `/`.

    The file that a tree itself may be has no path inside it; a ZIP of another companion's is as a folder.
    """
    if tree.root.is_file():
        yield from (
            _packed(tree) if tree.form != VESSEL and is_zip(tree.root) else [("", tree.root.stat().st_size, None)]
        )
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
                if skipped_as(path + "/", tree.form):
                    yield path + "/", 0, None
                else:
                    folders.append(path + "/")
            else:
                yield path, *_looked_at(entry)


def _packed(tree: Tree) -> Iterator[tuple[str, int, str | None]]:
    try:
        yield from ((name, size, None) for name, size in members(tree.root).items())
        yield from ((name, 0, "its name leads out of the archive") for name in strays(tree.root))
    except Unreadable as error:
        yield "", 0, str(error)


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


def as_given(data: Path, path: Path) -> Path:
    """Where something of a tree lies, as its owner would say it."""
    return data / path.relative_to(data.resolve()) if path.is_relative_to(data.resolve()) else path


def skipped_as(path: str, form: str = VESSEL) -> tuple[str, str] | None:
    """What becomes of a file, or a folder, that is never read, and why; None of any other."""
    which, entries = _skips(form)
    place = which(path)
    return None if place is None else entries[place]


@cache
def _skips(form: str) -> tuple[Callable[[str], int | None], list[tuple[str, str]]]:
    own = shipped(__package__, SKIPPED) if form == VESSEL else forms()[form].skipped
    tables = [
        declared(name, raw, dict[Outcome, dict[str, str]])
        for name, raw in ((SKIPPED, own), (EVERYWHERE, shipped(__package__, EVERYWHERE)))
    ]
    listed = [
        (glob, outcome, why) for table in tables for outcome, globs in table.items() for glob, why in globs.items()
    ]
    return first_match(glob for glob, _, _ in listed), [(outcome, reason) for _, outcome, reason in listed]
