"""The attacks: each says by what a record would be known again. Two with the same mark, and no third, are joined.

A mark is cut as the export cuts it: whoever has times to the second can cut them to days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from build_db.exports.risk.talks import DAY, MINUTE, Person, Said, Talk, days_apart, seconds, stands_for

MONTH = len("2025-02")
FEWEST_DAYS = 3


@dataclass(frozen=True)
class Attack:
    """Its name, whom it looks for, what it goes by in words, and the mark of a record: None where it has none."""

    name: str
    of: str
    by: str
    mark: Callable[..., Hashable | None]


def _cut(length: int) -> Callable[[Talk], str | None]:
    def first(talk: Talk) -> str | None:
        time = talk.said[0].time
        return time[:length].replace("T", " ") if len(time) >= length else None

    return first


def _exact(said: Said) -> str | None:
    return said.time if len(said.time) > MINUTE else None


def _text(said: Said) -> bytes | None:
    return said.text


def _beginning(said: Said) -> bytes | None:
    return stands_for(" ".join(said.begins)) if said.begins else None


def _gaps(talk: Talk) -> tuple[int, ...] | None:
    return seconds(talk.said)


def _days(talk: Talk) -> tuple[int, ...] | None:
    return days_apart([one.time for one in talk.said])


def _lengths(talk: Talk) -> tuple[int, ...] | None:
    written = tuple(one.length for one in talk.said if one.role == "user")
    return written if any(written) else None


def _turns(talk: Talk) -> str:
    return "".join(one.role[:1] for one in talk.said)


def _sizes(person: Person) -> tuple[int, ...] | None:
    return tuple(sorted(person.sizes)) or None


def _hours(person: Person) -> tuple[tuple[str, int], ...] | None:
    return tuple(sorted(person.hours.items())) or None


def _rhythm(person: Person) -> tuple[int, ...] | None:
    return days_apart(sorted(person.days)) if len(person.days) >= FEWEST_DAYS else None


def _months(person: Person) -> tuple[tuple[str, int], ...] | None:
    months = Counter(day[:MONTH] for day in person.days if len(day) >= MONTH)
    return tuple(sorted(months.items())) or None


MESSAGES, CONVERSATIONS, PEOPLE = "messages", "conversations", "people"
ATTACKS = (
    Attack("exact times", MESSAGES, "the time of a message, to its last digit", _exact),
    Attack("exact text", MESSAGES, "all the words of a message", _text),
    Attack("first words", MESSAGES, "the first five words of a message", _beginning),
    Attack("first minute", CONVERSATIONS, "when a conversation began, to the minute", _cut(MINUTE)),
    Attack("first day", CONVERSATIONS, "the day on which a conversation began", _cut(DAY)),
    Attack("first month", CONVERSATIONS, "the month in which a conversation began", _cut(MONTH)),
    Attack("gaps", CONVERSATIONS, "the seconds between its messages", _gaps),
    Attack("days between", CONVERSATIONS, "the days between its messages, where it lasted longer than one", _days),
    Attack("lengths", CONVERSATIONS, "how many words people wrote, message by message", _lengths),
    Attack("turns", CONVERSATIONS, "how many messages it has, and who speaks after whom", _turns),
    Attack("who talks", PEOPLE, "how many conversations somebody had, and how long each was", _sizes),
    Attack("hours", PEOPLE, "how often somebody wrote at which hour of the day", _hours),
    Attack("rhythm", PEOPLE, "the days between somebody's conversations, from the third on", _rhythm),
    Attack("months", PEOPLE, "how many conversations somebody had in which month", _months),
)
# Two more go by another way than a mark: `words.py` and `attributes.py`.
RARE_WORDS = Attack("rare words", CONVERSATIONS, "words that stand in one place of a file only", lambda talk: None)
ATTRIBUTES = Attack("attributes", PEOPLE, "what tables with one row per person tell of somebody", lambda person: None)
