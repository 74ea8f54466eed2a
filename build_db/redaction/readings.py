"""Other readings of a text: what a person or a program reads in it, although other characters stand there.

A finder that looks for `Mara` or for digits would need a hundred patterns to know full width, zero-width characters,
HTML entities, percent signs and wrong encodings. So the text is written down once more as it is read, and whatever is
found there is taken out of the text itself: a reading knows the place of each of its characters.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

Edit = tuple[int, int, str]  # what stands between two places is read so


class Reading:
    """A text as it is read.

    :param original: the text that it is a reading of
    :param edits: in order, none overlapping
    :param under: what the original itself is a reading of something else by
    """

    def __init__(self, original: str, edits: Iterable[Edit], under: Reading | None = None) -> None:
        self._under = under
        pieces: list[str] = []
        # Where the pieces begin in the reading, and what stretch of the original each of them is.
        self._begins: list[int] = []
        self._from: list[tuple[int, int, bool]] = []
        done = length = 0
        for start, end, new in edits:
            for first, last, piece, as_it_is in ((done, start, original[done:start], True), (start, end, new, False)):
                if piece:
                    self._begins.append(length)
                    self._from.append((first, last, as_it_is))
                    pieces.append(piece)
                    length += len(piece)
            done = end
        self._begins.append(length)
        self._from.append((done, len(original), True))
        self.text = "".join((*pieces, original[done:]))

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the first text of which `text[start:end]` is a reading; not empty."""
        first, last = self._place(start, 0), self._place(end - 1, 1)
        return self._under.back(first, max(last, first + 1)) if self._under else (first, last)

    def _place(self, place: int, behind: int) -> int:
        piece = bisect_right(self._begins, place) - 1
        first, last, as_it_is = self._from[piece]
        return first + place - self._begins[piece] + behind if as_it_is else (first, last)[behind]


# Characters that are not seen: soft hyphens, zero-width ones, marks of direction, variants of signs.
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a\u202b\u202d\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0001-\U000e007f"
)
# Blocks of characters that look like others: letters in circles, in full width and as formulas set them, ligatures.
LOOKALIKE = (
    "\u2100-\u214f\u2460-\u24ff\u3000\ufb00-\ufdff\ufe50-\ufe52\ufe54-\ufefc\uff01-\uffdc\U0001d400-\U0001d7ff"
    "\U0001f110-\U0001f169"
)
DIGITS = "٠-٩۰-۹߀-߉०-९০-৯੦-੯૦-૯୦-୯௦-௯౦-౯೦-೯൦-൯๐-๙໐-໙༠-༩၀-၉"
# UTF-8 that somebody read as Windows-1252.
MISREAD = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
H = "[0-9A-Fa-f]"


def _characters(sign: str, ascii_too: bool) -> str:
    """A pattern for one character of UTF-8 whose bytes are written as `sign` and two digits."""
    more = rf"{sign}[89ABab]{H}"
    ascii_or_not = rf"{sign}(?:[2-7]{H}|0[9ADad])|" if ascii_too else ""
    return rf"(?:{ascii_or_not}{sign}[CDcd]{H}{more}|{sign}[Ee]{H}(?:{more}){{2}}|{sign}[Ff][0-4](?:{more}){{3}})"


IN_ASCII = re.compile(
    rf"(?P<entity>&(?:#\d{{1,7}}|#[xX]{H}{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}});)|(?P<percent>{_characters('%', True)})"
    rf"|(?P<quoted>{_characters('=', False)})"
    rf"|(?P<escape>\\u[Dd][89ABab]{H}{{2}}\\u[Dd][C-Fc-f]{H}{{2}}|\\u{H}{{4}}|\\U000{H}{{5}}|\\x{H}{{2}})"
)
BEYOND_ASCII = re.compile(
    rf"(?P<unseen>[{UNSEEN}]+)|(?P<lookalike>[{LOOKALIKE}{DIGITS}])|(?P<misread>[\u00c2-\u00f4][{MISREAD}]{{1,3}})"
)
# Where one script ends and another begins without a blank between: `用Mara`, `卡号4111`.
OTHER = "\u0370-\u1cff\u2e80-\u9fff\ua000-\ud7ff\uf900-\ufaff"
CHANGE = re.compile(rf"(?<=[A-Za-z0-9_@#])(?=[{OTHER}])|(?<=[{OTHER}])(?=[A-Za-z0-9@#+(])")


