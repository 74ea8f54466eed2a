"""To-do items: `tasks/<user id>.json`. The vessel's one line of text is the title; deleted tasks stay, by status."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Container, Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, container, first, objects, of_another, owner

TASK = Mapping(
    same="id status completed_at project modified_at urgency",
    renamed={"description": "title", "notes": "description", "due": "due_date"},
    lists={"tags": "tags_json"},
    read="priority created_at user_id",
)


def rows(document: Document) -> Iterator[Item]:
    """One `tasks` row per task."""
    yield Container(container(document.value, beside="tasks"))
    saved = document.value.get("updated_at") if isinstance(document.value, dict) else None
    for entry in objects(document.value, "tasks"):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        values = TASK.values(source)
        values["user_id"] = owner(source, document)
        values["urgency"] = 0.0 if values["urgency"] is None else values["urgency"]
        values["priority"] = first(source.get("priority"))
        values["modified_at"] = first(source.get("modified_at"))
        values["created_at"] = first(source.get("created_at"), source.get("modified_at"), saved)
        yield Row("tasks", values)
        yield from TASK.unknown(source, place)
        yield from of_another(source, document.stem, place, "file")


KINDS = (FileKind("tasks", ("tasks/*.json",), "json", rows),)
