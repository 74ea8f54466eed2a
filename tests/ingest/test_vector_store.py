"""Journals and other memories, read from ChromaDB's file without touching it."""

from __future__ import annotations

import sqlite3

import pytest
from support.vector_store import make_vector_store

from build_db.errors import Unreadable
from build_db.ingest.vector_store import read_vector_store

DATE = {"type": "journal", "journal_date": "2025-03-01", "timestamp": "2025-03-02T00:05:00"}


def journal(id: str = "5d1c0e9fa3b27746", text: str = "A day.", **metadata) -> dict:
    return {"collection": "cass_memory", "id": id, "document": text, "metadata": {**DATE, **metadata}}


@pytest.fixture
def store(tree):
    def write(*documents: dict):
        root = tree({})
        make_vector_store(root / "chroma" / "chroma.sqlite3", list(documents))
        return root

    return write


def test_a_journal_is_named_by_its_date(store, built):
    db = built(store(journal(summary_count=3, locked=True)))
    columns = "id, date, content, entry_type, summary_count, conversation_count, locked, source_id"
    row = ("2025-03-01", "2025-03-01", "A day.", "daily", 3, 0, 1, "5d1c0e9fa3b27746")
    assert db.rows(f"SELECT {columns} FROM journals") == [row]


def test_further_journals_of_a_day_are_numbered_by_time(store, built):
    later = journal("b" * 16, "Later.", timestamp="2025-03-02T09:00:00")
    research = journal("c" * 16, "Read.", journal_date="2025-03-01-research")
    db = built(store(later, research, journal()))
    expected = [("2025-03-01", "A day."), ("2025-03-01#2", "Later."), ("2025-03-01-research", "Read.")]
    assert db.rows("SELECT id, content FROM journals") == expected
    assert db.rows("SELECT entry_type FROM journals WHERE id LIKE '%research'") == [("research",)]


def test_copies_are_counted_and_unknown_types_reported(store, built):
    copy = {"collection": "cass_memory", "id": "x", "document": "d", "metadata": {"type": "user_profile"}}
    odd = {"collection": "cass_memory", "id": "y", "document": "d", "metadata": {"type": "horoscope"}}
    db = built(store(copy, odd, journal()))
    assert '"user_profile: a copy' in db.one("SELECT container_json FROM source_files")
    assert db.rows("SELECT field, problem FROM problems") == [("horoscope", "unknown type of document")]


@pytest.mark.parametrize(("reference", "kept"), [("unknown", None), ("140223847", None), ("", None)])
def test_a_mark_of_no_conversation_names_none(store, built, reference, kept):
    metadata = {"category": "insight", "conversation_id": reference, "timestamp": "2025-03-02T00:05:00"}
    mark = {"collection": "cass_markers", "id": "m", "document": "insight: x", "metadata": metadata}
    db = built(store(mark))
    assert db.one("SELECT conversation_id, conversation_ref FROM marks") == (kept, reference or None)
    assert db.problems() == []


def test_deleted_texts_are_never_read(store, built):
    root = store(journal())
    with sqlite3.connect(root / "chroma" / "chroma.sqlite3") as conn:
        conn.execute("INSERT INTO embeddings_queue VALUES (1, 0, 'gone', 'a deleted journal')")
        conn.execute("INSERT INTO embeddings VALUES (99, 'orphan', 'gone', NULL, NULL)")
        conn.execute(
            "INSERT INTO embedding_metadata VALUES (99, 'chroma:document', 'a deleted journal', NULL, NULL, NULL)"
        )
    conn.close()
    assert b"deleted journal" not in built(root).path.read_bytes()


def test_the_file_is_opened_without_a_trace(store, built):
    root = store(journal())
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in root.rglob("*") if path.is_file()}
    built(root)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in root.rglob("*") if path.is_file()} == before


def test_an_unfinished_write_is_recovered_from_a_copy(store, built):
    root = store(journal())
    path = root / "chroma" / "chroma.sqlite3"
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA wal_autocheckpoint = 0")
    conn.execute("UPDATE embedding_metadata SET string_value = 'From the log.' WHERE key = 'chroma:document'")
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    assert before["chroma.sqlite3-wal"]
    db = built(root)
    assert db.rows("SELECT content FROM journals") == [("From the log.",)]
    assert "was in use" in db.one("SELECT problem FROM problems WHERE kind = 'vector store'")
    assert {p.name: p.read_bytes() for p in path.parent.iterdir() if not p.name.endswith("-shm")} == {
        name: data for name, data in before.items() if not name.endswith("-shm")
    }
    conn.close()


def test_a_store_without_collections_is_an_empty_one(tmp_path):
    sqlite3.connect(tmp_path / "chroma.sqlite3").execute("CREATE TABLE x (y)").connection.close()
    assert read_vector_store(tmp_path / "chroma.sqlite3") == ({"documents": [], "types": []}, [])


def test_a_damaged_store_is_unreadable(tmp_path):
    (tmp_path / "chroma.sqlite3").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    with pytest.raises(Unreadable):
        read_vector_store(tmp_path / "chroma.sqlite3")
