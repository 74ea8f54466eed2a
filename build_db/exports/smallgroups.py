"""Small groups: what few people have in common tells who they are.

Of a table with one row per person, the listed columns together are what an outsider may know of a person. People who
share their combination with fewer than k - 1 others have it made coarser: days become months, then years, and at last
everything is withheld. Each step is tried for all who still stand out, in company of those who already took it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from typing import Any, NamedTuple

from build_db.contract import WITHHELD
from build_db.schema import Column, Table

# Characters of an ISO day that stay at each step; at the last step nothing stays.
STEPS = {"day": 10, "month": 7, "year": 4, "nothing": 0}


class Coarsened(NamedTuple):
    """The rows, and how many people are told of how finely."""

    rows: list[tuple]
    people: dict[str, int]


def coarsen(table: Table, columns: Collection[str], rows: Sequence[tuple], k: int) -> Coarsened:
    """Rows in which no combination of `columns` is held by fewer than `k` people.

    :param rows: one per person, with times cut to days
    :param k: 1 leaves everything as it is
    """
    places = [(place, column) for place, column in enumerate(table.columns) if column.name in columns]
    taken = [0] * len(rows)
    for step in range(len(STEPS)):
        groups = Counter(_group(row, places, taken[number]) for number, row in enumerate(rows))
        for number, row in enumerate(rows):
            if taken[number] == step < len(STEPS) - 1 and groups[_group(row, places, step)] < k:
                taken[number] += 1
    last = len(STEPS) - 1
    if 0 < taken.count(last) < k:
        # Too few to hide among each other: the least told of the others join them.
        taken = _joined(taken, k)
    told = Counter(list(STEPS)[step] for step in taken)
    coarse = [_coarse(row, places, step) for row, step in zip(rows, taken, strict=True)]
    return Coarsened(coarse, {name: told[name] for name in STEPS if told[name]})


def _joined(taken: list[int], k: int) -> list[int]:
    """Whole steps of people, coarsest first, until k are told of with nothing."""
    last = len(STEPS) - 1
    for step in range(last - 1, -1, -1):
        if taken.count(last) >= k:
            break
        taken = [last if own == step else own for own in taken]
    return taken


def _group(row: tuple, places: list[tuple[int, Column]], step: int) -> Hashable:
    return step, tuple(_coarse_value(row[place], column, step) for place, column in places)


def _coarse(row: tuple, places: list[tuple[int, Column]], step: int) -> tuple:
    values = list(row)
    for place, column in places:
        values[place] = _coarse_value(row[place], column, step)
    return tuple(values)


def _coarse_value(value: Any, column: Column, step: int) -> Any:
    kept = list(STEPS.values())[step]
    if not kept:
        return WITHHELD if column.required and column.type == "TEXT" else None
    return value[:kept] if isinstance(value, str) else value
