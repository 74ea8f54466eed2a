"""From files to rows, without a database: reading the documents of a kind and asking it what they hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from build_db.errors import Unreadable
from build_db.ingest.cards import read_card
from build_db.ingest.lines import read_csv, read_json_lines
from build_db.ingest.long_lists import read_records
from build_db.ingest.reading import read_json, read_text, read_yaml
from build_db.ingest.survey import SourceFile
from build_db.ingest.vector_store import read_vector_store
from build_db.ingest.vessel import read_vessel_table
from build_db.records import Document, FileKind, Item, Problem, Records

READERS: dict[str, Callable[[Path], tuple[Any, list[Problem]]]] = {
    "json": read_json,
    "yaml": read_yaml,
    "text": read_text,
    "vector store": read_vector_store,
    "vessel table": read_vessel_table,
    "json lines": read_json_lines,
    "csv": read_csv,
    "character card": read_card,
}

# What a source may stumble over in a document whose shape nobody has seen; anything else is our own mistake.
BAD_SHAPE = (AttributeError, LookupError, TypeError, ValueError)


ODD_SHAPE = "its shape is not known"


class Reading(NamedTuple):
    """One file after it was read: its document, or why there is none, and what had to be changed."""

    file: SourceFile
    document: Document | None
    problems: list[Problem]
    unreadable: str | None = None


class Taken(NamedTuple):
    """What the files of one kind hold: every file as it was read, and the items of each document that has a shape.

    `items` can be gone through as often as wanted, the items of a document before the next document. Those of long
    files are made anew each time, and are together larger than memory.
    """

    readings: list[Reading]
    items: Iterable[tuple[Document, Iterable[Item]]]


def take_in(root: Path, kind: FileKind, files: Iterable[SourceFile]) -> Taken:
    """Read files of one kind and take out what they hold. Raises nothing for anything that may be in a file."""
    files = list(files)
    readings = [_read(root, kind, file) for file in files]
    documents = [reading.document for reading in readings if reading.document]
    is_long = any(map(_is_long, documents))
    if is_long and _is_sound(kind, documents):
        return Taken(readings, _Anew(kind, documents))
    if is_long:  # which of them is odd, and what is in it, only the whole of them tells
        return take_in(root, replace(kind, records=()), files)
    items, odd = extract_soundly(kind, documents)
    readings = [r._replace(unreadable=ODD_SHAPE) if r.document in odd else r for r in readings] if odd else readings
    return Taken(readings, items)


def _is_long(document: Document) -> bool:
    """Whether a document holds a list that is read a record at a time."""
    value = document.value
    return isinstance(value, Records) or (
        isinstance(value, dict) and any(isinstance(entry, Records) for entry in value.values())
    )


class _Anew:
    """What documents hold of which some are long: extracted as often as it is gone through."""

    def __init__(self, kind: FileKind, documents: list[Document]) -> None:
        self._kind, self._documents = kind, documents

    def __iter__(self) -> Iterator[tuple[Document, Iterable[Item]]]:
        return _extract(self._kind, self._documents)


def _is_sound(kind: FileKind, documents: list[Document]) -> bool:
    """Whether the kind's module can make something of every document."""
    try:
        for _, items in _extract(kind, documents):
            deque(items, maxlen=0)
    except BAD_SHAPE:
        return False
    return True


def read_document(root: Path, file: SourceFile) -> Document | None:
    """One file of a known kind as it was read, whole; None if it cannot be."""
    assert file.kind
    return _read(root, replace(file.kind, records=()), file).document


def _read(root: Path, kind: FileKind, file: SourceFile) -> Reading:
    read = READERS[kind.format]
    if kind.records and file.logical.rpartition("/")[2] not in kind.short:
        read = partial(read_records, places=kind.records)
    try:
        value, problems = read(root / file.path)
    except Unreadable as error:
        reason = str(error)
    except (ValueError, RecursionError):
        reason = "not as its kind is written"
    except MemoryError:
        reason = "too large for this machine's memory"
    else:
        return Reading(file, Document(printable(file.logical), value), problems)
    # The existence of some files is a record by itself.
    document = Document(printable(file.logical), {}) if kind.stands_alone else None
    return Reading(file, document, [], reason)


def printable(path: str) -> str:
    """A path as text; bytes of a file name that are no characters are replaced."""
    return path.encode("utf-8", "replace").decode("utf-8")


def extract_soundly(
    kind: FileKind, documents: list[Document]
) -> tuple[list[tuple[Document, list[Item]]], list[Document]]:
    """What the documents hold, and those whose shape the kind's module could make nothing of."""
    try:
        return list(extract(kind, documents)), []
    except BAD_SHAPE:
        pass
    odd = [document for document in documents if len(documents) == 1 or extract_soundly(kind, [document])[1]]
    sound = [document for document in documents if document not in odd]
    try:
        return list(extract(kind, sound)), odd
    except BAD_SHAPE:
        return [], documents


def extract(kind: FileKind, documents: list[Document]) -> Iterator[tuple[Document, list[Item]]]:
    """What documents of one kind hold. A pure function of the documents."""
    return ((document, list(items)) for document, items in _extract(kind, documents))


def _extract(kind: FileKind, documents: list[Document]) -> Iterator[tuple[Document, Iterable[Item]]]:
    """The same; the items of each document have to be taken before the next is asked for."""
    if kind.rows:
        for document in documents:
            yield document, kind.rows(document)
    elif kind.merge and documents:
        for document, found in groupby(kind.merge(documents), key=itemgetter(0)):
            yield document, map(itemgetter(1), found)
