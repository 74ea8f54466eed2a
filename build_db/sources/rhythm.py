"""The daily rhythm: `rhythm/config.json` and one record file per day."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Container, Document, FileKind, Hint, Item, Problem, Row
from build_db.sources.mapping import Mapping, container, first, objects, text_id

PHASE = Mapping(same="name activity_type start_time end_time description", renamed={"days": "days_json"}, read="id")
DONE = Mapping(
    same="completed_at session_type duration_minutes",
    renamed={"summary": "notes", "findings": "findings_json", "notes_created": "notes_created_json"},
    read="phase_id session_id",
)


def phases(document: Document) -> Iterator[Item]:
    """One `rhythm_phases` row per phase. No days at all means every day, an empty list means never."""
    yield Container(container(document.value, beside="phases"))
    for entry in objects(document.value, "phases"):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        yield Row("rhythm_phases", {**PHASE.values(source), "id": text_id(source.get("id"))})
        yield from PHASE.unknown(source, place)


def records(document: Document) -> Iterator[Item]:
    """One `rhythm_records` row per completed phase; the day is the file name, the day's own summary a row apart."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    yield Container({"date": source.get("date")})
    if source.get("date") not in (None, document.stem):
        yield Problem("date differs from the file name", document.stem, "date")
    for entry in objects(source, "completed_phases"):
        if isinstance(entry, Problem):
            yield entry
            continue
        done, place = entry
        phase_id = text_id(done.get("phase_id"))
        values = DONE.values(done)
        values.update(date=document.stem, phase_id=phase_id, status="completed")
        values["session_id"] = text_id(done.get("session_id"))
        yield Row("rhythm_records", values)
        if phase_id:
            activity = first(done.get("session_type"), "unknown")
            yield Hint("rhythm_phases", phase_id, {"name": phase_id, "activity_type": activity})
        yield from DONE.unknown(done, document.stem, f"{place}.")
    if source.get("daily_summary") is not None:
        yield Row("rhythm_daily_summaries", {"date": document.stem, **DAY.values(source)})
    yield from DAY.unknown(source, document.stem)


DAY = Mapping(same="daily_summary daily_summary_updated_at", read="date completed_phases")

KINDS = (
    FileKind("rhythm phases", ("rhythm/config.json",), "json", phases),
    FileKind("rhythm record", ("rhythm/records/*.json",), "json", records),
)
