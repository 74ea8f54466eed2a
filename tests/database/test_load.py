"""References, duplicates and several daemons: what the loader settles once all documents are in."""

from __future__ import annotations

import pytest
from conftest import conversation
from support.vessel import CASS, MORNING, small, write_vessel

from build_db.database.load import Loader
from build_db.records import Hint, Row
from build_db.schema import schema

FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
WREN = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
PROFILE = {"user_id": WREN, "display_name": "Wren", "created_at": "2025-01-01T08:00:00", "updated_at": "2025-01-02"}

FRONT = "---\ncreated: '2025-01-01T00:00:00'\nmodified: '2025-01-01T00:00:00'\n---\n\n"


def test_a_dangling_reference_is_cleared_and_recorded_with_its_id(tree, built):
    db = built(tree({f"conversations/{FIRST}.json": conversation(FIRST, user_id=WREN, project_id=SECOND)}))
    assert db.one("SELECT user_id, project_id FROM conversations") == (None, None)
    found = db.rows("SELECT field, record, value_json FROM problems ORDER BY field")
    assert found == [("project_id", FIRST, f'"{SECOND}"'), ("user_id", FIRST, f'"{WREN}"')]


def test_a_reference_into_its_own_table_is_found_there(tmp_path, built):
    goals = [
        {"id": FIRST, "title": "A program"},
        {"id": SECOND, "title": "Its commas", "parent_id": FIRST},
        {"id": WREN, "title": "Nobody's", "parent_id": "gone"},
    ]
    rows = [{**goal, "daemon_id": CASS, "created_at": MORNING, "updated_at": MORNING} for goal in goals]
    write_vessel(tmp_path / "data/cass.db", {**small(), "unified_goals": rows})
    db = built(tmp_path / "data")
    assert db.rows("SELECT id, parent_id FROM unified_goals") == [(FIRST, None), (SECOND, FIRST), (WREN, None)]
    assert db.rows("SELECT field, record, value_json FROM problems") == [("parent_id", WREN, '"gone"')]


def test_a_row_without_an_id_is_named_by_none(tree, built):
    said = [{"role": "user", "content": "x", "timestamp": "2025-01-01", "user_id": WREN}]
    db = built(tree({f"conversations/{FIRST}.json": conversation(FIRST, messages=said)}))
    assert db.rows("SELECT field, record, value_json FROM problems") == [("user_id", None, f'"{WREN}"')]


def test_a_required_target_that_left_no_file_gets_a_stand_in(tree, built):
    note = {"id": FIRST, "timestamp": "2025-03-01T10:00:00", "observation": "Likes maps."}
    files = {f"users/{WREN}/observations.json": [note], "users/index.json": {WREN: "Wren Talbot"}}
    db = built(tree(files))
    assert db.rows("SELECT id, display_name, created_at FROM users") == [(WREN, "Wren Talbot", "2025-03-01T10:00:00")]
    assert db.one("SELECT count(*) FROM user_observations") == 1
    assert "a stand-in was made" in db.one("SELECT problem FROM problems")


def test_a_stand_in_without_a_name_is_unknown(tree, built):
    db = built(tree({f"users/{WREN}/journals.json": [{"id": FIRST, "journal_date": "2025-03-01", "content": "x"}]}))
    assert db.one("SELECT display_name FROM users") == "unknown"


def test_an_unreadable_profile_keeps_its_person(tree, built):
    db = built(tree({f"users/{WREN}/profile.yaml": "a: [", "users/index.json": {WREN: "Wren"}}))
    assert db.rows("SELECT id, display_name FROM users") == [(WREN, "Wren")]
    assert db.one("SELECT outcome FROM source_files WHERE kind = 'user'") == "unreadable"


def test_an_index_entry_alone_is_nobody(tree, built):
    db = built(tree({"users/index.json": {WREN: "Wren"}, f"conversations/{FIRST}.json": conversation(FIRST)}))
    assert db.one("SELECT count(*) FROM users") == 0


def test_a_phase_that_left_the_rhythm_gets_a_stand_in(tree, built):
    done = {"phase_id": "old_hour", "completed_at": "2025-03-01T08:00:00", "session_type": "research"}
    db = built(tree({"rhythm/records/2025-03-01.json": {"date": "2025-03-01", "completed_phases": [done]}}))
    phase = db.one("SELECT id, name, activity_type, start_time FROM rhythm_phases")
    assert phase == ("old_hour", "old_hour", "research", "")


def test_a_phase_that_left_another_daemons_rhythm_gets_a_stand_in_of_that_daemon(tree, built):
    done = {"phase_id": "old_hour", "completed_at": "2025-03-01T08:00:00"}
    manifest = {"daemons": [{"name": "cass", "path": "."}, {"name": "aria", "path": "aria"}]}
    day = {"date": "2025-03-01", "completed_phases": [done]}
    db = built(tree({"daemons.yml": manifest, "aria/rhythm/records/2025-03-01.json": day}))
    assert db.rows("SELECT id FROM rhythm_phases") == [("aria:old_hour",)]


