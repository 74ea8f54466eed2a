"""Folders for what is in the making: gone afterwards, whatever happens; what a killed process left goes with the next.

A folder is locked for as long as the process lives that made it. The system takes the lock away with the process, so
that nobody has to guess from a number whether it still runs: in a container all processes have the same few.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# So often a folder is removed before it is left to the next run.
TRIES = 3


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """A folder that its owner alone can open, beside what is made in it, and so on the same disk.

    Folders that killed processes left there, or among the temporary files, are removed first.

    :param beside: the file that is to be; there need be none
    :raises OSError: the folder cannot be made
    """
    beside = beside.resolve()
    for place in (beside, _among_temporary_files()):
        sweep(place)
    folder, lock = _locked(beside)
    try:
        yield folder
    finally:
        for _ in range(TRIES):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
        os.close(lock)


@contextmanager
def temporary() -> Iterator[Path]:
    """A folder that its owner alone can open, for copies that are looked into.

    :raises OSError: it cannot be made
    """
    with scratch(_among_temporary_files()) as folder:
        yield folder


def sweep(beside: Path) -> None:
    """Remove the folders that killed processes left beside a file; what cannot be removed stays."""
    with suppress(OSError):
        for left in sorted(beside.parent.iterdir()):
            if left.name.startswith(_beginning(beside)):
                _remove(left)


def sweep_temporary() -> None:
    """Remove the folders that killed processes left among the temporary files."""
    sweep(_among_temporary_files())


def sync(path: Path) -> None:
    """Have the disk write down a file, or the names in a folder.

    :raises OSError: it cannot
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _among_temporary_files() -> Path:
    return Path(tempfile.gettempdir()).resolve() / "build-db"


def _beginning(beside: Path) -> str:
    return f".{beside.name}.building-"


def _locked(beside: Path) -> tuple[Path, int]:
    """A new folder, and what holds its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_beginning(beside), dir=beside.parent))
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue  # somebody swept before it was opened
        except OSError:
            folder.rmdir()
            raise
        if is_alone(lock) and folder.exists():
            return folder, lock
        os.close(lock)  # somebody sweeps, or has swept, before it was locked


def is_alone(lock: int) -> bool:
    """Take the lock of an opened folder; whether nobody else has it. It goes with the process, or when it is closed.

    There are file systems without locks: everybody is alone there, and nobody sweeps.
    """
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _remove(left: Path) -> None:
    with suppress(OSError):
        lock = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        finally:
            os.close(lock)
