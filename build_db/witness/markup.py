"""Pages as they are read: without tags, with entities decoded. A name may be cut by the one and hidden in the other."""

from __future__ import annotations

import html
import re

BEGINNINGS = (b"<!doctype html", b"<?xml")
# Tags inside a line of words; all others part what stands before them from what stands behind.
WITHIN = re.compile(
    r"</?(?:a|abbr|b|bdi|cite|code|del|em|i|ins|mark|q|s|small|span|strong|sub|sup|time|u|wbr)\b[^<>]*>", re.IGNORECASE
)
TAG = re.compile(r"<[!/?A-Za-z][^<>]*>")


def is_markup(begin: bytes) -> bool:
    """Whether a file is a page, by its first bytes."""
    return begin.lstrip()[:14].lower().startswith(BEGINNINGS)


def as_shown(text: str) -> str:
    """The words of a page."""
    return html.unescape(TAG.sub(" ", WITHIN.sub("", text)))
