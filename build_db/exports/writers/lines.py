"""JSON Lines: one object a line, for every reader's notion of a line."""

from __future__ import annotations

import re
from typing import Any

import orjson

# U+2028, U+2029, U+0085: they end a line for some readers, such as Python's `str.splitlines`, and JSON lets them be.
ENDS = re.compile(rb"\xe2\x80[\xa8\xa9]|\xc2\x85")


def as_line(value: Any) -> bytes:
    """An object as one line of JSON, with its end."""
    line = orjson.dumps(value)
    # Most lines hold none of their first bytes, which are found faster than any of them.
    return (ENDS.sub(_escaped, line) if b"\xe2\x80" in line or b"\xc2\x85" in line else line) + b"\n"


def _escaped(match: re.Match[bytes]) -> bytes:
    return f"\\u{ord(match.group().decode()):04x}".encode()
