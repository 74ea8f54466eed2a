"""What a daemon notices about itself: `self_observations.json`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, first, objects, text_id

OBSERVATION = Mapping(
    same="observation confidence",
    folded={
        "context_json": "developmental_stage source_type source_conversation_id source_user_id influence_source"
        " validation_count last_validated version version_history supersedes superseded_by related_observations"
    },
    read="id timestamp category source_journal_date",
)

# What the vessel's reader assumes; every observation then has the same keys.
ABSENT: dict[str, Any] = {
    "developmental_stage": "early",
    "source_type": "journal",
    "source_conversation_id": None,
    "source_user_id": None,
    "influence_source": "independent",
    "validation_count": 1,
    "last_validated": None,
    "version": 1,
    "version_history": [],
    "supersedes": None,
    "superseded_by": None,
    "related_observations": [],
}


def rows(document: Document) -> Iterator[Item]:
    """One `self_observations` row per entry; a rewritten one was created at its first version."""
    for entry in objects(document.value):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        values = OBSERVATION.values(source)
        timestamp = source.get("timestamp")
        values["id"] = text_id(source.get("id"))
        values["context_json"] = {**ABSENT, **values["context_json"]}
        values["category"] = first(source.get("category"), "pattern")
        values["confidence"] = 0.7 if values["confidence"] is None else values["confidence"]
        values["source_conversation_id"] = text_id(source.get("source_conversation_id"))
        values["source_journal_date"] = first(source.get("source_journal_date"))
        history = source.get("version_history")
        oldest = history[0] if isinstance(history, list) and history and isinstance(history[0], dict) else {}
        values["created_at"] = first(oldest.get("timestamp"), timestamp)
        if values["created_at"] != timestamp:
            values["context_json"]["updated_at"] = timestamp
        yield Row("self_observations", values)
        yield from OBSERVATION.unknown(source, place)


KINDS = (FileKind("self-observations", ("{self}/self_observations.json",), "json", rows, records=("",)),)
