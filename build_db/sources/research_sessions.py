"""Research sessions and the notes taken in them; up to three files tell of one session.

`sessions/<id>.json` is the archive and wins; `session_<id>.json` is the runner's view and adds findings and the reason
for the end; `current.json` is the newest session again, or one that never reached the archive. Notes and sessions name
each other, and either side may have forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import DIFFERS, Mapping, as_list, as_mapping, differing, first, text_id

NOTE = Mapping(
    same="title content created_at",
    lists={
        "related_agenda_items": "related_agenda_items_json",
        "related_questions": "related_questions_json",
        "tags": "tags_json",
    },
    read="note_id session_id sources updated_at",
)
ARCHIVE = Mapping(
    same="status mode duration_limit_minutes paused_at pause_reason searches_performed urls_fetched summary"
    " findings_summary message_count",
    lists={"notes_created": "notes_json", "progress_entries": "progress_entries_json"},
    renamed={"ended_at": "completed_at"},
    read="session_id started_at focus_item_id focus_description next_steps conversation_id",
)
VIEW = Mapping(
    read="session_id session_type started_at completed_at duration_minutes status completion_reason summary findings"
    " artifacts metadata focus",
)


# What both an archive and the runner's view tell, by the view's keys; `metadata.` is inside one of them.
TOLD_TWICE = {
    "started_at": "started_at",
    "completed_at": "ended_at",
    "duration_minutes": "duration_limit_minutes",
    "status": "status",
    "summary": "summary",
    "focus": "focus_description",
    "metadata.mode": "mode",
    "metadata.focus": "focus_description",
    "metadata.focus_item_id": "focus_item_id",
    "metadata.searches_performed": "searches_performed",
    "metadata.urls_fetched": "urls_fetched",
    "metadata.message_count": "message_count",
    "metadata.notes_created": "notes_created",
    "metadata.next_steps": "next_steps",
}


def is_view(source: dict[str, Any]) -> bool:
    """Whether this is the runner's view of a session; the keys tell, not the file name."""
    return "session_type" in source and "artifacts" in source


def merge(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """One `research_sessions` row per session id and one `research_notes` row per note."""
    archives: dict[str, Document] = {}
    views: dict[str, Document] = {}
    notes: list[tuple[Document, dict[str, Any]]] = []
    for document in sorted(documents, key=lambda d: (d.name == "current.json", d.path)):
        source = document.value
        if not isinstance(source, dict):
            yield document, Problem("not an object", value=source)
        elif document.folder == "notes":
            notes.append((document, note(source, document)))
            yield from ((document, problem) for problem in NOTE.unknown(source, document.stem))
        else:
            session_id = text_id(source.get("session_id")) or document.stem.removeprefix("session_")
            found, mapping = (views, VIEW) if is_view(source) else (archives, ARCHIVE)
            twin = found.setdefault(session_id, document)
            if twin is not document:
                if document.name != "current.json":
                    yield document, Problem("duplicate record: the first is kept", session_id)
                yield from ((document, problem) for problem in differing(twin.value, source, session_id))
            yield from ((document, problem) for problem in mapping.unknown(source, session_id))
    for session_id in sorted(archives.keys() | views.keys()):
        archive, view = archives.get(session_id), views.get(session_id)
        values = {**session(archive.value if archive else {}, view.value if view else {}), "id": session_id}
        exchange([taken for _, taken in notes], values)
        yield archive or views[session_id], Row("research_sessions", values)
        if archive and view:
            yield from ((view, problem) for problem in unlike(archive.value, view.value, session_id))
    yield from ((document, Row("research_notes", taken)) for document, taken in notes)


def unlike(archive: dict[str, Any], view: dict[str, Any], session_id: str) -> Iterator[Problem]:
    """What the runner's view says otherwise than the archive, which is kept.

    The runner counts anew, from nothing: 0 is no word of its. Of findings the view's are kept; its list is the
    archive's summary, line by line.
    """
    metadata = as_mapping(view.get("metadata"))
    seen = {**view, **{f"metadata.{key}": value for key, value in metadata.items()}}
    for key, own in TOLD_TWICE.items():
        kept, other = archive.get(own), seen.get(key)
        same = as_list(kept) == as_list(other) if isinstance(other, list) else kept == other
        if kept not in (None, "", []) and other not in (None, "", [], 0) and not same:
            yield Problem(DIFFERS, session_id, key, other)
    told = findings(archive.get("findings_summary"), {})
    if told and "findings" in view and told not in (as_list(view["findings"]), [archive.get("summary")]):
        yield Problem(DIFFERS, session_id, "findings_summary", archive["findings_summary"])


def note(source: dict[str, Any], document: Document) -> dict[str, Any]:
    """The columns of one note. A bare address or citation becomes a source like the others."""
    values = NOTE.values(source)
    values["id"] = text_id(source.get("note_id")) or document.stem
    values["title"] = first(source.get("title"), "Untitled Note")
    values["session_id"] = text_id(source.get("session_id"))
    values["sources_json"] = [
        {"url" if entry.startswith("http") else "title": entry} if isinstance(entry, str) else entry
        for entry in as_list(source.get("sources"))
    ]
    values["updated_at"] = first(source.get("updated_at"), source.get("created_at"))
    return values


def exchange(notes: list[dict[str, Any]], session: dict[str, Any]) -> None:
    """Let a session and its notes learn of each other, and give the session the sources of its notes."""
    listed = [text_id(note_id) for note_id in session["notes_json"]]
    for taken in notes:
        if taken["id"] in listed and taken["session_id"] is None:
            taken["session_id"] = session["id"]
        elif taken["session_id"] == session["id"] and taken["id"] not in listed:
            session["notes_json"] = [*session["notes_json"], taken["id"]]
    own = [taken for taken in notes if taken["session_id"] == session["id"]]
    sources: dict[str, Any] = {}
    for entry in (entry for taken in own for entry in taken["sources_json"]):
        address = entry.get("url") if isinstance(entry, dict) else None
        sources.setdefault(str(address or entry), entry)
    session["sources_json"] = list(sources.values())


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
    # Without a topic of its own a session is about the goal it names; the loader knows the goals.
    values["topic"] = first(archive.get("focus_description"), view.get("focus"), metadata.get("focus")) or ""
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


KINDS = (FileKind("research session", ("research/notes/*.json", "research/sessions/*.json"), "json", merge=merge),)
