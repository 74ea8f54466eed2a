"""An export holds one daemon's rows and nothing by which they could be joined with the served file."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from conftest import DEMO, KEY, conversation

from build_db import BuildOptions, CheckFailed, UsageError, build
from build_db.exports.archive import files_of, sha256
from build_db.exports.choices import FORMATS
from build_db.exports.run import ExportOptions, export
from build_db.exports.treatments import export_policy
from build_db.ingest.daemons import find_trees
from build_db.redaction.words import words
from build_db.schema import schema

DAEMONS = ("cass", "aria")


def texts(folder: Path) -> str:
    """Every text of an export in one."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((folder / "jsonl").iterdir()))


def tables(query, path: Path) -> list[str]:
    hidden = ("search", "sqlite", "_sqlite")
    names = query(path, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for name in names if not name.startswith(hidden)]


def test_people_come_in_an_order_that_does_not_tell_who_is_who(served, tmp_path, query):
    """Served by an order of their own, they would be joined by their place."""
    for turn in range(4):
        key = bytes([turn]) * 32
        export(served, tmp_path / str(turn), key=key, daemons=["cass"], options=ExportOptions(formats=("sqlite",)))
        ids = query(tmp_path / str(turn) / "cass" / "cass.db", "SELECT id FROM users ORDER BY rowid")
        assert len(ids) > 3
        assert ids == sorted(ids)


def test_the_place_of_a_row_does_not_tell_whose_it_is(served, exports, query):
    """Rows that were served in one order and exported in the same would be joined one by one."""
    made = exports / "cass" / "cass.db"
    talks = query(made, "SELECT conversation_id FROM messages ORDER BY id")
    assert talks == sorted(talks)
    checked = set()
    for name, table in schema().items():
        if name != "messages" and name in export_policy().treatments and export_policy().is_of_people(table):
            counted = ", ".join(
                column.name for column in table.columns if not (column.key and column.type == "INTEGER")
            )
            places = query(made, f"SELECT rowid FROM {name} ORDER BY {counted}")
            assert places == sorted(places), name
            checked |= {name} if len(places) > 10 else set()
    assert {"conversations", "user_observations", "calendar_events", "source_files", "self_model_nodes"} <= checked
    sql = "SELECT user_id FROM user_observations WHERE daemon_id IN (SELECT id FROM daemons WHERE name = 'cass')"
    pairs = set(zip(query(served, f"{sql} ORDER BY rowid"), query(made, f"{sql} ORDER BY rowid"), strict=True))
    assert len(pairs) > len({person for person, _ in pairs})


@pytest.mark.parametrize("turn", range(1, 4))
def test_a_build_with_any_key_can_be_exported(turn, tmp_path):
    """Who is called what depends on the key, and every pseudonym must be found again."""
    key = bytes([turn]) * 32
    build(DEMO, tmp_path / "cass.db", BuildOptions(key=key, strict=True))
    options = ExportOptions(formats=("sqlite",), trees=tuple(find_trees(DEMO)))
    done = export(tmp_path / "cass.db", tmp_path / "exports", key=key, options=options)
    assert [made.daemon for made in done] == list(DAEMONS)


@pytest.mark.parametrize("daemon", DAEMONS)
def test_an_export_holds_every_row_of_its_daemon_and_none_of_another(served, exports, query, daemon):
    made = exports / daemon / f"{daemon}.db"
    assert query(made, "SELECT name FROM daemons") == [daemon]
    (id,) = query(served, "SELECT id FROM daemons WHERE name = ?", daemon)
    for table in tables(query, made):
        columns = query(made, "SELECT name FROM pragma_table_info(?)", table)
        # Projects are shared; days are counted afresh, by the times that the export tells.
        if "daemon_id" in columns and table not in ("projects", "day_counts"):
            wanted = query(served, f"SELECT count(*) FROM {table} WHERE daemon_id = ?", id)
            assert query(made, f"SELECT count(*) FROM {table}") == wanted, table
            assert set(query(made, f"SELECT DISTINCT daemon_id FROM {table}")) <= {id}, table
    sql = "SELECT count(*) FROM messages JOIN conversations AS c ON c.id = conversation_id WHERE c.daemon_id = ?"
    assert query(made, "SELECT count(*) FROM messages") == query(served, sql, id)


