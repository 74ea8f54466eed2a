"""Times as they are stored: ISO 8601. Epochs become such, in UTC; anything else that is no time is told of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

# What a number counts, by its size: seconds since 1970, then thousandths, millionths and billionths of them. The years
# between 2001 and 2286, so that neither a day such as 20250601 nor an id is taken for a time.
UNITS = ((10**9, 1), (10**12, 10**3), (10**15, 10**6), (10**18, 10**9))
LONGEST = 30
START = datetime(1970, 1, 1, tzinfo=UTC)
# How a database for documents writes a time.
WRAPPED = "$date"


def as_time(value: Any) -> str | None:
    """A time in ISO 8601 as it is, an epoch in UTC, to the microsecond; None if it is neither."""
    if isinstance(value, dict) and len(value) == 1 and WRAPPED in value:
        value = value[WRAPPED]
    if isinstance(value, str):
        if is_time(value):
            return value
        # Nineteen digits count billionths of a second, and Python refuses to read thousands of them.
        digits = value.replace(".", "", 1) if len(value) <= LONGEST and value.isascii() else ""
        if digits.isdecimal():
            value = float(value) if "." in value else int(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_epoch(value)
    return None


def is_time(text: str) -> bool:
    """Whether a text is a day or a time in ISO 8601; so is an empty one, which stands for a time nobody knows."""
    if not text:
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return text[4:5] == "-"


def _from_epoch(value: float) -> str | None:
    for least, unit in reversed(UNITS):
        if value >= least:
            if value >= least * 10:
                return None
            whole, rest = divmod(value, unit) if isinstance(value, int) else (value / unit, 0)
            moment = START + timedelta(seconds=whole, microseconds=round(rest * 10**6 / unit))
            return moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")
    return None
