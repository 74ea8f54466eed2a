"""Conversations: `conversations/<id>.json`, one file each, messages inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, first, objects, said, text_id

CONVERSATION = Mapping(
    same="title last_summary_timestamp messages_since_last_summary created_at updated_at",
    read="id messages project_id user_id working_summary summary",
)

MESSAGE = Mapping(
    same="role content timestamp excluded provider model input_tokens output_tokens",
    renamed={
        "animations": "animations_json",
        "self_observations": "self_observations_json",
        "user_observations": "user_observations_json",
        "marks": "marks_json",
        "narration_metrics": "narration_metrics_json",
    },
    read="user_id",
)


def rows(document: Document) -> Iterator[Item]:
    """One `conversations` row, then its `messages` in the order of the file."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    conversation_id = text_id(source.get("id")) or document.stem
    if conversation_id != document.stem:
        yield Problem("id differs from the file name", conversation_id, "id")
    problems: list[Problem] = []
    spoken: list[Any] = []  # the first time and the last
    for entry in objects(source, "messages"):
        if isinstance(entry, Problem):
            problems.append(entry)
        else:
            spoken = [*spoken[:1], entry[0].get("timestamp")]

    values = CONVERSATION.values(source)
    values["id"] = conversation_id
    values["user_id"] = text_id(source.get("user_id"))
    values["project_id"] = text_id(source.get("project_id"))
    values["working_summary"] = first(source.get("working_summary"), source.get("summary"))
    values["created_at"] = first(source.get("created_at"), *spoken[:1])
    values["updated_at"] = first(source.get("updated_at"), *spoken[-1:], values["created_at"])
    yield Row("conversations", values)
    yield from CONVERSATION.unknown(source, conversation_id)
    yield from problems

    previous = values["created_at"]
    for entry in objects(source, "messages"):
        if isinstance(entry, Problem):
            continue
        message, place = entry
        row = MESSAGE.values(message)
        row["conversation_id"] = conversation_id
        row["user_id"] = text_id(message.get("user_id"))
        previous = row["timestamp"] = row["timestamp"] or previous
        row["content"], beside = said(row["content"])
        # Thoughts and calls of tools are no part of what was said: rows of their own, taken out of the conversation.
        for role, text in beside:
            aside = {"role": role, "content": text, "excluded": True, "timestamp": previous}
            yield Row("messages", {**aside, "conversation_id": conversation_id, "model": row["model"]})
        if row["content"] is None:
            row["content"] = ""
            yield Problem("missing value", conversation_id, f"{place}.content")
        yield Row("messages", row)
        yield from MESSAGE.unknown(message, conversation_id, f"{place}.")


KINDS = (FileKind("conversation", ("conversations/*.json",), "json", rows, records=("messages",)),)
