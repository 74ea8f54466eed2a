"""Interviews that a daemon holds with other models: protocols, responses, annotations and analyses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import first, objects, text_id


def merge(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """One `autonomous_works` row per protocol, response, annotation and analysis."""
    protocols = {text_id(d.value.get("id")) or d.stem for d in documents if _is(d, "protocols")}
    for document in documents:
        if document.folder == "annotations":
            for item in annotated(document):
                yield document, item
        elif not isinstance(document.value, dict):
            yield document, Problem("not an object", value=document.value)
        else:
            yield document, Row("autonomous_works", work(document, protocols))


def _is(document: Document, folder: str) -> bool:
    return document.folder == folder and isinstance(document.value, dict)


def work(document: Document, protocols: set[str]) -> dict[str, Any]:
    """The columns of a protocol, a response or an analysis."""
    source = document.value
    values = {"data_json": source, "created_at": first(source.get("created_at"), source.get("timestamp"))}
    if document.folder == "analyses":
        # An analysis of one prompt does not name its protocol; its file name starts with it.
        named = [p for p in protocols if document.stem.startswith(f"{p}_")]
        parent = first(source.get("protocol_id"), max(named, key=len, default=None))
        title = first(source.get("research_question"), source.get("prompt_name"))
        content = first(source.get("preliminary_findings"), source.get("raw_notes"))
        return {**values, "kind": "interview_analysis", "work_id": document.stem, "parent_work_id": parent,
                "title": title, "content": content}  # fmt: skip
    values["work_id"] = text_id(source.get("id")) or document.stem
    if document.folder == "protocols":
        content = first(source.get("description"), source.get("research_question"))
        return {**values, "kind": "interview_protocol", "title": source.get("name"), "content": content}
    return {**values, "kind": "interview_response", "title": source.get("model_name"),
            "parent_work_id": text_id(source.get("protocol_id"))}  # fmt: skip


def annotated(document: Document) -> Iterator[Item]:
    """One `autonomous_works` row per annotation of a response."""
    for entry in objects(document.value):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        values = {"kind": "interview_annotation", "data_json": source, "content": source.get("note")}
        values["work_id"] = text_id(source.get("id")) or f"{document.stem}{place}"
        values["parent_work_id"] = text_id(source.get("response_id"))
        values["title"] = source.get("annotation_type")
        values["created_at"] = source.get("created_at")
        yield Row("autonomous_works", values)


KINDS = (
    FileKind(
        "interview",
        tuple(f"interviews/{folder}/*.json" for folder in ("protocols", "responses", "annotations", "analyses")),
        "json",
        merge=merge,
    ),
)
