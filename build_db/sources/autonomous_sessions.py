"""Sessions a daemon spends on its own: one uniform shape in nine folders, and an older shape per folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_list, as_mapping, first, text_id

# folder -> session type, where they differ
SESSION_TYPES = {"creative": "creative_output", "knowledge": "knowledge_building"}
FOLDERS = (
    "consolidation",
    "creative",
    "curiosity",
    "growth_edge",
    "knowledge",
    "knowledge_building",
    "meta_reflection",
    "synthesis",
    "user_model_synthesis",
    "world_state",
    "writing",
)

SESSION = Mapping(
    same="completed_at duration_minutes status completion_reason summary focus",
    lists={"findings": "findings_json", "artifacts": "artifacts_json"},
    renamed={"metadata": "metadata_json"},
    read="session_id session_type started_at",
)

# In the older shape: keys that became columns, findings, or artifacts. Every other key is metadata.
OLD_COLUMNS = ("id", "started_at", "completed_at", "duration_minutes", "summary", "focus")
OLD_FINDINGS = ("best_discoveries", "follow_up_needed", "key_learnings", "key_insights", "key_outputs")
OLD_ARTIFACTS = {
    "discoveries": "discovery",
    "questions_captured": "question",
    "observations": "observation",
    "notes_created": "note",
    "concepts_extracted": "concept",
    "drafts_created": "draft",
}


def merge(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """One `autonomous_sessions` row per session; where both shapes tell of one, the uniform one wins."""
    told = set()
    for document in sorted(documents, key=lambda d: (d.folder, not d.stem.startswith("session_"), d.path)):
        source = document.value
        if not isinstance(source, dict):
            yield document, Problem("not an object", value=source)
            continue
        uniform = "session_type" in source
        values = session(source, document) if uniform else old_session(source, document)
        identity = (str(values["session_type"]), values["session_id"])
        if identity in told:
            yield document, Problem("duplicate record: the first is kept", values["session_id"])
            continue
        told.add(identity)
        yield document, Row("autonomous_sessions", values)
        if uniform:
            for problem in SESSION.unknown(source, values["session_id"]):
                yield document, problem


def session(source: dict[str, Any], document: Document) -> dict[str, Any]:
    """The columns of a session in the uniform shape."""
    values = SESSION.values(source)
    values["session_type"] = first(source.get("session_type"), SESSION_TYPES.get(document.folder, document.folder))
    values["session_id"] = text_id(source.get("session_id")) or document.stem.removeprefix("session_")
    values["started_at"] = first(source.get("started_at"), source.get("completed_at"))
    values["metadata_json"] = as_mapping(source.get("metadata"))
    values["status"] = first(source.get("status"), "completed")
    values["duration_minutes"] = first(source.get("duration_minutes"), 0)
    return values


def old_session(source: dict[str, Any], document: Document) -> dict[str, Any]:
    """The columns of a session in its folder's older shape."""
    metadata = {k: v for k, v in source.items() if k not in (*OLD_COLUMNS, *OLD_FINDINGS)}
    artifacts: list[dict[str, Any]] = []
    for key, artifact_type in OLD_ARTIFACTS.items():
        if isinstance(metadata.get(key), list) and all(isinstance(entry, dict) for entry in metadata[key]):
            artifacts.extend({"type": artifact_type, **entry} for entry in metadata.pop(key))
    return {
        "session_type": SESSION_TYPES.get(document.folder, document.folder),
        "session_id": text_id(source.get("id")) or document.stem.removeprefix("session_"),
        "status": "completed" if source.get("completed_at") else "in_progress",
        "focus": source.get("focus"),
        "summary": first(source.get("summary"), source.get("period_summary")),
        "findings_json": [finding for key in OLD_FINDINGS for finding in as_list(source.get(key))],
        "artifacts_json": artifacts,
        "metadata_json": metadata,
        "duration_minutes": source.get("duration_minutes"),
        "started_at": first(source.get("started_at"), source.get("completed_at")),
        "completed_at": source.get("completed_at"),
    }


HEX = "[0-9a-f]"
KINDS = (
    FileKind(
        "autonomous session",
        tuple(f"{folder}/{name}.json" for folder in FOLDERS for name in ("session_*", HEX * 8)),
        "json",
        merge=merge,
    ),
)
