"""Whether a tree is still the one that a file was built from: of another one the witness would learn nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from build_db.errors import CheckFailed
from build_db.limits import MOST_BYTES
from build_db.witness.databases import HEAD, SIDES
from build_db.witness.raw import PACKED, PICTURES, READABLE

BLOCK = 1 << 20
READ = (*READABLE, *PICTURES, *SIDES)
MOST_TOLD = 3
UNOPENED = "cannot be opened"

# By the path, as a text: of a hundred thousand files a `Path` each would be most of the memory.
Digests = dict[str, str]


class Changed(CheckFailed):
    """A tree is not what it was when the build began."""


def digests_of(places: Iterable[Path]) -> Digests:
    """Every file below the places, or that they are: a digest of what may be read, of others their size and time."""
    found: Digests = {}
    for place in places:
        if place.is_file():
            found[str(place)] = _digest(place)
        for folder, _, names in os.walk(place):
            for path in (Path(folder, name) for name in names):
                if not path.is_symlink():
                    found[str(path)] = _digest(path)
    return found


def check_unchanged(before: Digests, places: Iterable[Path]) -> None:
    """The files are those that they were.

    :raises Changed: naming some that are not
    """
    after = digests_of(places)
    if after == before:
        return
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    for path in changed:
        for sign in (before.get(path, ""), after.get(path, "")):
            if sign.startswith(UNOPENED):
                raise Changed(f"{path}: {sign}: whether the witness has read it, nobody knows: try again")
    more = f" and {len(changed) - MOST_TOLD:,} more" if len(changed) > MOST_TOLD else ""
    raise Changed(
        f"{', '.join(changed[:MOST_TOLD])}{more}: changed while the tree was read, so that the witness did"
        " not read what was built from: build again while the vessel rests, or from a copy"
    )


def _digest(path: Path) -> str:
    try:
        found = path.stat()
        sign = f"{found.st_mode}:{found.st_size}:{found.st_mtime_ns}"
        if not path.is_file() or found.st_size > MOST_BYTES:
            return sign
        with path.open("rb") as file:
            head = file.read(len(HEAD))
            if path.suffix not in READ and not path.name.endswith(READ) and not head.startswith((HEAD, PACKED)):
                return sign
            digest = blake2b(head, digest_size=32)
            while block := file.read(BLOCK):
                digest.update(block)
        return digest.hexdigest()
    except OSError as error:  # as good as any other sign
        return f"{UNOPENED}: {error.strerror}"
