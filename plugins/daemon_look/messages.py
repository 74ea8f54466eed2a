"""What was said in a conversation, message by message, as it is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from daemon_look.dates import gap
from daemon_look.language import t
from daemon_look.rendering import WITHHELD, Resolve, markdown, parsed, spoken, words

# Gestures that only say that somebody is talking.
PLAIN = frozenset(["talk", "idle"])
# Colors for those who talk with a daemon; whoever comes after them begins again.
SIDES = 4


def message(
    row: sqlite3.Row,
    earlier: sqlite3.Row | None,
    daemon: str,
    person: str | None,
    sides: dict[str, int],
    resolve: Resolve,
) -> dict[str, Any]:
    """A message as it is shown.

    :param row: a row of `messages`, with the name of its `person`
    :param earlier: the message before it
    :param person: the one with whom the daemon talks
    :param sides: the color of each person so far, by name
    :param resolve: the address of a wiki page by its name
    """  # fmt: skip
    names = {"assistant": words(daemon), "user": row["person"] or person or t("Someone")}
    role = row["role"] if row["role"] in names else "system"
    # Where several speak for themselves, the message says who.
    who = row["speaker"] or names.get(row["role"], words(row["role"]))
    gestures = [found["name"] for found in _list(row["animations_json"]) if found.get("name") not in {None, *PLAIN}]
    return {
        "id": row["id"],
        "role": role,
        "side": sides.setdefault(who, len(sides) % SIDES) if role == "user" else None,
        "who": who,
        "initial": next((c for c in who if c.isalnum()), "·").upper(),
        "date": row["timestamp"][:10],
        "time": row["timestamp"][11:16],
        "gap": gap(earlier["timestamp"], row["timestamp"]) if earlier else None,
        "words": markdown(row["content"], below=2, resolve=resolve),
        "excluded": bool(row["excluded"]) or row["content"] == WITHHELD,
        "withheld": row["content"] == WITHHELD,
        "gestures": list(dict.fromkeys(words(name).lower() for name in gestures)),
        "marks": [(words(m.get("category") or "mark"), spoken(m.get("description"))) for m in _list(row["marks_json"])],
        "observations": [spoken(found.get("observation")) for found in _list(row["self_observations_json"])],
    }


def stretches(messages: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages in a row that were left out, and those that were not: a model may look up more than it says."""
    runs = groupby(messages, key=lambda message: message["excluded"])
    return [{"left_out": left_out, "messages": list(run)} for left_out, run in runs]


def _list(text: str | None) -> list[dict[str, Any]]:
    value = parsed(text) if text else None
    return [found for found in value if isinstance(found, dict)] if isinstance(value, list) else []
