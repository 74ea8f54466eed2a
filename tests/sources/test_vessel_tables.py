"""The vessel's own database is read whole: a table is a kind, and what lies beside it in files is older."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from conftest import KEY, conversation
from support.vector_store import make_vector_store
from support.vessel import (
    ARIA,
    CASS,
    EVENING,
    MORNING,
    NOBODY,
    NOT_READ,
    OTHER,
    TALK,
    TOBIN,
    WILMA,
    columns,
    daemon,
    message,
    small,
    talk,
    whole,
    write_vessel,
)  # fmt: skip

from build_db import BuildOptions, build
from build_db.sources.vessel_tables import landings

# Columns that are counted anew, or that stand elsewhere in a row of ours.
ELSEWHERE = {"attachments.message_id", "dreams.integrated"}


def test_every_table_of_the_vessel_is_accounted_for():
    read = {*landings(), "daemons", "research_task_history"}
    assert read | NOT_READ == set(columns())
    assert not read & NOT_READ


def test_every_row_and_every_value_of_it_is_taken(tmp_path, built):
    tables = {table: rows for table, rows in whole().items() if table in columns()}
    write_vessel(tmp_path / "data/cass.db", tables)
    db = built(tmp_path / "data")
    rows = dict(db.rows("SELECT path, row_count FROM source_files WHERE outcome = 'ingested'"))
    for table in tables.keys() - NOT_READ - {"daemons", "research_task_history"}:
        assert rows[f"cass.db/{table}"] == len(tables[table]), table
    assert rows["cass.db/research_task_history"] == 2, "a task that only the history knows is a task, too"
    said = "\n".join(db.conn.iterdump())
    for table in tables.keys() - NOT_READ:
        for row in tables[table]:
            for column, value in row.items():
                text = value[0]["content"] if isinstance(value, list) else value
                if isinstance(text, str) and text == f"{table} {column}":
                    assert text in said or f"{table}.{column}" in ELSEWHERE, f"{table}.{column}"
    assert db.rows("SELECT record, field FROM problems WHERE problem LIKE 'unknown%'") == []


def test_messages_come_in_order_of_time(tmp_path, built):
    tables = small()
    tables["messages"] = [message(TALK, "second", timestamp=EVENING), message(TALK, "first")]
    write_vessel(tmp_path / "data/cass.db", tables)
    assert [text for (text,) in built(tmp_path / "data").rows("SELECT content FROM messages ORDER BY id")] == [
        "first",
        "second",
    ]


def test_daemons_keep_their_own_ids_and_one_without_a_life_is_none(tmp_path, built):
    tables = small()
    tables["daemons"] = [daemon(NOBODY, "cassandra"), daemon(ARIA, "aria", domain="art"), daemon(CASS, "cass")]
    tables["conversations"].append(talk(OTHER, ARIA, TOBIN))
    tables["state_events"] = [
        {"id": f"evt-{id[0]}", "daemon_id": id, "event_type": "daemon.started", "source": "x", "created_at": MORNING}
        for id in (NOBODY, CASS)
    ]
    write_vessel(tmp_path / "data/cass.db", tables)
    db = built(tmp_path / "data")
    assert db.rows("SELECT id, name, entity_name, domain FROM daemons ORDER BY name") == [
        (ARIA, "aria", "Aria", "art"),
        (CASS, "cass", "Cass", None),
    ]
    assert db.rows("SELECT id, daemon_id FROM conversations ORDER BY id") == [(TALK, CASS), (OTHER, ARIA)]
    assert db.one("SELECT count(*) FROM state_records") == 1


def test_the_database_comes_before_its_stale_copies_in_files(tmp_path, tree, built):
    stale = conversation(TALK, title="Stale", updated_at="2027-01-01T00:00:00")
    root = tree(
        {
            f"conversations/{TALK}.json": stale,
            f"conversations/{OTHER}.json": conversation(OTHER, title="On disk alone"),
            f"users/{WILMA}/profile.yaml": {"user_id": WILMA, "display_name": "Wilma Olden"},
            "cass/self_profile.yaml": {"growth_edges": [{"area": "patience"}, {"area": "on disk alone"}]},
        }
    )
    tables = small()
    tables["growth_edges"] = [{"daemon_id": CASS, "area": "patience", "current_state": "calm"}]
    write_vessel(root / "cass.db", tables)
    db = built(root)
    assert db.rows("SELECT id, title FROM conversations ORDER BY id") == [(TALK, "Ovens"), (OTHER, "On disk alone")]
    assert db.rows("SELECT content FROM messages WHERE conversation_id = ?", TALK) == [("The oven is warm.",)]
    assert db.one("SELECT display_name FROM users WHERE id = ?", WILMA) == "Wilma Harrow"
    assert db.rows("SELECT area, current_state FROM growth_edges") == [("patience", "calm"), ("on disk alone", None)]
    outcomes = dict(db.rows("SELECT path, outcome FROM source_files"))
    assert outcomes[f"conversations/{TALK}.json"] == "derived"
    assert outcomes[f"conversations/{OTHER}.json"] == "ingested"
    assert [problem for _, _, problem in db.problems() if "duplicate" in problem] == []


def test_files_come_before_what_the_database_copied_from_them(tmp_path, tree, built):
    page = "---\ntype: concept\ncreated: '2025-01-01'\n---\n# Kiln\n\nNew."
    root = tree({"wiki/concept/Kiln.md": page})
    tables = small()
    values = {"daemon_id": CASS, "category": "concept", "created_at": MORNING, "updated_at": MORNING}
    tables["wiki_pages"] = [{"id": f"concept/{n}", "title": n, "content": "Old.", **values} for n in ("Kiln", "Lost")]
    write_vessel(root / "cass.db", tables)
    assert dict(built(root).rows("SELECT id, content FROM wiki_pages")) == {
        "concept/Kiln": "# Kiln\n\nNew.",
        "concept/Lost": "Old.",
    }


def test_a_file_with_a_history_is_read_by_its_own_columns(tmp_path, built):
    tables = small()
    reflection = {"daemon_id": CASS, "started_at": MORNING, "thought_stream_json": [{"content": "Warmth."}]}
    tables["solo_reflections"] = [
        {"id": "reflect_1", "theme": "warmth", "title": None, **reflection},
        {"id": "reflect_2", "theme": None, "title": "old title", **reflection},
    ]
    tables["dreams"] = [
        {"id": "d1", "daemon_id": CASS, "date": "2026-01-10", "exchanges_json": [], "integrated": 1},
        {"id": "d2", "daemon_id": CASS, "date": "2026-01-10", "exchanges_json": [], "integration_status": "partial"},
    ]
    more = {"solo_reflections": "title content themes_json created_at", "dreams": "integration_status", "tasks": "mood"}
    tables["tasks"] = [
        {"id": "t1", "daemon_id": CASS, "description": "Buy flour", "mood": "glad", "created_at": MORNING}
    ]
    write_vessel(tmp_path / "data/cass.db", tables, more)
    db = built(tmp_path / "data")
    assert db.rows("SELECT id, title, content FROM solo_reflections") == [
        ("reflect_1", "warmth", "Warmth."),
        ("reflect_2", "old title", "Warmth."),
    ]
    assert dict(db.rows("SELECT id, integration_status FROM dreams")) == {"d1": "integrated", "d2": "partial"}
    assert db.rows("SELECT title, description FROM tasks") == [("Buy flour", None)]
    assert ("cass.db/tasks", "mood", "unknown key") in db.problems()


def test_an_id_that_two_daemons_have_in_common_is_told_apart(tmp_path, tree, built):
    """One daemon's journals are in its vector store; those of another may have come with an archive."""
    tables = small()
    tables["daemons"].append(daemon(ARIA, "aria"))
    tables["journals"] = [
        {"id": "2026-01-10", "daemon_id": ARIA, "date": "2026-01-10", "content": "Hers.", "created_at": MORNING}
    ]
    root = tree({})
    metadata = {"type": "journal", "journal_date": "2026-01-10", "timestamp": MORNING}
    entry = {"collection": "cass_memory", "id": "j1", "document": "Mine.", "metadata": metadata}
    make_vector_store(root / "chroma/chroma.sqlite3", [entry])
    write_vessel(root / "cass.db", tables)
    assert built(root).rows("SELECT id, daemon_id, content FROM journals ORDER BY content") == [
        ("aria:2026-01-10", ARIA, "Hers."),
        ("2026-01-10", CASS, "Mine."),
    ]


