"""A book for the family: one daemon of the served file, as a page or an EPUB."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from build_db.database.publish import publish
from build_db.errors import UsageError
from build_db.exports.origin import chosen_daemons, served
from build_db.ingest.tree import Tree
from build_db.reader import epub, page
from build_db.reader.setting import MAKER
from build_db.reader.source import opened
from build_db.scratch import scratch
from build_db.witness.check import check_nothing_leaked

WRITERS: dict[str, Callable[..., None]] = {".html": page.write, ".epub": epub.write}
# Where a book says who made it.
HEAD = 2_000


def make_keepsake(
    database: Path,
    output: Path,
    *,
    daemon: str | None = None,
    language: str = "en",
    trees: Iterable[Tree] = (),
    wishes: Path | None = None,
) -> str:
    """Write a book, in the format that its suffix names; returns the name of the daemon it is about.

    :param database: the served file
    :param daemon: whom it is about; may be left out where there is one only
    :param language: of the words around the texts
    :param trees: what the witness reads, before the book gets its name
    :param wishes: the owner's `redaction.yml`, if there is one
    :raises UsageError: nothing was touched
    :raises CheckFailed: the book was not clean and was thrown away
    """
    write = WRITERS.get(output.suffix.lower())
    if write is None:
        raise UsageError(f"{output}: end its name with {' or '.join(WRITERS)}")
    with served(database) as conn:
        chosen = chosen_daemons(conn, [daemon] if daemon else [])
    if len(chosen) != 1:
        names = ", ".join(one.name for one in chosen)
        raise UsageError(f"{database}: holds {names or 'no daemon'}; say whose book with --daemon NAME")
    _check_place(output)
    with scratch(output) as workbench, opened(database) as conn:
        made = workbench / output.name
        write(conn, chosen[0], made, language)
        check_nothing_leaked([made], trees, wishes)
        publish(made, output, private=False)
    return chosen[0].name


def _check_place(output: Path) -> None:
    """Refuse a place where a book must not be written.

    :raises UsageError: its folder is missing, or something else has its name
    """
    if not output.resolve().parent.is_dir():
        raise UsageError(f"{output}: its folder does not exist; make it first")
    if output.exists() and not _is_a_book(output):
        raise UsageError(f"{output}: exists and was not made by this tool; move it away or name another file")


def _is_a_book(path: Path) -> bool:
    if not path.is_file():
        return False
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return epub.PACKAGE in archive.namelist() and MAKER.search(archive.read(epub.PACKAGE)) is not None
    with path.open("rb") as file:
        return MAKER.search(file.read(HEAD)) is not None
