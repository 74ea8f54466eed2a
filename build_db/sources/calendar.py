"""Events and reminders: `calendar/<user id>.json`."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Container, Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, container, first, objects, of_another, owner, text_id

EVENT = Mapping(
    same="id title description start_time end_time location is_reminder reminder_minutes completed",
    lists={"tags": "tags_json"},
    read="recurrence recurrence_end created_at updated_at user_id conversation_id",
)


def rows(document: Document) -> Iterator[Item]:
    """One `calendar_events` row per event."""
    yield Container(container(document.value, beside="events"))
    saved = document.value.get("updated_at") if isinstance(document.value, dict) else None
    for entry in objects(document.value, "events"):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        values = EVENT.values(source)
        values["user_id"] = owner(source, document)
        values["conversation_id"] = text_id(source.get("conversation_id"))
        if values["reminder_minutes"] is None:
            values["reminder_minutes"] = 15
        # The vessel's own rule: no end and no reminder means the whole day.
        values["all_day"] = int(source.get("end_time") is None and not source.get("is_reminder"))
        recurrence = source.get("recurrence")
        if recurrence not in (None, "", "none"):
            values["recurrence_json"] = {"type": recurrence, "end": source.get("recurrence_end")}
        values["created_at"] = first(
            source.get("created_at"), source.get("updated_at"), saved, source.get("start_time")
        )
        values["updated_at"] = first(source.get("updated_at"))
        yield Row("calendar_events", values)
        yield from EVENT.unknown(source, place)
        yield from of_another(source, document.stem, place, "file")


KINDS = (FileKind("calendar", ("calendar/*.json",), "json", rows),)
