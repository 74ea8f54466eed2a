"""Text without case and diacritics, and where each of its characters was."""

from __future__ import annotations

import re
import unicodedata

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
    """What each character is without case and diacritics, worked out when it is met first."""

    def __init__(self) -> None:
        self.vanishing: set[str] = set()
        self.plain: set[str] = set()  # those that are so by themselves

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code))
        plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().lower()
        self[code] = plain = FAR.get(plain, plain)
        if not plain:
            self.vanishing.add(chr(code))
        elif plain == chr(code):
            self.plain.add(plain)
        return plain


FOLDS = Folds()
# So many characters are sooner replaced one after the other than all in one go.
FEW = 12


def folded(text: str) -> tuple[str, list[int] | None]:
    """`text` without case and diacritics, and the place in `text` of each of its characters (None: all the same)."""
    plain, as_long = folded_only(text)
    return plain, None if as_long else places_in(text)


def folded_only(text: str) -> tuple[str, bool]:
    """`text` without case and diacritics, and whether each of its characters is where it was."""
    small = text.lower()
    if text.isascii():
        return small, True
    # Alphabets have few letters, of which few are more than small. Scripts of many characters, three bytes each, have
    # hardly one that comes twice.
    odd = _odd(small) if len(text.encode("utf-8", "surrogatepass")) < 2.2 * len(text) else None
    if odd is None or len(odd) > FEW:
        plain = text.translate(FOLDS)
        as_long = len(plain) == len(text) and FOLDS.vanishing.isdisjoint(text)
    else:
        plain, as_long = small, len(small) == len(text)
        for character, instead in odd:
            plain, as_long = plain.replace(character, instead), as_long and len(instead) == 1
    return plain, as_long


def places_in(text: str) -> list[int]:
    """The place in `text` of each character of what it is folded to, and of its end."""
    return [*(place for place, character in enumerate(text) for _ in FOLDS[ord(character)]), len(text)]


def _odd(small: str) -> list[tuple[str, str]]:
    """The characters of a text in small letters that are folded further, and into what."""
    odd = set(small) - FOLDS.plain
    return [(character, plain) for character in odd if (plain := FOLDS[ord(character)]) != character]


def fold(text: str) -> str:
    """`text` without case and diacritics."""
    return folded(text)[0]
