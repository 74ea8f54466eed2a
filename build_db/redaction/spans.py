"""What a detector says of a text: this stretch is a secret, a contact, a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of text, end exclusive.

    `kind` names the placeholder (`secret`, `email`, `phone`, ...), `rule` the rule that found it.
    """

    start: int
    end: int
    kind: str
    rule: str


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, none overlapping: of two that overlap the earlier start wins, then the longer."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end, s.kind, s.rule)):
        if span.start >= span.end:
            continue
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            # What sticks out is no safer than what it sticks out of.
            kept[-1] = kept[-1]._replace(end=span.end)
    return kept
