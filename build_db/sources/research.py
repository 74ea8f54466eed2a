"""Research notes and schedules, one file each. Sessions are in `research_sessions`, tasks in `research_tasks`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from build_db.records import Document, Item, Kind, Problem, Row
from build_db.sources.mapping import Mapping, as_list, first, text_id

NOTE = Mapping(
    same="title content created_at",
    lists={
        "related_agenda_items": "related_agenda_items_json",
        "related_questions": "related_questions_json",
        "tags": "tags_json",
    },
    read="note_id session_id sources updated_at",
)
SCHEDULE = Mapping(
    same="created_at status requested_by focus_description recurrence preferred_time duration_minutes mode approved_by"
    " approved_at rejection_reason last_run next_run run_count notes",
    read="schedule_id session_type focus_item_id last_session_id",
)


def notes(document: Document) -> Iterator[Item]:
    """One `research_notes` row."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    values = NOTE.values(source)
    values["id"] = text_id(source.get("note_id")) or document.stem
    if values["id"] != document.stem:
        yield Problem("id differs from the file name", values["id"], "note_id")
    values["title"] = first(source.get("title"), "Untitled Note")
    values["session_id"] = text_id(source.get("session_id"))
    values["sources_json"] = sources(source.get("sources"))
    values["updated_at"] = first(source.get("updated_at"), source.get("created_at"))
    yield Row("research_notes", values)
    yield from NOTE.unknown(source, values["id"])


def sources(value: Any) -> list[Any]:
    """A note's sources; a bare address or citation becomes an object like the others."""
    return [
        {"url" if entry.startswith("http") else "title": entry} if isinstance(entry, str) else entry
        for entry in as_list(value)
    ]


def schedules(document: Document) -> Iterator[Item]:
    """One `research_schedules` row."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    values = SCHEDULE.values(source)
    values["id"] = text_id(source.get("schedule_id")) or document.stem
    values["session_type"] = first(source.get("session_type"), "reflection")
    values["focus_item_id"] = text_id(source.get("focus_item_id"))
    values["last_session_id"] = text_id(source.get("last_session_id"))
    yield Row("research_schedules", values)
    yield from SCHEDULE.unknown(source, values["id"])


KINDS = (
    Kind("research note", ("research/notes/*.json",), "json", notes),
    Kind("research schedule", ("research/schedules/*.json",), "json", schedules),
)
