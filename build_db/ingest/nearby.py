"""Which folder may have been meant, if the given one is no vessel's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

# A vessel's data folder has one of these; `users/` alone stands in many a folder.
SIGNS = ("conversations", "cass.db", "users/index.json", "cass/self_profile.yaml")
# A home folder may hold thousands; nobody waits for them all.
MOST = 500


def vessel_nearby(folder: Path) -> Path | None:
    """A folder that looks like a vessel's: the one around, those inside down to the second level, those beside."""
    folder = folder.resolve()
    around = folder.parent
    for number, candidate in enumerate(_candidates(folder, around)):
        if number == MOST:
            break
        if candidate != folder and any((candidate / sign).exists() for sign in SIGNS):
            return candidate
    return None


def _candidates(folder: Path, around: Path) -> Iterator[Path]:
    yield around
    inside = _folders(folder)
    yield from inside
    for one in inside:
        yield from _folders(one)
    yield from _folders(around)


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return []
