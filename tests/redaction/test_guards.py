"""Rows that were taken back keep no words in a shared file: whatever is not plainly a no takes them back."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import conversation
from support.vector_store import make_vector_store
from support.vessel import CASS, MORNING, small, write_vessel

from build_db.contract import WITHHELD

FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"

YES = [
    True,
    1,
    2,
    0.5,
    "true",
    "True",
    "yes",
    " true",
    "1",
    "maybe",
    "2025-03-01",
    "2025-03-01T10:00:00",
    ["x"],
    [],
    {},
]
NO = [False, 0, 0.0, None, "", " ", "false", "False", " false", "no", "NO", "off", "n", "f", "0", "0.0", "none", "null"]


def said(text: str, **more: Any) -> dict[str, Any]:
    return {"role": "user", "content": text, "timestamp": "2025-01-01T10:00:00", **more}


def talk(*messages: dict[str, Any], id: str = FIRST, **changes: Any) -> dict[str, Any]:
    return conversation(id, messages=list(messages), **changes)


@pytest.fixture
def shared(tree, built):
    """The database of a tree as it is shared; journals go to the vector store."""

    def build(files: dict[str, Any], journals: dict[str, list[dict[str, Any]]] | None = None):
        root = tree(files)
        for path, entries in (journals or {}).items():
            make_vector_store(root / "chroma" / path, entries)
        return built(root, private=False)

    return build


def journal(text: str, **metadata: Any) -> dict[str, Any]:
    dated = {"type": "journal", "journal_date": "2025-03-01", "timestamp": "2025-03-02T00:05:00", **metadata}
    return {"collection": "cass_memory", "id": "5d1c0e9fa3b27746", "document": text, "metadata": dated}


@pytest.mark.parametrize("value", YES, ids=repr)
def test_a_message_that_may_be_excluded_loses_its_words_and_says_so(shared, value):
    db = shared({f"conversations/{FIRST}.json": talk(said("the fig tree", excluded=value))})
    assert db.rows("SELECT content, excluded FROM messages") == [(WITHHELD, 1)]
    assert b"fig tree" not in db.path.read_bytes()


@pytest.mark.parametrize("value", NO, ids=repr)
def test_a_message_that_is_plainly_not_excluded_is_kept(shared, value):
    db = shared({f"conversations/{FIRST}.json": talk(said("the fig tree", excluded=value))})
    ((content, excluded),) = db.rows("SELECT content, excluded FROM messages")
    assert content == "the fig tree"
    assert not excluded


@pytest.mark.parametrize("value", [True, 1, "True", " yes", "2025-03-01"], ids=repr)
def test_a_journal_that_may_be_locked_loses_its_words_and_says_so(shared, value):
    db = shared({}, {"chroma.sqlite3": [journal("the fig tree", summary="figs", locked=value)]})
    assert db.rows("SELECT content, summary, locked FROM journals") == [(WITHHELD, None, 1)]
    assert b"fig tree" not in db.path.read_bytes()


@pytest.mark.parametrize("value", [False, 0, "False", "no", ""], ids=repr)
def test_a_journal_that_is_plainly_not_locked_is_kept(shared, value):
    db = shared({}, {"chroma.sqlite3": [journal("the fig tree", locked=value)]})
    ((content, locked),) = db.rows("SELECT content, locked FROM journals")
    assert content == "the fig tree"
    assert not locked


@pytest.mark.parametrize("value", ["presence_log", "Presence_Log", " user_observation "])
def test_a_node_of_a_guarded_type_loses_its_words_however_it_is_typed(shared, value):
    node = {"id": "n1", "node_type": value, "content": "the fig tree", "created_at": "2025-01-01"}
    db = shared({"cass/self_model_graph.json": {"nodes": [node], "edges": []}})
    assert db.rows("SELECT content FROM self_model_nodes") == [(None,)]
    assert b"fig tree" not in db.path.read_bytes()


def test_a_node_of_another_type_is_kept(shared):
    node = {"id": "n1", "node_type": "growth_edge", "content": "the fig tree", "created_at": "2025-01-01"}
    db = shared({"cass/self_model_graph.json": {"nodes": [node], "edges": []}})
    assert db.rows("SELECT content FROM self_model_nodes") == [("the fig tree",)]


FIGS, PLUMS = said("the fig tree"), said("the plum tree", timestamp="2025-01-01T11:00:00")


@pytest.mark.parametrize("name", [f"{FIRST} (1)", "a talk"])
@pytest.mark.parametrize(
    "marked",
    [
        {**FIGS, "excluded": True},
        {**FIGS, "content": "the fig", "excluded": "yes"},
        {**FIGS, "timestamp": None, "excluded": 1},
    ],
    ids=["as it is", "other words", "no time"],
)
def test_what_is_excluded_in_a_copy_is_silent_in_the_original(shared, name, marked):
    db = shared(
        {f"conversations/{FIRST}.json": talk(FIGS, PLUMS), f"conversations/{name}.json": talk(marked, id=FIRST)}
    )
    shown = db.rows("SELECT content, excluded FROM messages ORDER BY timestamp")
    assert shown == [(WITHHELD, 1), ("the plum tree", 0)]
    assert b"fig tree" not in db.path.read_bytes()


def test_what_is_excluded_in_another_conversation_silences_nothing_else(shared):
    talks = {FIRST: talk(FIGS), SECOND: talk(said("a pear", excluded=True), id=SECOND)}
    db = shared({f"conversations/{id}.json": value for id, value in talks.items()})
    assert db.rows("SELECT content FROM messages WHERE conversation_id = ?", FIRST) == [("the fig tree",)]


def test_a_journal_that_is_locked_in_a_copy_is_silent_in_the_original(shared):
    open_one, locked = journal("the fig tree"), journal("the fig tree", locked=True)
    db = shared({}, {"chroma.sqlite3": [open_one], "chroma (1).sqlite3": [locked]})
    assert db.rows("SELECT content, locked FROM journals") == [(WITHHELD, 1)]


def test_a_journal_that_is_locked_in_the_vector_store_is_locked_in_the_database(tmp_path, built):
    """An archive that was imported brings the same day under another id, and no lock."""
    metadata = {"type": "journal", "journal_date": "2026-01-10", "timestamp": MORNING, "locked": "true"}
    entry = {"collection": "cass_memory", "id": "j1", "document": "The fig tree fell.", "metadata": metadata}
    make_vector_store(tmp_path / "data/chroma/chroma.sqlite3", [entry])
    tables = small()
    day = {"date": "2026-01-10", "content": "The fig tree fell.", "created_at": MORNING}
    tables["journals"] = [{"id": "0d0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411", "daemon_id": CASS, **day}]
    write_vessel(tmp_path / "data/cass.db", tables)
    assert b"fig tree" not in built(tmp_path / "data", private=False).path.read_bytes()
