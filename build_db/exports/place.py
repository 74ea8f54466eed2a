"""The folder of the exports: what may be written there, and how a finished export gets its names.

For each daemon it holds one folder and one archive. A new archive takes the place of the earlier ones, also where its
name differs: what was withdrawn since must not stay on offer.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from build_db.database.publish import PRIVATE_MODE, SHARED_MODE
from build_db.errors import Busy, UsageError
from build_db.exports.archive import CHECKSUMS
from build_db.exports.dataset import check_dataset
from build_db.exports.index import FILE, Entry, read_index, write_index
from build_db.exports.origin import Daemon
from build_db.exports.swap import put
from build_db.scratch import is_alone, sync

FOLDER_MODE = 0o755


def archive_name(daemon: str, schema_version: int | str, day: str) -> str:
    """The name of an archive: whose it is, and how new.

    :param daemon: what its files are called
    """
    return f"{daemon}-v{schema_version}-{day}.zip"


def check_place(folder: Path, daemons: Iterable[Daemon]) -> None:
    """Refuse a folder in which exports must not be written.

    :raises UsageError: it cannot be made, or something else has a name that an export needs
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; name a folder for the exports")
    if not folder.resolve().parent.is_dir():
        raise UsageError(f"{folder}: its folder does not exist; make it first")
    if folder.exists():
        read_index(folder)
        check_dataset(folder)
    for daemon in daemons:
        place = folder / daemon.file_name
        if place.exists() and not (place / CHECKSUMS).is_file():
            raise UsageError(f"{place}: exists and was not made by this tool; move it away or name another folder")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder for this run: two that wrote into it at once would lose each other's entries and archives.

    The folder itself is locked, so that no file is left in it, and a run that is killed holds nothing.

    :raises Busy: another run holds it
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if not is_alone(descriptor):
            raise Busy(f"{folder}: another export is being written there; try again when it is done")
        yield
    finally:
        os.close(descriptor)


def put_in_place(made: Path, archive: Path, entry: Entry, folder: Path, shared: Sequence[Path] = ()) -> list[Path]:
    """Give a checked export its names: folder, archive and list, each in one step, all of them or none.

    :param made: the folder of its files; `archive` lies beside it
    :param shared: files and folders that get the names that they have, too, such as the dataset of all daemons
    :returns: earlier archives that could not be removed
    :raises OSError: nothing has changed
    """
    index = read_index(folder)
    listed = archive.with_name(FILE)
    write_index(listed, [*(e for e in index if e.daemon != entry.daemon), entry])
    _make_lasting(path for new in (*shared, made, archive, listed) for path in _below(new))
    with ExitStack() as back:
        # Whoever is killed in between has the ledger of what is new, and makes the same again.
        for new in (*shared, made, archive, listed):
            back.callback(put(new, folder / new.name))
        back.pop_all()
    with suppress(OSError):  # as `publish` does
        sync(folder)
    return [path for path in _earlier(folder, made.name, entry, index) if not _is_removed(path)]


def _below(path: Path) -> list[Path]:
    return [*path.rglob("*"), path] if path.is_dir() else [path]


def _make_lasting(paths: Iterable[Path]) -> None:
    """Let everybody read them, but what is hidden, and have them written down; under one of their names is enough."""
    done = set()
    for path in paths:
        known = path.stat()
        if (known.st_dev, known.st_ino) not in done:
            done.add((known.st_dev, known.st_ino))
            is_hidden = path.name.startswith(".")
            path.chmod(FOLDER_MODE if path.is_dir() else PRIVATE_MODE if is_hidden else SHARED_MODE)
            sync(path)


def _is_removed(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _earlier(folder: Path, daemon: str, entry: Entry, index: Iterable[Entry]) -> list[Path]:
    """The archives of a daemon but its new one, by what lies in the folder.

    An index tells of none that lost its entry to a newer one just before everything was killed.
    """
    name = re.compile(archive_name(re.escape(daemon), r"\d+", r"[\w-]+").replace(".zip", r"\.zip"))
    others = {entry.file, *(e.file for e in index if e.daemon != entry.daemon)}
    return sorted(path for path in folder.iterdir() if name.fullmatch(path.name) and path.name not in others)
