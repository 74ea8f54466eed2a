"""The main job from end to end: same bytes, searchable, sound, and an account of every file."""

from __future__ import annotations

import shutil

import pytest
from conftest import KEY, conversation
from support.trees import build_fixture

from build_db import BuildOptions, CheckFailed, UsageError, build
from build_db import pipeline as pipeline_module
from build_db.contract import WITHHELD
from build_db.database.soundness import check_soundness
from build_db.schema import APPLICATION_ID, SCHEMA_VERSION, schema
from build_db.schema.searched import SEARCHED

FIRST = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize("private", [True, False])
def test_the_same_tree_and_key_give_the_same_bytes(tmp_path, built, private):
    tree = build_fixture("full", tmp_path / "one").path.parent / "data"
    elsewhere = tmp_path / "elsewhere" / "copied"
    shutil.copytree(tree, elsewhere, copy_function=shutil.copyfile)
    first = built(tree, private=private, name="first.db").path.read_bytes()
    assert built(tree, private=private, name="second.db").path.read_bytes() == first
    assert built(elsewhere, private=private, name="third.db").path.read_bytes() == first


def test_another_key_gives_other_people(tmp_path, built):
    tree = build_fixture("full", tmp_path / "one").path.parent / "data"
    one, other = (built(tree, private=False, name=f"{n}.db", key=bytes([n] * 32)) for n in (1, 2))
    people = [
        {row[0] for row in db.rows("SELECT id FROM users UNION SELECT display_name FROM users")} for db in (one, other)
    ]
    assert len(people[0]) > 1
    assert people[0].isdisjoint(people[1])


def test_a_redacted_build_without_a_key_is_refused(tree, tmp_path):
    with pytest.raises(ValueError, match="needs a key"):
        build(tree({}), tmp_path / "out.db")
    assert not (tmp_path / "out.db").exists()


@pytest.mark.parametrize(
    "files", [{}, {"notes.txt": "x"}, {"conversations/x.json": "{"}], ids=["empty", "other", "broken"]
)
@pytest.mark.parametrize("private", [True, False])
def test_a_folder_in_which_nothing_is_taken_in_replaces_nothing(tree, tmp_path, files, private):
    target = tmp_path / "out.db"
    target.write_bytes(build_fixture("full", tmp_path / "good").path.read_bytes())
    before = target.read_bytes()
    with pytest.raises(UsageError, match="no record was taken in; give the folder that holds"):
        build(tree(files), target, BuildOptions(key=KEY, private=private))
    assert target.read_bytes() == before


def test_the_file_says_what_it_is(tree, built):
    db = built(tree({f"conversations/{FIRST}.json": conversation(FIRST)}), private=False)
    assert (db.one("PRAGMA application_id"), db.one("PRAGMA user_version")) == (APPLICATION_ID, SCHEMA_VERSION)
    info = dict(db.rows("SELECT key, value FROM build_info"))
    assert info["privacy"] == "redacted"
    assert info["schema_version"] == str(SCHEMA_VERSION)
    assert info["rows.daemons"] == "1"
    assert not any("20" in value for key, value in info.items() if key not in ("policy", "tool")), "no clock"


def test_one_query_finds_across_kinds(tmp_path, demo, query):
    db = build_fixture("full", tmp_path)
    kinds = "SELECT DISTINCT kind FROM search_documents"
    # What the vessel keeps in its database alone is in the demo.
    indexed = {kind for (kind,) in db.rows(kinds)} | set(query(demo, kinds))
    assert indexed == {searched.kind for searched in SEARCHED}
    words = "SELECT kind, record_table, record_id, snippet(search, 1, '[', ']', '…', 8) FROM search"
    hits = db.rows(
        f"{words} JOIN search_documents ON search_documents.id = search.rowid WHERE search MATCH 'a OR the OR notes'"
    )
    assert len({kind for kind, *_ in hits}) > 4
    for _, table, record, snippet in hits:
        assert db.one(f"SELECT count(*) FROM {table} WHERE id = ?", record) == 1
        assert snippet is None or "[" in snippet or snippet
    assert db.rows("INSERT INTO search (search) VALUES ('integrity-check')") == []
    db.conn.close()


def test_accents_and_case_do_not_matter_to_the_search(tree, built):
    said = [{"role": "user", "content": "Crème BRÛLÉE for Zoë", "timestamp": "2025-01-01"}]
    db = built(tree({f"conversations/{FIRST}.json": conversation(FIRST, messages=said)}))
    assert db.one("SELECT count(*) FROM search WHERE search MATCH 'creme brulee zoe'") == 1


