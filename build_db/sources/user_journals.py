"""A daemon's journal entries about one person: `users/<id>/journals.json`."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, first, objects, of_another, text_id

ENTRY = Mapping(
    same="content conversation_count",
    lists={"topics_discussed": "topics_json", "relationship_insights": "insights_json"},
    read="id user_id journal_date timestamp",
)


def rows(document: Document) -> Iterator[Item]:
    """One `user_journals` row per entry."""
    for entry in objects(document.value):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        values = ENTRY.values(source)
        values["user_id"] = document.folder
        values["date"] = first(source.get("journal_date"), str(source.get("timestamp") or "")[:10])
        values["id"] = text_id(source.get("id"))
        values["created_at"] = first(source.get("timestamp"), values["date"])
        yield Row("user_journals", values)
        yield from ENTRY.unknown(source, place)
        yield from of_another(source, document.folder, place, "folder")


KINDS = (FileKind("journal about a person", ("users/*/journals.json",), "json", rows, records=("",)),)
