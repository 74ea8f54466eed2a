"""A daemon's model of a person: `users/<id>/user_model.yaml`.

Its lists of statements, moments, growth and contradictions become `user_observations`; `content_json.origin` tells
them from those of `observations.json`.
"""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_list, as_mapping, first, objects, text_id

MODEL = Mapping(
    same="relationship_type first_interaction last_interaction",
    lists={
        "values": "values_json",
        "relationship_qualities": "relationship_qualities_json",
        "open_questions": "open_questions_json",
    },
    read="user_id updated_at communication_style confidence_areas identity_statements shared_history"
    " growth_observations growth_edges contradictions",
)

EDGE = Mapping(same="area current_state first_noticed last_updated", lists={"observations": "observations_json"})

# list in the file -> observation type, mapping of one entry
OBSERVED = {
    "identity_statements": (
        "identity",
        Mapping(
            same="confidence", folded={"content_json": "statement source evidence"}, read="first_noticed last_affirmed"
        ),
    ),
    "shared_history": (
        "moment",
        Mapping(folded={"content_json": "description significance category conversation_id"}, read="id timestamp"),
    ),
    "growth_observations": (
        "growth",
        Mapping(folded={"content_json": "area observation direction evidence"}, read="id timestamp"),
    ),
    "contradictions": (
        "contradiction",
        Mapping(
            folded={"content_json": "aspect_a aspect_b context resolution resolved resolution_timestamp"},
            read="id timestamp",
        ),
    ),
}


def rows(document: Document) -> Iterator[Item]:
    """One `user_models` row, the observations in it, and `user_growth_edges`."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    user_id = document.folder
    saved = first(source.get("updated_at"), source.get("last_interaction"), source.get("first_interaction"))
    values = MODEL.values(source)
    values["user_id"] = user_id
    values["updated_at"] = saved
    values["communication_style_json"] = as_mapping(source.get("communication_style"))
    values["confidence_areas_json"] = as_mapping(source.get("confidence_areas"))
    values["first_interaction"] = first(source.get("first_interaction"))
    values["last_interaction"] = first(source.get("last_interaction"))
    values["relationship_type"] = first(source.get("relationship_type"), "user")
    yield Row("user_models", values)
    yield from MODEL.unknown(source, user_id)
    for key in OBSERVED:
        yield from observed(document, key, saved)
    for entry in objects(source, "growth_edges"):
        if isinstance(entry, Problem):
            yield entry
            continue
        edge, place = entry
        row = EDGE.values(edge)
        row["user_id"] = user_id
        row["first_noticed"] = first(edge.get("first_noticed"))
        row["last_updated"] = first(edge.get("last_updated"))
        yield Row("user_growth_edges", row)
        yield from EDGE.unknown(edge, place)


def observed(document: Document, key: str, saved: str | None) -> Iterator[Item]:
    """The `user_observations` rows of one list of the model; `saved` is the model's own time.

    Identity statements have no ids: the loader counts some.
    """
    observation_type, mapping = OBSERVED[key]
    user_id = document.folder
    for entry in objects(document.value, key):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        values = mapping.values(source)
        values["user_id"] = user_id
        values["observation_type"] = observation_type
        values["content_json"]["origin"] = document.name
        if observation_type == "identity":
            values["content_json"]["evidence"] = as_list(source.get("evidence"))
        noticed = first(source.get("timestamp"), source.get("first_noticed"))
        values["created_at"] = first(noticed, saved)
        values["updated_at"] = first(source.get("last_affirmed"), source.get("resolution_timestamp"))
        if observation_type == "identity" and values["confidence"] is None:
            values["confidence"] = 0.7
        if observation_type != "identity":
            values["id"] = text_id(source.get("id"))
        yield Row("user_observations", values)
        yield from mapping.unknown(source, place)


KINDS = (FileKind("model of a person", ("users/*/user_model.yaml",), "yaml", rows),)
