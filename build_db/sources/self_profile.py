"""How a daemon describes itself: `self_profile.yaml`, meant to be edited by hand."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_mapping, earliest, first, latest, objects

PROFILE = Mapping(
    same="notes",
    lists={
        "identity_statements": "identity_statements_json",
        "values": "values_json",
        "capabilities": "capabilities_json",
        "limitations": "limitations_json",
        "open_questions": "open_questions_json",
    },
    read="updated_at communication_patterns growth_edges opinions",
)
EDGE = Mapping(
    same="area current_state",
    lists={"observations": "observations_json", "strategies": "strategies_json"},
    read="desired_state first_noticed last_updated",
)
OPINION = Mapping(
    same="topic position confidence rationale",
    lists={"evolution": "evolution_json"},
    read="formed_from date_formed last_updated",
)


def rows(document: Document) -> Iterator[Item]:
    """One `daemon_profiles` row, then `growth_edges` and `opinions` in the order of the file."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    values = PROFILE.values(source)
    values["communication_patterns_json"] = as_mapping(source.get("communication_patterns"))
    values["updated_at"] = first(source.get("updated_at"), latest(_times(source)))
    yield Row("daemon_profiles", values)
    yield from PROFILE.unknown(source)
    for entry in objects(source, "growth_edges"):
        yield from (entry,) if isinstance(entry, Problem) else growth_edge(*entry)
    for entry in objects(source, "opinions"):
        yield from (entry,) if isinstance(entry, Problem) else opinion(*entry)


def growth_edge(source: dict, place: str) -> Iterator[Item]:
    """One `growth_edges` row. Areas may repeat; each entry is kept."""
    values = EDGE.values(source)
    for key in ("desired_state", "first_noticed", "last_updated"):
        values[key] = first(source.get(key))
    yield Row("growth_edges", values)
    yield from EDGE.unknown(source, place)


def opinion(source: dict, place: str) -> Iterator[Item]:
    """One `opinions` row."""
    values = OPINION.values(source)
    values["formed_from"] = first(source.get("formed_from"), "independent_reflection")
    values["confidence"] = 0.7 if values["confidence"] is None else values["confidence"]
    values["date_formed"] = first(source.get("date_formed"), earliest(_changes(source)))
    values["last_updated"] = first(source.get("last_updated"), latest(_changes(source)))
    yield Row("opinions", values)
    yield from OPINION.unknown(source, place)


def _changes(opinion: dict) -> Iterator[object]:
    evolution = opinion.get("evolution")
    steps = evolution if isinstance(evolution, list) else []
    return (step.get("date") for step in steps if isinstance(step, dict))


def _times(source: dict) -> Iterator[object]:
    for key in ("growth_edges", "opinions", "identity_statements"):
        for entry in objects(source, key):
            if not isinstance(entry, Problem):
                yield entry[0].get("last_updated")
                yield entry[0].get("last_affirmed")


KINDS = (FileKind("self-profile", ("{self}/self_profile.yaml",), "yaml", rows),)
