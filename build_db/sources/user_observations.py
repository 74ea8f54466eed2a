"""What a daemon notices about a person: `users/<id>/observations.json`."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, first, objects, text_id

OBSERVATION = Mapping(
    same="confidence",
    folded={
        "content_json": "observation source_conversation_id source_summary_id source_message_id"
        " source_journal_date source_type validation_count last_validated"
    },
    read="id timestamp category",
)

# What the vessel's reader assumes; every observation then has the same keys.
ABSENT = {
    "observation": None,
    "source_conversation_id": None,
    "source_summary_id": None,
    "source_message_id": None,
    "source_journal_date": None,
    "source_type": "conversation",
    "validation_count": 1,
    "last_validated": None,
}


def rows(document: Document) -> Iterator[Item]:
    """One `user_observations` row per entry; the person is the folder."""
    user_id = document.folder
    for entry in objects(document.value):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        values = OBSERVATION.values(source)
        values["id"] = text_id(source.get("id"))
        values["user_id"] = user_id
        values["observation_type"] = first(source.get("category"), "background")
        values["content_json"] = {**ABSENT, **values["content_json"], "origin": document.name}
        values["created_at"] = source.get("timestamp")
        values["updated_at"] = first(source.get("last_validated"), source.get("timestamp"))
        if values["confidence"] is None:
            values["confidence"] = 0.7
        yield Row("user_observations", values)
        yield from OBSERVATION.unknown(source, place)


KINDS = (FileKind("observations of a person", ("users/*/observations.json",), "json", rows, records=("",)),)
