"""Exports of ChatGPT: `conversations.json`, or its parts, and `user.json`.

The format is not documented by its maker; `docs/forms.md` says what is taken for granted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.branches import leaves_of, moment, nearest_above, way_to
from build_db.sources.mapping import ACCOUNT, Mapping, as_list, as_mapping, first, objects, text_id, text_of

# Keys of a conversation that say how a program was set, and nothing of what was said.
LEFT = """
  async_status atlas_mode_enabled blocked_urls context_scopes conversation_origin conversation_template_id
  default_model_slug disabled_tool_ids gizmo_id gizmo_type is_archived is_do_not_remember is_read_only is_starred
  is_study_mode memory_scope model_slug moderation_results owner pinned_time plugin_ids safe_urls sugar_item_id
  sugar_item_visible voice workspace_id
"""
CONVERSATION = Mapping(
    same="title",
    renamed={"create_time": "created_at", "update_time": "updated_at"},
    read=f"id conversation_id mapping current_node {LEFT}",
)
NODE = Mapping(read="id parent children message")
MESSAGE = Mapping(read="id author create_time update_time content status end_turn weight metadata recipient channel")
USER = Mapping(
    same="email",
    renamed={"name": "display_name"},
    folded={"background_json": "phone_number birth_year"},
    read="id chatgpt_plus_user",
)
# Kinds of content that are words to a reader, what a model thought, and what its owner wrote about himself.
WORDS = ("text", "multimodal_text")
THOUGHTS = ("thoughts", "reasoning_recap")
PROFILE = ("user_editable_context", "model_editable_context")
# Marks around a citation, in a private area of Unicode: no reader ever saw them.
CITATION = re.compile("\ue200[^\ue200\ue201]*\ue201|[\ue200-\ue206]")
ACCOUNT_FILE = "user.json"
PARTS = {"audio_transcription": "text"}
# Keys of a content that hold no words: what is left of one of a new kind is kept as it is.
SETTINGS = frozenset(("content_type", "language", "response_format_name", "source_analysis_msg_id"))


class _Talk(NamedTuple):
    """One conversation's nodes that hold a message, by their id, and the node above each node, in the file's order."""

    messages: dict[str, dict[str, Any]]
    parents: dict[str, str | None]
    shown: list[str]


class _Told(NamedTuple):
    """What an account says of its owner, in order, and keys that no format knows."""

    background: dict[str, None]
    wishes: dict[str, None]
    unknown: set[str]

    @property
    def values(self) -> dict[str, Any]:
        wishes = {"preferences_json": {"instructions": list(self.wishes)}} if self.wishes else {}
        return wishes | ({"notes": "\n\n".join(self.background)} if self.background else {})


def rows(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """One `users` row, then each conversation with its messages."""
    accounts = [(document, _account_in(document)) for document in documents if document.name == ACCOUNT_FILE]
    account = next((text_id(about.get("id")) for _, about in accounts), None) or ACCOUNT
    told = _Told({}, {}, set())
    for document in documents:
        if document.name != ACCOUNT_FILE:
            yield from ((document, item) for item in _conversations(document, account, told))
    own = {"id": account, "created_at": "", "updated_at": "", **told.values}
    for document, about in accounts:
        yield document, Row("users", {**USER.values(about), **own})
        yield from ((document, problem) for problem in USER.unknown(about))
    if documents and not accounts:
        yield documents[0], Row("users", own)


def _account_in(document: Document) -> dict[str, Any]:
    return next((entry for entry in as_list(document.value) if isinstance(entry, dict)), {})


def _conversations(document: Document, account: str, told: _Told) -> Iterator[Item]:
    for entry in objects(document.value, "conversations", alone="mapping"):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        conversation_id = text_id(source.get("conversation_id")) or text_id(source.get("id")) or place
        talk = _talk(source)
        said = [_number(m.get("create_time")) for m in talk.messages.values()]
        times = sorted(time for time in said if time is not None)
        values = CONVERSATION.values(source)
        values["created_at"] = first(values["created_at"], *times[:1], values["updated_at"])
        values["updated_at"] = first(values["updated_at"], *times[-1:], values["created_at"])
        yield Row("conversations", {**values, "id": conversation_id, "user_id": account})
        if not isinstance(source.get("mapping"), dict):
            yield Problem("not an object", conversation_id, "mapping", source.get("mapping"))
        nodes = [node for node in as_mapping(source.get("mapping")).values() if isinstance(node, dict)]
        unknown = [CONVERSATION.unknown(source), *(NODE.unknown(node, prefix="mapping.") for node in nodes)]
        unknown += [MESSAGE.unknown(message, prefix="message.") for message in talk.messages.values()]
        for problem in chain.from_iterable(unknown):
            # Each export brings new settings: once is enough.
            if problem.field not in told.unknown:
                told.unknown.add(str(problem.field))
                yield problem
        yield from _messages(talk, source, {"conversation_id": conversation_id, "user_id": account}, told)


def _talk(source: dict[str, Any]) -> _Talk:
    nodes = {str(id): node for id, node in as_mapping(source.get("mapping")).items() if isinstance(node, dict)}
    parents = {id: text_id(node.get("parent")) for id, node in nodes.items()}
    messages = {id: node["message"] for id, node in nodes.items() if isinstance(node.get("message"), dict)}
    leaf = text_id(source.get("current_node"))
    if leaf not in nodes:
        # The newest answer is what was seen last.
        leaf = max(leaves_of(parents), key=lambda id: moment(messages.get(id, {}).get("create_time")), default=None)
    return _Talk(messages, parents, way_to(leaf, parents))


def _messages(talk: _Talk, source: dict[str, Any], fixed: dict[str, Any], told: _Told) -> Iterator[Item]:
    """The shown branch in its order, then whatever stands beside it, taken out of the conversation."""
    times: dict[str, Any] = {}
    shown, nearest = set(talk.shown), nearest_above(talk.parents, talk.messages)
    for id in (*talk.shown, *(id for id in talk.parents if id not in shown)):
        message = talk.messages.get(id)
        above = talk.parents[id]
        time = message.get("create_time") if message else None
        times[id] = first(time, times.get(above or ""), source.get("create_time"))
        if message is not None:
            above = nearest[id]
            place = {
                "source_id": text_id(message.get("id")) or id,
                "parent_source_id": (text_id(talk.messages[above].get("id")) or above) if above else None,
                "timestamp": times[id] or "",
            }
            yield from _message(message, fixed, place, told, shown=id in shown)


def _message(
    message: dict[str, Any], fixed: dict[str, Any], place: dict[str, Any], told: _Told, *, shown: bool
) -> Iterator[Item]:
    author, about = as_mapping(message.get("author")), as_mapping(message.get("metadata"))
    content = as_mapping(message.get("content"))
    role, kind = text_id(author.get("role")) or "system", content.get("content_type")
    text = CITATION.sub("", _words(content))
    profile = about.get("user_context_message_data")
    if kind in PROFILE or isinstance(profile, dict):
        _note_profile(told, {**content, **as_mapping(profile)})
        text = ""
    if kind in THOUGHTS:
        role = "thinking"
    elif kind not in (*WORDS, None) and role != "user":
        role = "tool"
    to_all = message.get("recipient") in (None, "all")
    if message.get("recipient") == "bio" and text:
        note = {"observation_type": "memory", "content_json": {"content": text}, "created_at": place["timestamp"]}
        yield Row("user_observations", {"id": place["source_id"], "user_id": fixed["user_id"], **note})
        return
    is_dialogue = (
        *(shown, to_all, role in ("user", "assistant"), message.get("weight") != 0),
        *(message.get("channel") != "analysis", about.get("is_visually_hidden_from_conversation") is not True),
    )
    is_theirs = role == "assistant"
    yield Row(
        "messages",
        {
            "conversation_id": fixed["conversation_id"],
            "user_id": fixed["user_id"] if role == "user" else None,
            "role": role,
            "content": text,
            "excluded": not all(is_dialogue),
            "provider": "openai" if is_theirs else None,
            "model": text_id(about.get("model_slug")) if is_theirs else None,
            **place,
        },
    )
    yield from _attachments(about.get("attachments"), fixed["conversation_id"], place)


def _words(content: dict[str, Any]) -> str:
    """The words of a message, whatever form they have; of pictures and recordings, that there was one."""
    if content.get("content_type") == "thoughts":
        thoughts = [as_mapping(thought) for thought in as_list(content.get("thoughts"))]
        said = (first(t.get("content"), t.get("summary"), t.get("text")) for t in thoughts)
        return "\n\n".join(text_of(words) for words in said if words is not None)
    found = [_part(part) for part in as_list(content.get("parts"))]
    found += [content[key] for key in ("text", "result", "content") if isinstance(content.get(key), str)]
    words = "\n\n".join(part for part in found if part)
    left = {key: value for key, value in content.items() if key not in SETTINGS and value not in (None, "", [], {})}
    return words or (text_of(left) if left.keys() - {"parts"} else "")


def _part(part: Any) -> str:
    if part is None or isinstance(part, str):
        return part or ""
    kind = str(as_mapping(part).get("content_type"))
    if kind in PARTS:
        words = part.get(PARTS[kind])
        return "" if words is None else text_of(words)
    for name in ("image", "audio", "video"):
        if name in kind:
            return f"[{'picture' if name == 'image' else name}]"
    return text_of(part)


def _note_profile(told: _Told, own: dict[str, Any]) -> None:
    """Take what somebody told a model about himself, and how he wants to be answered; each conversation repeats it."""
    for key in ("about_user_message", "user_profile", "model_set_context"):
        told.background.update({text_of(own[key]): None} if own.get(key) else {})
    for key in ("about_model_message", "user_instructions"):
        told.wishes.update({text_of(own[key]): None} if own.get(key) else {})


def _attachments(listed: Any, conversation_id: str, place: dict[str, Any]) -> Iterator[Item]:
    for number, entry in enumerate(as_list(listed)):
        about = as_mapping(entry)
        kind = text_id(first(about.get("mime_type"), about.get("mimeType")))
        name = text_id(first(about.get("name"), about.get("text")))
        values = {"filename": name, "media_type": kind, "size": about.get("size")}
        values |= {"is_image": (kind or "").startswith("image/"), "created_at": place["timestamp"]}
        yield Row("attachments", {"id": f"{place['source_id']}:{number}", "conversation_id": conversation_id, **values})


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


KINDS = (
    FileKind(
        "chatgpt: conversations",
        ("conversations.json", "conversations-*.json", "user.json"),
        "json",
        merge=rows,
        form="chatgpt",
        records=("", "conversations"),
        short=(ACCOUNT_FILE,),
    ),
)
