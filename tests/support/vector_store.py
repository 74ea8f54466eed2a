"""Makes a ChromaDB file in the layout that the vessel leaves, from a readable list of documents."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

LAYOUT = """
CREATE TABLE collections (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE segments (id TEXT PRIMARY KEY, type TEXT, scope TEXT NOT NULL, collection TEXT REFERENCES collections(id));
CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY, segment_id TEXT NOT NULL, embedding_id TEXT NOT NULL, seq_id BLOB, created_at TIMESTAMP
);
CREATE TABLE embedding_metadata (
    id INTEGER REFERENCES embeddings(id), key TEXT NOT NULL,
    string_value TEXT, int_value INTEGER, float_value REAL, bool_value INTEGER, PRIMARY KEY (id, key)
);
CREATE TABLE embeddings_queue (seq_id INTEGER PRIMARY KEY, operation INTEGER, id TEXT, metadata TEXT);
"""
COLUMNS = {str: "string_value", bool: "bool_value", int: "int_value", float: "float_value"}


def make_vector_store(path: Path, documents: list[dict[str, Any]]) -> None:
    """Write the documents: `{collection, id, document, metadata}`, optionally `created_at`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(LAYOUT)
        for name in dict.fromkeys(["cass_memory", *(entry["collection"] for entry in documents)]):
            conn.execute("INSERT INTO collections VALUES (?, ?)", [f"c-{name}", name])
            for scope in ("VECTOR", "METADATA"):
                conn.execute("INSERT INTO segments VALUES (?, '', ?, ?)", [f"{scope}-{name}", scope, f"c-{name}"])
        for number, entry in enumerate(documents, 1):
            place = [number, f"METADATA-{entry['collection']}", entry["id"], entry.get("created_at")]
            conn.execute("INSERT INTO embeddings (id, segment_id, embedding_id, created_at) VALUES (?, ?, ?, ?)", place)
            for key, value in {"chroma:document": entry["document"], **entry["metadata"]}.items():
                column = COLUMNS[type(value)]
                insert = f"INSERT INTO embedding_metadata (id, key, {column}) VALUES (?, ?, ?)"
                conn.execute(insert, [number, key, value])
        conn.commit()
