"""A daemon's development over time: snapshots of its style, milestones, and the daily log.

Snapshots and milestones are kept by the vessel in an odd order (newest first, the latest one last); rows follow time.
"""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_list, first, objects, text_id

SNAPSHOT = ("id", "timestamp", "period_start", "period_end")
MILESTONE = ("id", "timestamp", "title", "description", "significance")
LOG = Mapping(
    same="date summary conversation_count observation_count opinion_count",
    renamed={"id": "source_id", "timestamp": "created_at"},
    lists={
        "growth_indicators": "growth_indicators_json",
        "pattern_shifts": "pattern_shifts_json",
        "qualitative_changes": "qualitative_changes_json",
        "triggered_milestone_ids": "milestone_ids_json",
    },
    read="milestone_count developmental_stage",
)


def _by_time(value: object) -> Iterator[tuple[dict, str] | Problem]:
    entries = list(objects(value))
    yield from (entry for entry in entries if isinstance(entry, Problem))
    sound = [entry for entry in entries if not isinstance(entry, Problem)]
    yield from sorted(sound, key=lambda entry: str(entry[0].get("timestamp") or ""))


def snapshots(document: Document) -> Iterator[Item]:
    """One `cognitive_snapshots` row per entry; every measure is kept in `metrics_json`."""
    for entry in _by_time(document.value):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, _ = entry
        values = {key: source.get(key) for key in SNAPSHOT}
        values["id"] = text_id(source.get("id"))
        values["metrics_json"] = {key: value for key, value in source.items() if key not in SNAPSHOT}
        yield Row("cognitive_snapshots", values)


def milestones(document: Document) -> Iterator[Item]:
    """One `milestones` row per entry; how it was found is kept in `evidence_json`."""
    for entry in _by_time(document.value):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, _ = entry
        values = {key: source.get(key) for key in ("title", "description")}
        values["id"] = text_id(source.get("id"))
        values["triggered_at"] = source.get("timestamp")
        values["significance"] = first(source.get("significance"), "medium")
        values["evidence_json"] = {key: value for key, value in source.items() if key not in MILESTONE}
        yield Row("milestones", values)


def logs(document: Document) -> Iterator[Item]:
    """One `development_logs` row per entry."""
    for entry in objects(document.value):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        values = LOG.values(source)
        values["developmental_stage"] = first(source.get("developmental_stage"), "early")
        for column in ("conversation_count", "observation_count", "opinion_count"):
            values[column] = 0 if values[column] is None else values[column]
        counted = source.get("milestone_count")
        if counted is not None and counted != len(as_list(source.get("triggered_milestone_ids"))):
            yield Problem("count differs from the list", place, "milestone_count", counted)
        yield Row("development_logs", values)
        yield from LOG.unknown(source, place)


KINDS = (
    FileKind("cognitive snapshots", ("{self}/cognitive_snapshots.json",), "json", snapshots),
    FileKind("milestones", ("{self}/developmental_milestones.json",), "json", milestones),
    FileKind("development log", ("{self}/development_log.json",), "json", logs),
)