@pytest.mark.parametrize(("daemon", "other"), [DAEMONS, DAEMONS[::-1]])
def test_the_account_of_an_export_does_not_know_other_daemons(served, exports, query, daemon, other):
    (id,) = query(served, "SELECT id FROM daemons WHERE name = ?", other)
    made = exports / daemon / f"{daemon}.db"
    assert not query(made, "SELECT key FROM build_info WHERE value LIKE '%' || ? || '%'", other)
    assert not query(made, "SELECT path FROM source_files WHERE path LIKE 'daemons/' || ? || '%'", other)
    assert id not in texts(exports / daemon)


def test_only_people_who_occur_are_listed(served, exports, query):
    for daemon in DAEMONS:
        made = exports / daemon / f"{daemon}.db"
        named = set()
        for table in tables(query, made):
            for _, _, target, column, *_ in query(made, f"PRAGMA foreign_key_list({table})"):
                if target == "users":
                    named |= set(query(made, f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"))
        assert set(query(made, "SELECT id FROM users")) == named
    everybody = query(served, "SELECT count(*) FROM users")
    assert query(exports / "aria" / "aria.db", "SELECT count(*) FROM users") < everybody


@pytest.mark.parametrize("daemon", DAEMONS)
def test_references_hold(exports, query, daemon):
    made = exports / daemon / f"{daemon}.db"
    assert query(made, "PRAGMA foreign_key_check") == []
    assert query(made, "PRAGMA integrity_check") == ["ok"]
    assert query(made, "SELECT count(*) > 0 FROM search WHERE search MATCH 'kitchen OR garden OR letter'") == [1]


def test_soft_references_hold_as_often_as_in_the_served_file(served, exports, query):
    sql = (
        "SELECT count(*) FROM self_model_nodes AS n JOIN daemons AS d ON d.id = n.daemon_id"
        " WHERE d.name = 'cass' AND mirrors = 'marks' AND original_id IN (SELECT id FROM marks)"
    )
    head = "SELECT count(*) FROM marks WHERE daemon_id = (SELECT id FROM daemons WHERE name = 'cass')" + (
        " AND substr(id, 1, 8) IN (SELECT id FROM self_model_nodes)"
    )
    for question in (sql, head):
        (wanted,) = query(served, question)
        assert wanted > 0
        assert query(exports / "cass" / "cass.db", question) == [wanted]


@pytest.mark.parametrize("daemon", DAEMONS)
def test_nothing_can_be_joined_on_people_placeholders_or_ids(served, exports, query, daemon):
    text = texts(exports / daemon)
    for id in query(served, "SELECT id FROM users UNION SELECT id FROM conversations UNION SELECT id FROM projects"):
        assert id not in text
        assert id[:8] not in text
    for name in query(served, "SELECT display_name FROM users WHERE display_name <> 'Daedalus'"):
        assert not re.search(rf"\b{name}\b", text, re.IGNORECASE)
    placeholder = re.compile(r"\[[a-z]+ [0-9a-f]{4}\]")
    old = {p for words in query(served, "SELECT content FROM messages") for p in placeholder.findall(words)}
    assert len(old) > 4
    assert not old & set(placeholder.findall(text))


def test_a_value_has_one_new_value_and_keeps_its_kind(served, exports, query):
    placeholder = re.compile(r"\[([a-z]+) [0-9a-f]{4}\]")
    sql = (
        "SELECT conversation_id, content FROM messages JOIN conversations AS c ON c.id = conversation_id"
        " JOIN daemons AS d ON d.id = daemon_id WHERE name = 'cass' ORDER BY messages.id"
    )
    found = []
    for path in (served, exports / "cass" / "cass.db"):
        talks: dict[str, list[str]] = {}
        for id, content in query(path, sql):
            talks.setdefault(id, []).append(content)
        # Conversations have an order of their own in an export; how long their messages are tells which is which.
        by_length = sorted(talks.values(), key=lambda said: [text.count(" ") for text in said])
        found.append([text for said in by_length for text in said])
    before, after = found
    assert len(before) == len(after)
    pairs = set()
    for old, new in zip(before, after, strict=True):
        assert placeholder.sub(r"\1", old).count("[") == placeholder.sub(r"\1", new).count("[")
        olds, news = ([m.group() for m in placeholder.finditer(text)] for text in (old, new))
        pairs |= set(zip(olds, news, strict=True))
    assert len({old for old, _ in pairs}) == len({new for _, new in pairs}) == len(pairs)
    assert all(old.split()[0] == new.split()[0] for old, new in pairs)


def test_no_pseudonym_is_a_name_that_somebody_bears(tree, query, tmp_path):
    """Half of all pseudonyms are the names of people in this tree; every export still finds others and is clean."""
    files = {}
    for number, name in enumerate(sorted(words().pseudonyms)[::2]):
        id = f"5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e{number:04}"
        person = {"user_id": id, "display_name": f"{name} Quillon", "created_at": "2025-01-01", "updated_at": ""}
        files |= {f"users/{id}/profile.yaml": person, f"conversations/{id}.json": conversation(id, user_id=id)}
    root = tree(files)
    build(root, tmp_path / "many.db", BuildOptions(key=KEY))
    options = ExportOptions(formats=("sqlite",), trees=tuple(find_trees(root)))
    export(tmp_path / "many.db", tmp_path / "x", key=KEY, options=options)
    made = query(tmp_path / "x" / "cass" / "cass.db", "SELECT display_name FROM users")
    assert len(made) == len(set(made)) == len(files) // 2


def test_token_counts_are_kept_only_on_request(served, exports, query, tmp_path):
    sql = (
        "SELECT (SELECT sum(total_tokens) FROM token_usage_records), (SELECT sum(output_tokens) FROM messages),"
        " (SELECT sum(input_tokens) FROM token_usage),"
        " (SELECT sum(data_json LIKE '%output_tokens%') FROM autonomous_works)"
    )
    assert query(exports / "cass" / "cass.db", sql) == [(None, None, None, 0)]
    export(
        served, tmp_path / "x", key=KEY, daemons=["cass"], options=ExportOptions(formats=("sqlite",), with_usage=True)
    )
    kept = query(tmp_path / "x" / "cass" / "cass.db", sql)
    assert all(kept[0])


def test_conversations_hold_what_was_said(exports, query):
    lines = (exports / "cass" / "conversations.jsonl").read_bytes().splitlines()
    told = [orjson.loads(line) for line in lines]
    sql = "SELECT content FROM messages WHERE excluded = 0 AND content <> '[withheld]'"
    spoken = [message["content"] for conversation in told for message in conversation["messages"]]
    assert sorted(spoken) == sorted(query(exports / "cass" / "cass.db", sql))
    assert {role for c in told for role in (m["role"] for m in c["messages"])} <= {"user", "assistant", "system"}
    withheld = "SELECT count(*) FROM messages WHERE content = '[withheld]'"
    assert query(exports / "cass" / "cass.db", withheld) != [0]


def test_same_database_and_key_give_the_same_bytes(served, exports, tmp_path):
    again = tmp_path / "exports"
    export(served, again, key=KEY, options=ExportOptions(trees=tuple(find_trees(DEMO))))
    assert files_of(again) == files_of(exports)
    assert [sha256(again / name) for name in files_of(again)] == [sha256(exports / name) for name in files_of(exports)]


def test_another_key_or_other_rows_give_other_names(served, exports, query, tmp_path):
    export(served, tmp_path / "x", key=bytes(32), daemons=["cass"], options=ExportOptions(formats=("sqlite",)))
    changed = tmp_path / "changed.db"
    changed.write_bytes(served.read_bytes())
    with closing(sqlite3.connect(changed)) as conn:
        conn.execute("UPDATE opinions SET confidence = confidence / 2")
        conn.commit()
    export(changed, tmp_path / "y", key=KEY, daemons=["cass"], options=ExportOptions(formats=("sqlite",)))
    ids = "SELECT id FROM users UNION SELECT id FROM conversations"
    found = [set(query(place / "cass" / "cass.db", ids)) for place in (exports, tmp_path / "x", tmp_path / "y")]
    assert not found[0] & found[1]
    assert not found[0] & found[2]


def test_the_archive_holds_the_folder_and_its_checksums_are_right(exports):
    (entry,) = (e for e in json.loads((exports / "index.json").read_text()) if e["daemon"] == "cass")
    assert sha256(exports / entry["file"]) == entry["sha256"]
    with zipfile.ZipFile(exports / entry["file"]) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [f"cass/{name}" for name in files_of(exports / "cass")]
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    lines = (exports / "cass" / "CHECKSUMS.sha256").read_text().splitlines()
    assert {line.split("  ")[1]: line.split("  ")[0] for line in lines} == {
        name: sha256(exports / "cass" / name) for name in files_of(exports / "cass") if name != "CHECKSUMS.sha256"
    }


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("rule", ["served pseudonym", "served user id", "served conversation id", "served placeholder"])
def test_what_joins_is_caught_in_every_format_and_nothing_is_published(
    monkeypatch, served, query, tmp_path, format, rule
):
    """Behind the exporter's back, a value of the served file is put into one file of the format."""
    from build_db.exports import run

    value = {
        "served pseudonym": query(served, "SELECT display_name FROM users WHERE display_name <> 'Daedalus'")[0],
        "served user id": query(served, "SELECT id FROM users")[0],
        "served conversation id": query(served, "SELECT id FROM conversations")[0],
        "served placeholder": next(
            re.search(r"\[[a-z]+ [0-9a-f]{4}\]", text).group()
            for text in query(served, "SELECT content FROM messages WHERE content LIKE '%[email %'")
        ),
    }[rule]
    honest = run.check_soundness

    def plant(path: Path) -> None:
        honest(path)
        with closing(sqlite3.connect(path)) as conn:
            conn.execute("UPDATE messages SET content = content || ' so ' || ? || ' said'", [value])
            conn.commit()

    monkeypatch.setattr(run, "check_soundness", plant)
    with pytest.raises(CheckFailed, match=rule) as caught:
        export(served, tmp_path / "exports", key=KEY, daemons=["cass"], options=ExportOptions(formats=(format,)))
    assert value not in str(caught.value)
    assert not (tmp_path / "exports").exists()


def test_other_files_are_refused(served, exports, tmp_path):
    private, foreign = tmp_path / "private.db", tmp_path / "foreign.db"
    build(DEMO, private, BuildOptions(private=True))
    foreign.write_bytes(b"my diary")
    older = tmp_path / "older.db"
    older.write_bytes(served.read_bytes())
    with closing(sqlite3.connect(older)) as conn:
        conn.execute("PRAGMA user_version = 999")
    for path, said in [
        (private, "private"),
        (foreign, "no database of this tool"),
        (tmp_path / "none.db", "no such file"),
        (older, "schema version 999"),
        (exports / "cass" / "cass.db", "an export itself"),
    ]:
        with pytest.raises(UsageError, match=said):
            export(path, tmp_path / "exports", key=KEY)
    assert not (tmp_path / "exports").exists()


def test_an_unknown_daemon_is_refused_and_the_known_are_named(served, tmp_path):
    with pytest.raises(UsageError, match="no daemon is called dora; known: cass, aria"):
        export(served, tmp_path / "exports", key=KEY, daemons=["dora"])
    assert not (tmp_path / "exports").exists()


def test_a_folder_that_is_not_ours_is_not_replaced(served, tmp_path):
    (tmp_path / "cass").mkdir()
    (tmp_path / "cass" / "diary.txt").write_text("dear diary")
    with pytest.raises(UsageError, match="was not made by this tool"):
        export(served, tmp_path, key=KEY, daemons=["cass"])
    assert (tmp_path / "cass" / "diary.txt").read_text() == "dear diary"
