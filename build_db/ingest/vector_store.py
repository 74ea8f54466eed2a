"""Reads the documents of a ChromaDB file with plain SQL: read-only, without chromadb, without unpickling.

Layout facts: collections -> segments (scope METADATA) -> embeddings -> embedding_metadata, the document's text
under the key `chroma:document`; stable from chromadb 0.4.24 to 1.5.9. Rows outside that path (a queue, orphans of
deleted collections) hold deleted texts and are never read.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from build_db.ingest.sqlite_files import opened, table_names
from build_db.records import Problem

DOCUMENT = "chroma:document"

# Only these leave rows; every other type is a copy of a file, or a text that was deleted as a file.
WANTED = {"cass_memory": ("journal", "summary", "cross_session_insight"), "cass_markers": None}

DOCUMENTS = """
SELECT e.id, e.embedding_id
FROM collections c
JOIN segments s ON s.collection = c.id AND s.scope = 'METADATA'
JOIN embeddings e ON e.segment_id = s.id
WHERE c.name = ? ORDER BY e.id
"""
METADATA = """
SELECT key, string_value, int_value, float_value, bool_value FROM embedding_metadata WHERE id = ? ORDER BY key
"""
TYPES = """
SELECT c.name, t.string_value, count(*)
FROM collections c
JOIN segments s ON s.collection = c.id AND s.scope = 'METADATA'
JOIN embeddings e ON e.segment_id = s.id
LEFT JOIN embedding_metadata t ON t.id = e.id AND t.key = 'type'
GROUP BY 1, 2 ORDER BY 1, 2
"""


def read_vector_store(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """The wanted documents and a count of all.

    :returns: `{"documents": [{"collection", "id", "document", "metadata"}], "types": [[collection, type, count]]}`;
        both empty if the file holds no collections
    :raises Unreadable: not a SQLite file, or a damaged one
    """
    with opened(path) as (conn, problems):
        tables = set(table_names(conn))
        if not {"collections", "segments", "embeddings", "embedding_metadata"} <= tables:
            return {"documents": [], "types": []}, problems
        types = [list(row) for row in conn.execute(TYPES)]
        return {"documents": list(_documents(conn)), "types": types}, problems


def _documents(conn: sqlite3.Connection) -> Any:
    for collection, wanted in WANTED.items():
        for key, document_id in conn.execute(DOCUMENTS, [collection]).fetchall():
            metadata = {name: _value(*columns) for name, *columns in conn.execute(METADATA, [key])}
            if wanted is None or metadata.get("type") in wanted:
                text = metadata.pop(DOCUMENT, None)
                yield {"collection": collection, "id": document_id, "document": text, "metadata": metadata}


def _value(string: str | None, integer: int | None, real: float | None, boolean: int | None) -> Any:
    if boolean is not None:
        return bool(boolean)
    return next((value for value in (string, integer, real) if value is not None), None)
