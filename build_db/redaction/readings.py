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
from functools import cache, lru_cache

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


# Characters that are not seen: soft hyphens, zero-width ones, marks of direction, variants of signs. Behind a sign,
# `FORMING` choose its form.
FORMING = "\u200d\ufe0e\ufe0f"
UNSEEN_ANYWHERE = (
    "\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b\u200c\u200e\u200f\u202a\u202b\u202d\u2060-\u206f\ufe00-\ufe0d\ufeff"
    "\U000e0001-\U000e007f"
)
UNSEEN = UNSEEN_ANYWHERE + FORMING
# Letters, digits, blanks and what stands between them. Behind anything else, such as a heart, they choose its form.
WRITTEN = r"\w\x00-\u206f\u3000-\u303f\uff00-\uffef"
# Blocks of characters that look like others: letters in circles, in full width and as formulas set them, ligatures.
LOOKALIKE = (
    "\u2102\u210a-\u2113\u2115\u2119-\u211d\u2124\u2128\u212c-\u2134\u2139\u2145-\u2149\u2460-\u24ff\u3000\ufb00-\ufdff\ufe50-\ufe52\ufe54-\ufefc\uff01-\uffdc\U0001d400-\U0001d7ff"
    "\U0001f110-\U0001f169"
)
DIGITS = "٠-٩۰-۹߀-߉०-९০-৯੦-੯૦-૯୦-୯௦-௯౦-౯೦-೯൦-൯๐-๙໐-໙༠-༩၀-၉"
# What turns a text around, and ends that.
TURNS = "\u202c\u202e"
# UTF-8 that somebody read as Windows-1252: what the second character of each can be, and all of it.
MISREAD = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
MISREAD_WHOLE = rf"[Â-ß][{MISREAD}]|[à-ï][{MISREAD}]{{2}}|[ð-ô][{MISREAD}]{{3}}"
H = "[0-9A-Fa-f]"


def _characters(sign: str, ascii_too: bool) -> str:
    """A pattern for one character of UTF-8 whose bytes are written as `sign` and two digits."""
    more = rf"{sign}[89ABab]{H}"
    ascii_or_not = rf"[2-7]{H}|0[9ADad]|" if ascii_too else ""
    return rf"{sign}(?:{ascii_or_not}[CDcd]{H}{more}|[Ee]{H}(?:{more}){{2}}|[Ff][0-4](?:{more}){{3}})"


# By the sign that each begins with, which is quick to look for.
IN_ASCII = {
    "&": re.compile(rf"(?P<entity>&(?:#\d{{1,7}}|#[xX]{H}{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}});)"),
    "%": re.compile(rf"(?P<percent>{_characters('%', True)})"),
    "=": re.compile(rf"(?P<quoted>{_characters('=', False)})"),
    "\\": re.compile(
        rf"(?P<escape>\\(?:u[Dd][89ABab]{H}{{2}}\\u[Dd][C-Fc-f]{H}{{2}}|u{H}{{4}}|U000{H}{{5}}|x{H}{{2}}))"
    ),
}
# By what a character can make of a text, as bits.
UNSEEN_BIT, LOOKALIKE_BIT, MISREAD_BIT, PARTING_BIT = 1, 2, 4, 8
BEYOND_ASCII = {
    UNSEEN_BIT: re.compile(rf"(?P<unseen>(?<=[{WRITTEN}])[{UNSEEN}]+|(?<![{UNSEEN}])[{UNSEEN}]+(?=[\w@.]))"),
    LOOKALIKE_BIT: re.compile(rf"(?P<lookalike>[{LOOKALIKE}{DIGITS}])"),
    MISREAD_BIT: re.compile(rf"(?P<misread>{MISREAD_WHOLE})"),
}
# Where one script ends and another begins without a blank between: `用Mara`, `卡号4111`.
OTHER = "\u0370-\u1cff\u2e80-\u9fff\ua000-\ud7ff\uf900-\ufaff"
CHANGE = re.compile(rf"[A-Za-z0-9_+(](?:(?=[{OTHER}])|(?<=[{OTHER}].))")
NO_ENDS, NO_BEGINS = "+(", "_"


# Characters beyond ASCII that are no letters, and that nothing is read as: quotes, dashes, arrows, emoji.
SIGNS = (
    "\u00a1-\u00a7\u00a9\u00ab\u00ac\u00ae\u00b0\u00b1\u00b6\u00b7\u00bb\u00bf\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2199"
    "\u2212\u2248\u2264\u2265\u2300-\u2328\u232b-\u23ff\u2500-\u2775\u2794-\u27bf\u2b00-\u2bff\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff"
)


# What of a text it may be that something is made of.
MAKING = {
    bit: re.compile(f"[{listed}]")
    for bit, listed in (
        (UNSEEN_BIT, UNSEEN),
        (LOOKALIKE_BIT, LOOKALIKE + DIGITS),
        (MISREAD_BIT, MISREAD),
        (PARTING_BIT, OTHER),
    )
}
# All of these at once but for other scripts, of which most texts beyond ASCII hold only such.
MAKING_MORE = re.compile(f"[{UNSEEN}{LOOKALIKE}{DIGITS}{MISREAD}]")


# One character beyond ASCII that may be a letter, as an engine writes it that tells characters by UTF-8.
BEYOND = rf"[^\x00-\x7f{SIGNS}{FORMING}]"


