"""Nothing is lost: the rows of the demo are counted again with nothing but `json`, `len` and `count(*)`.

One of its daemons is in the older form, files alone; the other in the present one, a database beside some files.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import DEMO, Built

TREES = (DEMO, DEMO / "daemons" / "aria")
DATABASE = TREES[1] / "cass.db"


def files(pattern: str) -> Iterator[Path]:
    """The files of a kind in both trees, indexes left out."""
    for tree in TREES:
        yield from (path for path in tree.glob(pattern) if path.name != "index.json" or "writing" in pattern)


def loaded(pattern: str) -> Iterator[Any]:
    for path in files(pattern):
        text = path.read_text(encoding="utf-8")
        yield yaml.safe_load(text) if path.suffix == ".yaml" else json.loads(text)


def entries(pattern: str, key: str | None = None) -> int:
    return sum(len(value[key] if key else value) for value in loaded(pattern))


def asked(sql: str) -> list[tuple[Any, ...]]:
    """What the vessel's database answers."""
    with closing(sqlite3.connect(f"file:{DATABASE}?mode=ro&immutable=1", uri=True)) as conn:
        return conn.execute(sql).fetchall()


def stored(table: str) -> int:
    """The rows of a table of the vessel's database; none if it has no such table."""
    (known,) = asked(f"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{table}'")[0]
    return asked(f"SELECT count(*) FROM {table}")[0][0] if known else 0


MODEL_LISTS = ("identity_statements", "shared_history", "growth_observations", "contradictions")

# What the files say, by table.
COUNTS = {
    "conversations": lambda: len(list(files("conversations/*.json"))),
    "messages": lambda: entries("conversations/*.json", "messages"),
    "projects": lambda: len(list(files("projects/*.json"))),
    "project_files": lambda: entries("projects/*.json", "files"),
    "project_documents": lambda: entries("projects/*.json", "documents"),
    "daemon_profiles": lambda: len(list(files("*/self_profile.yaml"))),
    "growth_edges": lambda: entries("*/self_profile.yaml", "growth_edges"),
    "opinions": lambda: entries("*/self_profile.yaml", "opinions"),
    "self_observations": lambda: entries("*/self_observations.json"),
    "milestones": lambda: entries("*/developmental_milestones.json"),
    "development_logs": lambda: entries("*/development_log.json"),
    "cognitive_snapshots": lambda: entries("*/cognitive_snapshots.json"),
    # A person's observations.json, and the four lists of the model that say the same kind of thing.
    "user_observations": lambda: (
        entries("users/*/observations.json") + sum(entries("users/*/user_model.yaml", key) for key in MODEL_LISTS)
    ),
    "user_growth_edges": lambda: entries("users/*/user_model.yaml", "growth_edges"),
    "user_journals": lambda: entries("users/*/journals.json"),
    "dreams": lambda: len(list(files("dreams/*.json"))),
    "solo_reflections": lambda: len(list(files("solo_reflections/reflect_*.json"))),
    "wiki_pages": lambda: len(list(files("wiki/*/*.md"))),
    "goals": lambda: (
        entries("goals/working_questions.json", "questions")
        + entries("goals/research_agenda.json", "items")
        + entries("goals/initiatives.json", "initiatives")
    ),
    "goal_progress": lambda: entries("goals/progress_log.json", "entries"),
    "research_notes": lambda: len(list(files("research/notes/*.json"))),
    "research_schedules": lambda: len(list(files("research/schedules/*.json"))),
    # Three shapes of file tell of one session; the id tells which.
    "research_sessions": lambda: len({value["session_id"] for value in loaded("research/sessions/*.json")}),
    "roadmap_items": lambda: len(list(files("roadmap/items/*.json"))),
    # A link to an item that is gone is recorded in `problems` and left out here.
    "roadmap_links": lambda: entries("roadmap/items/*.json", "links") - 1,
    "roadmap_milestones": lambda: entries("roadmap/milestones.json"),
    "calendar_events": lambda: entries("calendar/*.json", "events"),
    "tasks": lambda: entries("tasks/*.json", "tasks"),
    "rhythm_phases": lambda: entries("rhythm/config.json", "phases"),
    "rhythm_records": lambda: entries("rhythm/records/*.json", "completed_phases"),
    "token_usage_records": lambda: entries("usage/*.json", "records"),
    "self_model_nodes": lambda: entries("*/self_model_graph.json", "nodes"),
    "self_model_edges": lambda: entries("*/self_model_graph.json", "edges"),
    "research_proposals": lambda: entries("wiki/research_proposals.json", "proposals"),
    "research_task_history": lambda: (
        entries("research_history.json", "history") + entries("wiki/research_history.json", "history")
    ),
}
# Tables of the present form alone.
STORY = {
    **{table: table for table in ("conversation_threads", "thread_conversation_links", "open_questions")},
    **{table: table for table in ("unified_goals", "capability_gaps", "daemon_identity_snippets", "genesis_dreams")},
    **{table: table for table in ("work_items", "schedule_slots", "work_summaries", "roadmap_epics")},
    **{table: table for table in ("development_requests", "outreach_drafts", "feedback", "relational_baselines")},
    **{table: table for table in ("peopledex_entities", "peopledex_attributes", "peopledex_relationships")},
    "unified_goal_links": "goal_links",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    built = Built(DEMO, tmp_path_factory.mktemp("demo") / "demo.db", private=True)
    yield built
    built.conn.close()


@pytest.mark.parametrize("table", COUNTS)
def test_every_record_of_the_demo_is_a_row(demo, table):
    assert demo.one(f"SELECT count(*) FROM {table}") == COUNTS[table]() + stored(table)


@pytest.mark.parametrize("table", STORY)
def test_every_story_of_the_present_form_is_a_row(demo, table):
    assert demo.one(f"SELECT count(*) FROM {table}") == stored(STORY[table]) > 0


def test_people_are_counted_once_in_whatever_form_they_are_told_of(demo):
    people = {path.parent.name for path in files("users/*/profile.yaml")} | {
        id for (id,) in asked("SELECT id FROM users")
    }
    assert {id for (id,) in demo.rows("SELECT id FROM users")} == people


def test_usage_is_summed_by_day_and_model(demo):
    days = {
        (tree, record["timestamp"][:10], record["provider"], record["model"])
        for tree in TREES
        for path in tree.glob("usage/*.json")
        for record in json.loads(path.read_text(encoding="utf-8"))["records"]
    }
    stored_days = asked("SELECT DISTINCT substr(timestamp, 1, 10), provider, model FROM token_usage_records")
    assert demo.one("SELECT count(*) FROM token_usage") == len(days) + len(stored_days)


def test_each_form_is_there_once():
    assert (TREES[0] / "conversations").is_dir()
    assert not (TREES[0] / "cass.db").exists()
    assert stored("conversations") > 0


def test_both_daemons_have_a_life_of_their_own(demo):
    for table in ("conversations", "journals", "dreams", "wiki_pages", "rhythm_records", "solo_reflections"):
        lives = demo.rows(f"SELECT name, count(*) FROM {table} JOIN daemons ON daemons.id = daemon_id GROUP BY name")
        assert {name for name, _ in lives} == {"aria", "cass"}, table
    talks = "SELECT user_id FROM conversations WHERE user_id IS NOT NULL GROUP BY user_id"
    assert len(demo.rows(f"{talks} HAVING count(DISTINCT daemon_id) = 2")) >= 3
