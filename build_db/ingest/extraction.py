"""From files to rows, without a database: reading the documents of a kind and asking it what they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from build_db.errors import Unreadable
from build_db.ingest.cards import read_card
from build_db.ingest.lines import read_csv, read_json_lines
from build_db.ingest.reading import read_json, read_text, read_yaml
from build_db.ingest.survey import SourceFile
from build_db.ingest.vector_store import read_vector_store
from build_db.ingest.vessel import read_vessel_table
from build_db.records import Document, FileKind, Item, Problem

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
    """What the files of one kind hold: every file as it was read, and the items of each document that has a shape."""

    readings: list[Reading]
    items: list[tuple[Document, list[Item]]]


def take_in(root: Path, kind: FileKind, files: Iterable[SourceFile]) -> Taken:
    """Read files of one kind and take out what they hold. Raises nothing for anything that may be in a file."""
    readings = [_read(root, kind, file) for file in files]
    documents = [reading.document for reading in readings if reading.document]
    items, odd = extract_soundly(kind, documents)
    readings = [r._replace(unreadable=ODD_SHAPE) if r.document in odd else r for r in readings] if odd else readings
    return Taken(readings, items)


def read_document(root: Path, file: SourceFile) -> Document | None:
    """One file of a known kind as it was read; None if it cannot be."""
    assert file.kind
    return _read(root, file.kind, file).document


def _read(root: Path, kind: FileKind, file: SourceFile) -> Reading:
    try:
        value, problems = READERS[kind.format](root / file.path)
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
    if kind.rows:
        for document in documents:
            yield document, list(kind.rows(document))
    elif kind.merge and documents:
        for document, found in groupby(kind.merge(documents), key=itemgetter(0)):
            yield document, [item for _, item in found]
