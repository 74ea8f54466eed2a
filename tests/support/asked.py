"""A vessel's tree in which everything that its managers can be asked has an answer, for two daemons."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from support.vessel import ARIA, CASS, OTHER, TALK, TOBIN, WILMA, Tables, daemon, message, person, talk, write_vessel

RAIN, DOUGH = (f"{n}b672cfb-ed96-4b3f-a657-d0f9b1600210" for n in "68")


def at(day: int, minute: int = 0) -> str:
    """A time in January 2026."""
    return f"2026-01-{day:02}T10:{minute:02}:00.000001"


def observed(id: str, daemon_id: str, category: str, day: int, **context: Any) -> dict[str, Any]:
    told = {"developmental_stage": "early", "superseded_by": None, "version_history": [], **context}
    values = {
        "id": id,
        "daemon_id": daemon_id,
        "category": category,
        "observation": f"I notice {id}.",
        "context_json": told,
    }
    return {**values, "confidence": day / 10, "source_conversation_id": TALK, "created_at": at(day)}


def noted(id: str, daemon_id: str, user_id: str, category: str, day: int) -> dict[str, Any]:
    content = {"observation": f"Bakes when worried, {id}.", "validation_count": 1}
    values = {
        "id": id,
        "daemon_id": daemon_id,
        "user_id": user_id,
        "observation_type": category,
        "content_json": content,
    }
    return {**values, "confidence": day / 20, "created_at": at(day), "updated_at": at(day)}


def snapshot(id: str, daemon_id: str, day: int, **metrics: Any) -> dict[str, Any]:
    odd = {"certainty_markers": {"perhaps": 2}, "tool_preference_shifts": [], "developmental_stage": "early"}
    values = {"id": id, "daemon_id": daemon_id, "metrics_json": {**metrics, **odd}, "timestamp": at(day)}
    return {**values, "period_start": at(day - 1)[:10], "period_end": at(day)[:10]}


def milestone(
    id: str, daemon_id: str, kind: str, category: str, day: int, acknowledged: bool = False
) -> dict[str, Any]:
    evidence = {"milestone_type": kind, "category": category, "acknowledged": acknowledged, "evidence_ids": []}
    values = {
        "id": id,
        "daemon_id": daemon_id,
        "title": f"Milestone {id}",
        "description": "Reached",
        "evidence_json": evidence,
    }
    return {**values, "significance": "high", "triggered_at": at(day)}


def opinion(topic: str, daemon_id: str, day: int, *positions: str) -> dict[str, Any]:
    """An opinion that was changed as often as there are further positions."""
    changes = [
        {"date": at(day, n), "old_position": old, "new_position": new, "reason": "Updated opinion"}
        for n, (old, new) in enumerate(pairwise(positions))
    ]
    values = {"daemon_id": daemon_id, "topic": topic, "position": positions[-1], "evolution_json": changes}
    return {**values, "confidence": 0.8, "rationale": "bread", "date_formed": at(day), "last_updated": at(day, 30)}


def document(id: str, project_id: str, title: str, day: int, created_by: str) -> dict[str, Any]:
    values = {"id": id, "project_id": project_id, "title": title, "content": f"A hotter oven. {'Steps. ' * 50}"}
    return {**values, "created_by": created_by, "embedded": 0, "created_at": at(day), "updated_at": at(day)}


def item(id: str, title: str, status: str, priority: str, kind: str, **changes: Any) -> dict[str, Any]:
    values = {"id": id, "daemon_id": CASS, "title": title, "status": status, "priority": priority, "item_type": kind}
    return {**values, "created_by": "user", "created_at": at(2), "updated_at": at(3), **changes}


def link(source: str, kind: str, target: str) -> dict[str, Any]:
    return {"source_id": source, "target_id": target, "link_type": kind}


def tables() -> Tables:
    """What the vessel's database holds."""
    projects = {"created_at": at(1), "updated_at": at(1), "working_directory": "/srv/oven"}
    messages = [
        message(TALK, f"Loaf number {n} rose.", role=("user", "assistant")[n % 2], timestamp=at(4, n), excluded=n == 7)
        for n in range(14)
    ]
    messages += [
        message(OTHER, "What makes a crust crack?", timestamp=at(6), user_id=TOBIN),
        message(OTHER, "Steam, early.", role="assistant", timestamp=at(6, 1)),
        message(RAIN, "It rains on the rye.", timestamp=at(2)),
        message(DOUGH, "Does dough like ovens?", timestamp=at(5), user_id=WILMA),
    ]
    return {
        "schema_version": [{"version": 27, "applied_at": at(1)}],
        "daemons": [daemon(CASS, "cass"), daemon(ARIA, "aria")],
        "users": [person(WILMA, "Wilma Harrow"), person(TOBIN, "Tobin Quill")],
        "projects": [
            {"id": "p1", "user_id": WILMA, "name": "Oven log", **projects},
            {"id": "p2", "user_id": TOBIN, "name": "Garden", **projects},
        ],
        "conversations": [
            talk(TALK, project_id="p1", updated_at=at(4, 13)),
            talk(OTHER, user_id=TOBIN, title="On crusts", updated_at=at(6, 1)),
            talk(RAIN, user_id=None, title="Rain", updated_at=at(2)),
            talk(DOUGH, ARIA, title="Dough", updated_at=at(5)),
        ],
        "messages": messages,
        "self_observations": [
            observed("a", CASS, "pattern", 3),
            observed("b", CASS, "pattern", 5, superseded_by="c", developmental_stage="stable"),
            observed("c", CASS, "growth", 6, version_history=[{"version": 1, "observation": "I notice."}]),
            observed("d", ARIA, "pattern", 4),
            observed("e", ARIA, "preference", 2),
        ],
        "opinions": [
            opinion("Ovens", CASS, 3, "Hot is good"),
            opinion("Rye", CASS, 4, "Too sour", "An acquired taste", "The best of grains"),
            opinion("Rounds", ARIA, 5, "They end", "They end well"),
        ],
        "cognitive_snapshots": [
            snapshot("s2", CASS, 8, avg_response_length=22.5, question_frequency=0.3, opinions_expressed=2),
            snapshot("s1", CASS, 4, avg_response_length=18, question_frequency=0.1, opinions_expressed=1),
            snapshot("s3", CASS, 9, avg_response_length=20, question_frequency=0.2, opinions_expressed=2),
            snapshot("s4", ARIA, 8, avg_response_length=40),
        ],
        "milestones": [
            milestone("m1", CASS, "first_occurrence", "opinion", 3, acknowledged=True),
            milestone("m2", CASS, "threshold", "opinion_count", 5),
            milestone("m3", CASS, "stage_transition", "stage", 6),
            milestone("m4", ARIA, "first_occurrence", "opinion", 4),
        ],
        "user_observations": [
            noted("o1", CASS, WILMA, "preference", 3),
            noted("o2", CASS, WILMA, "preference", 7),
            noted("o3", CASS, WILMA, "value", 4),
            noted("o4", CASS, TOBIN, "preference", 5),
            noted("o5", ARIA, WILMA, "value", 6),
        ],
        "project_documents": [
            document("d1", "p1", "Plan", 3, "cass"),
            document("d2", "p1", "Heat", 5, "user"),
            document("d3", "p2", "Plan", 4, "cass"),
        ],
        "roadmap_items": [
            item("r1", "Oven API", "backlog", "P2", "feature", project_id="p1", assigned_to="cass"),
            item("r2", "Warm-up", "done", "P1", "feature", project_id="p1", assigned_to="Wilma Harrow"),
            item("r3", "Sensor drifts", "in_progress", "P0", "bug", assigned_to="Wilma Harrow"),
            item("r4", "Fans", "ready", "P1", "bug", project_id="p2"),
            item("r5", "Old plan", "archived", "P3", "chore"),
            item("r6", "A song", "ready", "P2", "feature", daemon_id=ARIA),
        ],
        # As the vessel's manager writes them: most from both ends, some from one.
        "roadmap_links": [
            *(link("r1", "depends_on", "r2"), link("r2", "blocks", "r1"), link("r1", "depends_on", "r3")),
            *(
                link("r4", "parent", "r5"),
                link("r5", "child", "r4"),
                link("r3", "related", "r4"),
                link("r5", "doubts", "r1"),
            ),
        ],
    }


def life_of_two(folder: Path) -> Path:
    """A tree with that database, and a roadmap milestone, which the vessel keeps in a file."""
    write_vessel(folder / "cass.db", tables())
    times = {"created_at": at(2), "updated_at": at(2)}
    filed = {"id": "f0f0f0f0", "title": "In a file alone", "status": "review", "milestone_id": "e1e1e1e1", **times}
    goal = {"id": "e1e1e1e1", "title": "A warm winter", "status": "active", **times}
    for name, value in (("items/f0f0f0f0.json", filed), ("milestones.json", [goal])):
        place = folder / "roadmap" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(value), encoding="utf-8")
    return folder
