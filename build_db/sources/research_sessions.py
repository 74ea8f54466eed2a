"""Research sessions: up to three files tell of one session.

`<id>.json` is the archive and wins; `session_<id>.json` is the runner's view and adds findings and the reason for the
end; `current.json` is the newest session again, or one that never reached the archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from build_db.records import Document, Item, Kind, Problem, Row
from build_db.sources.mapping import Mapping, as_list, as_mapping, first, text_id

ARCHIVE = Mapping(
    same="status mode duration_limit_minutes paused_at pause_reason searches_performed urls_fetched summary"
    " message_count",
    lists={"notes_created": "notes_json", "progress_entries": "progress_entries_json"},
    renamed={"ended_at": "completed_at"},
    read="session_id started_at focus_item_id focus_description findings_summary next_steps conversation_id",
)
VIEW = Mapping(
    read="session_id session_type started_at completed_at duration_minutes status completion_reason summary findings"
    " artifacts metadata focus",
)


def is_view(source: dict[str, Any]) -> bool:
    """Whether this is the runner's view of a session; the keys tell, not the file name."""
    return "session_type" in source and "artifacts" in source


def merge(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """One `research_sessions` row per session id."""
    archives: dict[str, Document] = {}
    views: dict[str, Document] = {}
    for document in sorted(documents, key=lambda d: (d.name == "current.json", d.path)):
        source = document.value
        if not isinstance(source, dict):
            yield document, Problem("not an object", value=source)
            continue
        session_id = text_id(source.get("session_id")) or document.stem.removeprefix("session_")
        found = views if is_view(source) else archives
        if session_id not in found:
            found[session_id] = document
        elif document.name != "current.json":
            yield document, Problem("duplicate record: the first is kept", session_id)
        mapping = VIEW if is_view(source) else ARCHIVE
        for problem in mapping.unknown(source, session_id):
            yield document, problem
    for session_id in sorted(archives.keys() | views.keys()):
        archive, view = archives.get(session_id), views.get(session_id)
        values = session(archive.value if archive else {}, view.value if view else {})
        yield archive or views[session_id], Row("research_sessions", {**values, "id": session_id})


def session(archive: dict[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    """The columns of one session from its archive and its view, either of which may be empty."""
    metadata = as_mapping(view.get("metadata"))
    artifacts = [a for a in as_list(view.get("artifacts")) if isinstance(a, dict) and a.get("note_id")]
    values = ARCHIVE.values(archive)
    values["created_at"] = first(archive.get("started_at"), view.get("started_at"), archive.get("ended_at"))
    values["completed_at"] = first(archive.get("ended_at"), view.get("completed_at"))
    values["status"] = first(archive.get("status"), view.get("status"), "completed")
    values["mode"] = first(archive.get("mode"), metadata.get("mode"))
    values["duration_limit_minutes"] = first(archive.get("duration_limit_minutes"), view.get("duration_minutes"))
    values["focus_item_id"] = text_id(first(archive.get("focus_item_id"), metadata.get("focus_item_id")))
    values["topic"] = first(archive.get("focus_description"), view.get("focus"), metadata.get("focus"), "(no topic)")
    values["summary"] = first(archive.get("summary"), view.get("summary"))
    for column in ("searches_performed", "urls_fetched", "message_count"):
        values[column] = first(values[column], metadata.get(column), 0)
    values["notes_json"] = values["notes_json"] or as_list(metadata.get("notes_created"))
    values["notes_json"] = values["notes_json"] or [artifact["note_id"] for artifact in artifacts]
    values["next_steps_json"] = as_list(first(archive.get("next_steps"), metadata.get("next_steps")))
    values["conversation_id"] = text_id(archive.get("conversation_id"))
    values["completion_reason"] = view.get("completion_reason")
    values["findings_json"] = findings(archive.get("findings_summary"), view)
    return values


def findings(summary: Any, view: dict[str, Any]) -> list[Any] | None:
    """The runner's list; else the lines of a bulleted summary; else the summary as the only finding."""
    if "findings" in view:
        return as_list(view["findings"])
    if not isinstance(summary, str):
        return None if summary is None else as_list(summary)
    lines = [line for line in summary.splitlines() if line.strip()]
    if lines and all(line.startswith("-") for line in lines):
        return [line.removeprefix("-").strip() for line in lines]
    return [summary]


KINDS = (Kind("research session", ("research/sessions/*.json",), "json", merge=merge),)
