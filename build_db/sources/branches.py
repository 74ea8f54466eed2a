"""Conversations that fork: whoever rewords a message, or asks for another answer, leaves the older one beside it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import UTC, datetime
from typing import Any


def way_to(leaf: str | None, parents: Mapping[str, str | None]) -> list[str]:
    """The nodes from the first one to `leaf`, in order; a circle ends where it closes."""
    way: dict[str, None] = {}
    while leaf in parents and leaf not in way:
        assert leaf is not None
        way[leaf] = None
        leaf = parents[leaf]
    return list(reversed(way))


def leaves_of(parents: Mapping[str, str | None]) -> list[str]:
    """The nodes that nothing answers; of a circle, all."""
    answered = set(parents.values())
    return [node for node in parents if node not in answered] or list(parents)


def nearest_above(parents: Mapping[str, str | None], among: Container[str]) -> dict[str, str | None]:
    """For each node the nearest one above it that is one of `among`.

    No node is passed twice: a conversation may be tens of thousands of messages deep.
    """
    found: dict[str, str | None] = {}
    for node in parents:
        passed = {node: None}
        above = parents[node]
        while above in parents and above not in among and above not in found and above not in passed:
            assert above is not None
            passed[above] = None
            above = parents[above]
        nearest = above if above in parents and above in among else found.get(above or "")
        # Whoever answers himself stands in a circle, and below nobody.
        found.update((one, nearest if nearest != one else None) for one in passed if one not in found)
    return found


def moment(time: Any) -> float:
    """When something was, for comparing; what is no time was before everything."""
    if isinstance(time, (int, float)) and not isinstance(time, bool):
        return time
    try:
        found = datetime.fromisoformat(str(time))
    except ValueError:
        return 0
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
