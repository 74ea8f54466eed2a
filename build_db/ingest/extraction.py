"""From files to rows, without a database: reading a document and asking its kind what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from build_db.ingest.reading import read_json, read_text, read_yaml
from build_db.ingest.vector_store import read_vector_store
from build_db.records import Document, Item, Kind, Problem

READERS: dict[str, Callable[[Path], tuple[Any, list[Problem]]]] = {
    "json": read_json,
    "yaml": read_yaml,
    "text": read_text,
    "vector store": read_vector_store,
}

# What a source may stumble over in a document whose shape nobody has seen; anything else is our own mistake.
BAD_SHAPE = (AttributeError, LookupError, TypeError, ValueError)


def extract_soundly(kind: Kind, documents: list[Document]) -> tuple[list[tuple[Document, list[Item]]], list[Document]]:
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


def extract(kind: Kind, documents: list[Document]) -> Iterator[tuple[Document, list[Item]]]:
    """What documents of one kind hold. A pure function of the documents."""
    if kind.rows:
        for document in documents:
            yield document, list(kind.rows(document))
    elif kind.merge and documents:
        for document, found in groupby(kind.merge(documents), key=itemgetter(0)):
            yield document, [item for _, item in found]
