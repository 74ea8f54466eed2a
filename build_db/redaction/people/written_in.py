"""How a name in Latin letters is written in the script of its language: `Belousov`, Белоусов; `Haruka`, はるか.

Only a name of which a part looks as if it came from there is written so; `written_in.yml` says how such parts look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from build_db.declared import declared, shipped

FILE = "written_in.yml"
# A part that is shorter in another script would be found inside words.
SHORTEST = 3
PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


class _Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One script of `written_in.yml`; `all`: each part has to look so, and there are several."""

    tells: str
    letters: dict[str, str]
    ends: dict[str, str]
    all: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scripts: dict[str, _Script]


@cache
def _table() -> _File:
    return declared(FILE, shipped(__package__, FILE), _File)


def written_in(name: str) -> Iterator[str]:
    """The name in each script in which it may be written."""
    parts = [part.lower() for part in PART.findall(name)]
    for script in _table().scripts.values():
        told = [re.search(script.tells, part) is not None for part in parts]
        if not any(told) or (script.all and (len(parts) < 2 or not all(told))):
            continue
        written = [_part(part, script) for part in parts]
        kept = [part.capitalize() for part in written if len(part) >= SHORTEST]
        if kept and (all(written) or not script.all):
            yield " ".join(kept)


def _part(part: str, script: _Script) -> str:
    """A part of a name in another script; "" if a letter of it has none there."""
    end = next((end for end in sorted(script.ends, key=len, reverse=True) if part.endswith(end) and part != end), "")
    written, rest = "", part.removesuffix(end)
    while rest:
        letters = next((rest[:size] for size in (4, 3, 2, 1) if rest[:size] in script.letters), "")
        if not letters:
            return ""
        written, rest = written + script.letters[letters], rest[len(letters) :]
    return written + script.ends.get(end, "")
