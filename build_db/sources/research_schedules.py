"""Sessions asked for ahead of time, of research and of reflection: `research/schedules/<id>.json`."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, first, text_id

SCHEDULE = Mapping(
    same="created_at status requested_by focus_description recurrence preferred_time duration_minutes mode approved_by"
    " approved_at rejection_reason last_run next_run run_count notes",
    read="schedule_id session_type focus_item_id last_session_id",
)


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


KINDS = (FileKind("research schedule", ("research/schedules/*.json",), "json", schedules),)
