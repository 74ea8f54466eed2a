"""Planned work: `roadmap/items/<id>.json` with links, and `roadmap/milestones.json`."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_list, first, objects, text_id

ITEM = Mapping(
    same="title description status priority item_type created_by created_at",
    read="id tags assigned_to project_id milestone_id source_conversation_id updated_at links",
)
LINK = Mapping(same="target_id link_type")
MILESTONE = Mapping(same="id title description status plan_path created_at", read="target_date updated_at")


def rows(document: Document) -> Iterator[Item]:
    """One `roadmap_items` row and its `roadmap_links`."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    values = ITEM.values(source)
    values["id"] = text_id(source.get("id")) or document.stem
    if values["id"] != document.stem:
        yield Problem("id differs from the file name", values["id"], "id")
    values["title"] = first(source.get("title"), document.stem)
    values["created_by"] = first(source.get("created_by"), "user")
    values["updated_at"] = first(source.get("updated_at"), source.get("created_at"))
    values["tags_json"] = [tag for tag in as_list(source.get("tags")) if tag != ""]
    for key in ("assigned_to", "project_id", "milestone_id", "source_conversation_id"):
        values[key] = text_id(source.get(key))
    yield Row("roadmap_items", values)
    yield from ITEM.unknown(source, values["id"])
    for entry in objects(source, "links"):
        if isinstance(entry, Problem):
            yield entry
            continue
        link, place = entry
        yield Row("roadmap_links", {"source_id": values["id"], **LINK.values(link)})
        yield from LINK.unknown(link, values["id"], f"{place}.")


def milestones(document: Document) -> Iterator[Item]:
    """One `roadmap_milestones` row per entry."""
    for entry in objects(document.value):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        values = MILESTONE.values(source)
        values["target_date"] = first(source.get("target_date"))
        values["updated_at"] = first(source.get("updated_at"), source.get("created_at"))
        yield Row("roadmap_milestones", values)
        yield from MILESTONE.unknown(source, place)


KINDS = (
    FileKind("roadmap item", ("roadmap/items/*.json",), "json", rows),
    FileKind("roadmap milestone", ("roadmap/milestones.json",), "json", milestones),
)