def test_of_two_hints_the_first_word_stays(tmp_path):
    loader = Loader(tmp_path / "work.db")
    loader.begin_daemon(id="d", name="cass", kernel_version=None, status="active", prefixed=False)
    loader.hint(Hint("users", WREN, {"display_name": "Wren Talbot"}))
    loader.hint(Hint("users", WREN, {"display_name": "somebody", "relationship": "friend"}))
    loader.add(Row("user_journals", {"id": FIRST, "user_id": WREN, "date": "2025-03-01", "content": "x"}))
    loader.settle()
    found = loader.db.execute("SELECT display_name, relationship FROM users").fetchall()
    loader.close()
    assert found == [("Wren Talbot", "friend")]


def test_a_link_without_a_target_is_left_out_and_recorded(tree, built):
    links = [{"link_type": "related", "target_id": "0badf00d"}, {"link_type": "blocks", "target_id": "b0000002"}]
    item = {"id": "a0000001", "title": "One", "created_at": "2025-01-01", "updated_at": "2025-01-01", "links": links}
    other = {**item, "id": "b0000002", "links": []}
    db = built(tree({"roadmap/items/a0000001.json": item, "roadmap/items/b0000002.json": other}))
    assert db.rows("SELECT target_id, link_type FROM roadmap_links") == [("b0000002", "blocks")]
    assert db.one("SELECT value_json FROM problems") == '"0badf00d"'


@pytest.mark.parametrize("copy_saved", ["2099-01-01T00:00:00", "2001-01-01"])
@pytest.mark.parametrize("name", ["a talk", FIRST + "-final", "0"])
def test_of_two_files_with_one_id_the_one_that_is_named_by_it_is_kept_whole(tree, built, copy_saved, name):
    said = {"role": "user", "timestamp": "2025-01-01"}
    original = conversation(FIRST, title="the original", messages=[{**said, "content": "the original"}] * 2)
    copy = conversation(FIRST, title="the copy", updated_at=copy_saved, messages=[{**said, "content": "the copy"}] * 3)
    db = built(tree({f"conversations/{FIRST}.json": original, f"conversations/{name}.json": copy}))
    assert db.rows("SELECT title FROM conversations") == [("the original",)]
    assert db.rows("SELECT DISTINCT content FROM messages") == [("the original",)]
    assert any("duplicate record" in problem for _, _, problem in db.problems())


def test_ids_that_are_spelled_otherwise_are_other_ids(tmp_path, built):
    spelled = (WREN, WREN.upper(), WREN.replace("-", ""), f"{{{WREN}}}")
    rows = [{"id": id, "title": "A goal", "daemon_id": CASS, "created_at": MORNING} for id in spelled]
    write_vessel(tmp_path / "data/cass.db", {**small(), "unified_goals": rows})
    db = built(tmp_path / "data")
    assert db.rows("SELECT id FROM unified_goals ORDER BY rowid") == [(id,) for id in spelled]
    assert not any("duplicate record" in problem for _, _, problem in db.problems())


def test_messages_keep_the_order_of_the_file(tree, built):
    texts = [{"role": "user", "content": str(n), "timestamp": f"2025-01-01T00:00:{59 - n:02}"} for n in range(50)]
    db = built(tree({f"conversations/{FIRST}.json": conversation(FIRST, messages=texts)}))
    assert [int(content) for (content,) in db.rows("SELECT content FROM messages ORDER BY id")] == list(range(50))


def test_daily_usage_is_the_sum_of_its_records(tree, built):
    record = {"timestamp": "2025-01-01T23:59:59", "provider": "anthropic", "model": "m1", "input_tokens": 10}
    records = [{**record, "output_tokens": n, "estimated_cost_usd": n / 10} for n in range(4)]
    unpriced = {**record, "model": "local", "output_tokens": 5, "estimated_cost_usd": None}
    db = built(tree({"usage/2025-01-02.json": {"date": "2025-01-02", "records": [*records, unpriced]}}))
    days = db.rows(
        "SELECT date, model, input_tokens, output_tokens, round(cost_usd, 6) FROM token_usage ORDER BY model"
    )
    assert days == [("2025-01-01", "local", 10, 5, 0.0), ("2025-01-01", "m1", 40, 6, 0.6)]
    sums = "SELECT sum(input_tokens), sum(output_tokens) FROM "
    assert db.one(sums + "token_usage") == db.one(sums + "token_usage_records")


def daemon(name: str) -> dict:
    """A small tree of one daemon; ids that are unique only inside it are the same for every name."""
    dream = {"date": "2025-03-01T03:00:00", "exchanges": [{"speaker": "dreaming", "text": f"{name} dreams"}]}
    phase = {"id": "morning", "name": "Morning", "activity_type": "reflection", "start_time": "8", "end_time": "9"}
    done = {"phase_id": "morning", "completed_at": "2025-03-01T08:00:00", "session_id": "reflect_1"}
    return {
        f"{name}/self_profile.yaml": {"updated_at": "2025-01-01T00:00:00", "notes": name},
        "dreams/20250301_030000.json": dream,
        "rhythm/config.json": {"phases": [phase]},
        "rhythm/records/2025-03-01.json": {"completed_phases": [done]},
        f"users/{WREN}/profile.yaml": PROFILE,
        "wiki/concept/Tides.md": f"{FRONT}# Tides\n\nsee [[Moon]], {name}",
        "wiki/concept/Moon.md": f"{FRONT}# Moon",
    }


