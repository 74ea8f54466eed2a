"""Takes in what belongs to an address beside the street: the flat, the floor, the postcode and the town.

A street is told by its word and its number; the rest has no word of its own and stands before or behind it, on the
same line or on the next. The patterns are in `contacts.yml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from build_db.redaction.contacts.contact_table import pattern
from build_db.redaction.spans import Span

ADDRESS = "address"
# As far as a flat, a floor and a town reach.
BEFORE, BEHIND = 48, 120


def whole(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans; those of addresses with what belongs to them."""
    for span in spans:
        if span.kind != ADDRESS:
            yield span
            continue
        before = pattern("before an address").search(text, max(0, span.start - BEFORE), span.start)
        behind = pattern("behind an address").match(text, span.end, span.end + BEHIND)
        start = before.start() if before else span.start
        yield span._replace(start=start, end=behind.end() if behind else span.end)
