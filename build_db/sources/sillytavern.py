"""Chats of SillyTavern: one JSON Lines file each, in a folder for each character; and its lorebooks.

Order is the order of the lines, never the time: older versions write minutes. A branch is a copy of a chat up to some
message, so that only what comes after it is new.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_list, as_mapping, first, text_id

CHARACTERS, GROUPS = "chats", "group chats"
HEADER = Mapping(read="user_name character_name create_date chat_metadata")
MESSAGE = Mapping(
    read="""
      name is_user is_system is_name send_date mes swipes swipe_id swipe_info extra gen_started gen_finished
      force_avatar original_avatar gen_id variables continueHistory continueSwipeId continueSwipe title
    """
)
# What newer versions write where nobody looks any more.
UNUSED = "unused"
# `June 19, 2023 2:20pm`, and `2023-6-19 @14h 20m 13s 123ms` with and without its blanks.
SPOKEN = ("%B %d, %Y %I:%M%p", "%B %d, %Y %I:%M %p")
NAMED = re.compile(r"(\d{4})-(\d\d?)-(\d\d?) ?@ ?(\d\d?)h ?(\d\d?)m(?: ?(\d\d?)s)?(?: ?(\d{1,3})ms)?")
# A greeting is the same in all chats of a character: so many lines in common are no accident.
COMMON = 3


class _Chat(NamedTuple):
    document: Document
    id: str
    header: dict[str, Any]
    messages: list[tuple[int, dict[str, Any]]]  # with the number of each line

    @property
    def lines(self) -> list[tuple[Any, ...]]:
        """What tells whether two chats have a line in common."""
        return [(m.get("name"), m.get("mes"), m.get("send_date")) for _, m in self.messages]


def rows(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """One `conversations` row for each chat, its messages, and the people who speak in them."""
    chats = [_chat(document) for document in documents]
    people: set[str] = set()
    for chat in chats:
        parent, common = _parent(chat, chats)
        for item in _conversation(chat, parent, common):
            if isinstance(item, Row) and item.table == "users":
                if item.values["id"] in people:
                    continue
                people.add(item.values["id"])
            yield chat.document, item


def _chat(document: Document) -> _Chat:
    lines = [(number, line) for number, line in enumerate(as_list(document.value), 1) if isinstance(line, dict)]
    # A file of an old version may begin with a message.
    header = lines[0][1] if lines and "mes" not in lines[0][1] else {}
    messages = [(number, line) for number, line in lines if "mes" in line]
    return _Chat(document, made_id(f"chat:{document.path}"), header, messages)


def made_id(what: str) -> str:
    """An id for what has only a name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sillytavern:{what}"))


def _parent(chat: _Chat, chats: list[_Chat]) -> tuple[_Chat | None, int]:
    """The chat that this one was copied from, and how many messages the two have in common."""
    earlier = [other for other in chats if other.document.folder == chat.document.folder and _rank(other) < _rank(chat)]
    main = _main(chat)
    named = [other for other in earlier if other.document.stem == main]
    found = [(_in_common(chat, other), other) for other in named or earlier]
    common, parent = max(found, key=lambda one: one[0], default=(0, None))
    return (parent, common) if common >= (1 if named else COMMON) else (None, 0)


def _main(chat: _Chat) -> str | None:
    return text_id(as_mapping(chat.header.get("chat_metadata")).get("main_chat"))


def _rank(chat: _Chat) -> tuple[bool, str, str]:
    """What was copied comes after what it may be a copy of: no two chats are each other's."""
    return (_main(chat) is not None, str(as_time(chat.header.get("create_date")) or ""), chat.document.path)


def _in_common(chat: _Chat, other: _Chat) -> int:
    count = 0
    for one, two in zip(chat.lines, other.lines, strict=False):
        if one != two:
            break
        count += 1
    return count


def _conversation(chat: _Chat, parent: _Chat | None, common: int) -> Iterator[Item]:
    parts = chat.document.path.split("/")
    owner = {"daemon_id": character_id(parts[1])} if parts[0] == CHARACTERS and len(parts) == 3 else {}
    name = chat.header.get("user_name")
    names = [name, *(m.get("name") for _, m in chat.messages if m.get("is_user") is True)]
    persons = {name: made_id(f"persona:{name}") for name in names if isinstance(name, str) and name not in ("", UNUSED)}
    for name, person in persons.items():
        yield Row("users", {"id": person, "display_name": name, "created_at": "", "updated_at": ""})
    times = [as_time(m.get("send_date")) for _, m in chat.messages]
    values = {"id": chat.id, "title": chat.document.stem, "user_id": next(iter(persons.values()), None), **owner}
    values["created_at"] = first(as_time(chat.header.get("create_date")), *times[:1])
    values["updated_at"] = first(*times[-1:], values["created_at"])
    yield Row("conversations", values)
    yield from HEADER.unknown(chat.header, chat.id)
    above = f"{parent.id}:{parent.messages[common - 1][0]}" if parent and common else None
    previous = values["created_at"]
    # Of a chat of several characters, and where somebody else speaks, the name tells who it is.
    usual = first(chat.header.get("character_name")) if owner else None
    usual = parts[1] if owner and usual in (None, UNUSED) else usual
    for number, message in chat.messages[common:]:
        previous = first(as_time(message.get("send_date")), previous)
        place = {"conversation_id": chat.id, "source_id": f"{chat.id}:{number}", "parent_source_id": above}
        place["timestamp"] = previous
        yield from _message(message, place, persons, usual)
        yield from MESSAGE.unknown(message, chat.id, f"line {number}.")
        above = place["source_id"]


