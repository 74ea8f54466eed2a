"""Finds a name of several parts as a whole, whatever joins them, even if each part is a letter or an everyday word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

from build_db.redaction.people.folding import MARKS
from build_db.redaction.people.scripts import SCRIPT_OF, letters_beside, table

Bearer = TypeVar("Bearer")

PART = re.compile(rf"[^\W_](?:[^\W_]|['’{MARKS}])*")
# What may stand between two parts, at most.
JOINT, LONGEST_JOINT = r"[\W_]{1,3}", 3


class WholeNames(Generic[Bearer]):
    """Names of several parts. Each is looked for where its longest part is: `needles` are those."""

    def __init__(self) -> None:
        self._names: dict[str, list[tuple[str, Bearer]]] = {}

    def add(self, name: str, bearer: Bearer) -> None:
        """Add a folded name; one of a single part is none of ours."""
        parts = PART.findall(name)
        if len(parts) > 1:
            self._names.setdefault(max(parts, key=len), []).append((" ".join(parts), bearer))

    def needles(self) -> Iterable[str]:
        """What to look for in a text, before `around` is asked."""
        return self._names

    def around(self, plain: str, start: int, end: int) -> Iterator[tuple[int, int, Bearer]]:
        """The whole names that hold `plain[start:end]`, one of the needles, as their longest part."""
        for name, bearer in self._names.get(plain[start:end], ()):
            reach = len(name) + LONGEST_JOINT * name.count(" ")
            for match in _pattern(name).finditer(plain, max(0, start - reach), end + reach):
                if match.start() <= start and end <= match.end():
                    yield *match.span(), bearer


@lru_cache(maxsize=1 << 12)
def _pattern(name: str) -> re.Pattern[str]:
    joined = JOINT.join(map(re.escape, name.split(" ")))
    script = table().scripts.get(SCRIPT_OF[name[0]])
    if script is not None and script.alone:
        return re.compile(joined)
    before, behind = (letters_beside(character) for character in (name[0], name[-1]))
    return re.compile(rf"(?:(?<!{before})|(?<=\\[ntr])){joined}(?=(?:['’]?s)?(?!{behind}))")
