"""The groups of digits and letters that a number is set in."""

from __future__ import annotations

import re


def stops(text: str, start: int, end: int) -> list[int]:
    """Where words and groups of digits end, the last first."""
    return [start + group.end() for group in re.finditer(r"[^\W_]+", text[start:end])][::-1]


GROUP = re.compile(r"\d+\D+")


def onwards(text: str, start: int, end: int) -> tuple[int, int]:
    """Nothing here; the search goes on at the second group of digits, or behind the only one."""
    group = GROUP.search(text, start, end)
    place = group.end() if group else end
    return place, place
