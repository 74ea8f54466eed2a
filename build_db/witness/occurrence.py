"""Whether a name that was found is one: ids and models are no prose, even if their letters spell a name.

`docs/privacy.md` says in words what counts as an occurrence. The redactor decides the same by code of its own.
"""

from __future__ import annotations

import re
from functools import cache

from build_db.witness.lists import words

# What machines write without a blank: ids, hashes, base64, names of models.
WORD = re.compile(r"[a-z0-9_.:/+=-]*\Z")
UUID = re.compile(r"(?<![a-z0-9])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![a-z0-9])")
# Hexadecimal of the lengths that ids and hashes have, with a digit in it; or digits and letters in turns.
HEX = re.compile(r"(?=[0-9a-f]*\d)(?:[0-9a-f]{8}|[0-9a-f]{12,})")
IN_TURNS = re.compile(r"(?=.{6})(?:\d+[a-f]+\d+[a-f]*|[a-f]+\d+[a-f]+\d*)(?:\d+[a-f]*)*")
BASE64 = re.compile(r"(?=(?:[a-z+/]*\d){3})(?=(?:\d*[a-z]+\d){2})[a-z0-9+/]{20,}={0,2}")
ALNUM_LEFT, ALNUM_RIGHT = re.compile(r"[a-z0-9]*\Z"), re.compile(r"[a-z0-9]*")
BASE64_LEFT, BASE64_RIGHT = re.compile(r"[a-z0-9+/]*\Z"), re.compile(r"[a-z0-9+/]*={0,2}")
REACH = 80


def is_prose(text: str, start: int, end: int) -> bool:
    """Whether a name at `text[start:end]` is written as one, and not inside an id, a hash or the name of a model.

    :param text: plain: lower case, without diacritics
    """
    left, right = text[max(0, start - REACH) : start], text[end : end + REACH]
    run = ALNUM_LEFT.search(left)[0] + text[start:end] + ALNUM_RIGHT.match(right)[0]  # type: ignore[index]
    if HEX.fullmatch(run) or IN_TURNS.fullmatch(run):
        return False
    around = slice(max(0, start - REACH), end + REACH)
    if any(match.start() <= len(left) < match.end() for match in UUID.finditer(text[around])):
        return False
    base64 = BASE64_LEFT.search(left)[0] + text[start:end] + BASE64_RIGHT.match(right)[0]  # type: ignore[index]
    return not BASE64.fullmatch(base64) and not _is_model(text, start, end)


def _is_model(text: str, start: int, end: int) -> bool:
    """Whether this is a family of models, with a version or a size behind it: `claude-opus-4`, `phi3`, `gemma:2b`."""
    found = text[start:end]
    if found not in words("models"):
        return False
    family = WORD_OF_MODEL_LEFT.search(text[max(0, start - REACH) : start])
    begin = start - (len(family[0]) if family else 0)
    match = _model().match(text, begin)
    return match is not None and match.end() >= end


WORD_OF_MODEL_LEFT = re.compile(r"(?:[a-z]+[0-9.]*[-:_/])*\Z")


@cache
def _model() -> re.Pattern[str]:
    families = "|".join(sorted(words("models")))
    part = rf"(?:{families}|instant|mini|nano|turbo|pro|flash|chat|instruct|large|small|medium|latest|base)"
    return re.compile(
        rf"(?:[a-z]+[/:])?(?:{families})(?:[-_:/.]?{part})*[-_:]?v?\d[\w.:-]*"
        rf"|(?:{families})(?:[-_:/.]{part})+(?![a-z])|(?:{families})(?: {part})? \d+\.\d|(?:{families}) {part} \d"
    )
