"""How an export is made harder to join, step by step, until no attack joins more than its owner allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from build_db.exports.choices import Times
from build_db.exports.risk.measure import Figure
from build_db.exports.times import COARSER


class Level(NamedTuple):
    """How finely times are told, and whether people and conversations keep their words, conversations their people."""

    times: Times
    words: bool = True
    people: bool = True


def levels(times: Times, max_link: float | None) -> Iterator[Level]:
    """What to try, one after another: first what was asked for; coarser times; without words; without people.

    :param max_link: without one, only what was asked for is made
    """
    yield Level(times)
    if max_link is None:
        return
    while coarser := COARSER.get(times):
        times = coarser
        yield Level(times)
    yield Level(times, words=False)
    yield Level(times, words=False, people=False)


def holds(figures: Sequence[Figure], max_link: float | None) -> bool:
    """Whether no attack joins a larger share than this."""
    return max_link is None or not _too_good(figures, max_link)


def in_the_way(daemon: str, figures: Sequence[Figure], max_link: float | None) -> str:
    """What still joins too much, in words."""
    told = "; ".join(
        f"{figure.attack.name} ({figure.attack.by}) joins {figure.found.joined:,} of {figure.found.records:,}"
        f" {figure.attack.of}"
        for figure in _too_good(figures, max_link or 0.0)
    )
    way_out = "allow more, or withdraw what stands out"
    return f"{daemon}: with times by month, without words and without people, {told}; {way_out}"


def _too_good(figures: Sequence[Figure], max_link: float) -> list[Figure]:
    return [figure for figure in figures if figure.found.rate > max_link]
