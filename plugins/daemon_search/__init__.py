"""How the search index writes what it keeps, and how it has to be asked: one form for all that reads alike.

The builder writes the index in this form, and the pages ask in it: this is all that the two share. It stands beside the
pages, which also go where the builder does not. Texts themselves stay as they are.

FTS5's own tokenizer parts words at blanks and takes case and most accents off; the rest is done here. It is no more
than what the witness reads alike, so that no word comes into the index which the witness would not see in the text.
"""

from __future__ import annotations

import re
import unicodedata

# Scripts that set no blanks between words. A blank goes between each two of their characters, so that a phrase finds
# any row of them. Korean sets blanks, and joins to a word what others write beside it.
EACH = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff"  # kana, bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han
    "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"  # Hangul
)
STACKED = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6"  # Thai, Lao
    "\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3"  # Burmese, Khmer
)
# What stands above and below their letters, and belongs to them.
ABOVE = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u1056-\u1059\u17b4-\u17d3"
FLAGS = "\U0001f1e6-\U0001f1ff"
FLAG, EMOJI = f"[{FLAGS}]{{1,2}}", "\u231a-\u23ff\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff"
# A flag is two of its letters. It begins with a class, which is looked for four times as fast as a choice.
CLUSTER = re.compile(rf"[{FLAGS}{STACKED}](?:(?<=[{FLAGS}])[{FLAGS}]?|(?<=[{STACKED}])[{ABOVE}]*)")
ALONE = re.compile(rf"(?![{FLAGS}])[{EACH}{EMOJI}]")

# In full or half width, as formulas are set, or as parts of characters; as one character and a row, which is quicker.
WIDE_ONE = "[\uff01-\uff5e\uff61-\uffdc\U0001d400-\U0001d7ff\u2e80-\u2fd5]"
WIDE = re.compile(f"{WIDE_ONE}{WIDE_ONE}*")
# Not seen: soft hyphens, zero-width characters, variants of signs.
UNSEEN = frozenset("\u00ad\ufeff" + "".join(map(chr, [*range(0x200B, 0x2010), *range(0x2060, 0x2065)])))
VARIANTS = range(0xFE00, 0xFE10)
# Letters whose mark Unicode does not take off, and those that are written in two ways.
APART = dict(zip("øđłıðħŋŧſςىیېکةёѐѝ", "odlidhntsσيييكهееи", strict=True)) | {
    **{"æ": "ae", "œ": "oe", "þ": "th", "ß": "ss", "ـ": ""},
    **dict.fromkeys("\u3099\u309a", " "),  # voice the kana before them, with which they have become one
    **dict.fromkeys("\u115f\u1160\u3164", " "),  # fill the place of a letter
    **dict.fromkeys("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff", " "),  # the skin of an emoji
}
# Latin, Greek, Hebrew, Arabic: the marks are none of the letter.
MARKED = re.compile("[\u00c0-\u024f\u0370-\u03ff\u05d0-\u06ff\u1e00-\u1fff\ufb1d-\ufb4f]")
# Scripts of India and beyond: the marks are vowels.
VOWELS = (range(0x900, 0x10A0), range(0x1700, 0x1D00), range(0xA800, 0xAC00), range(0x11000, 0x12000))
# Whatever is missing here the tokenizer reads by itself: most texts need no more than this look.
NEEDED = re.compile(
    "[\xa6\xa9\xad\xae\xb0ÆÐØÞßæðøþĐđĦħıŁłŊŋŒœŦŧſǠ-ǣǮǯǼ-ǿ]"
    "|[^\x00-\u024f\u0402-\u040c\u040e-\u044f\u0452-\u045c\u045e-\u045f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]"
)


class Signs(dict[int, str]):
    """What is kept of each character, worked out when it is met first."""

    def __missing__(self, code: int) -> str:
        self[code] = kept = _kept(chr(code))
        return kept


def _kept(sign: str) -> str:
    category, small = unicodedata.category(sign), sign.lower()
    if sign in UNSEEN or ord(sign) in VARIANTS:
        return ""
    if small in APART:
        return APART[small]
    if ALONE.match(sign):
        return f" {sign} "
    if category[0] == "M" and not any(ord(sign) in vowels for vowels in VOWELS):
        return "" if unicodedata.combining(sign) else " "
    if category == "So" and not CLUSTER.match(sign):
        return " "
    if not MARKED.match(sign):
        return sign
    letters = (c for c in unicodedata.normalize("NFD", sign) if not unicodedata.combining(c))
    return "".join(APART.get(c.lower(), c) for c in letters)


SIGNS = Signs()


def as_searched(text: str) -> str:
    """A text as the index keeps it: words between blanks, each written in one way."""
    if text.isascii() or not NEEDED.search(text):
        return text
    narrow = WIDE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return CLUSTER.sub(r" \g<0> ", unicodedata.normalize("NFC", narrow).translate(SIGNS))
