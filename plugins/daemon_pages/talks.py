"""Conversations: the list of them, and one as people read a chat."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from daemon_pages import wiki_links
from daemon_pages.ask import Ask, Row
from daemon_pages.dates import ago, day, gap, when, zone
from daemon_pages.kinds import PEOPLE, TALKS
from daemon_pages.language import counted, t
from daemon_pages.record_pages import PER_PAGE, neighbors, paging
from daemon_pages.rendering import WITHHELD, Resolve, markdown, parsed, spoken, words

MESSAGES_PER_PAGE = 200
# How many characters people read in a minute; of Chinese and Japanese fewer, of which each says more.
READ_IN_A_MINUTE = 1200
# Gestures that only say that somebody is talking.
PLAIN = frozenset(["talk", "idle"])
# Colors for those who talk with a daemon; whoever comes after them begins again.
SIDES = 4
LISTED = (
    "SELECT id, title, created_at, user_id,"
    " (SELECT count(*) FROM messages WHERE conversation_id = conversations.id AND NOT coalesce(excluded, 0))"
    " AS messages,"
    " (SELECT display_name FROM users WHERE users.id = user_id) AS person FROM conversations WHERE daemon_id = ?"
)


def how_many(ask: Ask, daemon: str) -> int:
    """How many conversations a daemon has, as the build counted them.

    :param daemon: its id
    """
    sql = "SELECT coalesce(sum(records), 0) FROM day_counts WHERE daemon_id = ? AND kind = 'conversation'"
    count: int = ask.one(sql, daemon)[0]
    return count


def listed(ask: Ask) -> dict[str, Any]:
    """The conversations of a daemon, newest first; with one person only, if asked."""
    person = ask.query.get("person", "")
    also, values = (" AND user_id = ?", [ask.daemon["id"], person]) if person else ("", [ask.daemon["id"]])
    (count,) = (
        ask.one("SELECT count(*) FROM conversations WHERE daemon_id = ? AND user_id = ?", *values)
        if person
        else (how_many(ask, ask.daemon["id"]),)
    )
    # Messages are counted for those alone that are shown.
    chosen = f"SELECT id FROM conversations WHERE daemon_id = ?{also} ORDER BY created_at DESC, id LIMIT ? OFFSET ?"
    rows = ask.rows(
        f"{LISTED} AND id IN ({chosen}) ORDER BY created_at DESC, id",
        ask.daemon["id"], *values, PER_PAGE, (ask.page - 1) * PER_PAGE,
    )  # fmt: skip
    people = ask.rows(
        "SELECT id, display_name FROM users"
        " WHERE EXISTS (SELECT 1 FROM conversations WHERE daemon_id = ? AND user_id = users.id)"
        " ORDER BY display_name, id",
        ask.daemon["id"],
    )
    entries = [entry(ask, row) for row in rows]
    return {"entries": entries, "count": count, "people": people, "person": person, **paging(ask, count)}


def entry(ask: Ask, row: Row) -> dict[str, Any]:
    """One line of a list of conversations."""
    told: list[str] = [when(row["created_at"])]
    told += [t("with {name}", name=row["person"])] if row["person"] else []
    told.append(counted(row["messages"], "{n} message", "{n} messages"))
    return {
        "url": ask.to(ask.daemon["name"], TALKS, row["id"]),
        "title": spoken(row["title"]) or t("Untitled"),
        "told": told,
    }


def shown(ask: Ask) -> dict[str, Any]:
    """One conversation, by days, a page of messages at a time."""
    talk = ask.found(
        "SELECT conversations.*, users.display_name AS person FROM conversations LEFT JOIN users ON users.id = user_id"
        " WHERE daemon_id = ? AND conversations.id = ?",
        ask.daemon["id"], ask.names["id"],
    )  # fmt: skip
    count, left_out, length = ask.one(
        "SELECT count(*), coalesce(sum(excluded), 0),"
        " coalesce(sum(length(content)) FILTER (WHERE NOT coalesce(excluded, 0)), 0)"
        " FROM messages WHERE conversation_id = ?",
        talk["id"],
    )
    rows = ask.rows(
        "SELECT messages.*, users.display_name AS person FROM messages LEFT JOIN users ON users.id = messages.user_id"
        " WHERE conversation_id = ? ORDER BY messages.id LIMIT ? OFFSET ?",
        talk["id"], MESSAGES_PER_PAGE, (ask.page - 1) * MESSAGES_PER_PAGE,
    )  # fmt: skip
    before = [None, *rows]
    sides: dict[str, int] = {}
    resolve = wiki_links.resolver(ask)
    messages = [_message(ask, talk, row, earlier, sides, resolve) for row, earlier in zip(rows, before, strict=False)]
    days = [(date, day(date), _stretches(group)) for date, group in groupby(messages, key=lambda m: m["date"])]
    return {
        "title": spoken(talk["title"]) or t("Untitled conversation"),
        "talk": talk,
        "person_url": ask.to(ask.daemon["name"], PEOPLE, talk["user_id"]) if talk["user_id"] else None,
        "date": when(talk["created_at"]),
        "ago": ago(talk["created_at"]),
        "minutes": max(1, round(length / READ_IN_A_MINUTE)),
        "zone_known": any(zone(row["timestamp"] or "") for row in rows),
        "summary": markdown(talk["working_summary"], below=2),
        "days": days,
        "every_day": _every_day(ask, talk["id"]),
        "count": count - left_out,
        "left_out": left_out,
        "core": ("conversations", talk["id"]),
        **_neighbors(ask, talk),
        **paging(ask, count, MESSAGES_PER_PAGE),
    }


def _every_day(ask: Ask, id: str) -> list[tuple[str, str]]:
    """The days of a conversation and where each begins, if there are several."""
    rows = ask.rows(
        "SELECT substr(timestamp, 1, 10) AS day, count(*) AS messages FROM messages WHERE conversation_id = ?"
        " GROUP BY day ORDER BY min(id)",
        id,
    )
    found, earlier = [], 0
    for row in rows if len(rows) > 1 else []:
        page = earlier // MESSAGES_PER_PAGE + 1
        found.append((day(row["day"]), f"?page={page}#d{row['day']}"))
        earlier += row["messages"]
    return found


def _neighbors(ask: Ask, talk: Row) -> dict[str, tuple[str, str] | None]:
    """Title and address of the conversations of the same two just before and after this one."""
    records = "SELECT id, title FROM conversations WHERE daemon_id = ? AND user_id IS ?"
    here = (talk["created_at"], talk["id"])
    found = neighbors(ask, records, "created_at", here, ask.daemon["id"], talk["user_id"])
    name = ask.daemon["name"]
    return {
        side: (spoken(other["title"]) or t("Untitled"), ask.to(name, TALKS, other["id"])) if other else None
        for side, other in found.items()
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


def _message(
    ask: Ask, talk: Row, row: Row, earlier: Row | None, sides: dict[str, int], resolve: Resolve
) -> dict[str, Any]:
    """A message as it is shown.

    :param sides: the color of each person so far, by name
    :param resolve: the address of a wiki page by its name
    """
    daemon = words(ask.daemon["name"])
    names = {"assistant": daemon, "user": row["person"] or talk["person"] or t("Someone")}
    role = row["role"] if row["role"] in names else "system"
    # Where several speak for themselves, the message says who.
    who = row["speaker"] or names.get(row["role"], words(row["role"]))
    gestures = [found["name"] for found in _list(row["animations_json"]) if found.get("name") not in {None, *PLAIN}]
    return {
        "id": row["id"],
        "url": ask.to(ask.daemon["name"], "messages", str(row["id"])),
        "role": role,
        "side": sides.setdefault(who, len(sides) % SIDES) if role == "user" else None,
        "who": who,
        "initial": next((c for c in who if c.isalnum()), "·").upper(),
        "date": row["timestamp"][:10],
        "time": row["timestamp"][11:16],
        "gap": gap(earlier["timestamp"], row["timestamp"]) if earlier else None,
        "words": markdown(row["content"], below=2, resolve=resolve),
        "excluded": bool(row["excluded"]) or row["content"] == WITHHELD,
        "gestures": list(dict.fromkeys(words(name).lower() for name in gestures)),
        "marks": [(words(m.get("category") or "mark"), spoken(m.get("description"))) for m in _list(row["marks_json"])],
        "observations": [spoken(found.get("observation")) for found in _list(row["self_observations_json"])],
    }


def _list(text: str | None) -> list[dict[str, Any]]:
    value = parsed(text)
    return [found for found in value if isinstance(found, dict)] if isinstance(value, list) else []
