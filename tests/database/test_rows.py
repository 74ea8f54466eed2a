"""What the loader makes of rows one by one: repeated ones, those of two sources, those that are withdrawn."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from build_db.database import load
from build_db.database.load import Loader
from build_db.database.withdrawing import Gone, Withdrawn
from build_db.records import Hint, Problem, Row

WREN, TOBIN = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
DAY, LATER = "2025-03-01T08:00:00", "2025-03-02T08:00:00"


@pytest.fixture
def loader(tmp_path: Path) -> Iterator[Loader]:
    loader = Loader(tmp_path / "work.db")
    loader.begin_daemon(id="d1", name="cass", kernel_version="k1", status="active", prefixed=False)
    loader.begin_document("conversation", "conversations/a.json")
    yield loader
    loader.close()


def rows(loader: Loader, sql: str) -> list[tuple[Any, ...]]:
    loader.counts()  # what waits is written
    return loader.db.execute(sql).fetchall()


def told(loader: Loader) -> list[tuple[str, str, str | None, str | None]]:
    """Every finding: its file, problem, record and field."""
    return [(f.origin.path, f.problem.problem, f.problem.record, f.problem.field) for f in loader.findings]


def talk(id: str, saved: str = DAY, **more: Any) -> Row:
    return Row("conversations", {"id": id, "title": saved, "created_at": DAY, "updated_at": saved, **more})


def said(talk_id: str, content: str = "x", **more: Any) -> Row:
    values = {"conversation_id": talk_id, "role": "user", "content": content, "timestamp": DAY}
    return Row("messages", {**values, **more})


def test_of_a_record_that_comes_twice_the_newer_stays_with_what_it_owns(loader):
    assert loader.add(talk("t", DAY))
    assert loader.add(said("t", "old"))
    assert loader.is_whole
    loader.begin_document("conversation", "conversations/b.json")
    assert loader.add(talk("t", LATER))
    assert loader.add(said("t", "new"))
    loader.begin_document("conversation", "conversations/c.json")
    assert not loader.add(talk("t", DAY))
    assert not loader.add(said("t", "old"))
    assert loader.add(said("other", "of another"))
    assert rows(loader, "SELECT title FROM conversations") == [(LATER,)]
    assert rows(loader, "SELECT content FROM messages ORDER BY id") == [("new",), ("of another",)]
    assert (loader.passed_over, loader.left_out, loader.is_whole) == (2, 2, False)
    assert told(loader) == [
        ("conversations/b.json", "duplicate record: the newer is kept", "t", None),
        ("conversations/c.json", "duplicate record: the newer is kept", "t", None),
    ]


def test_what_was_refused_in_one_document_is_taken_from_the_next(loader):
    loader.add(talk("t", LATER))
    loader.begin_document("conversation", "conversations/b.json")
    assert not loader.add(talk("t", DAY))
    assert not loader.add(said("t"))
    loader.begin_document("conversation", "conversations/c.json")
    assert loader.add(said("t"))


def test_of_records_without_a_time_the_first_stays(loader):
    goal = {"id": "g", "title": "one", "created_at": DAY}
    assert [loader.add(Row("goals", {**goal, "title": title})) for title in ("one", "two")] == [True, False]
    assert rows(loader, "SELECT title FROM goals") == [("one",)]
    assert told(loader) == [("conversations/a.json", "duplicate record: the first is kept", "g", None)]


@pytest.mark.parametrize("path", ["conversations/t.json", "old/t.json.migrated", "t.json"])
def test_a_file_that_is_named_by_its_record_comes_first(loader, path):
    loader.add(talk("t", LATER))
    loader.begin_document("conversation", path)
    assert loader.add(talk("t", DAY))
    loader.begin_document("conversation", "conversations/t.x.json")
    assert not loader.add(talk("t", LATER))
    assert rows(loader, "SELECT title FROM conversations") == [(DAY,)]


def test_an_earlier_turn_comes_first_and_the_later_one_is_only_counted(loader):
    loader.begin_document("vessel", "cass.db", turn=-1)
    loader.add(talk("t", DAY))
    loader.begin_document("conversation", "conversations/b.json", turn=1)
    assert not loader.add(talk("t", LATER))
    assert not loader.add(said("t"))
    assert (loader.superseded, loader.findings) == (1, [])
    loader.begin_document("conversation", "conversations/c.json", turn=1)
    assert loader.superseded == 0


def test_a_row_without_an_id_that_repeats_one_of_the_database_is_not_taken_again(loader):
    edge = {"area": "patience", "current_state": "from the database"}
    loader.begin_document("vessel", "cass.db", turn=-1)
    assert loader.add(Row("growth_edges", dict(edge)))
    assert loader.add(Row("growth_edges", dict(edge)))
    loader.begin_document("growth", "growth.json")
    assert not loader.add(Row("growth_edges", {**edge, "current_state": "from a file"}))
    assert loader.add(Row("growth_edges", {"area": "courage"}))
    assert loader.add(Row("growth_edges", {"area": "courage"}))
    assert (loader.superseded, loader.findings, loader.passed_over) == (1, [], 1)
    assert rows(loader, "SELECT area, count(*) FROM growth_edges GROUP BY area") == [("courage", 2), ("patience", 2)]


def test_a_quiet_table_says_nothing_of_what_comes_twice(loader):
    link = {"source_id": "g", "target_id": "x", "link_type": "blocks"}
    assert [loader.add(Row("goal_links", dict(link))) for _ in range(2)] == [True, False]
    assert loader.add(Row("goal_links", {**link, "link_type": "helps"}))
    assert loader.findings == []


def test_a_record_that_is_told_by_several_columns_is_the_same_only_if_all_of_them_are(loader):
    model = {"daemon_id": "d1", "updated_at": DAY}
    taken = [loader.add(Row("user_models", {**model, "user_id": user})) for user in (WREN, TOBIN, WREN)]
    assert taken == [True, True, False]
    assert told(loader) == [("conversations/a.json", "duplicate record: the first is kept", f"d1:{WREN}", None)]


def test_two_daemons_with_a_day_in_common_both_keep_it(loader):
    event = {"id": "2025-03-01", "daemon_id": "d1", "date": "2025-03-01", "content": "one", "created_at": DAY}
    loader.begin_daemon(id="d2", name="aria", kernel_version=None, status="active", prefixed=False)
    loader.begin_document("journal", "cass.db")
    assert loader.add(Row("journals", dict(event)))
    assert loader.add(Row("journals", {**event, "daemon_id": "d2"}))
    assert not loader.add(Row("journals", {**event, "daemon_id": "d2"}))
    assert rows(loader, "SELECT id, daemon_id FROM journals ORDER BY id") == [
        ("2025-03-01", "d1"),
        ("aria:2025-03-01", "d2"),
    ]
    assert told(loader)[0] == (
        *("cass.db", "id of another daemon's record: the daemon's name was put before it", "2025-03-01", None),
    )


def test_a_person_in_two_trees_is_worth_a_word_only_if_they_differ(loader):
    person = {"id": WREN, "display_name": "Wren", "created_at": DAY, "updated_at": DAY}
    assert [loader.add(Row("users", {**person, "updated_at": saved})) for saved in (DAY, DAY, LATER)] == [
        True,
        False,
        True,
    ]
    assert told(loader) == [("conversations/a.json", "duplicate record: the newer is kept", WREN, None)]


def test_a_record_of_a_daemon_that_has_nothing_else_is_left_out(loader):
    note = {"id": "n", "title": "x", "created_at": "never", "daemon_id": "d9"}
    assert not loader.add(Row("goals", note))
    assert told(loader) == [("conversations/a.json", "record of a daemon that has nothing else: left out", "n", None)]
    assert loader.add(Row("goals", {"id": "m", "title": "x", "created_at": DAY}))
    assert rows(loader, "SELECT id, daemon_id FROM goals") == [("m", "d1")]
    assert len(loader.findings) == 1


def test_what_is_odd_is_told_with_its_record(loader):
    loader.add(Row("goals", {"id": "g", "title": ["x"], "created_at": "in June"}))
    assert told(loader) == [
        ("conversations/a.json", "not a text", "g", "title"),
        ("conversations/a.json", "not a time", "g", "created_at"),
    ]


def test_of_rows_that_were_examined_a_time_that_is_none_is_not_told_again(tmp_path):
    loader = Loader(tmp_path / "examined.db", examined=True)
    loader.begin_daemon(id="d1", name="cass", kernel_version=None, status="active", prefixed=False)
    loader.add(Row("goals", {"id": "g", "title": ["x"], "created_at": "in June"}))
    assert [found.problem.problem for found in loader.findings] == ["not a text"]
    loader.close()


def test_ids_that_are_missing_are_made_and_told_of_where_a_record_has_the_key(loader):
    for values in ({"title": "a"}, {"id": None, "title": "b"}, {"id": "g", "title": "c"}):
        loader.add(Row("goals", {**values, "created_at": DAY}))
    ids = [id for (id,) in rows(loader, "SELECT id FROM goals ORDER BY title")]
    assert len(set(ids)) == 3
    assert ids[2] == "g"
    assert [found.problem for found in loader.findings] == [Problem("missing id: one was made", field="id")]


def test_a_further_daemon_has_ids_of_its_own(loader):
    loader.add(Row("goals", {"id": "g", "title": "x", "created_at": DAY}))
    loader.begin_daemon(id="d2", name="aria", kernel_version=None, status="dormant", prefixed=True)
    loader.add(Row("goals", {"id": "g", "title": "x", "created_at": DAY, "parent_id": "g"}))
    assert rows(loader, "SELECT id, daemon_id, parent_id FROM goals ORDER BY id") == [
        *(("aria:g", "d2", "aria:g"), ("g", "d1", None)),
    ]
    assert loader.is_whole


@pytest.mark.parametrize("batch", [1, 2, 99])
def test_rows_are_the_same_however_many_wait(loader, monkeypatch, batch):
    monkeypatch.setattr(load, "BATCH", batch)
    for number in range(5):
        loader.add(said("t", str(number)))
    assert rows(loader, "SELECT id, content FROM messages") == [(n + 1, str(n)) for n in range(5)]


def test_every_finding_names_the_file_that_its_row_is_from(loader):
    for number in range(3):
        loader.begin_document("conversation", f"{number}.json")
        loader.add(talk(f"t{number}", user_id=f"u{number}"))
        loader.add(talk(f"s{number}"))
    loader.settle()
    assert [(path, field) for path, _, _, field in told(loader)] == [(f"{n}.json", "user_id") for n in range(3)]


def test_a_stand_in_is_as_old_as_the_first_row_that_needs_it_and_knows_what_was_hinted(loader):
    loader.hint(Hint("users", WREN, {"display_name": "Wren Talbot"}))
    for number, day in enumerate((LATER, "", DAY)):
        values = {"id": f"o{number}", "user_id": WREN, "observation_type": "x", "content_json": {}, "created_at": day}
        loader.add(Row("user_observations", values))
    loader.settle()
    assert rows(loader, "SELECT id, display_name, created_at, updated_at FROM users") == [
        (WREN, "Wren Talbot", DAY, DAY)
    ]
    assert told(loader) == [
        ("conversations/a.json", "no such record in users: a stand-in was made", f"o{n}", "user_id") for n in range(3)
    ]


def test_a_link_into_nothing_is_left_out_and_a_reference_cleared(loader):
    loader.add(Row("roadmap_items", {"id": "i", "title": "x", "created_at": DAY, "updated_at": DAY, "project_id": "p"}))
    loader.add(Row("roadmap_links", {"source_id": "i", "target_id": "j", "link_type": "blocks"}))
    loader.settle()
    assert rows(loader, "SELECT project_id FROM roadmap_items") == [(None,)]
    assert rows(loader, "SELECT * FROM roadmap_links") == []
    assert (loader.left_out, {(record, field) for _, _, record, field in told(loader)}) == (
        *(1, {(None, "target_id"), ("i", "project_id")}),
    )


@pytest.mark.parametrize(
    ("row", "born"),
    [
        (Row("journals", {"id": "j", "date": "2025-03-01", "content": "x", "created_at": DAY}), "2025-03-01"),
        (Row("journals", {"id": "j", "date": "one day", "content": "x", "created_at": DAY}), "2024-01-01"),
        (Row("self_observations", {"id": "o", "category": "x", "observation": "x", "created_at": DAY}), DAY),
        (Row("daemon_profiles", {"updated_at": DAY}), DAY),
        (talk("t"), DAY),
        (Row("goals", {"id": "g", "title": "x", "created_at": DAY}), "2024-01-01"),
    ],
)
def test_a_daemon_is_as_old_as_her_first_journal_or_trace_or_what_was_said_of_her(loader, row, born):
    loader.hint(Hint("daemons", "d1", {"created_at": "2024-01-01", "entity_name": "Cassandra", "status": "gone"}))
    loader.add(row)
    loader.settle()
    found = rows(loader, "SELECT id, name, created_at, kernel_version, status, entity_name FROM daemons")
    assert found == [("d1", "cass", born, "k1", "active", "Cassandra")]


def test_a_session_is_called_after_its_goal(loader):
    loader.add(Row("goals", {"id": "g", "title": "Learn knots", "created_at": DAY}))
    for id, topic, goal in (("a", "Own", "g"), ("b", "", "g"), ("c", "", "lost"), ("d", "", None)):
        loader.add(Row("research_sessions", {"id": id, "topic": topic, "focus_item_id": goal, "created_at": DAY}))
    loader.settle()
    assert rows(loader, "SELECT topic FROM research_sessions ORDER BY id") == [
        *(("Own",), ("Learn knots",), ("(no topic)",), ("(no topic)",)),
    ]


@pytest.mark.parametrize("anew", [True, False])
def test_a_finished_file_is_indexed_searched_and_counted_by_daemon(loader, tmp_path, anew):
    loader.add(talk("t", user_id=WREN))
    loader.add(said("t", "a sundial"))
    loader.add(Row("users", {"id": WREN, "display_name": "Wren", "created_at": DAY, "updated_at": DAY}))
    loader.add(Row("build_info", {"key": "title", "value": "x"}))
    loader.settle()
    assert loader.content() == {"d1": {"daemons": 1, "conversations": 1, "messages": 1}, None: {"users": 1}}
    loader.finish(tmp_path / "out.db", anew=anew)
    with closing(sqlite3.connect(tmp_path / "out.db")) as conn:
        assert conn.execute("SELECT count(*) FROM search WHERE search MATCH 'sundial'").fetchone() == (1,)
        indexed = {row[0] for row in conn.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'index'")}
        assert {"messages", "conversations"} <= indexed
        assert conn.execute("SELECT count(*) > 0 FROM sqlite_stat1").fetchone() == (1,)
        assert conn.execute("PRAGMA page_size").fetchone() == (8192,)
    assert (tmp_path / "work.db").exists() is anew
    if anew:
        loader.change_texts(
            lambda table, column, is_key, text: text.replace("sundial", "clock") if not is_key else text
        )
        loader.state("title", "y")
        loader.finish(tmp_path / "again.db", anew=True)
        with closing(sqlite3.connect(tmp_path / "again.db")) as conn:
            assert conn.execute("SELECT content FROM messages").fetchall() == [("a clock",)]
            assert conn.execute("SELECT value FROM build_info WHERE key = 'title'").fetchall() == [("y",)]


def withdrawn(loader: Loader, **what: Any) -> dict[str, int]:
    """How many rows of each table are gone."""
    gone = loader.withdraw(Withdrawn(**what))
    loader.settle()
    return {table: number for table, number in gone.rows.items() if number}


@pytest.fixture
def household(loader: Loader) -> Loader:
    """Two people, a conversation of each, and what was made of them."""
    for id in (WREN, TOBIN):
        loader.add(Row("users", {"id": id, "display_name": "x", "created_at": DAY, "updated_at": DAY}))
    for id, user in (("wren-talk-1", WREN), ("tobin-talk", TOBIN)):
        loader.add(talk(id, user_id=user))
        loader.add(said(id, user_id=user))
    return loader


def test_a_person_takes_their_conversations_along_and_all_that_is_said_in_them(household):
    gone = withdrawn(household, people=frozenset((WREN,)))
    assert gone == {"users": 1, "conversations": 1, "messages": 1}
    assert rows(household, "SELECT id FROM conversations") == [("tobin-talk",)]
    assert rows(household, "SELECT user_id FROM messages") == [(TOBIN,)]
    assert not household.is_whole


def test_a_conversation_goes_and_whoever_spoke_in_it_stays(household):
    assert withdrawn(household, conversations=frozenset(("tobin-talk",))) == {"conversations": 1, "messages": 1}
    assert len(rows(household, "SELECT id FROM users")) == 2


def test_nothing_is_withdrawn_of_nothing(household):
    assert household.withdraw(Withdrawn()) == Gone()
    assert not Withdrawn()
    assert Withdrawn(people=frozenset("x"))
    assert Withdrawn(conversations=frozenset("x"))


@pytest.mark.parametrize(
    ("content", "goes"),
    [(f"see {WREN}", True), (f"see {WREN[:8]}", True), ("see wren-talk-1", True), (f"see {WREN[:7]}", False)],
)
def test_what_names_it_by_its_id_or_by_the_first_digits_goes_too(household, content, goes):
    household.add(Row("journals", {"id": "j", "date": "2025-03-01", "content": content, "created_at": DAY}))
    household.add(said("tobin-talk", content))
    assert withdrawn(household, people=frozenset((WREN,))).get("journals", 0) == goes
    assert len(rows(household, "SELECT * FROM messages")) == 2  # what others said stays


def test_what_calls_them_by_name_goes_where_that_is_told(household):
    for id, name in (("a", "[withdrawn]"), ("b", "Tobin")):
        values = {"topic": "x", "their_position": "x", "my_position": "x", "created_at": DAY}
        household.add(Row("disagreements", {"id": id, "user_name": name, **values}))
    named = {"disagreements": ("user_name",)}
    assert withdrawn(household, people=frozenset((WREN,)), named=named)["disagreements"] == 1
    assert rows(household, "SELECT id FROM disagreements") == [("b",)]


def test_what_hangs_on_what_is_gone_goes_and_what_can_do_without_is_cleared(household):
    household.add(Row("conversation_threads", {"id": "th", "title": "x", "created_at": DAY, "user_id": WREN}))
    household.add(Row("thread_conversation_links", {"thread_id": "th", "conversation_id": "tobin-talk"}))
    household.add(Row("open_questions", {"id": "q", "question": "x", "created_at": DAY, "source_thread_id": "th"}))
    household.add(
        Row(
            "self_model_nodes",
            {"id": "n", "node_type": "x", "mirrors": "conversation_threads", "original_id": "th", "created_at": DAY},
        )
    )
    household.add(
        Row(
            "self_model_nodes",
            {"id": "m", "node_type": "x", "mirrors": "goals", "original_id": "th", "created_at": DAY},
        )
    )
    household.add(Row("self_model_edges", {"id": "e", "source_id": "m", "target_id": "n", "edge_type": "x"}))
    gone = withdrawn(household, people=frozenset((WREN,)))
    assert (gone["conversation_threads"], gone["thread_conversation_links"], gone.get("open_questions")) == (1, 1, None)
    assert (gone["self_model_nodes"], gone["self_model_edges"]) == (1, 1)
    assert rows(household, "SELECT source_thread_id FROM open_questions") == [(None,)]
    assert rows(household, "SELECT id FROM self_model_nodes") == [("m",)]


def test_a_row_of_the_account_is_known_to_name_it(household):
    gone = household.withdraw(Withdrawn(people=frozenset((WREN, "short"))))
    assert gone.is_named_in({"path": f"users/{WREN}/x", "n": 7})
    assert gone.is_named_in({"record": WREN[:8]})
    assert not gone.is_named_in({"path": "users/short/x", "n": None})
    assert gone.ids["users"] == {WREN}