def otherwise() -> str:
    """A pattern for a text that may have another reading.

    For an engine that tells characters by UTF-8. A text in which it is not found is the only reading of itself.
    """
    forming = rf"[\x00-\x{{206f}}][{FORMING}]|{BEYOND}[{FORMING}]|[{FORMING}](?:[\w@.]|{BEYOND})"
    parting = rf"[A-Za-z0-9_+(][{OTHER}]|[{OTHER}][A-Za-z0-9_+(]"
    strange = f"[{UNSEEN_ANYWHERE}{TURNS}{LOOKALIKE}{DIGITS}]|{MISREAD_WHOLE}|{forming}|{parting}"
    dressed = rf"(?:[0-9A-Za-z]|{BEYOND})(?:{SIGN}){{1,4}}(?:[0-9A-Za-z]|{BEYOND})"
    hyphenated = rf"(?:[A-Za-z]|{BEYOND})-\n[> ]{{0,4}}(?:[A-Za-z]|{BEYOND})"
    encoded = (re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for pattern in IN_ASCII.values())
    return "|".join((strange, dressed, hyphenated, *encoded))


@lru_cache(maxsize=4)
def as_read(text: str, misread: bool = True) -> Reading | None:
    """The text without what is not seen, and with what is encoded decoded; None if it is read as it stands.

    :param misread: whether letters such as `Ã«` stand for one; without it, they are letters of a name
    """
    kinds = 0 if text.isascii() else _kinds(text)
    if not misread:
        if not kinds & MISREAD_BIT:
            return as_read(text)
        kinds &= ~MISREAD_BIT
    narrow = text.translate(_one_for_one()) if kinds & LOOKALIKE_BIT else text
    patterns = [pattern for sign, pattern in IN_ASCII.items() if sign in narrow]
    patterns += [pattern for bit, pattern in BEYOND_ASCII.items() if kinds & bit]
    edits = list(_edits(narrow, patterns)) if patterns else []
    return Reading(narrow, edits) if edits or narrow != text else None


@cache
def _one_for_one() -> dict[int, str]:
    """The characters that look like one other: there are many of them in one text, as punctuation of the Far East."""
    alike = BEYOND_ASCII[LOOKALIKE_BIT].findall("".join(map(chr, range(128, ord(max(LOOKALIKE)) + 1))))
    return {ord(one): new for one in alike if len(new := READ["lookalike"](one) or "") == 1}


def parted(text: str) -> Reading | None:
    """The text as it is read, with a blank where the script changes; None if it changes nowhere without one.

    For what is known by blanks around it. Names know the scripts by themselves.
    """
    if text.isascii() or not _kinds(text) & PARTING_BIT:
        return None
    reading = as_read(text)
    seen = reading.text if reading else text
    gaps = list(_gaps(seen))
    return Reading(seen, gaps, reading) if gaps else None


@lru_cache(maxsize=2)
def _kinds(text: str) -> int:
    """What the characters of a text can make of it."""
    bits = MAKING if MAKING_MORE.search(text) else (PARTING_BIT,)
    return sum(bit for bit in bits if MAKING[bit].search(text))


def _gaps(text: str) -> Iterator[Edit]:
    for match in CHANGE.finditer(text):
        start, end = match.span()
        if match.group() not in NO_BEGINS and start and MAKING[PARTING_BIT].match(text, start - 1):
            yield start, start, " "
        if match.group() not in NO_ENDS and MAKING[PARTING_BIT].match(text, end):
            yield end, end, " "


def _edits(text: str, patterns: list[re.Pattern[str]]) -> Iterator[Edit]:
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


# What formatting puts between two letters of a word, and what is written from right to left. The pattern begins with a
# class, which is quick to look for, and only then looks at what stands before.
SIGN = r"\*{1,3}|~~|__|==|`|\|\||</?[A-Za-z]{1,6}>"
DRESS = re.compile(
    rf"[*~_=`|<](?<=[^\W_].)(?:(?<=\*)\*{{0,2}}|(?<=~)~|(?<=_)_|(?<==)=|(?<=`)|(?<=\|)\||(?<=<)/?[A-Za-z]{{1,6}}>)"
    rf"(?:{SIGN}){{0,3}}(?=[^\W_])|-\n(?<=[^\W\d_]-\n)[> ]{{0,4}}(?=[^\W\d_])"
    r"|\u202e(?P<turned>[^\u202c\n]{2,200})\u202c?"
)


def as_one_word(text: str, reading: Reading | None = None) -> Reading | None:
    """The text without formatting inside words: `**Ma**ra`.

    None if there is nothing of that kind. Only for names: other things are known by the signs between their letters.

    :param reading: of the text, which is read on
    """
    text = reading.text if reading else text
    # One by one: a loop takes longer than all of them.
    plain = "*" not in text and "`" not in text and "<" not in text and "~~" not in text and "__" not in text
    if plain and "==" not in text and "||" not in text and "-\n" not in text and "\u202e" not in text:
        return None
    edits = [(*match.span(), (match["turned"] or "")[::-1]) for match in DRESS.finditer(text)]
    return Reading(text, edits, reading) if edits else None


# They turn what stands between them around; whoever leaves them out shows it as it was typed.
TURNING = re.compile(f"[{TURNS}]+")


def unturned(text: str, reading: Reading | None = None) -> Reading | None:
    """The text without the marks that turn it around, as the pages show it; None if it has none.

    :param reading: of the text, which is read on
    """
    text = reading.text if reading else text
    if "\u202e" not in text and "\u202c" not in text:
        return None
    return Reading(text, [(*match.span(), "") for match in TURNING.finditer(text)], reading)
