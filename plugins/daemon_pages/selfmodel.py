"""What a daemon thinks about itself: identity, values, growth edges, opinions."""

from __future__ import annotations

from typing import Any

from daemon_look.dates import when
from daemon_look.language import t
from daemon_look.profile import parts_of, statements
from daemon_look.rendering import anything, markdown, parsed, percent, words

from daemon_pages import plots
from daemon_pages.ask import Ask, Row


def self_model(ask: Ask) -> dict[str, Any]:
    """What a daemon thinks about itself."""
    id = ask.daemon["id"]
    profile = ask.one("SELECT * FROM daemon_profiles WHERE daemon_id = ?", id)
    edges = ask.rows("SELECT * FROM growth_edges WHERE daemon_id = ? ORDER BY first_noticed, id", id)
    opinions = ask.rows("SELECT * FROM opinions WHERE daemon_id = ? ORDER BY topic, id", id)
    return {
        "title": t("{name}, self-described", name=words(ask.daemon["name"])),
        "statements": [
            {**entry, "sure": percent(entry.get("confidence")), "since": when(entry.get("first_noticed"))}
            for entry in statements(profile)
        ],
        "parts": parts_of(profile, below=2),
        "edges": [_edge(ask, row) for row in edges],
        "opinions": [_opinion(ask, row) for row in opinions],
        "surest": plots.themes(
            [
                (row["topic"], round(row["confidence"] * 100))
                for row in opinions
                if isinstance(row["confidence"], float)
            ],
            title=t("How sure of each opinion, in percent"),
            noun=t("percent"),
        ),
        "core": ("daemon_profiles", id) if profile else None,
    }


def _edge(ask: Ask, row: Row) -> dict[str, Any]:
    observed = parsed(row["observations_json"])
    return {
        "area": row["area"],
        "url": ask.to(ask.daemon["name"], "edges", str(row["id"])),
        "now": markdown(row["current_state"], below=3),
        "hoped": markdown(row["desired_state"], below=3),
        "observed": anything(observed, below=3),
        "count": len(observed) if isinstance(observed, list) else 0,
    }


def _opinion(ask: Ask, row: Row) -> dict[str, Any]:
    changes = parsed(row["evolution_json"])
    changes = [c for c in changes if isinstance(c, dict)] if isinstance(changes, list) else []
    steps = [
        (c["date"], c["confidence"]) for c in changes if c.get("date") and isinstance(c.get("confidence"), (int, float))
    ]
    if isinstance(row["confidence"], float) and row["last_updated"]:
        steps.append((row["last_updated"], row["confidence"]))
    return {
        "topic": row["topic"],
        "url": ask.to(ask.daemon["name"], "opinions", str(row["id"])),
        "position": row["position"],
        "sure": percent(row["confidence"]),
        "changes": [
            (when(c.get("date")), c.get("old_position"), c.get("new_position"), c.get("reason")) for c in changes
        ],
        "confidence": plots.confidence(steps, title=t("How sure: {topic}", topic=row["topic"]))
        if len(steps) > 1
        else None,
    }
