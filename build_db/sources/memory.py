"""What lives only in the vector store: journals, summaries of conversations, insights and marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from build_db.errors import Unreadable
from build_db.ingest.reading import parse_json
from build_db.records import Container, Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_list, first, text_id

JOURNAL = Mapping(
    same="summary summary_count conversation_count locked",
    renamed={"timestamp": "created_at"},
    read="journal_date type is_journal",
)
SUMMARY = Mapping(
    same="timeframe_start timeframe_end message_count",
    renamed={"timestamp": "created_at"},
    read="conversation_id type is_summary",
)
INSIGHT = Mapping(
    same="importance insight_type retrieval_count",
    renamed={"timestamp": "created_at"},
    read="source_conversation_id last_retrieved tags type",
)
MARK = Mapping(
    same="category position",
    renamed={"timestamp": "created_at"},
    read="conversation_id description context_window",
)

# Why documents of these types leave no row.
SKIPPED_TYPES = {
    "attractor_marker": "a constant of the program",
    "cass_self_observation": "a copy of self_observations.json",
    "cass_self_profile": "a copy of self_profile.yaml",
    "conversation": "a copy of the conversations, deleted ones included",
    "growth_edge_evaluation": "a copy of growth_evaluations.json",
    "per_user_journal": "a copy of a person's journals.json",
    "project_document": "a copy of project documents",
    "question_reflection": "a copy of question_reflections.json",
    "user_observation": "a copy of a person's observations.json",
    "user_profile": "a copy of a person's profile.yaml",
    "wiki_page": "a copy of the wiki",
}
READ_TYPES = ("journal", "summary", "cross_session_insight")

# A session without an id was noted under its memory address, which means nothing.
NO_CONVERSATION = re.compile(r"unknown|\d*")


def rows(document: Document) -> Iterator[Item]:
    """`journals`, `conversation_summaries`, `cross_session_insights` and `marks`; other types are counted."""
    skipped: Counter[str] = Counter()
    for collection, kind, count in document.value["types"]:
        if collection == "self_model_graph_nodes":
            skipped["self_model_graph_nodes: a copy of self_model_graph.json"] += count
        elif collection == "cass_memory" and kind in SKIPPED_TYPES:
            skipped[f"{kind}: {SKIPPED_TYPES[kind]}"] += count
        elif not (collection == "cass_markers" or (collection == "cass_memory" and kind in READ_TYPES)):
            yield Problem("unknown type of document", collection, kind, count)
    yield Container({"not_ingested": dict(sorted(skipped.items()))})
    documents = document.value["documents"]
    yield from journals([d for d in documents if d["metadata"].get("type") == "journal"])
    for entry in documents:
        metadata, entry_id = entry["metadata"], entry["id"]
        if entry["collection"] == "cass_markers":
            yield from mark(entry_id, entry["document"], metadata)
        elif metadata.get("type") == "summary":
            yield from summary(entry_id, entry["document"], metadata)
        elif metadata.get("type") == "cross_session_insight":
            yield from insight(entry_id, entry["document"], metadata)


def journals(entries: list[dict[str, Any]]) -> Iterator[Item]:
    """One `journals` row each. The id is the date; further entries of one date are numbered in order of time."""
    seen: Counter[str] = Counter()
    for entry in sorted(
        entries, key=lambda e: (*map(str, map(e["metadata"].get, ("journal_date", "timestamp"))), e["id"])
    ):
        metadata = entry["metadata"]
        values = JOURNAL.values(metadata)
        date = first(metadata.get("journal_date"), str(metadata.get("timestamp") or "")[:10], "undated")
        seen[date] += 1
        values["id"] = date if seen[date] == 1 else f"{date}#{seen[date]}"
        values["date"] = date[:10]
        values["entry_type"] = "research" if date.endswith("-research") else "daily"
        values["source_id"] = entry["id"]
        for column in ("summary_count", "conversation_count"):
            values[column] = 0 if values[column] is None else values[column]
        values["content"] = entry["document"]
        yield Row("journals", values)
        yield from JOURNAL.unknown(metadata, entry["id"])


def summary(entry_id: str, text: str | None, metadata: dict[str, Any]) -> Iterator[Item]:
    """One `conversation_summaries` row."""
    values = SUMMARY.values(metadata)
    values.update(id=entry_id, content=text, **_conversation(metadata, "conversation_id"))
    yield Row("conversation_summaries", values)
    yield from SUMMARY.unknown(metadata, entry_id)


def insight(entry_id: str, text: str | None, metadata: dict[str, Any]) -> Iterator[Item]:
    """One `cross_session_insights` row; its tags are stored as JSON text."""
    values = INSIGHT.values(metadata)
    values.update(id=entry_id, insight=text, **_conversation(metadata, "source_conversation_id"))
    values["last_retrieved"] = first(metadata.get("last_retrieved"))
    try:
        values["tags_json"] = as_list(parse_json(metadata.get("tags") or "[]", []))
    except (Unreadable, TypeError):
        values["tags_json"] = as_list(metadata["tags"])
        yield Problem("not valid JSON", entry_id, "tags")
    yield Row("cross_session_insights", values)
    yield from INSIGHT.unknown(metadata, entry_id)


def mark(entry_id: str, text: str | None, metadata: dict[str, Any]) -> Iterator[Item]:
    """One `marks` row."""
    values = MARK.values(metadata)
    values.update(id=entry_id, content=text, **_conversation(metadata, "conversation_id"))
    values["description"] = first(metadata.get("description"))
    values["context_window"] = first(metadata.get("context_window"))
    yield Row("marks", values)
    yield from MARK.unknown(metadata, entry_id)


def _conversation(metadata: dict[str, Any], key: str) -> dict[str, str | None]:
    reference = text_id(metadata.get(key))
    target = None if reference is None or NO_CONVERSATION.fullmatch(reference) else reference
    return {key: target, "conversation_ref": reference}


KINDS = (FileKind("vector store", ("chroma/chroma.sqlite3",), "vector store", rows),)
