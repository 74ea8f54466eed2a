"""Conversations: the list of them, and one as people read a chat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from daemon_pages.ask import Ask, Row
from daemon_pages.kinds import PEOPLE, TALKS
from daemon_pages.record_pages import PER_PAGE, paging
from daemon_pages.rendering import WITHHELD, day, markdown, parsed, when, words

MESSAGES_PER_PAGE = 200
# A pause worth a word, in seconds.
GAP = 3 * 3600
HOUR, DAY = 3600, 86400
# Gestures that only say that somebody is talking.
PLAIN = frozenset(["talk", "idle"])


def listed(ask: Ask) -> dict[str, Any]:
    """The conversations of a daemon, newest first; with one person only, if asked."""
    person = ask.query.get("person", "")
    also, values = ("AND user_id = ?", [ask.daemon["id"], person]) if person else ("", [ask.daemon["id"]])
    (count,) = ask.one(f"SELECT count(*) FROM conversations WHERE daemon_id = ? {also}", *values)
    rows = ask.rows(
        "SELECT id, title, created_at, user_id,"
        " (SELECT count(*) FROM messages WHERE conversation_id = conversations.id) AS messages,"
        " (SELECT display_name FROM users WHERE users.id = user_id) AS person"
        f" FROM conversations WHERE daemon_id = ? {also} ORDER BY created_at DESC, id LIMIT ? OFFSET ?",
        *values, PER_PAGE, (ask.page - 1) * PER_PAGE,
    )  # fmt: skip
    people = ask.rows(
        "SELECT id, display_name FROM users WHERE id IN (SELECT user_id FROM conversations WHERE daemon_id = ?)"
        " ORDER BY display_name, id",
        ask.daemon["id"],
    )
    entries = [
        {"url": ask.to(ask.daemon["name"], TALKS, row["id"]), "date": when(row["created_at"]), **row} for row in rows
    ]
    return {"entries": entries, "count": count, "people": people, "person": person, **paging(ask, count)}


def shown(ask: Ask) -> dict[str, Any]:
    """One conversation, by days, a page of messages at a time."""
    talk = ask.found(
        "SELECT conversations.*, users.display_name AS person FROM conversations LEFT JOIN users ON users.id = user_id"
        " WHERE daemon_id = ? AND conversations.id = ?",
        ask.daemon["id"], ask.names["id"],
    )  # fmt: skip
    count, left_out = ask.one(
        "SELECT count(*), coalesce(sum(excluded), 0) FROM messages WHERE conversation_id = ?", talk["id"]
    )
    rows = ask.rows(
        "SELECT messages.*, users.display_name AS person FROM messages LEFT JOIN users ON users.id = messages.user_id"
        " WHERE conversation_id = ? ORDER BY messages.id LIMIT ? OFFSET ?",
        talk["id"], MESSAGES_PER_PAGE, (ask.page - 1) * MESSAGES_PER_PAGE,
    )  # fmt: skip
    before = [None, *rows]
    messages = [_message(ask, talk, row, earlier) for row, earlier in zip(rows, before, strict=False)]
    days = [(day(date), _stretches(group)) for date, group in groupby(messages, key=lambda message: message["date"])]
    return {
        "title": talk["title"],
        "talk": talk,
        "person_url": ask.to(ask.daemon["name"], PEOPLE, talk["user_id"]) if talk["user_id"] else None,
        "date": when(talk["created_at"]),
        "summary": markdown(talk["working_summary"], below=2),
        "days": days,
        "count": count - left_out,
        "left_out": left_out,
        "core": ("conversations", talk["id"]),
        **paging(ask, count, MESSAGES_PER_PAGE),
    }


def _stretches(messages: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages in a row that were left out, and those that were not: a model may look up more than it says."""
    runs = groupby(messages, key=lambda message: message["excluded"])
    return [{"left_out": left_out, "messages": list(run)} for left_out, run in runs]


def message_address(ask: Ask) -> str:
    """Where a message is read: its place on a page of its conversation."""
    row = ask.found(
        "SELECT messages.id, conversation_id FROM messages JOIN conversations ON conversations.id = conversation_id"
        " WHERE messages.id = ? AND daemon_id = ?",
        ask.names["id"], ask.daemon["id"],
    )  # fmt: skip
    (earlier,) = ask.one(
        "SELECT count(*) FROM messages WHERE conversation_id = ? AND id < ?", row["conversation_id"], row["id"]
    )
    page = earlier // MESSAGES_PER_PAGE + 1
    place = ask.to(ask.daemon["name"], TALKS, row["conversation_id"])
    return f"{place}{f'?page={page}' if page > 1 else ''}#m{row['id']}"


def _message(ask: Ask, talk: Row, row: Row, earlier: Row | None) -> dict[str, Any]:
    daemon = words(ask.daemon["name"])
    names = {"assistant": daemon, "user": row["person"] or talk["person"] or "Someone"}
    gestures = [found["name"] for found in _list(row["animations_json"]) if found.get("name") not in {None, *PLAIN}]
    return {
        "id": row["id"],
        "role": row["role"] if row["role"] in names else "system",
        # Where several speak for themselves, the message says who.
        "who": row["speaker"] or names.get(row["role"], words(row["role"])),
        "date": row["timestamp"][:10],
        "time": row["timestamp"][11:16],
        "gap": _gap(earlier["timestamp"], row["timestamp"]) if earlier else None,
        "words": markdown(row["content"], below=2),
        "excluded": bool(row["excluded"]) or row["content"] == WITHHELD,
        "gestures": list(dict.fromkeys(words(name).lower() for name in gestures)),
        "marks": [(words(m.get("category") or "mark"), m.get("description")) for m in _list(row["marks_json"])],
        "observations": [found.get("observation") for found in _list(row["self_observations_json"])],
    }


def _list(text: str | None) -> list[dict[str, Any]]:
    value = parsed(text)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _gap(earlier: str, later: str) -> str | None:
    """How long nobody spoke, in words, if it was long."""
    try:
        seconds = (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
    except (ValueError, TypeError):
        return None
    if seconds < GAP:
        return None
    count, unit = (round(seconds / DAY), "day") if seconds >= 2 * DAY else (round(seconds / HOUR), "hour")
    return f"{count} {unit}s later"
