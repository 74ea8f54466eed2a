"""Nothing is lost: the rows of the demo are counted again with nothing but `json` and `len`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import DEMO, Built

TREES = (DEMO, DEMO / "daemons" / "aria")


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


MODEL_LISTS = ("identity_statements", "shared_history", "growth_observations", "contradictions")

COUNTS = {
    "users": lambda: len({path.parent.name for path in files("users/*/profile.yaml")}),
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
    # The plan's table is the sum of a day's records per provider and model, not the records themselves.
    "token_usage": lambda: len(
        {
            (tree, record["timestamp"][:10], record["provider"], record["model"])
            for tree in TREES
            for path in tree.glob("usage/*.json")
            for record in json.loads(path.read_text(encoding="utf-8"))["records"]
        }
    ),
    "self_model_nodes": lambda: entries("*/self_model_graph.json", "nodes"),
    "self_model_edges": lambda: entries("*/self_model_graph.json", "edges"),
    "research_proposals": lambda: entries("wiki/research_proposals.json", "proposals"),
    "research_task_history": lambda: (
        entries("research_history.json", "history") + entries("wiki/research_history.json", "history")
    ),
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    built = Built(DEMO, tmp_path_factory.mktemp("demo") / "demo.db", private=True)
    yield built
    built.conn.close()


@pytest.mark.parametrize("table", COUNTS)
def test_every_record_of_the_demo_is_a_row(demo, table):
    assert demo.one(f"SELECT count(*) FROM {table}") == COUNTS[table]()


def test_both_daemons_have_a_life_of_their_own(demo):
    for table in ("conversations", "journals", "dreams", "wiki_pages", "rhythm_records", "solo_reflections"):
        lives = demo.rows(f"SELECT name, count(*) FROM {table} JOIN daemons ON daemons.id = daemon_id GROUP BY name")
        assert {name for name, _ in lives} == {"aria", "cass"}, table
    talks = "SELECT user_id FROM conversations WHERE user_id IS NOT NULL GROUP BY user_id"
    assert len(demo.rows(f"{talks} HAVING count(DISTINCT daemon_id) = 2")) >= 3
