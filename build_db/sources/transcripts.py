"""Lists of messages, as JSON Lines or as a table: `role,content,timestamp[,conversation_id,title,name,model]`.

A line may also hold a whole conversation, `{"messages": [...]}`, as files for the training of models do.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import ACCOUNT, Mapping, as_list, first, said, text_id

MESSAGE = Mapping(read="role content timestamp created_at conversation_id title name model")
ROLES = {
    **dict.fromkeys(("user", "human"), "user"),
    **dict.fromkeys(("assistant", "ai", "bot", "model", "gpt"), "assistant"),
}


Messages = list[tuple[Document, dict[str, Any]]]


def rows(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """One `conversations` row for each conversation, however many files hold it, and one `messages` row each."""
    talks: dict[str, Messages] = {}
    origins: dict[str, Document] = {}
    for document in documents:
        told: dict[str, list[dict[str, Any]]] = {}
        yield from ((document, problem) for problem in _read(document, told))
        for conversation_id, messages in told.items():
            origins.setdefault(conversation_id, document)
            known = talks.setdefault(conversation_id, [])
            # A later file may hold the same once more, and what was said since.
            again = len(known) if [message for _, message in known] == messages[: len(known)] else 0
            known += [(document, message) for message in messages[again:]]
    people: set[str] = set()
    for conversation_id, found in talks.items():
        for document, item in _talk(conversation_id, found, origins[conversation_id]):
            if isinstance(item, Row) and item.table == "users":
                if item.values["id"] in people:
                    continue
                people.add(item.values["id"])
            yield document, item


def _read(document: Document, talks: dict[str, list[dict[str, Any]]]) -> Iterator[Problem]:
    """Add a file's messages to their conversations; what is odd about it is given back."""
    unknown: set[str] = set()
    for number, line in enumerate(as_list(document.value), 1):
        if not isinstance(line, dict):
            yield Problem("not an object", f"record {number}", value=line)
            continue
        whole = line.get("messages")
        if not isinstance(whole, list) and not line.keys() & {"role", "content"}:
            yield Problem("not a message", f"record {number}", value=line)
            continue
        default = f"{document.stem}:{number}" if isinstance(whole, list) else document.stem
        talk = talks.setdefault(
            first(text_id(line.get("conversation_id")), text_id(line.get("id")) if whole else None) or default, []
        )
        beside = {key: line[key] for key in ("title", "model") if key in line}
        for entry in whole if isinstance(whole, list) else [line]:
            if isinstance(entry, dict):
                talk.append({**beside, **entry})
                unknown |= {str(problem.field) for problem in MESSAGE.unknown(entry)} if entry is not line else set()
            else:
                yield Problem("not an object", f"record {number}.messages", value=entry)
        unknown |= line.keys() - MESSAGE.known - {"messages", "id"}
    yield from (Problem("unknown key", field=key) for key in sorted(unknown))


def _talk(conversation_id: str, found: Messages, origin: Document) -> Iterator[tuple[Document, Item]]:
    messages = [message for _, message in found]
    times = [first(message.get("timestamp"), message.get("created_at")) for message in messages]
    names = [text_id(message.get("name")) for message in messages if _role(message) == "user"]
    for name in dict.fromkeys(names):
        about = {"display_name": name} if name else {}
        yield origin, Row("users", {"id": person_id(name), "created_at": "", "updated_at": "", **about})
    titles = (message.get("title") for message in messages)
    values = {"id": conversation_id, "title": first(*titles), "user_id": person_id(names[0]) if names else None}
    known = [time for time in times if time not in (None, "")]
    # Lists need not have times.
    values |= {"created_at": first(*known[:1]) or "", "updated_at": first(*known[-1:]) or ""}
    yield origin, Row("conversations", values)
    daemons = {text_id(message.get("name")) for message in messages if _role(message) == "assistant"}
    previous: Any = ""
    for (document, message), time in zip(found, times, strict=True):
        previous = first(time, previous) or ""
        role, name = _role(message), text_id(message.get("name"))
        fixed = {"conversation_id": conversation_id, "timestamp": previous, "model": text_id(message.get("model"))}
        words, beside = said(message.get("content"))
        for aside, text in beside:
            yield document, Row("messages", {**fixed, "role": aside, "content": text, "excluded": True})
        who = {"user_id": person_id(name) if role == "user" else None}
        who |= {"speaker": name} if role == "assistant" and len(daemons) > 1 else {}
        excluded = role not in (*ROLES.values(), "system")
        said_so = {"role": role, "content": "" if words is None else words, "excluded": excluded}
        yield document, Row("messages", {**fixed, **who, **said_so})


def _role(message: dict[str, Any]) -> str:
    role = (text_id(message.get("role")) or "system").strip().lower()
    return ROLES.get(role, role)


def person_id(name: str | None) -> str:
    """The id of a person who has only a name, or none."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"speaker:{name}")) if name else ACCOUNT


KINDS = (
    FileKind("list of messages", ("*.jsonl", "*.ndjson"), "json lines", merge=rows, form="transcripts"),
    FileKind("table of messages", ("*.csv", "*.tsv"), "csv", merge=rows, form="tables"),
)