def test_withheld_texts_are_not_in_the_search(tree, built):
    said = [{"role": "user", "content": "not this", "timestamp": "2025-01-01", "excluded": True}]
    db = built(tree({f"conversations/{FIRST}.json": conversation(FIRST, messages=said)}), private=False)
    assert db.rows("SELECT DISTINCT content FROM messages") == [(WITHHELD,)]
    assert db.one("SELECT count(*) FROM search_documents WHERE kind = 'message'") == 0


def test_every_file_is_accounted_for(tree, built):
    files = {
        f"conversations/{FIRST}.json": conversation(FIRST),
        "conversations/broken.json": '{"id": ',
        "conversations/index.json": [],
        "daedalus_credentials.json": {"password": "EXAMPLE"},
        "letter.odt": "x",
    }
    db = built(tree(files))
    assert db.rows("SELECT path, kind, outcome, row_count FROM source_files") == [
        (f"conversations/{FIRST}.json", "conversation", "ingested", 3),
        ("conversations/broken.json", "conversation", "unreadable", 0),
        ("conversations/index.json", "derived", "derived", 0),
        ("daedalus_credentials.json", "refused", "refused", 0),
        ("letter.odt", "unknown", "unknown", 0),
    ]
    assert {problem for _, _, problem in db.problems()} == {
        "unreadable: not valid JSON at line 1, column 8",
        "unknown file",
    }
    assert b"EXAMPLE" not in db.path.read_bytes()


def test_an_unknown_key_is_named_and_only_a_private_file_keeps_its_value(tree, built):
    root = tree({f"conversations/{FIRST}.json": conversation(FIRST, favourite="marzipan")})
    private, shared = built(root), built(root, private=False, name="shared.db")
    assert private.one("SELECT field, value_json FROM problems") == ("favourite", '"marzipan"')
    assert shared.one("SELECT problem, field, value_json FROM problems") == ("unknown key", "favourite", None)
    assert b"marzipan" not in shared.path.read_bytes()


def test_a_document_of_an_unknown_shape_is_recorded_and_its_neighbours_are_kept(monkeypatch, tree, built):
    kind = next(kind for kind in pipeline_module.catalogue() if kind.name == "wiki page")

    def stumbles(documents):
        if any(document.stem == "Odd" for document in documents):
            raise TypeError("a shape nobody has seen")
        return merge(documents)

    merge = kind.merge
    monkeypatch.setitem(kind.__dict__, "merge", stumbles)
    db = built(tree({"wiki/concept/Odd.md": "# Odd", "wiki/concept/Even.md": "# Even"}))
    assert db.rows("SELECT title FROM wiki_pages") == [("Even",)]
    assert ("wiki/concept/Odd.md", None, "unreadable: its shape is not known") in db.problems()


def test_a_file_that_does_not_check_is_not_published(monkeypatch, tree, tmp_path):
    target = tmp_path / "out.db"
    build(tree({f"conversations/{FIRST}.json": conversation(FIRST)}), target, BuildOptions(private=True))
    before = target.read_bytes()

    def broken(path):
        import sqlite3

        with sqlite3.connect(path) as conn:
            conn.execute("DELETE FROM daemons")
        conn.close()
        check_soundness(path)

    monkeypatch.setattr(pipeline_module, "check_soundness", broken)
    with pytest.raises(CheckFailed, match="check"):
        build(tree({f"conversations/{FIRST}.json": conversation(FIRST)}), target, BuildOptions(private=True))
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out.db"]


def test_nothing_is_left_in_free_pages(tree, built):
    lost, wren = (f"{digit * 8}-2222-4222-8222-222222222222" for digit in "23")
    talks = {f"conversations/{id}.json": conversation(id, user_id=id) for id in (lost, wren)}
    db = built(tree({**talks, "users/index.json": {wren: "Wren"}}), private=False, key=KEY)
    assert db.one("PRAGMA freelist_count") == 0
    assert not db.path.with_name(db.path.name + "-wal").exists()


def test_a_table_holds_what_the_plan_names_first():
    messages = [column.name for column in schema()["messages"].columns]
    assert messages[:4] == ["id", "conversation_id", "role", "content"]
    users = [c.name for c in schema()["users"].columns]
    assert users.index("updated_at") < users.index("values_json") < users.index("quiet_hours_timezone")
