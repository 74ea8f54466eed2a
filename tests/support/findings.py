"""A text with its findings marked, as tests read them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from build_db.redaction.contacts.contact_finder import ContactFinder
from build_db.redaction.engine.gate import Gate
from build_db.redaction.spans import Span


def marked(text: str, spans: Iterable[Span]) -> str:
    """The text with `[kind]` in the place of each finding; spans in order, none overlapping."""
    for span in reversed(list(spans)):
        text = f"{text[: span.start]}[{span.kind}]{text[span.end :]}"
    return text


@cache
def contact_gate() -> Gate:
    """The gate of contacts alone."""
    finder = ContactFinder()
    return Gate(finder.rules(), cores=finder.cores())


def without_contacts(text: str) -> str:
    """The text with its contacts marked, by the rules that the gate has seen."""
    return marked(text, ContactFinder().find(text, contact_gate().seen(text)))