def as_read(text: str) -> Reading | None:
    """The text without what is not seen, with what is encoded decoded, and a blank where the script changes.

    None if it is read as it stands.
    """
    edits = list(_edits(text))
    reading = Reading(text, edits) if edits else None
    if text.isascii():
        return reading
    seen = reading.text if reading else text
    gaps: list[Edit] = [(place, place, " ") for place in (match.start() for match in CHANGE.finditer(seen))]
    if not gaps:
        return reading
    return Reading(seen, gaps, reading)


def _edits(text: str) -> Iterator[Edit]:
    patterns = [IN_ASCII] if any(sign in text for sign in "&%=\\") else []
    patterns += [] if text.isascii() else [BEYOND_ASCII]
    found = [match for pattern in patterns for match in pattern.finditer(text)]
    done = 0
    for match in sorted(found, key=re.Match.start):
        new = READ[str(match.lastgroup)](match.group())
        if new is not None and match.start() >= done:
            yield match.start(), match.end(), new
            done = match.end()


def _entity(text: str) -> str | None:
    new = html.unescape(text)
    return new if new != text else None


def _percent(text: str) -> str | None:
    return _utf8(bytes.fromhex(text.replace("%", "")))


def _quoted(text: str) -> str | None:
    """Quoted-printable."""
    return _utf8(bytes.fromhex(text.replace("=", "")))


def _escape(text: str) -> str | None:
    try:
        new = text.encode("ascii").decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return None
    return new if new.isprintable() else None


def _utf8(data: bytes) -> str | None:
    try:
        new = data.decode()
    except UnicodeDecodeError:
        return None
    return new if new.isprintable() or new in "\t\n\r" else None


def _misread(text: str) -> str | None:
    data = bytearray()
    for character in text:
        try:
            data += character.encode("cp1252")
        except UnicodeEncodeError:
            if ord(character) > 0xFF:
                return None
            data.append(ord(character))
    return _utf8(bytes(data))


READ: dict[str, Callable[[str], str | None]] = {
    "entity": _entity,
    "percent": _percent,
    "quoted": _quoted,
    "escape": _escape,
    "unseen": lambda text: "",
    "lookalike": lambda text: unicodedata.normalize("NFKC", _in_ascii_digits(text)),
    "misread": _misread,
}


def _in_ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)


# What formatting puts between two letters of a word, and letters that stand apart.
DRESS = re.compile(
    r"(?<=[^\W_])(?:\*{1,3}|~~|__|==|`|\|\||</?[A-Za-z]{1,6}>)+(?=[^\W_])"
    r"|(?<![^\W_])[^\W\d_](?P<gap>[ .·\-])(?:[^\W\d_](?P=gap))+[^\W\d_](?![^\W_])"
    r"|\u202e(?P<turned>[^\u202c\n]{2,200})\u202c?"
)
DRESSES = ("*", "~~", "__", "==", "`", "||", "</", "\u202e")
SPACED_OUT = re.compile(r"(?<![^\W_])[^\W\d_]([ .·\-])[^\W\d_]\1[^\W\d_](?![^\W\d_]{2})")


def as_one_word(text: str, reading: Reading | None = None) -> Reading | None:
    """The text without formatting inside words (`**Ma**ra`), and with letters that stand apart (`M a r a`) together.

    None if there is nothing of that kind. Only for names: other things are known by the signs between their letters.

    :param reading: of the text, which is read on
    """
    text = reading.text if reading else text
    if not any(dress in text for dress in DRESSES) and not SPACED_OUT.search(text):
        return None
    edits = [(*match.span(), _undressed(match)) for match in DRESS.finditer(text)]
    return Reading(text, edits, reading) if edits else None


def _undressed(match: re.Match[str]) -> str:
    if match["turned"]:
        return match["turned"][::-1]
    return match.group().replace(match["gap"], "") if match["gap"] else ""
