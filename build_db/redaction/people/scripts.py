"""How names stand in the scripts of the world: `scripts.yml` in declared types, and whether a name stands by itself."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import msgspec

from build_db.declared import declared, shipped
from build_db.redaction.people.folding import fold

FILE = "scripts.yml"
# Particles that may follow each other.
IN_A_ROW = 3


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One script of `scripts.yml`; its header explains the keys."""

    letters: str
    alone: int = 0
    before: str = ""
    behind: str = ""
    called: str = ""
    fondly: str = ""
    acts: str = ""
    endings: dict[str, str] = {}


class Declined(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Endings of names in the Latin letters of some languages."""

    languages: str
    endings: dict[str, str]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scripts: dict[str, Script]
    long_families: str
    latin_endings: tuple[Declined, ...]
    latin_free: str


@cache
def table() -> _File:
    """The whole of `scripts.yml`."""
    return declared(FILE, shipped(__package__, FILE), _File)


class _Scripts(dict[str, str]):
    """The script of each letter, looked up when it is met first; an empty one for what is no letter."""

    def __missing__(self, character: str) -> str:
        is_letter = character.isalpha() or unicodedata.category(character).startswith("M")
        named = (name for name, script in table().scripts.items() if re.match(f"[{script.letters}]", character))
        self[character] = found = next(named, "other") if is_letter else ""
        return found


SCRIPT_OF = _Scripts()


def letters_beside(character: str) -> str:
    """A pattern for one letter of the script of a folded character: with that, one word."""
    script = table().scripts.get(SCRIPT_OF[character])
    return f"[{script.letters}]" if script else r"[^\W\d_]"


def stands_alone(plain: str, start: int, end: int) -> bool:
    """Whether a run is a word of its script, or as good as one, and not the inside of a longer word.

    :param plain: folded text; the run is `plain[start:end]`, in a script other than the Latin one
    """
    first, last = SCRIPT_OF[plain[start]], SCRIPT_OF[plain[end - 1]]
    begins = start == 0 or SCRIPT_OF[plain[start - 1]] != first
    ends = end == len(plain) or SCRIPT_OF[plain[end]] != last
    if begins and ends:
        return True
    script = table().scripts.get(first)
    if script is None:
        return False
    if script.alone and end - start >= script.alone:
        return True
    before, behind = _edges(first)
    begins = begins or (before is not None and before.search(plain, max(0, start - 8), start) is not None)
    return begins and (ends or behind.match(plain, end) is not None)


@cache
def _edges(name: str) -> tuple[re.Pattern[str] | None, re.Pattern[str]]:
    """What may be joined to a name of this script, before it and behind it, up to a letter of none."""
    script = table().scripts[name]
    joined = {side: _any_of(getattr(script, side)) for side in ("before", "behind")}
    before = re.compile(rf"(?<![{script.letters}])(?:{joined['before']})\Z") if script.before else None
    return before, re.compile(rf"(?:{joined['behind']}){{1,{IN_A_ROW}}}(?![{script.letters}])")


def is_called(plain: str, start: int, end: int) -> bool:
    """Whether a run too short to mean somebody stands by itself, or beside what people are called.

    Of two characters, it may be followed by whatever goes on behind a name.
    """
    name = SCRIPT_OF[plain[start]]
    begins = start == 0 or SCRIPT_OF[plain[start - 1]] != name
    ends = end == len(plain) or SCRIPT_OF[plain[end]] != name
    before, behind = _short(name)
    if begins and (ends or (name == "han" and end - start > 1)):
        return True
    if before is not None and before.search(plain, max(0, start - 2), start):
        return True
    return begins and behind is not None and behind.match(plain, end) is not None


@cache
def _short(name: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    script = table().scripts[name]
    before = re.compile(rf"(?<![{script.letters}])(?:{_any_of(script.fondly)})\Z") if script.fondly else None
    behind = f"{script.called} {script.acts}".strip()
    return before, re.compile(rf"\s?(?:{_any_of(behind)})") if behind else None


def beside_title(plain: str, start: int, end: int) -> bool:
    """Whether a family's name of one character stands beside what people are called: 王老师, 老王, 김 선생님."""
    name = SCRIPT_OF[plain[start]]
    fondly = _short(name)[0]
    if fondly is not None and fondly.search(plain, max(0, start - 2), start):
        return True
    begins = start == 0 or SCRIPT_OF[plain[start - 1]] != name
    title = re.match(rf"\s?({_any_of(table().scripts[name].called)})", plain[end : end + 8])
    # A title of one character is also the begin of other words.
    return title is not None and bool(title[1]) and (begins or len(title[1]) > 1)


@cache
def _any_of(words: str) -> str:
    """A pattern for one of several words, folded; the longest first."""
    return "|".join(sorted((re.escape(fold(word)) for word in words.split()), key=lambda w: (-len(w), w)))