@pytest.mark.parametrize("private", [True, False])
def test_two_builds_are_the_same_bytes(tmp_path, private):
    write_vessel(tmp_path / "data/cass.db", whole())
    for name in ("one.db", "two.db"):
        build(tmp_path / "data", tmp_path / name, BuildOptions(private=private, key=None if private else KEY))
    assert (tmp_path / "one.db").read_bytes() == (tmp_path / "two.db").read_bytes()


def test_what_a_state_says_is_kept_for_its_owner_alone(tmp_path, built):
    tables = small()
    event = {"id": "evt-1", "daemon_id": CASS, "event_type": "user.created", "source": "bus", "created_at": MORNING}
    tables["state_events"] = [{**event, "data_json": {"display_name": "Wilma Harrow"}}]
    write_vessel(tmp_path / "data/cass.db", tables)
    query = "SELECT kind, record_id, label, data_json FROM state_records"
    (private,) = built(tmp_path / "data").rows(query)
    assert (*private[:3], json.loads(private[3])["data_json"]) == (
        *("event", "evt-1", "user.created"),
        {"display_name": "Wilma Harrow"},
    )
    ((kind, _, _, data),) = built(tmp_path / "data", private=False, name="shared.db").rows(query)
    assert (kind, data) == ("event", '"[withheld]"')


def test_people_are_counted_once_whoever_tells_of_them(tmp_path, built):
    tables = small()
    tables["peopledex_entities"] = [
        {"id": "e1", "entity_type": "person", "primary_name": "Wilma Harrow", "user_id": WILMA, "created_at": MORNING},
        {"id": "e2", "entity_type": "person", "primary_name": "Marget Fenwick-Oake", "created_at": MORNING},
    ]
    tables["messages"].append(message(TALK, "Wilma, Marget and Tobin Quill came.", timestamp=EVENING))
    write_vessel(tmp_path / "data/cass.db", tables)
    db = built(tmp_path / "data", private=False)
    said = db.rows("SELECT content FROM messages ORDER BY id")[-1][0]
    names = Counter(word.strip(",.") for word in said.split())
    assert not names.keys() & {"Wilma", "Marget", "Tobin", "Quill"}
    assert (
        db.one("SELECT display_name FROM users WHERE id IN (SELECT user_id FROM conversations)") == said.split(",")[0]
    )
