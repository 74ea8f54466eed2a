"""A text with its findings marked, as tests read them."""

from __future__ import annotations

from collections.abc import Iterable

from build_db.redaction.spans import Span


def marked(text: str, spans: Iterable[Span]) -> str:
    """The text with `[kind]` in the place of each finding; spans in order, none overlapping."""
    for span in reversed(list(spans)):
        text = f"{text[: span.start]}[{span.kind}]{text[span.end :]}"
    return text
