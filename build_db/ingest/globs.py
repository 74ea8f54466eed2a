"""Patterns of paths, as the tables of this room write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable


def first_match(globs: Iterable[str]) -> Callable[[str], int | None]:
    """A function that tells which of the globs is the first to match a whole path."""
    matches = re.compile("|".join(f"({_expression(glob)})" for glob in globs), re.DOTALL).fullmatch

    def which(path: str) -> int | None:
        match = matches(path)
        return match.lastindex - 1 if match and match.lastindex else None

    return which


def _expression(glob: str) -> str:
    """The regular expression of a glob whose `*` stays inside one folder; a leading `**/` is any folder."""
    wild = {"*": "[^/]*", "?": "[^/]", "**/": "(?:[^/]+/)*"}
    tokens = re.findall(r"^\*\*/|\[[^\]]+\]|.", glob)
    return "".join(wild.get(t) or (t if len(t) > 1 else re.escape(t)) for t in tokens)
