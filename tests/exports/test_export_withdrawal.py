"""What the owner takes back is in no later export, and nothing that names it is."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from conftest import KEY

from build_db import UsageError
from build_db.exports.index import Entry
from build_db.exports.place import put_in_place
from build_db.exports.run import ExportOptions, export
from build_db.exports.withdrawal import Withdrawal, read_withdrawal

SQLITE = ExportOptions(formats=("sqlite", "jsonl"))


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "exports").mkdir()
    return tmp_path / "exports"


def withdraw(folder: Path, **what: list[str]) -> None:
    (folder / "withdrawn.yml").write_text(json.dumps(what), encoding="utf-8")


@pytest.fixture
def marked(served, query) -> str:
    """A conversation of cass from which marks, a summary, insights and graph nodes were taken."""
    sql = (
        "SELECT conversation_id FROM conversation_summaries JOIN daemons AS d ON d.id = daemon_id WHERE d.name = 'cass'"
        " AND conversation_id IN (SELECT conversation_id FROM marks) GROUP BY 1 ORDER BY count(*) DESC, 1"
    )
    return query(served, sql)[0]


def test_a_withdrawn_conversation_goes_with_all_that_names_it(served, exports, query, folder, marked):
    withdraw(folder, conversations=[marked])
    (done,) = export(served, folder, key=KEY, daemons=["cass"], options=SQLITE)
    made, before = folder / "cass" / "cass.db", exports / "cass" / "cass.db"
    (said,) = query(served, "SELECT count(*) FROM messages WHERE conversation_id = ?", marked)
    assert said > 0
    for table, gone in {
        "conversations": 1,
        "messages": said,
        "marks": query(served, "SELECT count(*) FROM marks WHERE conversation_id = ?", marked)[0],
        "conversation_summaries": query(
            served, "SELECT count(*) FROM conversation_summaries WHERE conversation_id = ?", marked
        )[0],
    }.items():
        count = f"SELECT count(*) FROM {table}"
        assert query(before, count)[0] - query(made, count)[0] == gone, table
    nodes = (
        "SELECT count(*) FROM self_model_nodes WHERE mirrors = 'marks' AND original_id NOT IN (SELECT id FROM marks)"
    )
    assert query(made, nodes) == query(before, nodes)
    assert query(made, "PRAGMA foreign_key_check") == []
    texts = query(served, "SELECT content FROM messages WHERE conversation_id = ? AND length(content) > 60", marked)
    everything = "".join(path.read_text(encoding="utf-8") for path in (folder / "cass" / "jsonl").iterdir())
    assert not any(json.dumps(text, ensure_ascii=False)[1:-1] in everything for text in texts)
    assert done.removed["conversations"] == 1
    assert done.removed["rows"] > said


def test_a_withdrawn_person_goes_with_conversations_rows_and_mentions(served, query, folder):
    busiest = (
        "SELECT u.id, display_name FROM users AS u JOIN conversations ON user_id = u.id GROUP BY 1 ORDER BY count(*)"
    )
    *_, (id, name) = query(served, busiest)
    withdraw(folder, people=[name])
    done = {one.daemon: one for one in export(served, folder, key=KEY, options=SQLITE)}
    cass = "daemon_id = (SELECT id FROM daemons WHERE name = 'cass')"
    made = folder / "cass" / "cass.db"
    for table in ("conversations", "calendar_events", "tasks", "user_observations", "projects"):
        whole = query(served, f"SELECT count(*) FROM {table} WHERE {cass}")[0]
        others = f"SELECT count(*) FROM {table} WHERE {cass} AND user_id IS NOT ?"
        assert query(made, f"SELECT count(*) FROM {table}")[0] <= query(served, others, id)[0] < whole, table
    assert done["cass"].removed["people"] == 1
    assert query(made, "SELECT count(*) FROM messages WHERE content LIKE '%[withdrawn]%'")[0] > 0
    everything = "".join(path.read_text(encoding="utf-8") for path in (folder / "cass" / "jsonl").iterdir())
    assert name not in everything


def test_who_is_only_mentioned_no_more_makes_it_another_dataset(served, exports, query, folder):
    """Else whoever has both could lay them side by side and see whose mentions are gone."""
    aria = "daemon_id = (SELECT id FROM daemons WHERE name = 'aria')"
    (given,) = query(served, "SELECT value FROM build_info WHERE key = 'pseudonyms'")
    name = next(name for name in json.loads(given) if name not in query(served, "SELECT display_name FROM users"))
    database = folder.parent / "mentioned.db"
    database.write_bytes(served.read_bytes())
    with closing(sqlite3.connect(database)) as conn:
        chosen = f"conversation_id IN (SELECT id FROM conversations WHERE {aria})"
        conn.execute(f"UPDATE messages SET content = content || ' So said {name}.' WHERE {chosen}")
        conn.commit()
    found = []
    for people in ([], [name]):
        withdraw(folder, people=people)
        export(database, folder, key=KEY, daemons=["aria"], options=SQLITE)
        made = folder / "aria" / "aria.db"
        found.append({*query(made, "SELECT id FROM users UNION SELECT value FROM build_info WHERE key = 'export'")})
    assert query(made, "SELECT count(*) > 0 FROM messages WHERE content LIKE '%So said [withdrawn].'") == [1]
    assert not found[0] & found[1]


def test_a_row_that_names_a_withdrawn_person_without_a_reference_goes(served, query, folder):
    (name,) = query(served, "SELECT display_name FROM users WHERE display_name <> 'Daedalus' ORDER BY id LIMIT 1")
    database = folder.parent / "assigned.db"
    database.write_bytes(served.read_bytes())
    with closing(sqlite3.connect(database)) as conn:
        cass = "daemon_id = (SELECT id FROM daemons WHERE name = 'cass')"
        conn.execute(f"UPDATE roadmap_items SET assigned_to = ? WHERE {cass} AND rowid = 1", [name])
        (title,) = conn.execute("SELECT title FROM roadmap_items WHERE rowid = 1").fetchone()
        conn.commit()
    kept = []
    for people in ([], [name]):
        withdraw(folder, people=people)
        export(database, folder, key=KEY, daemons=["cass"], options=SQLITE)
        kept.append(query(folder / "cass" / "cass.db", "SELECT count(*) FROM roadmap_items WHERE title = ?", title))
    assert kept == [[1], [0]]


def test_by_id_is_the_same_as_by_pseudonym(served, query, folder):
    (id, name), *_ = query(served, "SELECT id, display_name FROM users WHERE display_name <> 'Daedalus' ORDER BY id")
    found = []
    for entry in (id, name):
        withdraw(folder, people=[entry])
        found.append([one.rows for one in export(served, folder, key=KEY, options=SQLITE)])
    assert found[0] == found[1]


def test_daily_sums_do_not_tell_of_withdrawn_conversations(served, query, folder, marked):
    withdraw(folder, conversations=[marked])
    export(served, folder, key=KEY, daemons=["cass"], options=ExportOptions(formats=("sqlite",), with_usage=True))
    made = folder / "cass" / "cass.db"
    (records,) = query(made, "SELECT sum(input_tokens) FROM token_usage_records")
    (sums,) = query(made, "SELECT sum(input_tokens) FROM token_usage")
    cass = "daemon_id = (SELECT id FROM daemons WHERE name = 'cass')"
    assert records == sums < query(served, f"SELECT sum(input_tokens) FROM token_usage WHERE {cass}")[0]


def test_what_redaction_yml_excludes_is_withdrawn(served, query, folder, tmp_path, marked):
    wishes = tmp_path / "redaction.yml"
    wishes.write_text(json.dumps({"exclude": {"conversations": [marked]}}))
    options = ExportOptions(formats=("sqlite",), wishes=wishes)
    (done,) = export(served, folder, key=KEY, daemons=["cass"], options=options)
    assert done.removed["conversations"] == 1


def test_only_counts_are_told(served, query, folder, marked):
    speakers = "SELECT user_id FROM conversations JOIN daemons ON daemons.id = daemon_id WHERE name = 'cass'"
    (name,) = query(served, f"SELECT display_name FROM users WHERE id IN ({speakers}) ORDER BY id LIMIT 1")
    withdraw(folder, conversations=[marked], people=[name])
    (done,) = export(served, folder, key=KEY, daemons=["cass"], options=SQLITE)
    (entry,) = json.loads((folder / "index.json").read_text())
    told = {what: entry["removed"][f"{what} withdrawn"] for what in ("conversations", "people", "entries")}
    assert list(told.values()) == list(done.removed.values())
    account = (folder / "cass" / "REDACTION.md").read_text(encoding="utf-8")
    assert f"The owner took back {done.removed['conversations']} conversations" in account
    for path in (folder / "index.json", folder / "cass" / "REDACTION.md", folder / "cass" / "README.md"):
        assert marked not in path.read_text()
        assert name not in path.read_text()


def test_the_earlier_archive_goes_also_if_it_bore_another_date(served, folder):
    export(served, folder, key=KEY, daemons=["cass"], options=SQLITE)
    (archive,) = folder.glob("*.zip")
    index = (folder / "index.json").read_text().replace(archive.name, "cass-v1-2001-01-01.zip")
    (folder / "index.json").write_text(index)
    archive.rename(folder / "cass-v1-2001-01-01.zip")
    (folder / "cass-holiday.zip").write_bytes(b"mine")
    export(served, folder, key=KEY, daemons=["cass"], options=SQLITE)
    assert sorted(path.name for path in folder.glob("*.zip")) == ["cass-holiday.zip", archive.name]


def test_an_archive_that_no_index_lists_any_more_goes_with_the_next_export(tmp_path):
    """Whoever was killed just before the earlier archive was removed has already written the new index."""
    folder, made = tmp_path / "exports", tmp_path / "made"
    made.mkdir()
    folder.mkdir()
    others = ["aria-v1-2025-01-01.zip", "cass-notes.zip", "cass-v1-2025-01-01.txt", "mycass-v1-2025-01-01.zip"]
    for name in ("cass-v1-2025-01-01.zip", "cass-v2-undated.zip", *others):
        (folder / name).touch()
    (made / "cass").mkdir()
    archive = made / "cass-v9-2026-01-01.zip"
    archive.write_bytes(b"new")
    entry = Entry(archive.name, "cass", 3, "", "2026-01-01", 9, [], {})
    put_in_place(made / "cass", archive, entry, folder)
    left = {path.name for path in folder.iterdir()}
    assert left == {"cass", "index.json", archive.name, *others}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("conversations: [00000000-0000-4000-8000-000000000000]", "no conversation of the database"),
        ("people: [Nobody Of That Name]", "neither a pseudonym nor an id"),
        ("persons: [x]", "unknown key persons"),
        ("conversations: all", "give a list"),
        ("people: [", "withdrawn.yml"),
        ("people: []\npeople: []", r"withdrawn\.yml: a key stands twice"),
        ("- x", "give keys and values"),
    ],
)
def test_a_wrong_list_is_refused_and_nothing_is_exported(served, folder, text, words):
    (folder / "withdrawn.yml").write_text(text)
    with pytest.raises(UsageError, match=words) as caught:
        export(served, folder, key=KEY, options=SQLITE)
    assert "Nobody" not in str(caught.value)
    assert [path.name for path in folder.iterdir()] == ["withdrawn.yml"]


def test_what_is_taken_back_is_what_was_typed(tmp_path):
    (tmp_path / "withdrawn.yml").write_text("conversations: [0451, 12:30]\npeople: [No, 007]")
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute("CREATE TABLE conversations (id TEXT)")
        conn.execute("CREATE TABLE users (id TEXT, display_name TEXT)")
        conn.executemany("INSERT INTO conversations VALUES (?)", [("0451",), ("12:30",)])
        conn.execute("INSERT INTO users VALUES ('007', 'Averill')")
        found = read_withdrawal(conn, tmp_path / "withdrawn.yml", ["No"])
    assert found == Withdrawal(frozenset(["0451", "12:30"]), frozenset(["007"]), frozenset(["No", "Averill"]))


def test_an_empty_list_takes_nothing_back(served, folder):
    (folder / "withdrawn.yml").write_text("# nothing yet\n")
    (done,) = export(served, folder, key=KEY, daemons=["cass"], options=SQLITE)
    assert done.removed == {}
