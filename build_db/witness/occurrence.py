"""Whether a name that was found is one: ids and models are no prose, even if their letters spell a name.

`docs/privacy.md` says in words what counts as an occurrence. The redactor decides the same by code of its own.
"""

from __future__ import annotations

import re
from functools import cache

from build_db.witness.lists import words

UUID = re.compile(r"(?<![a-z0-9])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![a-z0-9])")
LETTERS = re.compile(r"[^\W\d_]+")
# Where digits follow letters, or letters digits.
TURN = re.compile(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)")
HEX_LETTERS = re.compile("[a-f]+")
# Hexadecimal of the lengths that ids and hashes have, with a digit in it; or digits and letters in turns.
HEX = re.compile(r"(?=[0-9a-f]*\d)(?:[0-9a-f]{8}|[0-9a-f]{12,})")
IN_TURNS = re.compile(r"(?=.{6})(?:\d+[a-f]+\d+[a-f]*|[a-f]+\d+[a-f]+\d*)(?:\d+[a-f]*)*")
# A long row of digits and letters in turns: at least five stretches of one or the other.
BASE64 = re.compile(r"(?=.{20})(?:\d+[a-z]+\d+[a-z]+\d[a-z0-9]*|[a-z]+\d+[a-z]+\d+[a-z][a-z0-9]*)")
ALNUM_LEFT, ALNUM_RIGHT = re.compile(r"(?:\\[ntr])?[a-z0-9]*\Z"), re.compile(r"[a-z0-9]*")
# The letter of `\n` in code is none of the word behind it.
ESCAPE = re.compile(r"\A\\[ntr]")
REACH = 80


def is_prose(text: str, start: int, end: int) -> bool:
    """Whether a name at `text[start:end]` is written as one, and not inside an id, a hash or the name of a model.

    :param text: plain: lower case, without diacritics
    """
    if not text[start:end].isascii():
        return True  # machines write plain letters
    left, right = text[max(0, start - REACH) : start], text[end : end + REACH]
    beginning = ESCAPE.sub("", ALNUM_LEFT.search(left)[0])  # type: ignore[index]
    run = beginning + text[start:end] + ALNUM_RIGHT.match(right)[0]  # type: ignore[index]
    # A name has digits behind it, not before it.
    among_others = right[:1].isdigit() and len(TURN.findall(run)) > 2
    if left[-1:].isdigit() and (among_others or HEX_LETTERS.fullmatch(text, start, end)):
        return False
    if HEX.fullmatch(run) or IN_TURNS.fullmatch(run) or BASE64.fullmatch(run):
        return False
    around = slice(max(0, start - REACH), end + REACH)
    if any(match.start() <= len(left) < match.end() for match in UUID.finditer(text[around])):
        return False
    return not _is_model(text, start, end)


def _is_model(text: str, start: int, end: int) -> bool:
    """Whether this is part of a model's name, with a version or a size behind it: `claude-opus-4`, `phi3`."""
    if not words("models") | words("model_parts") >= set(LETTERS.findall(text, start, end)):
        return False
    around = text[max(0, start - REACH) : end + REACH]
    place = min(start, REACH)
    return any(found.start() <= place < found.end() for found in _model().finditer(around))


@cache
def _model() -> re.Pattern[str]:
    families = "|".join(sorted(words("models")))
    parts = "|".join(sorted(words("model_parts")))
    part = rf"(?:{families}|{parts})"
    return re.compile(
        rf"(?:(?<![a-z0-9])|(?<=\\[ntr]))(?:(?:{families})(?:[-_:/.]?{part})*[-_:]?v?\d[\w.:-]*"
        rf"|(?:{families})(?:[-_:/.]{part})+(?![a-z])|(?:{families})(?: {part})? \d+\.\d|(?:{families}) {part} \d"
        rf"|(?:{families}) \d {part}(?![a-z])|text-embedding-[\w-]+|o[1-9](?:-{part})+)"
    )
