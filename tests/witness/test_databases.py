"""The people and secrets of a vessel's database leave every text, and the witness knows them by a way of its own."""

from __future__ import annotations

import json

import pytest
from conftest import KEY
from support.cards import write_card
from support.vector_store import make_vector_store
from support.vessel import (
    CASS,
    EVENING,
    MORNING,
    TALK,
    TOBIN,
    columns,
    message,
    small,
    whole,
    write_archive,
    write_vessel,
)

from build_db import BuildOptions, build
from build_db.ingest.daemons import find_trees
from build_db.ingest.extraction import READERS
from build_db.witness.check import Leaked, check_clean, check_nothing_leaked, needles_of
from build_db.witness.needles import gather
from build_db.witness.search import Witness

KILN = "---\ntype: concept\ncreated: '2026-01-10'\n---\n# Kiln\n\nTobin Quill fired it with Marget Fenwick-Oake."
MARGET = {"id": "e1", "entity_type": "person", "primary_name": "Marget Fenwick-Oake", "created_at": MORNING}


def with_attributes(**values: str):
    tables = small()
    tables["peopledex_entities"] = [MARGET]
    tables["peopledex_attributes"] = [
        {"id": f"a-{kind}", "entity_id": "e1", "attribute_type": kind, "value": value, "created_at": MORNING}
        for kind, value in values.items()
    ]
    return tables


def test_whom_only_the_database_knows_leaves_every_file(tree, built):
    root = tree({"wiki/concept/Kiln.md": KILN})
    write_vessel(root / "cass.db", with_attributes())
    text = built(root, private=False).one("SELECT content FROM wiki_pages")
    assert text.startswith("# Kiln")
    for name in ("Tobin", "Quill", "Marget", "Fenwick", "Oake"):
        assert name not in text


def test_the_witness_alone_knows_them_too(tree, tmp_path):
    """Nothing is redacted here, so only the witness stands between the names and the world."""
    root = tree({"wiki/concept/Kiln.md": KILN})
    write_vessel(root / "cass.db", with_attributes())
    build(root, tmp_path / "private.db", BuildOptions(private=True))
    with pytest.raises(Leaked, match=r"wiki_pages\.content"):
        check_nothing_leaked([tmp_path / "private.db"], find_trees(root), None)


NAMED = "Wilma Harrow of wilma.harrow@post.example"


def test_a_name_in_any_column_of_any_table_leaves_it(tmp_path):
    """Strictly: the redactor alone must find it, and the witness looks at every byte."""
    tables = {table: rows for table, rows in whole().items() if table in columns()}
    for table, rows in tables.items():
        for row in rows:
            for column, value in row.items():
                if value == f"{table} {column}" and column not in ("id", "slug", "edge_id"):
                    row[column] = NAMED
                elif isinstance(value, list):
                    row[column] = [{"content": NAMED, NAMED: NAMED}, NAMED]
    root = write_vessel(tmp_path / "data/cass.db", tables).parent
    for name, private in (("private.db", True), ("shared.db", False)):
        build(root, tmp_path / name, BuildOptions(private=private, key=None if private else KEY, strict=not private))
    assert (tmp_path / "private.db").read_bytes().count(b"Wilma Harrow") > 400
    assert b"arrow" not in (tmp_path / "shared.db").read_bytes()


SAID = {
    "users": ("email", "tobin.q@post.example", {"id": TOBIN, "display_name": "Tobin Quill"}),
    "projects": ("github_token", "gk_3kd93jd83jd8", {"id": "p1", "name": "Ovens"}),
    "geocass_connections": ("api_key", "gk_SECRETKEY12345", {"id": "g1"}),
    "push_device_tokens": ("token", "ExponentPushToken[abc123def456]", {"id": "t1"}),
    "outreach_drafts": ("recipient_name", "Marget Fenwick-Oake", {"id": "d1", "daemon_id": CASS, "title": "x"}),
    "feedback": ("username", "Marget Fenwick-Oake", {}),
}


