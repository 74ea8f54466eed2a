"""The style sheet that the pages and the file to read share."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

FILE = "look.css"


@cache
def look() -> str:
    """Colors, type, chat bubbles, and how what is hidden looks."""
    return files(__package__).joinpath(FILE).read_text(encoding="utf-8")
