"""Text without case and diacritics, and where each of its characters was."""

from __future__ import annotations

import re
import unicodedata

NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
FEW = 8
# Letters whose mark is part of them, so that Unicode does not take it off; and letters that are written in two ways.
FAR = {
    "ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h", "ŋ": "n", "ŧ": "t",
    "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ـ": "",
}  # fmt: skip
# Vowel signs of the scripts of India and of the Far East: parts of a word, although no letters.
MARKS = "".join(
    chr(code)
    for first, last in ((0x900, 0x1200), (0x1700, 0x1D00), (0xA800, 0xAB00))
    for code in range(first, last)
    if unicodedata.category(chr(code)) in ("Mn", "Mc") and not unicodedata.combining(chr(code))
)
# One letter of a word, also in a look to either side.
LETTER = rf"(?:[^\W\d_]|[{MARKS}])"
RUN = re.compile(rf"[^\W\d_]{LETTER}*")


class Folds(dict[int, str]):
    """What each character is without case and diacritics, worked out when it is met first.

    The characters of a language are few, and then a text is folded by one call.
    """

    def __init__(self) -> None:
        self.vanishing: set[str] = set()

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code))
        plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().lower()
        self[code] = plain = FAR.get(plain, plain)
        if not plain:
            self.vanishing.add(chr(code))
        return plain


FOLDS = Folds()


def folded(text: str) -> tuple[str, list[int] | None]:
    """`text` without case and diacritics, and the place in `text` of each of its characters (None: all the same)."""
    if text.isascii():
        return text.lower(), None
    beyond = len(text.encode("utf-8", "surrogatepass")) - len(text)
    # A few signs among plain letters are quicker to fold one by one.
    few = beyond * FEW < len(text)
    plain = NOT_ASCII.sub(_folded_run, text).lower() if few else text.translate(FOLDS)
    # Of the same length, and none vanished: then none became two.
    if len(plain) == len(text) and (not FOLDS.vanishing or FOLDS.vanishing.isdisjoint(text)):
        return plain, None
    places: list[int] = []
    for place, character in enumerate(text):
        places.extend([place] * len(FOLDS[ord(character)]))
    return plain, [*places, len(text)]


def _folded_run(match: re.Match[str]) -> str:
    run = match.group()
    return FOLDS[ord(run)] if len(run) == 1 else run.translate(FOLDS)


def fold(text: str) -> str:
    """`text` without case and diacritics."""
    return folded(text)[0]
