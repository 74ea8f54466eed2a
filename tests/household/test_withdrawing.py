"""Who withdraws, and what is withdrawn, is in the served file no more, with every record that names it."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from conftest import DEMO, KEY, conversation, told

from build_db import BuildOptions, Report, UsageError, build
from build_db.exports.run import ExportOptions, export
from build_db.household.wishes import read_wishes

FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
PROJECT, DOCUMENT = "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"
WREN, NADIA = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"


def said(text: str) -> list[dict]:
    return [{"role": "user", "content": text, "timestamp": "2025-01-01"}]


HOUSE = {
    f"users/{WREN}/profile.yaml": {"user_id": WREN, "display_name": "Wren Talbot"},
    f"users/{NADIA}/profile.yaml": {"user_id": NADIA, "display_name": "Nadia Okoro"},
    f"conversations/{FIRST}.json": conversation(FIRST, user_id=WREN, messages=said("The sundial is mine alone.")),
    f"conversations/{SECOND}.json": conversation(SECOND, user_id=NADIA, messages=said("Wren gave me the almanac.")),
}


@pytest.fixture
def shared(tmp_path):
    """Builds with a list of what is withdrawn; gives the report and every row of the file as text."""

    def run(root: Path, *entries: str, **more: object) -> tuple[Report, str]:
        wishes = tmp_path / "wishes.yml"
        wishes.write_text(json.dumps({"withdraw": entries, **more}))
        report = build(root, tmp_path / "o.db", BuildOptions(key=KEY, wishes=wishes))
        with closing(sqlite3.connect(tmp_path / "o.db")) as conn:
            assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
            return report, "\n".join(conn.iterdump())

    return run


def test_a_person_goes_with_conversations_and_records_and_is_a_blank_where_others_mention_them(shared, tree):
    report, everything = shared(tree(HOUSE), "Wren Talbot")
    assert "sundial" not in everything
    assert "[withdrawn] gave me the almanac." in everything
    assert FIRST not in everything
    assert (report.withdrawn["users"], report.withdrawn["conversations"], report.withdrawn["messages"]) == (1, 1, 1)
    assert "withdrawn: 1 person, 1 conversation, 1 message (3 rows)" in told(report)


@pytest.mark.parametrize("entry", ["wren talbot", WREN, " Wren Talbot "])
def test_a_person_is_named_as_the_tree_does_or_by_id(shared, tree, entry):
    assert shared(tree(HOUSE), entry)[0].withdrawn["users"] == 1


def test_a_conversation_goes_and_its_person_stays(shared, tree):
    report, everything = shared(tree(HOUSE), FIRST)
    assert "sundial" not in everything
    assert FIRST not in everything
    assert report.content[None]["users"] == 2
    assert report.withdrawn["conversations"] == 1


@pytest.mark.parametrize("column", ["created_by", "assigned_to"])
def test_what_names_a_person_as_its_maker_goes_too(shared, tree, column):
    item = {"id": "0a1b2c3d", "title": "Oil the gate", "created_at": "2025-01-01", "updated_at": "2025-01-01"}
    root = tree({**HOUSE, "roadmap/items/0a1b2c3d.json": {**item, column: "Wren Talbot"}})
    assert shared(root, "Wren Talbot")[0].withdrawn["roadmap_items"] == 1
    assert shared(root, "Nadia Okoro")[0].withdrawn["roadmap_items"] == 0


def test_what_is_left_counts_up_and_problems_are_no_more_than_before(shared, tmp_path):
    """What hung on what is gone is no dangling reference: nobody is to see that there was something."""
    whole, _ = shared(DEMO)
    report, _ = shared(DEMO, "Wren Talbot")
    assert report.withdrawn.total() > 100
    assert report.problems < whole.problems
    with closing(sqlite3.connect(tmp_path / "o.db")) as conn:
        facts = dict(conn.execute("SELECT key, value FROM build_info WHERE key LIKE 'rows.%'"))
        assert int(facts["rows.users"]) == whole.rows["users"] - 1
        sums, records = (
            conn.execute(f"SELECT coalesce(sum(input_tokens), 0) FROM {table}").fetchone()[0]
            for table in ("token_usage", "token_usage_records")
        )
        assert sums == records


def test_of_both_forms_nothing_names_who_is_gone(shared, demo, query):
    """By the id, the pseudonym and the words that the file had of them before."""
    files = (json.loads(path.read_text()) for path in sorted((DEMO / "conversations").glob("*-*.json")))
    theirs = next(file["id"] for file in files if file["user_id"] == "146dc54f-2e7f-40c6-8fd9-ef702e7ec537")
    (id,) = query(demo, "SELECT user_id FROM conversations WHERE id = ?", theirs)
    (name,) = query(demo, "SELECT display_name FROM users WHERE id = ?", id)
    talks = query(demo, "SELECT id FROM conversations WHERE user_id = ?", id)
    assert len(query(demo, "SELECT DISTINCT daemon_id FROM conversations WHERE user_id = ?", id)) == 2
    spoken = "SELECT content FROM messages WHERE conversation_id IN (SELECT id FROM conversations WHERE user_id = ?)"
    _, everything = shared(DEMO, "Wren Talbot")
    assert id not in everything
    assert not any(talk in everything for talk in talks)
    assert not re.search(rf"\b{name}\b", everything)
    assert not any(text.replace("'", "''") in everything for text in query(demo, spoken, id) if len(text) > 60)


def test_what_needs_a_record_that_is_gone_goes_along_and_the_rest_loses_the_reference(tree, tmp_path):
    """A project of hers is gone with its documents; a conversation of somebody else about it stays."""
    project = {"id": PROJECT, "name": "Sundial", "user_id": WREN, "files": [], "created_at": "2025-01-01"}
    project["documents"] = [{"id": DOCUMENT, "title": "Gnomon", "content": "Brass.", "created_at": "2025-01-01"}]
    talk = conversation(SECOND, user_id=NADIA, project_id=PROJECT, messages=said("Well."))
    root = tree({**HOUSE, f"projects/{PROJECT}.json": project, f"conversations/{SECOND}.json": talk})
    tree({"redaction.yml": {"withdraw": [WREN]}})
    report = build(root, tmp_path / "o.db", BuildOptions(key=KEY))
    assert (report.withdrawn["projects"], report.withdrawn["project_documents"]) == (1, 1)
    assert not any("no such record" in finding.problem.problem for finding in report.findings)
    with closing(sqlite3.connect(tmp_path / "o.db")) as conn:
        assert conn.execute("SELECT id, project_id FROM conversations").fetchall() == [(SECOND, None)]


def test_somebody_without_an_account_can_withdraw_too(shared, tree):
    root = tree({**HOUSE, f"conversations/{SECOND}.json": conversation(SECOND, messages=said("Old Sam came by."))})
    _, everything = shared(root, "Old Sam", people={"Old Sam": {}})
    assert "[withdrawn] came by." in everything


def test_nobody_is_listed_under_the_blank(shared, tree, tmp_path, query):
    shared(tree(HOUSE), "Wren Talbot")
    (listed,) = query(tmp_path / "o.db", "SELECT value FROM build_info WHERE key = 'pseudonyms'")
    assert json.loads(listed)
    assert "[withdrawn]" not in json.loads(listed)


@pytest.mark.parametrize(
    ("entry", "why"),
    [("Marzipan", "is no person and no conversation"), ("Robin Vale", "fits more than one person; give the id")],
)
def test_an_entry_that_cannot_be_meant_is_refused_by_its_number(shared, tree, entry, why):
    twins = {f"users/{id}/profile.yaml": {"user_id": id, "display_name": "Robin Vale"} for id in (FIRST, SECOND)}
    with pytest.raises(UsageError) as refused:
        shared(tree({**HOUSE, **twins}), "Wren Talbot", entry)
    assert str(refused.value).startswith(f"redaction.yml: withdraw: entry 2 {why}")
    assert entry not in str(refused.value)


def test_exports_of_what_is_left_need_nothing_more(shared, tree, tmp_path, query):
    """Also where a conversation that is gone was excluded before."""
    root = tree(HOUSE)
    shared(root, "Wren Talbot", exclude={"conversations": [FIRST, SECOND]})
    export(
        tmp_path / "o.db", tmp_path / "e", key=KEY, options=ExportOptions(("sqlite",), wishes=tmp_path / "wishes.yml")
    )
    assert query(tmp_path / "e" / "cass" / "cass.db", "SELECT count(*) FROM conversations") == [0]


def test_a_private_file_keeps_everything(tree, tmp_path):
    root = tree({**HOUSE, "redaction.yml": {"withdraw": ["Wren Talbot"]}})
    report = build(root, tmp_path / "o.db", BuildOptions(private=True))
    assert report.rows["conversations"] == 2
    assert "withdrawn" not in told(report)


def test_the_line_is_as_it_is_documented(tmp_path):
    text = Path(DEMO.parent, "docs", "privacy.md").read_text(encoding="utf-8")
    (line,) = (line for line in text.splitlines() if line.startswith("withdraw: "))
    (tmp_path / "r.yml").write_text(line)
    assert len(read_wishes(tmp_path / "r.yml").withdraw) == 2
