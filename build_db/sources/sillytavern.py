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

from build_db.records import Document, FileKind, Item, Problem, Row, as_json
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
    messages: list[tuple[int, dict[str, Any]]]  # with the number of each record
    odd: list[Problem]


class _Origin(NamedTuple):
    """What a chat was copied from: how many messages the two have in common, and which holds the last of these."""

    common: int = 0
    above: str | None = None


def rows(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """One `conversations` row for each chat, its messages, and the people who speak in them."""
    chats = [_chat(document) for document in documents]
    origins = _origins(chats)
    people: set[str] = set()
    for chat in chats:
        yield from ((chat.document, problem) for problem in chat.odd)
        for item in _conversation(chat, origins[chat.id]):
            if isinstance(item, Row) and item.table == "users":
                if item.values["id"] in people:
                    continue
                people.add(item.values["id"])
            yield chat.document, item


def _chat(document: Document) -> _Chat:
    header: dict[str, Any] | None = None
    messages: list[tuple[int, dict[str, Any]]] = []
    odd: list[Problem] = []
    for number, line in enumerate(as_list(document.value), 1):
        if not isinstance(line, dict):
            odd.append(Problem("not an object", f"record {number}", value=line))
        elif "mes" in line:
            messages.append((number, line))
        elif header is None and not messages:  # a file of an old version may begin with a message
            header = line
        else:
            odd.append(Problem("not a message", f"record {number}", value=line))
    return _Chat(document, made_id(f"chat:{document.path}"), header or {}, messages, odd)


def made_id(what: str) -> str:
    """An id for what has only a name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sillytavern:{what}"))


def _origins(chats: list[_Chat]) -> dict[str, _Origin]:
    """What each chat was copied from, by its id.

    All chats of a folder are laid into one tree, the oldest first, so that each message is looked at once: a folder may
    hold thousands. The chat that brought a point of the tree is the one whose row stands for it.
    """
    points: dict[tuple[int | str, str], int] = {}
    brought: list[str] = []
    mains = {(chat.document.folder, chat.document.stem) for chat in chats}
    origins: dict[str, _Origin] = {}
    for chat in sorted(chats, key=_rank):
        point: int | str = chat.document.folder
        common, new = 0, False
        for number, message in chat.messages:
            way = (point, as_json([message.get("name"), message.get("mes"), message.get("send_date")]))
            if new or way not in points:
                new = True
                points[way] = len(brought)
                brought.append(f"{chat.id}:{number}")
            else:
                common += 1
                above = brought[points[way]]
            point = points[way]
        least = 1 if (chat.document.folder, _main(chat)) in mains else COMMON
        origins[chat.id] = _Origin(common, above) if common >= least else _Origin()
    return origins


def _main(chat: _Chat) -> str | None:
    return text_id(as_mapping(chat.header.get("chat_metadata")).get("main_chat"))


def _rank(chat: _Chat) -> tuple[bool, str, str]:
    """What was copied comes after what it may be a copy of: no two chats are each other's."""
    return (_main(chat) is not None, str(as_time(chat.header.get("create_date")) or ""), chat.document.path)


def _conversation(chat: _Chat, origin: _Origin) -> Iterator[Item]:
    parts = chat.document.path.split("/")
    owner = {"daemon_id": character_id(parts[1])} if parts[0] == CHARACTERS and len(parts) == 3 else {}
    name = chat.header.get("user_name")
    names = [name, *(m.get("name") for _, m in chat.messages if is_true(m.get("is_user")))]
    persons = {name: made_id(f"persona:{name}") for name in names if isinstance(name, str) and name not in ("", UNUSED)}
    for name, person in persons.items():
        yield Row("users", {"id": person, "display_name": name, "created_at": "", "updated_at": ""})
    times = [as_time(m.get("send_date")) for _, m in chat.messages]
    values = {"id": chat.id, "title": chat.document.stem, "user_id": next(iter(persons.values()), None), **owner}
    values["created_at"] = first(as_time(chat.header.get("create_date")), *times[:1])
    values["updated_at"] = first(*times[-1:], values["created_at"])
    yield Row("conversations", values)
    yield from HEADER.unknown(chat.header, chat.id)
    above = origin.above
    previous = values["created_at"]
    # Of a chat of several characters, and where somebody else speaks, the name tells who it is.
    usual = first(chat.header.get("character_name")) if owner else None
    usual = parts[1] if owner and usual in (None, UNUSED) else usual
    for number, message in chat.messages[origin.common :]:
        previous = first(as_time(message.get("send_date")), previous)
        place = {"conversation_id": chat.id, "source_id": f"{chat.id}:{number}", "parent_source_id": above}
        place["timestamp"] = previous
        yield from _message(message, place, persons, usual)
        yield from MESSAGE.unknown(message, chat.id, f"record {number}.")
        above = place["source_id"]


def _message(message: dict[str, Any], place: dict[str, Any], persons: dict[str, str], usual: Any) -> Iterator[Item]:
    extra, name = as_mapping(message.get("extra")), text_id(message.get("name"))
    is_theirs = is_true(message.get("is_user"))
    role = "user" if is_theirs else "system" if is_true(message.get("is_system")) else "assistant"
    made = {"role": role, "user_id": persons.get(name or "") if is_theirs else None, **place}
    if role == "assistant":
        made |= {"provider": text_id(extra.get("api")), "model": text_id(extra.get("model"))}
        made |= {"speaker": name if name != usual else None}
    text = message.get("mes")
    if extra.get("reasoning"):
        yield Row("messages", {**made, "role": "thinking", "content": extra["reasoning"], "excluded": True})
    hidden = is_true(message.get("is_system"))
    tokens = {"output_tokens": extra.get("token_count")} if role == "assistant" else {}
    yield Row("messages", {**made, **tokens, "content": "" if text is None else text, "excluded": hidden})
    for other in as_list(message.get("swipes")):
        if other != text and isinstance(other, str) and other:
            yield Row("messages", {**made, "content": other, "excluded": True})
    if message.get("send_date") is not None and as_time(message["send_date"]) is None:
        yield Problem("not a time", place["source_id"], "send_date", message["send_date"])


def is_true(value: Any) -> bool:
    """Whether a flag is set, as programs and hands write it."""
    return str(value).strip().lower() in ("true", "1", "yes")


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
    taken: set[str] = set()
    for number, entry in enumerate(found):
        if not isinstance(entry, dict):
            yield Problem("not an object", f"entries[{number}]", value=entry)
            continue
        keys = [str(key) for key in (*as_list(entry.get("key")), *as_list(entry.get("keysecondary")))]
        title = first(entry.get("comment"), *keys, f"{document.stem} {number}")
        values = {"title": title, "content": entry.get("content") or "", "frontmatter_json": {"keys": keys}}
        id = f"{document.stem}/{first(text_id(entry.get('uid')), number)}"
        id = f"{id}:{number}" if id in taken else id  # books that were put together count anew
        taken.add(id)
        yield Row("wiki_pages", {"id": id, "category": "lore", **values, "created_at": "", "updated_at": ""})


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
