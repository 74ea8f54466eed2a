"""What an attacker reads of a file: a daemon's conversations, one after another, and who took part in them."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from itertools import groupby, pairwise
from operator import itemgetter
from sys import intern
from typing import NamedTuple

from build_db.contract import WITHHELD

# The codes of placeholders are new in every export: whoever compares words leaves them out. It begins with a class,
# which is quick to look for.
CODE = re.compile(r"([\[P](?:(?<=\[)[a-z]+|(?<=\bP)erson)) [0-9a-f]{4,6}\b")
BEGINNING = 5
DAY, MINUTE = len("2025-02-13"), len("2025-02-13T18:14")
SAID = """
SELECT c.id, c.user_id, m.role, m.content, m.timestamp
FROM conversations AS c CROSS JOIN messages AS m ON m.conversation_id = c.id
WHERE c.daemon_id IN (SELECT id FROM daemons WHERE name = ?) ORDER BY c.id, m.id
"""


class Said(NamedTuple):
    """One message. `length` counts its words, `begins` holds the first, `text` stands for all; none if withheld."""

    time: str
    role: str
    length: int
    begins: tuple[str, ...]
    text: bytes | None


class Talk(NamedTuple):
    """One conversation with something in it, and who it was with, if that is known."""

    person: str | None
    said: tuple[Said, ...]


@dataclass
class Person:
    """What the conversations of somebody have in common: how many messages each has, their days, the hours of all."""

    sizes: list[int] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    hours: Counter[str] = field(default_factory=Counter)

    def add(self, talk: Talk) -> None:
        """Count one more."""
        self.sizes.append(len(talk.said))
        # There are few days and roles, and many that have them.
        self.days.append(intern(talk.said[0].time[:DAY]))
        theirs = (one.time for one in talk.said if one.role == "user" and has_clock(one.time))
        self.hours.update(time[DAY + 1 : DAY + 3] for time in theirs)


def talks(conn: sqlite3.Connection, daemon: str) -> Iterator[Talk]:
    """Every conversation of a daemon in which something was said."""
    rows = conn.execute(SAID, [daemon])
    for (_, person), said in groupby(rows, key=itemgetter(0, 1)):
        yield Talk(person, tuple(_said(role, content, time) for _, _, role, content, time in said))


def _said(role: str, content: str, time: str) -> Said:
    if content == WITHHELD:
        return Said(time, intern(role), 0, (), None)
    plain = CODE.sub(r"\1", content) if "[" in content or "Person " in content else content
    words = plain.split()
    return Said(time, intern(role), len(words), tuple(words[:BEGINNING]), stands_for(plain))


def stands_for(text: str) -> bytes:
    """Eight bytes in place of a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def has_clock(time: str) -> bool:
    """Whether a time tells more than its day."""
    return len(time) >= MINUTE


def seconds(said: tuple[Said, ...]) -> tuple[int, ...] | None:
    """The gaps between messages in whole seconds; None where the times tell no clock."""
    times = [moment(one.time) for one in said]
    known = [time for time in times if time]
    if len(known) < len(times) or len(times) < 2:
        return None
    return tuple(int((after - before).total_seconds()) for before, after in pairwise(known))


def moment(time: str) -> datetime | None:
    """A time with a clock, without its zone; None for any other text."""
    try:
        return datetime.fromisoformat(time).replace(tzinfo=None) if has_clock(time) else None
    except ValueError:
        return None


def days_apart(times: list[str]) -> tuple[int, ...] | None:
    """How many days lie between each day and the next; None where there are no two days."""
    try:
        days = [date.fromisoformat(time[:DAY]).toordinal() for time in times]
    except ValueError:
        return None
    apart = tuple(after - before for before, after in pairwise(days))
    return apart if any(apart) else None