def _message(message: dict[str, Any], place: dict[str, Any], persons: dict[str, str], usual: Any) -> Iterator[Item]:
    extra, name = as_mapping(message.get("extra")), text_id(message.get("name"))
    is_theirs = message.get("is_user") is True
    role = "user" if is_theirs else "system" if message.get("is_system") is True else "assistant"
    made = {"role": role, "user_id": persons.get(name or "") if is_theirs else None, **place}
    if role == "assistant":
        made |= {"provider": text_id(extra.get("api")), "model": text_id(extra.get("model"))}
        made |= {"speaker": name if name != usual else None}
    text = message.get("mes")
    if extra.get("reasoning"):
        yield Row("messages", {**made, "role": "thinking", "content": extra["reasoning"], "excluded": True})
    hidden = message.get("is_system") is True
    tokens = {"output_tokens": extra.get("token_count")} if role == "assistant" else {}
    yield Row("messages", {**made, **tokens, "content": "" if text is None else text, "excluded": hidden})
    for other in as_list(message.get("swipes")):
        if other != text and isinstance(other, str) and other:
            yield Row("messages", {**made, "content": other, "excluded": True})
    if message.get("send_date") is not None and as_time(message["send_date"]) is None:
        yield Problem("not a time", place["source_id"], "send_date", message["send_date"])


def as_time(value: Any) -> Any:
    """A time as its several versions write it, in ISO 8601; an epoch as it is; None if it is neither."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    if match := NAMED.fullmatch(value.strip()):
        year, month, day, hour, minute, second, thousandth = (int(part or 0) for part in match.groups())
        try:
            moment = datetime(year, month, day, hour, minute, second, thousandth * 1000)
        except ValueError:
            return None
        return moment.isoformat(timespec="milliseconds" if thousandth else "seconds")
    for form in SPOKEN:
        try:
            return datetime.strptime(value.strip(), form).isoformat()
        except ValueError:
            continue
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return None
    return value


def character_id(name: str) -> str:
    """The id of a daemon that has only a name, as the list of daemons makes it."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def lorebook(document: Document) -> Iterator[Item]:
    """One `wiki_pages` row for each entry."""
    listed = as_mapping(document.value).get("entries")
    found = list(listed.values()) if isinstance(listed, dict) else as_list(listed)
    for number, entry in enumerate(found):
        if not isinstance(entry, dict):
            yield Problem("not an object", f"entries[{number}]", value=entry)
            continue
        keys = [str(key) for key in (*as_list(entry.get("key")), *as_list(entry.get("keysecondary")))]
        title = first(entry.get("comment"), *keys, f"{document.stem} {number}")
        values = {"title": title, "content": entry.get("content") or "", "frontmatter_json": {"keys": keys}}
        identity = {"id": f"{document.stem}/{first(text_id(entry.get('uid')), number)}", "category": "lore"}
        yield Row("wiki_pages", {**identity, **values, "created_at": "", "updated_at": ""})


def personas(document: Document) -> Iterator[Item]:
    """One `users` row for each name under which somebody speaks, with what he tells of himself."""
    settings = as_mapping(as_mapping(document.value).get("power_user"))
    told = as_mapping(settings.get("persona_descriptions"))
    for picture, name in as_mapping(settings.get("personas")).items():
        if isinstance(name, str) and name:
            about = {"display_name": name, "notes": as_mapping(told.get(picture)).get("description")}
            yield Row("users", {"id": made_id(f"persona:{name}"), "created_at": "", "updated_at": "", **about})


def card(document: Document) -> Iterator[Item]:
    """One `state_records` row: most cards are somebody else's work, so that no word of one is ever shared."""
    source = as_mapping(document.value)
    data = as_mapping(source.get("data")) or source
    if not data:
        return
    record = {"kind": "character card", "record_id": document.stem, "label": data.get("name"), "timestamp": None}
    yield Row("state_records", {**record, "data_json": source, "daemon_id": character_id(document.stem)})


KINDS = (
    FileKind("sillytavern: personas", ("settings.json",), "json", personas, turn=-1, form="sillytavern"),
    FileKind(
        "sillytavern: chats",
        (f"{CHARACTERS}/*/*.jsonl", f"{GROUPS}/*.jsonl", "*.jsonl"),
        "json lines",
        merge=rows,
        form="sillytavern",
    ),
    FileKind("sillytavern: lorebooks", ("worlds/*.json",), "json", lorebook, form="sillytavern"),
    FileKind(
        "sillytavern: cards",
        tuple(f"characters/*.{suffix}" for suffix in ("png", "json", "charx")),
        "character card",
        card,
        form="sillytavern",
    ),
)
