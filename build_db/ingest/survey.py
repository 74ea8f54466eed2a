"""What becomes of every file of a tree. Opens nothing but what may hold a daemon's life in tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from build_db.errors import Unreadable
from build_db.ingest.archives import is_archive
from build_db.ingest.copies import original_of
from build_db.ingest.tree import Tree, first_match, is_of_this_tool, skipped_as, walk
from build_db.ingest.vessel import FILE, is_vessel, vessel_tables
from build_db.records import FileKind

COPY = "a copy beside its original"
ARCHIVED = "an archive of a daemon that is here by itself, or in a newer one"
MIGRATED = ".json.migrated"


@dataclass(frozen=True)
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
    owners = [(kind, glob.replace("{self}", tree.self_folder)) for kind in kinds for glob in kind.patterns]
    which = first_match(glob for _, glob in owners)
    paths = {path for path, _, _ in entries}
    for path, size, barrier in entries:
        logical = path
        if path.endswith(MIGRATED):
            logical = path.removesuffix(".migrated")
            if logical in paths:
                kind = _kind(owners, which, logical)
                yield SourceFile(path, logical, "derived", "the same as the file without .migrated", kind, size)
                continue
        skipped = skipped_as(logical)
        if not barrier and (path == "" or path.endswith(".zip") or (skipped and skipped[0] == "unread")):
            yield from _container(tree, path, skipped, size, lambda place: _kind(owners, which, place))
        elif skipped:
            yield SourceFile(path, logical, *skipped, size=size)
        elif barrier:
            yield SourceFile(path, logical, "unreadable", barrier)
        else:
            original = original_of(tree.root, logical, paths)
            kind = _kind(owners, which, original or logical)
            if original:
                yield SourceFile(path, logical, "derived", COPY, kind, size)
            elif kind:
                yield SourceFile(path, logical, "ingested", kind=kind, size=size)
            else:
                yield SourceFile(path, logical, "unknown", "no known kind of file lies here", size=size)


def _kind(owners: list[tuple[FileKind, str]], which: Callable[[str], int | None], logical: str) -> FileKind | None:
    owner = which(logical)
    return None if owner is None else owners[owner][0]


def _container(
    tree: Tree, path: str, skipped: tuple[str, str] | None, size: int, kind_of: Callable[[str], FileKind | None]
) -> Iterator[SourceFile]:
    """What becomes of a file that may hold a daemon's life in tables: one entry for each of them."""
    place = tree.root / path
    reason = skipped[1] if skipped else None
    if skipped and is_of_this_tool(place):
        yield SourceFile(path, path, "derived", "a database made from a tree like this one", size=size)
        return
    try:
        tables = sorted(vessel_tables(place)) if is_vessel(place) else []
    except Unreadable as error:
        tables, reason = [], f"{reason}, {error}"
    stale = bool(tables) and path not in ("", FILE) and is_archive(place)
    if not tables or (path not in ("", FILE) and not stale):
        outcome = ("unread", reason) if skipped else ("unknown", "no known kind of file lies here")
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
