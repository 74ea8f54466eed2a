"""Whose lives a data folder holds: its own daemon, those of its database and of its `daemons.yml`, archived ones."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from build_db.errors import Barred, Unreadable, UsageError
from build_db.ingest.companions import character_id, daemons_in, form_of, forms
from build_db.ingest.reading import read_typed
from build_db.ingest.tree import MANIFEST, Tree, is_of_this_tool, may_hold_tables, skipped_as, walk
from build_db.ingest.vessel import FILE, VesselDaemon, is_database, is_vessel, vessel_daemons
from build_db.records import VESSEL

MANIFEST_KEYS = {"name", "path", "id", "kernel_version", "status"}
KERNEL_VERSION = "temple-codex-1.0"


def find_trees(data: Path) -> list[Tree]:
    """The trees under a data folder: itself, those that its `daemons.yml` lists, archives of further daemons in them.

    :param data: may also be the vessel's database alone, an archive, or another companion's export
    :raises UsageError: the folder is missing, or its list of daemons is wrong
    """
    if not data.exists():
        raise UsageError(f"{data}: no such folder; give the vessel's data folder")
    if not data.is_dir():
        return [_alone(data, *_daemons_of(data), first=True)]
    manifest = data / MANIFEST
    entries = _manifest(manifest) if manifest.is_file() else []
    if any("\0" in entry["path"] for entry in entries):
        raise UsageError(f"{manifest}: one of the paths holds a NUL, which no path can hold")
    own = next((e for e in entries if _root(data, e) == data.resolve()), None)
    if own is None and entries and _holds_nothing(data, [_root(data, entry) for entry in entries]):
        own = entries[0]
    if own is None:
        entries.insert(0, {"name": _self_folder(data) or "cass", "path": "."})
    else:
        entries.remove(own)
        entries.insert(0, own)
    roots = [_root(data, entry) for entry in entries]
    trees: list[Tree] = []
    for entry, root in zip(entries, roots, strict=True):
        if not root.exists():
            raise UsageError(f"{manifest}: daemon {entry['name']}: nothing is at its path; mend the path")
        inside = tuple(other for other in roots if other != root and other.is_relative_to(root))
        trees.append(_tree(manifest, entry, root, inside, first=not trees, unnamed=own is None and not trees))
    ids, names = ([daemon[place] for tree in trees for daemon in tree.daemons] for place in (0, 1))
    for values, what in ((names, "names"), (ids, "ids"), (roots, "paths")):
        if len(set(values)) < len(values):
            raise UsageError(f"{manifest}: two daemons share one of their {what}; make them differ")
    archived = _archived(trees)
    inside = tuple(tree.root for tree in archived)
    return [*(replace(tree, inside=tree.inside + inside) for tree in trees), *archived]


def _holds_nothing(data: Path, roots: list[Path]) -> bool:
    """Whether a folder holds only the exports that its list of daemons names, and notes of its owner."""
    if not any(_form_and_daemons(root, root)[0] != VESSEL for root in roots if root.exists()):
        return False
    rest = [path for path in data.resolve().iterdir() if not any(root.is_relative_to(path) for root in roots)]
    return all(path.is_file() and (skipped_as(path.name) or ("", ""))[0] == "ignored" for path in rest)


def _archived(trees: list[Tree]) -> list[Tree]:
    """The archives of daemons that are not there by themselves, the newest of each."""
    found: dict[str, tuple[str, Path, list[VesselDaemon]]] = {}
    for tree in (tree for tree in trees if tree.form == VESSEL):
        for path, _, barrier in sorted(walk(tree)):
            place = tree.root / path
            if barrier or path == FILE or not may_hold_tables(path):
                continue
            known = _daemons_in(place)
            if known and not is_database(place):
                made = (known[0].exported_at, place, known)
                found[known[0].id] = max(found.get(known[0].id, made), made, key=lambda one: (one[0], str(one[1])))
    here = {id for tree in trees for id, _ in tree.daemons}
    taken = {name for tree in trees for _, name in tree.daemons}
    alone = []
    for id, (_, place, known) in sorted(found.items()):
        if id not in here:
            # What got into it of a daemon that is here by itself belongs to that one.
            new = [one for one in known if one.id not in here]
            named = [replace(one, name=f"{one.name} {one.id[:4]}" if one.name in taken else one.name) for one in new]
            taken |= {one.name for one in named}
            here |= {one.id for one in named}
            alone.append(_alone(place, VESSEL, named, first=False))
    return alone


def _alone(path: Path, form: str, known: list[VesselDaemon], *, first: bool) -> Tree:
    """The tree that a single file is."""
    own = known[0]
    return Tree(
        root=path.resolve(),
        name=own.name,
        id=own.id,
        kernel_version=own.kernel_version,
        status=own.status,
        first=first,
        self_folder="cass",
        others=tuple(known[1:]),
        form=form,
    )


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
    """The tree of an entry. `unnamed`: nobody said what the daemon is called, so what is in it may."""
    form, known = _form_and_daemons(root if root.is_file() else root / FILE, root)
    # The files around a database belong to the daemon of that name, or to the one that did most.
    own = next((daemon for daemon in known if entry["name"] == daemon.name), known[0] if known else None)
    if form != VESSEL and not forms()[form].characters and not unnamed:
        # Whose export it is, nothing in it says: the owner does.
        own = known[0] = replace(known[0], name=entry["name"], id=entry.get("id") or character_id(entry["name"]))
    if own and entry.get("id", own.id) not in {daemon.id for daemon in known}:
        raise UsageError(f"{manifest}: daemon {entry['name']}: no daemon of its id is in there; take the id out")
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
        form=form,
    )


def _form_and_daemons(file: Path, root: Path) -> tuple[str, list[VesselDaemon]]:
    """The form of a tree, and the daemons that are in it.

    :param file: what may hold a vessel's daemons in tables
    """
    known = _daemons_in(file)
    try:
        form = VESSEL if known else form_of(root)
    except Barred as error:
        raise _in_the_way(root, error) from None
    except Unreadable:  # the survey says so
        form = VESSEL
    return form, known if form == VESSEL else _named(daemons_in(root, form))


def _daemons_of(path: Path) -> tuple[str, list[VesselDaemon]]:
    """The form of a file that somebody gave by its name, and the daemons in it.

    :raises UsageError: it is no companion's, or cannot be read
    """
    try:
        if _is_of_a_vessel(path):
            known = _named(vessel_daemons(path))
            if not known:
                raise UsageError(f"{path}: no daemon in it has said or done anything; give the one that is in use")
            return VESSEL, known
        form = form_of(path) if path.is_file() and not is_of_this_tool(path) else VESSEL
    except Unreadable as error:
        raise UsageError(f"{path}: {error}; give another copy of it") from None
    if form == VESSEL:
        raise UsageError(
            f"{path}: is no vessel's file, and no export that is known; give the folder that holds conversations/,"
            " users/ and the rest"
        )
    return form, _named(daemons_in(path, form))


def _named(daemons: Iterable[VesselDaemon]) -> list[VesselDaemon]:
    named: dict[str, VesselDaemon] = {}
    for daemon in daemons:
        name = _as_name(daemon)
        # Two may differ in signs only that no file's name can have.
        name = f"{name} {daemon.id[:4]}" if name in named else name
        named[name] = replace(daemon, name=name)
    return list(named.values())


def _is_of_a_vessel(path: Path) -> bool:
    return path.is_file() and not is_of_this_tool(path) and is_vessel(path)


def _daemons_in(path: Path) -> list[VesselDaemon]:
    """The daemons of a vessel's database or archive; none if there is no such file, or it cannot be read."""
    try:
        found = vessel_daemons(path) if _is_of_a_vessel(path) else []
    except Barred as error:
        raise _in_the_way(path, error) from None
    except Unreadable:  # the survey says so
        return []
    return _named(found)


def _in_the_way(path: Path, error: Barred) -> UsageError:
    """What to say where nobody can know whose life a file holds: it may be another's the next time."""
    return UsageError(f"{path}: {error}; see that it can be read, or take it out")


def _as_name(daemon: VesselDaemon) -> str:
    """A daemon's name, which is also the name of files."""
    plain = re.sub(r"[^\w -]+", "-", daemon.name).strip("-_ ")
    return plain or daemon.id


def _self_folder(root: Path) -> str | None:
    """The folder that holds a daemon's self-profile, which usually bears its name."""
    holders = sorted(path.parent.name for path in root.glob("*/self_profile.yaml"))
    holders = [name for name in holders if not skipped_as(f"{name}/")]
    return "cass" if "cass" in holders else next(iter(holders), None)
