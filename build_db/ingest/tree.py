"""Which files a data tree holds and what each is. Opens nothing but the list of daemons and the vessel's database."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from build_db.declared import declared, shipped
from build_db.errors import Unreadable, UsageError
from build_db.ingest.copies import original_of
from build_db.ingest.reading import read_typed
from build_db.ingest.vessel_database import FILE, VesselDaemon, is_vessel, vessel_daemons, vessel_tables
from build_db.records import FileKind

SKIPPED = "skipped.yml"
# What becomes of a file that is never read.
Outcome = Literal["unread", "refused", "derived", "ignored"]

COPY = "a copy beside its original"
# SQLite's application id in the header of a file that this tool made.
MARK, MARK_PLACE = b"cass", 68

MANIFEST = "daemons.yml"
MANIFEST_KEYS = {"name", "path", "id", "kernel_version", "status"}
MIGRATED = ".json.migrated"
KERNEL_VERSION = "temple-codex-1.0"


@dataclass(frozen=True)
class Tree:
    """One daemon's tree. `first` is the tree whose ids stay bare; `inside` are further trees below it.

    `others` are the daemons that the vessel's database in it holds beside this one.
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


def find_trees(data: Path) -> list[Tree]:
    """The trees under a data folder: itself, and those that its `daemons.yml` lists.

    :raises UsageError: the folder is missing, or its list of daemons is wrong
    """
    if not data.exists():
        raise UsageError(f"{data}: no such folder; give the vessel's data folder")
    if not data.is_dir():
        raise UsageError(f"{data}: is a file; give the folder that holds conversations/, users/ and the rest")
    manifest = data / MANIFEST
    entries = _manifest(manifest) if manifest.is_file() else []
    if any("\0" in entry["path"] for entry in entries):
        raise UsageError(f"{manifest}: one of the paths holds a NUL, which no path can hold")
    own = next((e for e in entries if _root(data, e) == data.resolve()), None)
    if own is None:
        entries.insert(0, {"name": _self_folder(data) or "cass", "path": "."})
    else:
        entries.remove(own)
        entries.insert(0, own)
    roots = [_root(data, entry) for entry in entries]
    trees: list[Tree] = []
    for entry, root in zip(entries, roots, strict=True):
        if not root.is_dir():
            raise UsageError(f"{manifest}: daemon {entry['name']}: no folder at its path; mend the path")
        inside = tuple(other for other in roots if other != root and other.is_relative_to(root))
        trees.append(_tree(manifest, entry, root, inside, first=not trees, unnamed=own is None and not trees))
    ids, names = ([daemon[place] for tree in trees for daemon in tree.daemons] for place in (0, 1))
    for values, what in ((names, "names"), (ids, "ids"), (roots, "paths")):
        if len(set(values)) < len(values):
            raise UsageError(f"{manifest}: two daemons share one of their {what}; make them differ")
    return trees


def survey(tree: Tree, kinds: Sequence[FileKind]) -> Iterator[SourceFile]:
    """Every file of a tree, in order of path, each with what is to become of it."""
    entries = sorted(_walk(tree), key=lambda entry: entry[0])
    owners = [(kind, glob.replace("{self}", tree.self_folder)) for kind in kinds for glob in kind.patterns]
    which = _first_match(glob for _, glob in owners)
    paths = {path for path, _, _ in entries}
    for path, size, barrier in entries:
        logical = path
        if path.endswith(MIGRATED):
            logical = path.removesuffix(".migrated")
            if logical in paths:
                kind = _kind(owners, which, logical)
                yield SourceFile(path, logical, "derived", "the same as the file without .migrated", kind, size)
                continue
        skipped = _skipped(logical)
        if skipped and skipped[0] == "unread" and not barrier:
            yield from _database(tree, path, skipped[1], size, lambda place: _kind(owners, which, place))
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


def _database(
    tree: Tree, path: str, reason: str, size: int, kind_of: Callable[[str], FileKind | None]
) -> Iterator[SourceFile]:
    """What becomes of a database, or an archive, that holds a daemon's life: one entry for each table that is read."""
    if _is_of_this_tool(tree.root / path):
        yield SourceFile(path, path, "derived", "a database made from a tree like this one", size=size)
        return
    try:
        readable = path == FILE and is_vessel(tree.root / path)
        tables = vessel_tables(tree.root / path) if readable else []
    except Unreadable as error:
        reason = f"{reason}, {error}"
        readable = False
    if not readable:
        yield SourceFile(path, path, "unread", reason, size=size)
        return
    for table in sorted(tables):
        place = f"{path}/{table}"
        kind, skipped = kind_of(place), _skipped(place)
        if skipped:
            yield SourceFile(place, place, *skipped)
        elif kind:
            yield SourceFile(place, place, "ingested", kind=kind, size=size // len(tables))
        else:
            yield SourceFile(place, place, "unknown", "no known table of the vessel's")


def _is_of_this_tool(path: Path) -> bool:
    """Whether a file bears the mark of the databases that this tool makes; without one, or empty, it is no vessel's."""
    try:
        with path.open("rb") as file:
            head = file.read(len(MARK) + MARK_PLACE)
    except OSError:
        return False
    return not head or head[MARK_PLACE:] == MARK


def _manifest(path: Path) -> list[dict[str, Any]]:
    try:
        value = read_typed(path)
    except Unreadable as error:
        raise UsageError(f"{path}: {error}") from None
    if isinstance(value, dict) and value.keys() - {"daemons"}:
        raise UsageError(f"{path}: unknown key beside daemons; all entries stand below it")
    entries = value.get("daemons") if isinstance(value, dict) else value
    if not isinstance(entries, list) or not entries:
        raise UsageError(f"{path}: give a list `daemons:` of entries with name and path")
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("name", "path")):
            raise UsageError(f"{path}: entry {number} needs a name and a path")
        if entry.keys() - MANIFEST_KEYS:
            raise UsageError(f"{path}: entry {number}: unknown key; known: {', '.join(sorted(MANIFEST_KEYS))}")
        if not re.fullmatch(r"[^\W_][\w -]*", entry["name"]):
            raise UsageError(f"{path}: entry {number}: a name is letters, digits, spaces, `-` and `_`")
    return list(entries)