@pytest.fixture
def two_daemons(tree):
    def write(**changes):
        aria = {f"daemons/aria/{path}": content for path, content in {**daemon("aria"), **changes}.items()}
        manifest = {"daemons": [{"name": "aria", "path": "daemons/aria", "status": "dormant"}]}
        return tree({**daemon("cass"), **aria, "daemons.yml": manifest})

    return write


def test_ids_of_further_daemons_bear_their_name(two_daemons, built):
    db = built(two_daemons())
    assert db.rows("SELECT name, status FROM daemons") == [("cass", "active"), ("aria", "dormant")]
    assert db.rows("SELECT id FROM dreams") == [("20250301_030000",), ("aria:20250301_030000",)]
    assert db.rows("SELECT phase_id, session_id FROM rhythm_records") == [
        ("morning", "reflect_1"),
        ("aria:morning", "aria:reflect_1"),
    ]
    links = db.rows("SELECT page_id, target_page_id FROM wiki_links")
    assert links == [("concept/Tides", "concept/Moon"), ("aria:concept/Tides", "aria:concept/Moon")]
    assert db.problems() == []


def test_each_row_belongs_to_its_daemon(two_daemons, built):
    db = built(two_daemons())
    names = "SELECT name, notes FROM daemon_profiles JOIN daemons ON daemons.id = daemon_id"
    assert db.rows(names) == [("cass", "cass"), ("aria", "aria")]


def test_people_are_shared(two_daemons, built):
    db = built(two_daemons())
    assert db.rows("SELECT id FROM users") == [(WREN,)]
    assert db.report.problems == 0


def test_two_profiles_of_one_person_keep_the_newer(two_daemons, built):
    newer = {**PROFILE, "display_name": "Wren T.", "updated_at": "2026-01-01"}
    db = built(two_daemons(**{f"users/{WREN}/profile.yaml": newer}))
    assert db.rows("SELECT display_name FROM users") == [("Wren T.",)]
    assert any("duplicate record" in problem for _, _, problem in db.problems())


def test_adding_a_daemon_changes_no_id_of_the_first(two_daemons, tree, built):
    both = built(two_daemons())
    (both_root := tree({})).joinpath("daemons.yml").write_text("daemons: [{name: cass, path: .}]")
    alone = built(both_root, name="alone.db")
    for table in ("dreams", "rhythm_phases", "wiki_pages", "users"):
        ids = {row[0] for row in both.rows(f"SELECT id FROM {table}") if not row[0].startswith("aria:")}
        assert ids == {row[0] for row in alone.rows(f"SELECT id FROM {table}")}


def test_a_single_tree_is_named_after_its_self_folder(tree, built):
    assert built(tree({"rowan/self_profile.yaml": {"notes": "x"}})).rows("SELECT name FROM daemons") == [("rowan",)]


def test_a_daemon_is_as_old_as_her_first_trace(tree, built):
    note = {"id": FIRST, "timestamp": "2024-12-24T10:00:00", "observation": "I notice."}
    db = built(tree({"cass/self_observations.json": [note]}))
    assert db.one("SELECT created_at FROM daemons") == "2024-12-24T10:00:00"


def test_odd_values_are_recorded_and_the_row_is_kept(tree, built):
    message = {
        "role": "user",
        "content": {"parts": [1]},
        "timestamp": "2025-01-01",
        "input_tokens": "many",
        "output_tokens": 2**70,
    }
    db = built(tree({f"conversations/{FIRST}.json": conversation(FIRST, messages=[message])}))
    assert db.one("SELECT content, input_tokens, output_tokens FROM messages") == ('{"parts":[1]}', None, None)
    assert {(field, problem) for _, field, problem in db.problems()} == {
        ("content", "not a text"),
        ("input_tokens", "not a number"),
        ("output_tokens", "not a number"),
    }


def test_a_record_without_an_id_gets_one_that_tells_nothing(tree, built):
    events = [{"title": "Dentist", "start_time": "2025-01-01T10:00:00"}] * 2
    db = built(tree({"calendar/None.json": {"events": events}}))
    assert db.one("SELECT count(DISTINCT id) FROM calendar_events") == 2
    assert [problem for _, _, problem in db.problems()] == ["missing id: one was made"] * 2


def test_every_foreign_key_is_declared_indexed_and_holds(two_daemons, built):
    db = built(two_daemons())
    for table in schema().values():
        started = {
            db.rows(f"PRAGMA index_info([{index[1]}])")[0][2] for index in db.rows(f"PRAGMA index_list({table.name})")
        }
        for column in table.columns:
            if column.references:
                assert column.name in started or column.key, f"{table.name}.{column.name} has no index"
    assert db.rows("PRAGMA foreign_key_check") == []
    assert db.one("PRAGMA integrity_check") == "ok"
