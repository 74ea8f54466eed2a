"""Exports of Claude: conversations, the people of the account, projects, and what the model remembers of them.

The format is not documented by its maker; `docs/forms.md` says what is taken for granted.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.branches import leaves_of, moment, nearest_above, way_to
from build_db.sources.mapping import ACCOUNT, Mapping, as_list, as_mapping, first, objects, said, text_id, text_of

CONVERSATION = Mapping(
    same="created_at updated_at",
    renamed={"name": "title", "summary": "working_summary"},
    # Others save the conversation as the program itself sees it, with two keys more.
    read="uuid account chat_messages current_leaf_message_uuid model settings is_starred platform",
)
PERSON = Mapping(
    renamed={"full_name": "display_name", "email_address": "email"},
    folded={"background_json": "verified_phone_number"},
    read="uuid",
)
PROJECT = Mapping(
    same="name description created_at updated_at",
    read="uuid docs creator prompt_template is_private is_starter_project is_starred archived_at subtype",
)
MESSAGE = Mapping(
    read="""
      uuid text content sender created_at updated_at attachments files parent_message_uuid index truncated input_mode
      stop_reason
    """
)
ROLES = {"human": "user", "assistant": "assistant"}
# The message above the first one.
ROOT = "00000000-0000-4000-8000-000000000000"


def people(document: Document) -> Iterator[Item]:
    """One `users` row for each person of the account."""
    for entry in objects(document.value, "users", alone="full_name"):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, _ = entry
        values = PERSON.values(source)
        phone = values["background_json"].get("verified_phone_number")
        values["background_json"] = {"phone_number": phone} if phone else {}
        yield Row("users", {**values, "id": text_id(source.get("uuid")) or ACCOUNT, "created_at": "", "updated_at": ""})
        yield from PERSON.unknown(source)


def conversations(document: Document) -> Iterator[Item]:
    """One `conversations` row each, its messages in their order, and the person to whom the account belongs."""
    known: set[str] = set()
    unknown: set[str] = set()
    for entry in objects(document.value, "conversations", alone="chat_messages"):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        person = text_id(as_mapping(source.get("account")).get("uuid")) or ACCOUNT
        if person not in known:
            known.add(person)
            yield Row("users", {"id": person, "created_at": "", "updated_at": ""})
        conversation_id = text_id(source.get("uuid")) or place
        messages = [found for found in objects(source, "chat_messages") if not isinstance(found, Problem)]
        yield from (found for found in objects(source, "chat_messages") if isinstance(found, Problem))
        spoken = [message.get("created_at") for message, _ in messages]
        values = CONVERSATION.values(source)
        values["created_at"] = first(values["created_at"], *spoken[:1])
        values["updated_at"] = first(values["updated_at"], *spoken[-1:], values["created_at"])
        yield Row("conversations", {**values, "id": conversation_id, "user_id": person})
        odd = (MESSAGE.unknown(message, prefix="chat_messages.") for message, _ in messages)
        for problem in (*CONVERSATION.unknown(source), *chain.from_iterable(odd)):
            if problem.field not in unknown:
                unknown.add(str(problem.field))
                yield problem
        yield from _messages([message for message, _ in messages], source, conversation_id, person)


def _messages(
    messages: list[dict[str, Any]], source: dict[str, Any], conversation_id: str, person: str
) -> Iterator[Item]:
    """The shown branch in its order, then whatever stands beside it, taken out of the conversation."""
    by_id: dict[str, dict[str, Any]] = {}
    for number, message in enumerate(messages):
        id = text_id(message.get("uuid")) or f"{conversation_id}:{number}"
        by_id[id if id not in by_id else f"{id}:{number}"] = message
    above = [text_id(message.get("parent_message_uuid")) for message in messages]
    if not any(above):  # older exports have none: the file's order is all there is
        above = [None, *by_id][: len(by_id)]
    parents = {id: parent if parent != ROOT else None for id, parent in zip(by_id, above, strict=True)}
    times: dict[str, Any] = {}
    for id, message in by_id.items():
        times[id] = first(message.get("created_at"), times.get(parents[id] or ""), source.get("created_at")) or ""
    last = text_id(source.get("current_leaf_message_uuid"))
    way = way_to(last if last in by_id else _leaf(by_id, parents, times), parents)
    shown = frozenset(way)
    for id in (*way, *(id for id in by_id if id not in shown)):
        place = {"source_id": id, "parent_source_id": parents[id], "timestamp": times[id]}
        yield from _message(by_id[id], {"conversation_id": conversation_id, **place}, person, shown=id in shown)


def _leaf(messages: dict[str, dict[str, Any]], parents: dict[str, str | None], times: dict[str, Any]) -> str | None:
    """The newest message that ends a branch with words in it."""
    places = {id: number for number, id in enumerate(messages)}
    spoken = {id for id, message in messages.items() if _words(message)[0]}
    nearest = nearest_above(parents, spoken)
    with_words = [id for id in leaves_of(parents) if id in spoken or nearest[id]]
    return max(with_words, key=lambda id: (moment(times[id]), places[id]), default=None)


def _words(message: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """What a message says, and what stands beside its words."""
    blocks = message.get("content")
    words, beside = said(blocks) if blocks else ("", [])
    if not isinstance(words, str):  # made of blocks that nobody has seen yet
        words, beside = "", [("other", text_of(words))]
    text = message.get("text")
    return words or (text if isinstance(text, str) else ""), beside


def _message(message: dict[str, Any], fixed: dict[str, Any], person: str, *, shown: bool) -> Iterator[Item]:
    sender = text_id(message.get("sender")) or "system"
    role = ROLES.get(sender, sender)
    words, beside = _words(message)
    made = {"provider": "anthropic"} if role == "assistant" else {}
    for aside, text in beside:
        yield Row("messages", {**fixed, **made, "role": aside, "content": text, "excluded": True})
    who = {"user_id": person} if role == "user" else {}
    excluded = not shown or role not in ROLES.values()
    yield Row("messages", {**fixed, **made, **who, "role": role, "content": words, "excluded": excluded})
    for number, entry in enumerate((*as_list(message.get("attachments")), *as_list(message.get("files")))):
        about = as_mapping(entry)
        kind = text_id(first(about.get("file_type"), about.get("file_kind")))
        name = text_id(first(about.get("file_name"), about.get("text")))
        values = {"filename": name, "media_type": kind, "size": about.get("file_size")}
        values |= {"is_image": "image" in (kind or ""), "created_at": fixed["timestamp"]}
        id = f"{fixed['source_id']}:{number}"
        yield Row("attachments", {"id": id, "conversation_id": fixed["conversation_id"], **values})


def projects(document: Document) -> Iterator[Item]:
    """One `projects` row each, and its documents; what it was told to be is one of them."""
    listed = document.value if isinstance(document.value, list) else [document.value]
    for entry in objects(listed):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, _ = entry
        project_id = text_id(source.get("uuid")) or document.stem
        creator = as_mapping(source.get("creator"))
        person = text_id(creator.get("uuid"))
        if person and creator.get("full_name"):
            about = {"display_name": creator["full_name"], "created_at": "", "updated_at": ""}
            yield Row("users", {"id": person, **about})
        values = PROJECT.values(source)
        yield Row("projects", {**values, "id": project_id, "user_id": person})
        yield from PROJECT.unknown(source, project_id)
        since = source.get("created_at") or ""
        told = {
            "filename": "Instructions",
            "content": source.get("prompt_template"),
            "uuid": f"{project_id}:instructions",
        }
        documents = [entry for entry in as_list(source.get("docs")) if isinstance(entry, dict)]
        for number, doc in enumerate([*documents, *([told] if told["content"] else [])]):
            made = first(doc.get("created_at"), since)
            values = {"title": first(doc.get("filename"), "Document"), "content": doc.get("content") or ""}
            values |= {"id": text_id(doc.get("uuid")) or f"{project_id}:{number}", "created_at": made}
            yield Row("project_documents", {**values, "project_id": project_id, "updated_at": made})


def memories(document: Document) -> Iterator[Item]:
    """What the model remembers of somebody: one `user_observations` row each."""
    for number, entry in enumerate(objects(as_list(document.value))):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, _ = entry
        person = text_id(first(source.get("account_uuid"), as_mapping(source.get("account")).get("uuid"))) or ACCOUNT
        for key, value in source.items():
            if key not in ("account_uuid", "account") and value:
                note = {"observation_type": "memory", "content_json": {key: value}, "created_at": ""}
                id = f"{document.stem}:{number}:{key}"
                yield Row("user_observations", {"id": id, "user_id": person, **note})


KINDS = (
    FileKind("claude: people", ("users.json",), "json", people, turn=-1, form="claude"),
    FileKind(
        "claude: conversations",
        ("conversations.json", "conversations-*.json"),
        "json",
        conversations,
        form="claude",
        records=("", "conversations"),
    ),
    FileKind("claude: projects", ("projects.json", "projects/*.json"), "json", projects, turn=-1, form="claude"),
    FileKind("claude: memories", ("memories.json", "memories/*.json"), "json", memories, form="claude"),
)
