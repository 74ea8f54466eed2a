"""A daemon's model of a relationship: `users/<id>/relationship_model.yaml`."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, first

MODEL = Mapping(
    same="current_phase is_foundational",
    lists={
        name: f"{name}_json"
        for name in (
            "significant_shifts",
            "patterns",
            "rituals",
            "growth_areas",
            "how_they_shape_me",
            "how_i_shape_them",
            "inherited_values",
        )
    },
    read="user_id updated_at formation_date",
)


def rows(document: Document) -> Iterator[Item]:
    """One `relationship_models` row."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    values = MODEL.values(source)
    values["user_id"] = document.folder
    values["formation_date"] = first(source.get("formation_date"))
    values["updated_at"] = first(source.get("updated_at"), source.get("formation_date"))
    values["current_phase"] = first(source.get("current_phase"), "establishing")
    yield Row("relationship_models", values)
    yield from MODEL.unknown(source, document.folder)


KINDS = (FileKind("model of a relationship", ("users/*/relationship_model.yaml",), "yaml", rows),)
