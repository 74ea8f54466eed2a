"""Sessions of thinking alone: `solo_reflections/reflect_*.json`."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, first, objects, text_id

SESSION = Mapping(
    same="ended_at duration_minutes actual_duration_minutes trigger status summary",
    lists={"insights": "insights_json", "questions_raised": "questions_raised_json"},
    renamed={"theme": "title", "started_at": "created_at"},
    read="session_id thought_stream model_used",
)


def rows(document: Document) -> Iterator[Item]:
    """One `solo_reflections` row; its content is the thoughts, joined."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    values = SESSION.values(source)
    values["id"] = text_id(source.get("session_id")) or document.stem
    if values["id"] != document.stem:
        yield Problem("id differs from the file name", values["id"], "session_id")
    values["themes_json"] = [source["theme"]] if source.get("theme") else None
    values["model_used"] = first(source.get("model_used"), "ollama")
    thoughts = list(objects(source, "thought_stream"))
    yield from (entry for entry in thoughts if isinstance(entry, Problem))
    said = [entry[0].get("content") for entry in thoughts if not isinstance(entry, Problem)]
    values["thought_stream_json"] = [entry[0] for entry in thoughts if not isinstance(entry, Problem)]
    values["content"] = "\n\n".join(str(text) for text in said if text) or source.get("summary") or ""
    yield Row("solo_reflections", values)
    yield from SESSION.unknown(source, values["id"])


KINDS = (FileKind("solo reflection", ("solo_reflections/reflect_*.json",), "json", rows),)
