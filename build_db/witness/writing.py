"""How text is written: case, marks, scripts, and characters that are read as others. Of the witness's own.

`docs/privacy.md` says in words what counts as an occurrence. The redactor decides the same by code of its own.
"""

from __future__ import annotations

import html
import re
import unicodedata
import urllib.parse
from functools import cache, lru_cache

# Letters whose mark Unicode does not take off, and those that are written in two ways.
APART = dict(zip("øđłıðħŋŧىیېکة", "odlidhntيييكه", strict=True)) | {"æ": "ae", "œ": "oe", "þ": "th", "ـ": ""}


class Plain(dict[int, str]):
    """What each character is without case and diacritics, worked out when it is met first."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code))
        small = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().lower()
        self[code] = found = APART.get(small, small)
        return found


PLAIN = Plain()
ASCII = bytes(range(128))
# Rows of letters that are plainly none of Latin's, nor marks above one: Cyrillic, Hebrew, Arabic, kana, Han, Hangul.
OF_OTHERS = re.compile(
    "[\u0430-\u0482\u05d0-\u05ea\u0620-\u063f\u0641-\u064a\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]+"
)


def plain(text: str) -> str:
    """Text without case and diacritics."""
    if text.isascii():
        return text.lower()
    # Most lines are ASCII, and need no look at each character.
    return "\n".join(line.lower() if line.isascii() else line.translate(PLAIN) for line in text.split("\n"))


def plain_latin(data: bytes) -> bytes:
    """UTF-8 in which the letters from a to z are plain: without case, marks above them, and what is read as them.

    Letters of other scripts may stay as they are: to make all of a text plain takes several times longer.
    """
    small = data.lower()
    if small.isascii():
        return small
    # Without them few characters are left to be told apart.
    there = set(OF_OTHERS.sub("", small.translate(None, ASCII).decode("utf-8", "replace")))
    new = {character.encode(): PLAIN[ord(character)].encode() for character in there if _is_latin(character)}
    begins = bytes(sorted({character[0] for character in new}))
    return _beginning(begins).sub(lambda match: new.get(match[0], match[0]), small) if new else small


@lru_cache(1 << 16)
def _is_latin(character: str) -> bool:
    """Whether a character beyond ASCII is plain letters of ASCII, or nothing, as a mark above one is."""
    made = PLAIN[ord(character)]
    return not made or any(map(str.isascii, made))


@lru_cache
def _beginning(bytes_: bytes) -> re.Pattern[bytes]:
    """Characters of UTF-8 that begin with one of these bytes."""
    return re.compile(b"[%s][\x80-\xbf]+" % re.escape(bytes_))


# Not seen: soft hyphens, zero-width characters, marks of direction, variants of signs. The pages leave them out, too.
UNSEEN = "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
# In full width, or as formulas are set.
WIDE = "\uff01-\uff5e\U0001d400-\U0001d7ff"
# One at a time: a class by itself is looked for three times as fast as a row of its characters.
ODD, IS_UNSEEN = re.compile(f"[{UNSEEN}{WIDE}]"), re.compile(f"[{UNSEEN}]")


class Seen(dict[str, str]):
    """What is read of each odd character, worked out when it is met first."""

    def __missing__(self, character: str) -> str:
        self[character] = read = "" if IS_UNSEEN.match(character) else unicodedata.normalize("NFKC", character)
        return read


SEEN = Seen()
ENTITY = re.compile(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|[A-Za-z]{2,8});")
# It begins with a literal, which is looked for several times as fast as a row of it.
QUOTED = re.compile(r"%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*")


def as_read(text: str) -> str:
    """The text as it is read: without what is not seen, entities and percent signs decoded, wide letters narrow."""
    if not text.isascii():
        text = ODD.sub(lambda match: SEEN[match[0]], text)
    if "&" in text:
        text = ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return QUOTED.sub(lambda match: urllib.parse.unquote(match[0]), text) if "%" in text else text


# Letters that belong together: one of another script parts words as a blank does.
SCRIPTS = (
    "a-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1d00-\u1dbf\u1e00-\u1eff\ua720-\ua7ff",  # Latin
    *("\u03b1-\u03c9", "\u0430-\u052f", "\u0561-\u0587", "\u05d0-\u05ea"),  # Greek, Cyrillic, Armenian, Hebrew
    *("\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff", "\u0904-\u0963\u0971-\u097f"),  # Arabic, Devanagari
    *("\u0985-\u09cd\u09dc-\u09e3", "\u0b85-\u0bcd", "\u0c05-\u0c4d"),  # Bengali, Tamil, Telugu
    *("\u10d0-\u10fa\u1c90-\u1cba", "\u3041-\u309f", "\u30a1-\u30ff\uff66-\uff9f"),  # Georgian, hiragana, katakana
    "\u1100-\u11ff\u3131-\u318e",  # Hangul, taken apart
)
# Scripts without blanks: so many letters of a name mean it inside a row of letters.
WITHOUT_BLANKS = {
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005\u3007\U00020000-\U0003134f": 2,  # Han
    "\u0e01-\u0e4e": 4,  # Thai
    "\u0e81-\u0ece\u0edc-\u0edf": 4,  # Lao
    "\u1780-\u17d3": 4,  # Khmer
    "\u1000-\u109f": 5,  # Burmese
}
# Vowel signs, which are no letters and part words as little.
SIGNS = "".join(chr(c) for c in range(0x900, 0x1200) if unicodedata.category(chr(c)) in ("Mn", "Mc"))


# In the search index each character of these scripts is a term of its own.
ALONE = re.compile(f"[{''.join(WITHOUT_BLANKS)}\u1100-\u11ff\u3041-\u318e\uff66-\uff9f]")


PART = re.compile(rf"(?:(?!_)[\w'’{SIGNS}])+")


def parts(name: str) -> list[str]:
    """The words of a plain name."""
    return PART.findall(name)


@cache
def script_of(character: str) -> str:
    """The letters of a plain character's script as the inside of a class; empty for a script that is not listed."""
    return next((one for one in (*SCRIPTS, *WITHOUT_BLANKS) if re.match(f"[{one}]", character)), "")


def letter_beside(character: str) -> str:
    """A class of letters, none of which stands beside a name that begins or ends with a character."""
    return f"[{script_of(character)}]" if script_of(character) else r"[^\W\d_]"


def is_term_alone(character: str) -> bool:
    """Whether a plain character of a name is a term of its own in the search index."""
    return ALONE.match(character) is not None


def means_somebody(part: str, least: int) -> bool:
    """Whether a part of a name is long enough: so many letters, or what its script needs."""
    return len(part) >= WITHOUT_BLANKS.get(script_of(part[0]), least)


def stands_anywhere(name: str) -> bool:
    """Whether a name means somebody even inside a row of letters."""
    least = WITHOUT_BLANKS.get(script_of(name[0]))
    return least is not None and len(name) >= least
