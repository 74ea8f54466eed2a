"""Plots, drawn on the server: numbers in, an SVG picture and the same numbers as rows out.

Each function is pure and says the same for the same data. Classes for a style sheet: `plot` the picture, `plot-bar`,
`plot-line`, `plot-point`, `plot-series-0` to `plot-series-5`, `plot-grid` and `plot-label`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from markupsafe import Markup

from daemon_pages import svg
from daemon_pages.svg import AREA, FOOT, LINE, TOP

MOST_SERIES: Final = 6
MOST_THEMES: Final = 12
OTHERS: Final = "others"

# Newer Pythons read further forms, such as weeks; a plot says the same on all of them.
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

Row = tuple[str | int | float, ...]


@dataclass(frozen=True)
class Plot:
    """A picture and, for those who would rather read, its numbers: `rows` under the headings `columns`."""

    title: str
    about: str
    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Bucket(NamedTuple):
    """A length of time that one bar stands for; it is taken if no more than `most` cover the data."""

    name: str
    days: int
    most: int
    begin: Callable[[date], date]
    following: Callable[[date], date]
    label: Callable[[date], str]


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


BUCKETS: Final = (
    Bucket("day", 1, 62, lambda day: day, lambda day: day + timedelta(1), date.isoformat),
    Bucket("week", 7, 62, lambda day: day - timedelta(day.weekday()), lambda day: day + timedelta(7), date.isoformat),
    Bucket("month", 30, 120, lambda day: day.replace(day=1), _next_month, lambda day: day.isoformat()[:7]),
    Bucket(
        "year",
        365,
        9999,
        lambda day: date(day.year, 1, 1),
        lambda day: date(day.year + 1, 1, 1),
        lambda day: day.isoformat()[:4],
    ),
)
MONTH: Final = BUCKETS[2]


def activity(counts: Iterable[tuple[str, int]], *, title: str, noun: str = "messages") -> Plot:
    """Bars of how much happened: by day, week, month or year, the shortest that leaves the bars readable.

    :param counts: days (or times) in ISO 8601 and numbers; what has no readable day is only told in `about`
    """
    dated, undated = _by_date(((text, "", number) for text, number in counts), lambda day: day)
    if not dated:
        return _empty(title, ("day", noun), _remark(undated, noun) or f"No {noun} yet.")
    days = [day for day, _ in dated]
    bucket = _bucket(min(days), max(days))
    sums: dict[date, float] = dict.fromkeys(_covering(bucket, min(days), max(days)), 0)
    for (day, _), number in dated.items():
        sums[bucket.begin(day)] += number
    rows = [(bucket.label(start), number) for start, number in sums.items()]
    first, last, highest = rows[0][0], rows[-1][0], max(sums.values())
    top = _round_up(max(highest, 2))
    bars = [
        svg.bar(place, 0, number / top, "plot-bar", f"{label}: {_number(number)}")
        for place, (label, number) in enumerate(rows)
    ]
    total = _number(sum(sums.values()))
    about = f"{total} {noun} by {bucket.name} from {first} to {last}, at most {_number(highest)}."
    about = f"{about} {_remark(undated, noun)}".rstrip()
    drawn = svg.axis(top) + svg.stretched(bars, len(rows)) + svg.ends(first, last)
    return _plot(title, about, drawn, TOP + AREA + FOOT, (bucket.name, noun), rows)


def stacked(amounts: Iterable[tuple[str, str, float]], *, title: str, noun: str) -> Plot:
    """Bars by month, each made up of what the largest series, such as models, have in it.

    :param amounts: months as YYYY-MM, series and amounts; what has no readable month is only told in `about`
    """
    cells, undated = _by_date(((f"{month[:7]}-01", name, amount) for month, name, amount in amounts), MONTH.begin)
    if not cells:
        return _empty(title, ("month", noun), _remark(undated, noun) or f"No {noun} yet.")
    totals: dict[str, float] = {}
    for (_, name), amount in cells.items():
        totals[name] = totals.get(name, 0) + amount
    names = sorted(totals, key=lambda name: (-totals[name], name))
    kept = names if len(names) <= MOST_SERIES else [*names[: MOST_SERIES - 1], OTHERS]
    part = {name: min(number, len(kept) - 1) for number, name in enumerate(names)}
    days = [day for day, _ in cells]
    table: dict[date, list[float]] = {month: [0] * len(kept) for month in _covering(MONTH, min(days), max(days))}
    for (month, name), amount in cells.items():
        table[month][part[name]] += amount
    labels = [MONTH.label(month) for month in table]
    top = _round_up(max(map(sum, table.values())))
    bars = [
        bar
        for place, (label, parts) in enumerate(zip(labels, table.values(), strict=True))
        for bar in _stack(place, label, parts, kept, top)
    ]
    sums = [sum(parts) for parts in zip(*table.values(), strict=True)]
    legend = [svg.key(number, f"{svg.short(name)}: {_number(sums[number])}") for number, name in enumerate(kept)]
    about = f"{_number(sum(sums))} {noun} from {labels[0]} to {labels[-1]}, the largest part {names[0]}."
    about = f"{about} {_remark(undated, noun)}".rstrip()
    drawn = svg.axis(top) + svg.stretched(bars, len(labels)) + svg.ends(labels[0], labels[-1]) + "".join(legend)
    rows: list[Row] = [(label, *map(_rounded, parts)) for label, parts in zip(labels, table.values(), strict=True)]
    return _plot(title, about, drawn, TOP + AREA + FOOT + LINE * len(kept), ("month", *kept), rows)


def themes(counts: Iterable[tuple[str, int]], *, title: str, noun: str = "texts") -> Plot:
    """Lying bars, each under its name, the longest first; a dozen are drawn and all are in `rows`."""
    rows = sorted(((name, number) for name, number in counts if number > 0), key=lambda row: (-row[1], row[0]))
    if not rows:
        return _empty(title, ("theme", noun), "No themes yet.")
    drawn = ""
    for place, (name, number) in enumerate(rows[:MOST_THEMES]):
        y = 2 * LINE * place
        width = f"{100 * number / rows[0][1]:.4g}%"
        drawn += svg.text("0", y + 15, svg.short(name), "start") + svg.text("100%", y + 15, f"{number:,}", "end")
        drawn += svg.tag("rect", class_="plot-bar", x="0", y=y + 22, width=width, height=10, fill="currentColor")
    shown = min(len(rows), MOST_THEMES)
    about = f"The first {shown} of {len(rows)} themes; most often {rows[0][0]}, in {rows[0][1]:,} {noun}."
    return _plot(title, about, drawn, 2 * LINE * shown, ("theme", noun), rows)


def confidence(points: Iterable[tuple[str, float]], *, title: str, until: str = "") -> Plot:
    """A line in steps: how sure somebody was, from 0 to 1, from each day until the next.

    :param points: days (or times) in ISO 8601 and values; of one day the last holds
    :param until: the last day of the data, up to which the last value holds
    """
    known: dict[date, float] = {}
    for text, value in sorted(points, key=lambda point: point[0]):
        day = _day(text)
        if day and math.isfinite(value):
            known[day] = min(max(value, 0.0), 1.0)
    if not known:
        return _empty(title, ("since", "confidence"), "No confidence recorded yet.")
    rows = [(day.isoformat(), value) for day, value in known.items()]
    first, last = min(known), max([*known, *filter(None, [_day(until)])])
    length = max((last - first).days, 1)
    steps = [((day - first).days / length, 1 - value) for day, value in known.items()]
    path = f"M0 {100 * steps[0][1]:.4g}" + "".join(f"H{100 * x:.4g}V{100 * y:.4g}" for x, y in steps) + "H100"
    line = svg.tag(
        "path",
        class_="plot-line",
        d=path,
        fill="none",
        stroke="currentColor",
        stroke_width=2,
        vector_effect="non-scaling-stroke",
    )
    dots = (
        svg.tag("circle", class_="plot-point", cx=svg.across(x), cy=f"{TOP + AREA * y:.4g}", r=4, fill="currentColor")
        for x, y in steps
    )
    about = f"{rows[-1][1]:.0%} since {rows[-1][0]}."
    if len(rows) > 1:
        about = f"{rows[0][1]:.0%} from {rows[0][0]}, {about}"
    drawn = svg.axis(1, "{:.0%}".format) + svg.stretched([line], 100) + "".join(dots) + svg.ends(str(first), str(last))
    return _plot(title, about, drawn, TOP + AREA + FOOT, ("since", "confidence"), rows)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if DAY.match(text) else None
    except ValueError:
        return None


Amount = tuple[str, str, float]


def _by_date(amounts: Iterable[Amount], begin: Callable[[date], date]) -> tuple[dict[tuple[date, str], float], float]:
    """Sums by day and series, and the sum of what has no readable day; no number, or one below zero, is nothing."""
    dated: dict[tuple[date, str], float] = {}
    undated: float = 0
    for text, name, amount in amounts:
        day = _day(text)
        amount = max(amount, 0) if math.isfinite(amount) else 0
        if day is None:
            undated += amount
        else:
            dated[begin(day), name] = dated.get((begin(day), name), 0) + amount
    return dated, undated


def _remark(undated: float, noun: str) -> str:
    return f"{_number(undated)} {noun} without a date." if undated else ""


def _bucket(first: date, last: date) -> Bucket:
    return next(b for b in BUCKETS if b.name == "year" or (last - first).days < b.most * b.days)


def _covering(bucket: Bucket, first: date, last: date) -> list[date]:
    """The beginning of every bucket from the first day to the last."""
    starts = [bucket.begin(first)]
    while starts[-1] < bucket.begin(last):
        starts.append(bucket.following(starts[-1]))
    return starts


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20 ...; for a scale whose half is easy to read."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * power for step in (1, 2, 5, 10) if value <= step * power * (1 + 1e-9))


def _rounded(value: float) -> float:
    return value if isinstance(value, int) else round(value, 2)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _stack(place: int, label: str, parts: Sequence[float], names: Sequence[str], top: float) -> Iterator[str]:
    below = 0.0
    for number, part in enumerate(parts):
        if part > 0:
            tip = f"{label}, {names[number]}: {_number(part)}"
            yield svg.bar(place, below / top, part / top, f"plot-series-{number}", tip, svg.opacity(number))
            below += part


def _plot(title: str, about: str, drawn: str, height: int, columns: tuple[str, ...], rows: Sequence[Row]) -> Plot:
    return Plot(title, about, svg.picture(title, about, drawn, height), columns, tuple(rows))


def _empty(title: str, columns: tuple[str, ...], about: str) -> Plot:
    return _plot(title, about, svg.text("0", 15, about, "start"), LINE, columns, ())
