"""Conversations that fork: whoever rewords a message, or asks for another answer, leaves the older one beside it."""

from __future__ import annotations

from collections.abc import Mapping


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


def ancestor(node: str | None, parents: Mapping[str, str | None], among: Mapping[str, object]) -> str | None:
    """The nearest node above that is one of `among`."""
    way = way_to(node, parents)[:-1]
    return next((above for above in reversed(way) if above in among), None)