@pytest.mark.parametrize("table", SAID)
def test_a_value_that_a_column_calls_private_is_in_no_text(tmp_path, built, table):
    column, value, row = SAID[table]
    tables = small()
    tables[table] = [
        *(entry for entry in tables.get(table, ()) if entry.get("id") != row.get("id")),
        row | {column: value},
    ]
    tables["messages"].append(message(TALK, f"It is {value}, she said.", timestamp=EVENING))
    root = write_vessel(tmp_path / "data/cass.db", tables).parent
    db = built(root, private=False)
    assert value not in "\n".join(db.conn.iterdump())
    needles = needles_of(find_trees(root), None)
    assert value in needles.values or value.lower().replace("-", " ") in {n.replace("-", " ") for n in needles.names}


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("name", "Marget of the Hill", "Marget came by."),
        ("email", "marget.fo@post.example", "Write to marget.fo@post.example today."),
        ("phone", "+44 20 7946 0958", "Dial +44 20 7946 0958 then."),
        ("handle", "kilnqueen", "So kilnqueen wrote back."),
    ],
)
def test_what_a_daemon_knows_of_people_is_in_no_text(tmp_path, built, kind, value, said):
    tables = with_attributes(**{kind: value})
    tables["messages"].append(message(TALK, said, timestamp=EVENING))
    root = write_vessel(tmp_path / "data/cass.db", tables).parent
    assert said not in {text for (text,) in built(root, private=False).rows("SELECT content FROM messages")}
    build(root, tmp_path / "private.db", BuildOptions(private=True))
    with pytest.raises(Leaked):
        check_clean([tmp_path / "private.db"], Witness(needles_of(find_trees(root), None)))


def write_with(root, format: str) -> None:
    """A tree in which a file of one format alone calls somebody by name."""
    name = "Marget Fenwick-Oake"
    if format == "json":
        (root / "notes.json").write_text(f'{{"display_name": "{name}"}}')
    elif format == "yaml":
        (root / "notes.yaml").write_text(f"display_name: {name}")
    elif format == "text":
        (root / "notes.md").write_text("Write to marget@post.example")
    elif format == "vector store":
        metadata = {"type": "journal", "display_name": name}
        entry = {"collection": "cass_memory", "id": "j", "document": "x", "metadata": metadata}
        make_vector_store(root / "chroma/chroma.sqlite3", [entry])
    elif format == "vessel table":
        write_vessel(root / "cass.db", with_attributes())
    elif format == "json lines":
        line = {"role": "user", "content": "Hello.", "name": name}
        (root / "talk.jsonl").write_text(json.dumps(line) + "\n{broken\n")
    elif format == "csv":
        (root / "talk.csv").write_text(f'role,content,name\nuser,"Hello, you.",{name}\n')
    elif format == "character card":
        write_card(root / "characters/Mira.png", {"data": {"name": "Mira", "creator_notes": "marget@post.example"}})
    else:
        pytest.fail(f"the witness has no reader for {format}: add one to build_db/witness, and a file to this test")


@pytest.mark.parametrize("format", READERS)
def test_for_every_reader_of_rows_the_witness_has_one_of_its_own(tmp_path, format):
    root = tmp_path / "data"
    root.mkdir()
    write_with(root, format)
    needles = needles_of(find_trees(root), None)
    assert "fenwick" in needles.names or "marget@post.example" in needles.values


def test_a_database_of_any_name_is_read_with_what_an_unfinished_transaction_left(tmp_path):
    write_vessel(tmp_path / "data/cass [old].db", with_attributes())
    assert "fenwick" in gather([tmp_path / "data"], ()).names


def test_a_value_nested_without_end_is_read_as_far_as_anybody_can(tmp_path):
    tables = with_attributes()
    tables["state_events"] = [{"id": "e", "data_json": "[" * 3000 + '"marget.fo@post.example"' + "]" * 3000}]
    write_vessel(tmp_path / "data/cass.db", tables)
    write_archive(tmp_path / "data/a.anima", {"daemon": {}, "tables": {"users": [{"display_name": "Ivo Marchetti"}]}})
    needles = gather([tmp_path / "data"], ())
    assert {"fenwick", "marchetti"} <= needles.names.keys()
    assert "marget.fo@post.example" in needles.values


def test_an_address_in_escaped_json_is_read_as_it_is_meant(tmp_path):
    tables = with_attributes()
    tables["state_events"] = [{"id": "e", "data_json": {"note": "to zo\u00eb@post.example"}}]
    write_vessel(tmp_path / "data/cass.db", tables)
    assert "zo\u00eb@post.example" in gather([tmp_path / "data"], ()).values
