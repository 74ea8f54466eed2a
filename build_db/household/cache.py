"""Keeps what takes seconds to make and is the same for every tree, under the user's cache folder.

Nothing of a tree ever comes into these files; `kept.py` is for what does. A cache that is damaged, somebody else's, or
cannot be written is as good as none.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from build_db.scratch import scratch

SUFFIX = ".cache"
# What nobody has asked for lately is thrown away: the digests of yesterday's rules never come back.
KEPT = 4


class FolderCache:
    """One file for each thing, named after its digest.

    :param folder: made when it is needed, for the user alone
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, digest: str) -> bytes | None:
        """What was put under a digest; None if it is not there, not whole, or not ours alone."""
        path = self._folder / (digest + SUFFIX)
        try:
            with path.open("rb") as file:
                if not only_ours(os.fstat(file.fileno())):
                    return None
                check, data = file.read(32), file.read()
            if check != sha256(data).digest():
                return None
            with suppress(OSError):
                os.utime(path)  # asked for lately
        except OSError:
            return None
        return data

    def put(self, digest: str, data: bytes) -> None:
        """Keep something in one step, if that is possible."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with scratch(self._folder / "new") as folder:
                written = folder / digest
                written.touch(0o600)
                written.write_bytes(sha256(data).digest() + data)
                written.replace(self._folder / (digest + SUFFIX))
            self._forget()
        except OSError:
            pass

    def _forget(self) -> None:
        kept = sorted(self._folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[KEPT:]:
            path.unlink(missing_ok=True)


def default_cache() -> FolderCache | None:
    """The user's cache; None for a user without a home, as in some containers."""
    folder = cache_folder()
    return FolderCache(folder) if folder else None


def cache_folder() -> Path | None:
    """Where the user's cache lies; None for a user without a home."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        # A relative path does not count: https://specifications.freedesktop.org/basedir-spec/latest/
        return (named if named.is_absolute() else Path.home() / ".cache") / "build-db"
    except RuntimeError:
        return None


def only_ours(status: os.stat_result) -> bool:
    """Whether nobody else can have written a file."""
    return status.st_uid == os.getuid() and not status.st_mode & 0o022
