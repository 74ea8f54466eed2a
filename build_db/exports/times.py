"""How finely an export tells times. What a daemon wrote for itself is told more finely than what people did.

| `--times` | rows of people and conversations | a daemon's own writings |
|---|---|---|
| full | as they are | as they are |
| day | days | days |
| month | months | days |
| shifted | days, moved by a secret number of days: one for each person and export | days |

The order of messages in a conversation is that of their ids, and survives all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from build_db.exports.choices import Times
from build_db.redaction.keyed import Keyed
from build_db.redaction.rows import TIME

# What fewer than this coarse ones may become, so that an owner's `--max-link` holds.
COARSER = {Times.FULL: Times.DAY, Times.DAY: Times.MONTH, Times.SHIFTED: Times.MONTH}

DAY, MONTH = len("2025-02-13"), len("2025-02")
# A day beside a clock, as machines write it into texts, and into ids.
CLOCKED = re.compile(r"(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
# All begin with what is quick to look for, and only then look at what stands before.
STAMP = re.compile(r"(?:19|20)(?<!\d..)\d{6}[_T-]?\d{6}(?!\d)")
DATED = re.compile(r"(?:19|20)(?<!\d..)\d\d-\d\d-\d\d(?!\d)")
WHOLE_IN_JSON = re.compile(r'\d(?<="\d)\d{3}-\d\d-\d\d(?=")')
# Seconds since 1970, or thousandths of them, between 2001 and 2033.
SECONDS = r"\d{9}(?:\d{3})?(?:\.\d+)?"
EPOCH = re.compile(f"1{SECONDS}")
EPOCH_IN_JSON = re.compile(rf"1(?<=[:,\[]1){SECONDS}(?=[,\]}}])")
# As a text it may be any number, unless its name says that it is a time.
EPOCH_BY_NAME = re.compile(rf'1(?<=(?:time|date|d_at|tamp)":"1){SECONDS}(?=")')
THOUSANDTHS = 10**12
CLOCK_ALONE = re.compile(r"\d\d:\d\d(?::\d\d)?")
FARTHEST = 182
# The same ids come again and again, those of conversations with each message.
REMEMBERED = 1 << 12

Step = Callable[[str], str]


class Told:
    """Tells the times of one table.

    :param times: the owner's choice
    :param keyed: the key of this export
    :param of_people: the rows of the table hang on people or conversations
    """

    def __init__(self, times: Times, keyed: Keyed, *, of_people: bool) -> None:
        self.full = times is Times.FULL
        self._keyed = keyed
        self._length = MONTH if times is Times.MONTH and of_people else DAY
        self._of_people = of_people and times in (Times.MONTH, Times.SHIFTED)
        self.by_person = of_people and times is Times.SHIFTED
        self._moved = timedelta(0)
        self.id = lru_cache(REMEMBERED)(self._id)

    def turn_to(self, person: str | None) -> None:
        """Move what follows as the times of this person are moved: by up to half a year, and never by nothing."""
        if self.by_person:
            drawn = int(self._keyed.token("days", person or ""), 16) % (2 * FARTHEST)
            self._moved = timedelta(days=drawn - FARTHEST + (drawn >= FARTHEST))

    def cell(self, value: str) -> str | None:
        """The value of a column that holds times; None where it may tell more than it should and cannot be read."""
        if self.full or not value or CLOCK_ALONE.fullmatch(value) or not any(map(str.isdigit, value)):
            return value
        if TIME.fullmatch(value):
            return self._told(value[:DAY])
        if EPOCH.fullmatch(value):
            return self._epoch(value)
        try:
            return self._told(datetime.fromisoformat(value).date().isoformat())
        except ValueError:
            return value if re.fullmatch(r"\d{4}(?:-\d\d)?", value) else None

    def words(self, text: str) -> str:
        """Words. Times with a clock, which machines write, are told as in columns; the days that people name stay."""
        # Most texts hold neither; to look for two digits costs next to nothing.
        if self.full or not ("20" in text or "19" in text):
            return text
        return CLOCKED.sub(self._match, STAMP.sub(self._opaque, text))

    def json(self, text: str) -> str:
        """A JSON text: times in it are told as in columns, also where they are numbers."""
        if self.full or len(text) <= DAY:
            return text
        told = self.words(text)
        for epoch in (EPOCH_IN_JSON, EPOCH_BY_NAME):
            told = epoch.sub(lambda match: self._epoch(match.group()), told)
        return WHOLE_IN_JSON.sub(self._match, told) if self._of_people else told

    def _id(self, value: str) -> str:
        """An id: what tells a time in it becomes opaque, the same one wherever it stands."""
        if self.full or not ("20" in value or "19" in value):
            return value
        value = CLOCKED.sub(self._opaque, STAMP.sub(self._opaque, value))
        return DATED.sub(self._opaque, value) if self._of_people else value

    def _match(self, match: re.Match[str]) -> str:
        return self._told(match.group()[:DAY])

    def _opaque(self, match: re.Match[str]) -> str:
        return self._keyed.token("time in an id", match.group())

    def _told(self, day: str) -> str:
        if self.by_person:
            try:
                day = (date.fromisoformat(day) + self._moved).isoformat()
            except (ValueError, OverflowError):
                return ""  # a day that no calendar has
        return day[: self._length]

    def _epoch(self, number: str) -> str:
        """An epoch stays a number: the beginning of what it is told to."""
        unit = 1000 if float(number) >= THOUSANDTHS else 1
        moment = datetime.fromtimestamp(float(number) / unit, UTC).date()
        told = self._told(moment.isoformat())
        first = date.fromisoformat(told if len(told) == DAY else f"{told}-01")
        return str(int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) * unit)


def is_epoch(value: str) -> bool:
    """Whether a text is a moment counted in seconds, or in thousandths of them."""
    return EPOCH.fullmatch(value) is not None
