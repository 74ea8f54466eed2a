"""Days and times as people write them, and how long ago they were."""

from __future__ import annotations

import datetime
import re

from markupsafe import Markup

from daemon_look.language import counted, t

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
ZONE = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)$", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
# A pause worth a word, in seconds.
GAP = 3 * 3600
SECONDS_OF_HOUR, SECONDS_OF_DAY = 3600, 86400
DAYS_OF_MONTH, DAYS_OF_YEAR = 30.44, 365.25


def today() -> datetime.date:
    """The day on the server's clock: the one place where the pages look at it."""
    return datetime.datetime.now().astimezone().date()


def day(value: str) -> str:
    """`2025-05-26…` as `26 May 2025`; anything else as it is."""
    match = _day(value)
    if not match:
        return value
    return t("{day} {month} {year}", day=int(match[3]), month=t(MONTHS[int(match[2]) - 1]), year=match[1])


def day_of_year(value: str) -> str:
    """`2025-05-26…` as `26 May`; empty for anything else."""
    match = _day(value)
    return t("{day} {month}", day=int(match[3]), month=t(MONTHS[int(match[2]) - 1])) if match else ""


def _day(value: str) -> re.Match[str] | None:
    """The year, month and day that a text begins with, if there is such a month."""
    match = DAY.match(value)
    return match if match and 1 <= int(match[2]) <= len(MONTHS) else None


def month(value: str) -> str:
    """`2025-05` as `May 2025`."""
    match = _day(f"{value[:7]}-01")
    if not match:
        return value[:7]
    return t("{month} {year}", month=t(MONTHS[int(match[2]) - 1]), year=match[1])


def when(value: str | None) -> Markup:
    """A day, or a day and a time with its zone if one is known, as people write it."""
    if not value:
        return Markup("")
    time = f", {value[11:16]}{zone(value)}" if value[11:16] else ""
    stated = ZONE.search(value)
    # The attribute takes three digits of a second at most.
    machine = value[:19] + (stated[1] if stated else "")
    return Markup('<time datetime="{}">{}</time>').format(machine, day(value) + time)


def zone(value: str) -> str:
    """The zone that a time states, with a blank before it; empty if it states none."""
    found = ZONE.search(value)
    return "" if found is None else " UTC" if found[1] in ("Z", "+00:00", "-00:00") else f" UTC{found[1]}"


def ago(value: str | None) -> str:
    """How long ago a day was, in words; empty for none, and for one to come."""
    match = DAY.match(value or "")
    try:
        then = datetime.date.fromisoformat(match.group()) if match else None
    except ValueError:
        then = None
    days = (today() - then).days if then else -1
    if days < 0:
        return ""
    if days < 2:
        return t("yesterday") if days else t("today")
    if days < 2 * DAYS_OF_MONTH:
        return counted(days, "{n} day ago", "{n} days ago")
    if days < DAYS_OF_YEAR - 1:
        return counted(round(days / DAYS_OF_MONTH), "{n} month ago", "{n} months ago")
    return counted(round(days / DAYS_OF_YEAR), "{n} year ago", "{n} years ago")


def gap(earlier: str, later: str) -> str | None:
    """How long nobody spoke, in words, if it was long."""
    try:
        passed = datetime.datetime.fromisoformat(later) - datetime.datetime.fromisoformat(earlier)
    except (ValueError, TypeError):
        return None
    seconds = passed.total_seconds()
    if seconds < GAP:
        return None
    if seconds >= 2 * SECONDS_OF_DAY:
        return counted(round(seconds / SECONDS_OF_DAY), "{n} day later", "{n} days later")
    return counted(round(seconds / SECONDS_OF_HOUR), "{n} hour later", "{n} hours later")
