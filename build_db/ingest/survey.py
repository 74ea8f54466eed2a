"""What becomes of every file of a tree. Opens nothing but what may hold a daemon's life in tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from build_db.errors import Unreadable
from build_db.ingest.archives import is_archive
from build_db.ingest.companions import form_of, forms, top_of
from build_db.ingest.copies import Copies
from build_db.ingest.globs import first_match
from build_db.ingest.tree import MANIFEST, Tree, is_of_this_tool, may_hold_tables, skipped_as, walk
from build_db.ingest.vessel import FILE, is_vessel, vessel_tables
from build_db.records import VESSEL, FileKind

COPY = "a copy beside its original"
ARCHIVED = "an archive of a daemon that is here by itself, or in a newer one"
# What a single file of another companion's is usually called.
USUAL = ("conversations.json", "conversations.jsonl", "conversations.csv")
EXPORTED = (".json", ".jsonl", ".csv", ".zip")
UNKNOWN = "no known kind of file lies here"
MIGRATED = ".json.migrated"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file or unopened folder of a tree, and what is to become of it.

    `path` is where it lies, relative to the tree; `logical` is the same without a `.migrated` suffix. `outcome` is
    `ingested` for a file of a known kind; otherwise `reason` says why it is not taken in. A copy has the kind of its
    original, which is taken in instead.
    """

    path: str
    logical: str
    outcome: str
    reason: str | None = None
    kind: FileKind | None = None
    size: int = field(default=0, compare=False)


def survey(tree: Tree, kinds: Sequence[FileKind]) -> Iterator[SourceFile]:
    """Every file of a tree, in order of path, each with what is to become of it; of a database, every table."""
    entries = sorted(walk(tree), key=lambda entry: entry[0])
    owners = [
        (kind, glob.replace("{self}", tree.self_folder))
        for kind in kinds
        for glob in kind.patterns
        if kind.form == tree.form
    ]
    which = first_match(glob for _, glob in owners)
    if tree.form != VESSEL:
        yield from _exported(tree, entries, lambda place: _kind(owners, which, place))
        return
    paths = {path for path, _, _ in entries}
    copies = Copies(tree.root, paths)
    for path, size, barrier in entries:
        logical = path
        if path.endswith(MIGRATED):
            logical = path.removesuffix(".migrated")
            if logical in paths:
                kind = _kind(owners, which, logical)
                yield SourceFile(path, logical, "derived", "the same as the file without .migrated", kind, size)
                continue
        skipped = skipped_as(logical)
        original = None if skipped else copies.original_of(logical)
        kind = _kind(owners, which, original or logical)
        unread = skipped[0] == "unread" if skipped else not (original or kind)
        if not barrier and (path == "" or (unread and may_hold_tables(path))):
            yield from _container(tree, path, skipped, size, lambda place: _kind(owners, which, place))
        elif skipped:
            yield SourceFile(path, logical, *skipped, size=size)
        elif barrier:
            yield SourceFile(path, logical, "unreadable", barrier)
        elif original:
            yield SourceFile(path, logical, "derived", COPY, kind, size)
        elif kind:
            yield SourceFile(path, logical, "ingested", kind=kind, size=size)
        else:
            yield SourceFile(path, logical, "unknown", _unknown(tree.root / path), size=size)


def _unknown(place: Path) -> str:
    """Why nothing becomes of a file: it may be another companion's export that nobody listed."""
    try:
        form = form_of(place) if place.suffix in EXPORTED else VESSEL
    except Unreadable:
        form = VESSEL
    return UNKNOWN if form == VESSEL else f"{forms()[form].title}, which {MANIFEST} does not list"


def _exported(
    tree: Tree, entries: list[tuple[str, int, str | None]], kind_of: Callable[[str], FileKind | None]
) -> Iterator[SourceFile]:
    """What becomes of every file of another companion's export."""
    top = "" if tree.root.is_dir() else top_of([path for path, _, _ in entries], tree.form)
    passed: set[str] = set()
    for path, size, barrier in entries:
        logical = path.removeprefix(top) or tree.root.name
        folder = _left_folder(logical, tree.form)
        if folder:  # of a ZIP, which tells of files only
            if folder not in passed:
                passed.add(folder)
                below = path[: len(path) - len(logical)] + folder
                outcome, reason = skipped_as(folder, tree.form) or ("ignored", "")
                yield SourceFile(below, folder, outcome, reason)
            continue
        skipped, kind = skipped_as(logical, tree.form), kind_of(logical)
        if path == "":  # it may have any name
            kind = next(filter(None, map(kind_of, USUAL)), None)
        if skipped:
            yield SourceFile(path, logical, *skipped, size=size)
        elif barrier:
            yield SourceFile(path, logical, "unreadable", barrier)
        elif kind:
            yield SourceFile(path, logical, "ingested", kind=kind, size=size)
        else:
            yield SourceFile(path, logical, "unknown", UNKNOWN, size=size)


def _left_folder(logical: str, form: str) -> str | None:
    """The folder around a file that is never looked into, if there is one."""
    parts = logical.split("/")
    folders = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
    return next((folder for folder in folders if folder != logical and skipped_as(folder, form)), None)


def _kind(owners: list[tuple[FileKind, str]], which: Callable[[str], int | None], logical: str) -> FileKind | None:
    owner = which(logical)
    return None if owner is None else owners[owner][0]


def _container(
    tree: Tree, path: str, skipped: tuple[str, str] | None, size: int, kind_of: Callable[[str], FileKind | None]
) -> Iterator[SourceFile]:
    """What becomes of a file that may hold a daemon's life in tables: one entry for each of them."""
    place = tree.root / path
    if skipped and is_of_this_tool(place):
        yield SourceFile(path, path, "derived", "a database made from a tree like this one", size=size)
        return
    tables: list[str] = []
    outcome = skipped or ("unknown", UNKNOWN)
    try:
        if is_vessel(place):
            # Whatever it is called: somebody's life is in it, and the people in that.
            outcome = skipped or ("unread", "an archive of a daemon")
            tables = sorted(vessel_tables(place))
    except Unreadable as error:
        outcome = (outcome[0], f"{outcome[1]}, {error}")
    stale = bool(tables) and path not in ("", FILE) and is_archive(place)
    if outcome == ("unknown", UNKNOWN):
        outcome = ("unknown", _unknown(place))
    if not tables or (path not in ("", FILE) and not stale):
        yield SourceFile(path, path, *outcome, size=size)
        return
    for table in tables:
        inside, logical = f"{path}/{table}".lstrip("/"), f"{FILE}/{table}"
        kind, left = kind_of(logical), skipped_as(logical)
        if stale:
            yield SourceFile(inside, logical, "derived", ARCHIVED, kind)
        elif left:
            yield SourceFile(inside, logical, *left)
        elif kind:
            yield SourceFile(inside, logical, "ingested", kind=kind, size=size // len(tables))
        else:
            yield SourceFile(inside, logical, "unknown", "no known table of the vessel's")
