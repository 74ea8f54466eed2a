"""Words that machines made: ids, hashes, names of models. Letters in them that spell a name are nobody's.

`docs/privacy.md` says in words what counts as an occurrence of a name. The witness decides the same by code of its own.
"""

from __future__ import annotations

import re
from functools import cache

from build_db.redaction.words import words

# How far a word is followed to both sides.
REACH = 80
AROUND = re.compile(r"[a-z0-9]")
PARTS = re.compile(r"\d+|[a-z]+")
# Where digits follow letters, or letters digits.
TURN = re.compile(r"\d(?=[a-z])|[a-z](?=\d)")
LETTERS = re.compile(r"[^\W\d_]+")
HEX = frozenset("0123456789abcdef")
UUID_PART = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ID_LENGTH, LONG_ID, SHORT_ID, LONG_BASE64 = 8, 12, 6, 20


def is_machine_made(plain: str, start: int, end: int) -> bool:
    """Whether a run of letters, or a whole name, lies in an id, a hash, base64 or the name of a model.

    :param plain: folded text; it is `plain[start:end]`
    """
    if not plain[start:end].isascii():
        return False  # machines write plain letters
    first, last = _grown(plain, start, end, "")
    if plain[start - 1 : start].isdigit():  # a name has digits behind it, not before it
        among_others = plain[end : end + 1].isdigit() and len(TURN.findall(plain, first, last)) > 2
        if among_others or HEX.issuperset(plain[start:end]):
            return True
    in_one_run = (first, last) != (start, end) and plain[start:end].isalnum()
    if in_one_run and (_is_id(plain[first:last]) or _is_base64(plain[first:last])):
        return True
    wide_first, wide_last = _grown(plain, first, last, "-")
    wide = plain[wide_first:wide_last]
    if len(wide) >= 36 and any(m.start() <= start - wide_first < m.end() for m in UUID_PART.finditer(wide)):
        return True
    is_told = words().models | words().model_parts >= set(LETTERS.findall(plain, start, end))
    return is_told and _is_model(plain, start, end)


def _grown(plain: str, start: int, end: int, joints: str) -> tuple[int, int]:
    """The stretch of ASCII letters, digits and joints around a run."""
    first, last = start, end
    while first > max(0, start - REACH) and (AROUND.match(plain, first - 1) or plain[first - 1] in joints):
        first -= 1
    if first < start and plain[first] in "ntr" and plain[first - 1 : first] == "\\":
        first += 1  # the letter of `\n` in code is none of the word behind it
    while last < min(len(plain), end + REACH) and (AROUND.match(plain, last) or plain[last] in joints):
        last += 1
    return first, last


def _is_id(word: str) -> bool:
    """Hexadecimal with a digit, of a length that ids have, or with digits and letters in turns."""
    if not HEX.issuperset(word) or word.isalpha():
        return False
    in_turns = len(word) >= SHORT_ID and len(PARTS.findall(word)) >= 3
    return len(word) == ID_LENGTH or len(word) >= LONG_ID or in_turns


def _is_base64(word: str) -> bool:
    """A long row of digits and letters in turns, as random ones are: one more turn than a name with a date has."""
    return len(word) >= LONG_BASE64 and len(PARTS.findall(word)) >= 5


def _is_model(plain: str, start: int, end: int) -> bool:
    """Whether it is part of a model's name, with a version or a size: `claude-opus-4`, `phi3`, `claude 3.5`."""
    near = _model().finditer(plain, max(0, start - REACH), end + REACH)
    return any(match.start() <= start and end <= match.end() for match in near)


@cache
def _model() -> re.Pattern[str]:
    families = "|".join(sorted(words().models))
    part = rf"(?:{families}|{'|'.join(sorted(words().model_parts))})"
    return re.compile(
        rf"(?:(?<![a-z0-9])|(?<=\\[ntr]))(?:(?:{families})(?:[-_:/.]?{part})*[-_:]?v?\d[\w.:-]*"
        rf"|(?:{families})(?:[-_:/.]{part})+(?![a-z])|(?:{families})(?: {part})? \d+\.\d|(?:{families}) {part} \d"
        rf"|(?:{families}) \d {part}(?![a-z])|text-embedding-[\w-]+|o[1-9](?:-{part})+)"
    )