def _root(data: Path, entry: dict[str, Any]) -> Path:
    return Path(data, entry["path"]).resolve()


def _tree(
    manifest: Path, entry: dict[str, Any], root: Path, inside: tuple[Path, ...], *, first: bool, unnamed: bool
) -> Tree:
    """The tree of an entry. `unnamed`: nobody said what the daemon is called, so its database may."""
    known = _in_database(root)
    # The files around a database belong to the daemon of that name, or to the one that did most.
    own = next((daemon for daemon in known if entry["name"] == daemon.name), known[0] if known else None)
    if own and entry.get("id", own.id) not in {daemon.id for daemon in known}:
        raise UsageError(f"{manifest}: daemon {entry['name']}: {FILE} knows no daemon of its id; take the id out")
    if own and "id" in entry:
        own = next(daemon for daemon in known if daemon.id == entry["id"])
    return Tree(
        root=root,
        name=own.name if own and unnamed else entry["name"],
        id=str(own.id if own else entry.get("id") or uuid.uuid5(uuid.NAMESPACE_DNS, entry["name"])),
        kernel_version=entry.get("kernel_version", own.kernel_version if own else KERNEL_VERSION),
        status=entry.get("status", own.status if own else "active"),
        first=first,
        self_folder=_self_folder(root) or "cass",
        inside=inside,
        others=tuple(daemon for daemon in known if daemon is not own),
    )


def _in_database(root: Path) -> list[VesselDaemon]:
    """The daemons of the vessel's database in a tree; none if there is no such file, or it cannot be read."""
    try:
        if not (root / FILE).is_file() or _is_of_this_tool(root / FILE) or not is_vessel(root / FILE):
            return []
        found = vessel_daemons(root / FILE)
    except Unreadable:  # the survey says so
        return []
    return [replace(daemon, name=_as_name(daemon)) for daemon in found]


def _as_name(daemon: VesselDaemon) -> str:
    """A daemon's name, which is also the name of files."""
    plain = re.sub(r"[^\w -]+", "-", daemon.name).strip("-_ ")
    return plain or daemon.id


def _self_folder(root: Path) -> str | None:
    """The folder that holds a daemon's self-profile, which usually bears its name."""
    holders = sorted(path.parent.name for path in root.glob("*/self_profile.yaml"))
    holders = [name for name in holders if not _skipped(f"{name}/")]
    return "cass" if "cass" in holders else next(iter(holders), None)


def _walk(tree: Tree) -> Iterator[tuple[str, int, str | None]]:
    """Path, size and what bars the way, if anything, of each file; unopened folders end in `/`."""
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
            if entry.is_symlink():
                yield path, 0, "a symbolic link, not followed"
            elif entry.is_dir():
                if Path(entry.path) in tree.inside:
                    continue
                if _skipped(path + "/"):
                    yield path + "/", 0, None
                else:
                    folders.append(path + "/")
            elif entry.is_file():
                yield path, entry.stat(follow_symlinks=False).st_size, None
            else:
                yield path, 0, "not a regular file"


def _expression(glob: str) -> str:
    """The regular expression of a glob whose `*` stays inside one folder; a leading `**/` is any folder."""
    wild = {"*": "[^/]*", "?": "[^/]", "**/": "(?:[^/]+/)*"}
    tokens = re.findall(r"^\*\*/|\[[^\]]+\]|.", glob)
    return "".join(wild.get(t) or (t if len(t) > 1 else re.escape(t)) for t in tokens)


def _first_match(globs: Iterable[str]) -> Callable[[str], int | None]:
    """A function that tells which of the globs is the first to match a whole path."""
    matches = re.compile("|".join(f"({_expression(glob)})" for glob in globs), re.DOTALL).fullmatch

    def which(path: str) -> int | None:
        match = matches(path)
        return match.lastindex - 1 if match and match.lastindex else None

    return which


@cache
def _skips() -> tuple[Callable[[str], int | None], list[tuple[str, str]]]:
    table = declared(SKIPPED, shipped(__package__, SKIPPED), dict[Outcome, dict[str, str]])
    listed = [(glob, outcome, reason) for outcome, globs in table.items() for glob, reason in globs.items()]
    return _first_match(glob for glob, _, _ in listed), [(outcome, reason) for _, outcome, reason in listed]


def _skipped(path: str) -> tuple[str, str] | None:
    which, entries = _skips()
    place = which(path)
    return None if place is None else entries[place]
