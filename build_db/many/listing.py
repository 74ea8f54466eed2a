"""`TREES.yml`: which trees there are, and what each is called.

trees:
- name: example                    # of its folder, and the first half of its daemons' names in the dataset
  path: households/example         # relative to this file
  redaction: wishes/example.yml    # by default redaction.yml in the tree
  key_file: keys/example.key       # by default a key of its own; whoever names the same one shares pseudonyms
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from build_db.errors import UsageError
from build_db.exports.origin import DATASET
from build_db.household.wishes import check_keys, read_owned

KEYS = {"name", "path", "redaction", "key_file"}
# A dot parts it from a daemon's name. It begins with a letter, so that no reader takes a partition for a number.
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class Listed(NamedTuple):
    """A tree, its places absolute: other machines have another folder to stand in."""

    name: str
    path: Path
    redaction: Path | None = None
    key_file: Path | None = None


def read_trees(file: Path) -> list[Listed]:
    """The trees of a list, in its order.

    :raises UsageError: naming file and entry, if it cannot be meant so
    """
    source = read_owned(file, {"trees"})
    entries = source.get("trees")
    if not isinstance(entries, list) or not entries:
        raise UsageError(f"{file}: give a list `trees:` of entries with name and path")
    listed = [_listed(file, number, entry) for number, entry in enumerate(entries, 1)]
    _check_apart(file, listed)
    return listed


def check_output(file: Path, listed: Iterable[Listed], out: Path) -> None:
    """Let nothing be written into a tree, nor a tree be read out of what is written.

    :raises UsageError: naming the entry
    """
    place = out.resolve()
    for tree in listed:
        if place.is_relative_to(tree.path) or tree.path.is_relative_to(place):
            raise UsageError(f"{file}: {tree.name}: its tree and {out} lie in each other; name a place outside it")


def _listed(file: Path, number: int, entry: Any) -> Listed:
    where = f"entry {number}: "
    check_keys(file, where, entry, KEYS)
    for key in ("name", "path", *entry):
        if not isinstance(entry.get(key), str) or not entry[key].strip() or "\0" in entry[key]:
            raise UsageError(f"{file}: {where}{key}: is missing, or no text")
    name = entry["name"]
    if not NAME.fullmatch(name):
        raise UsageError(f"{file}: {where}a name is a letter, and then letters, digits, `-` and `_`")
    if name.casefold() == DATASET:
        raise UsageError(f"{file}: {where}{name}: is what the dataset of all trees is called; take another name")
    places = {key: Path(file.absolute().parent, entry[key]).resolve() for key in KEYS - {"name"} if key in entry}
    if not places["path"].exists():
        raise UsageError(f"{file}: {where}{name}: {entry['path']}: no such folder; mend the path")
    if "redaction" in places and not places["redaction"].is_file():
        raise UsageError(f"{file}: {where}{name}: {entry['redaction']}: no such file; mend redaction")
    return Listed(name, **places)


def _check_apart(file: Path, listed: list[Listed]) -> None:
    """No two trees have one name (some file systems do not tell A from a), share a folder, or lie in each other."""
    names: dict[str, int] = {}
    paths: dict[Path, int] = {}
    for number, tree in enumerate(listed, 1):
        first = names.setdefault(tree.name.casefold(), number)
        if first != number:
            raise UsageError(f"{file}: entry {number}: {tree.name}: entry {first} is called so; make the names differ")
        first = paths.setdefault(tree.path, number)
        if first != number:
            raise UsageError(f"{file}: entry {number}: {tree.name}: entry {first} has the same path; take one out")
    for number, tree in enumerate(listed, 1):
        around = next((paths[folder] for folder in tree.path.parents if folder in paths), None)
        if around:
            raise UsageError(
                f"{file}: entry {number}: {tree.name}: lies inside the tree of entry {around}; take one of them out,"
                " or move it"
            )
