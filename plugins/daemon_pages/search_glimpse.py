"""What is shown of a finding: the words around what was found, marked, without the signs that only Markdown needs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from daemon_look.chat_markdown import TAG
from daemon_look.rendering import WITHHELD
from daemon_search import ABOVE, EACH, EMOJI, FLAG, SIGNS, STACKED, as_searched
from markupsafe import Markup, escape

from daemon_pages.search_index import Term

# A glimpse is so many characters long; so many of them may come before what was found.
WIDTH, BEFORE = 180, 50
# The first words that stand for a title.
FIRST = 60
SENTENCE = re.compile(r".{8,60}?(?=[.。](?:\s|$)|[。])")
# How far a cut may move to fall between words.
REACH = 20

# What would reorder or hide the text around a glimpse that was cut out of its sentence.
INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

# Lines that only draw, and what stands before the words of a line.
DRAWN = re.compile(r"(?m)^[ \t]*+(?:(?:```|~~~).*|(?=[|:*_ \t-]*?(?:-{3}|\*{3}|_{3}))[|:*_ \t-]++)$")
AT_BEGINNING = re.compile(r"(?m)^[ \t]*+(?:>[ \t]?)*+[ \t]*+(?:#{1,6}[ \t]+|[-*+][ \t]+(?:\[[ xX]\][ \t])?)?")
TABLE_ROW = re.compile(r"(?m)^[ \t]*+\|.*\|[ \t]*$")
WIKI_LINK = re.compile(r"\[\[([^\[\]|#\n]{1,200})(?:#[^\[\]|\n]{1,200})?(?:\|([^\[\]\n]{1,200}))?\]\]")
LINK = re.compile(r"!?\[([^\[\]\n]{1,300})\]\([^()\n]{1,1000}\)")
STRESS = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300})(?<=\S)\*(?![\w*])|(?<!\w)_(?=[^\s_])([^_\n]{1,300})(?<=\S)_(?!\w)"
)
SIGN = re.compile(r"`+|\*{2,}|~~|\[\[|\]\]|(?<!\w)__(?=\w)|(?<=\w)__(?!\w)")

# The marks above and below letters, and what is not seen inside a word.
MARKS = (
    "".join(chr(c) for c in range(0x300, 0x10000) if unicodedata.category(chr(c))[0] == "M") + "\xad\u200b-\u200d\u2060"
)
NOT_IN_WORDS = rf"\W_{EACH}{STACKED}{EMOJI}\uff66-\uff9f"
# One word of a text, or one of the characters that the index takes for words, however it is written.
UNIT = re.compile(
    rf"{FLAG}|[{EMOJI}]|[\uff66-\uff9d][\uff9e\uff9f]?|[\u1100-\u115e][\u1161-\u11a7]?[\u11a8-\u11ff]?"
    rf"|[{EACH}{STACKED}][{ABOVE}\u3099\u309a\u200b-\u200d]*|[^{NOT_IN_WORDS}]+(?:[{MARKS}]+[^{NOT_IN_WORDS}]*)*"
)


class Span(NamedTuple):
    """A place in a text where something was found, and which of the terms it was."""

    start: int
    end: int
    term: int


class Glimpse(NamedTuple):
    """Words of a text as HTML, and what was found in them first."""

    html: Markup
    found: str


def readable(text: str | None) -> str:
    """A text in one line, without the signs of Markdown and the wiki, and without what a daemon does as it talks."""
    if not text or text == WITHHELD:
        return ""
    text = DRAWN.sub("", text)
    text = TABLE_ROW.sub(lambda row: row[0].replace("|", " "), text)
    text = AT_BEGINNING.sub("", TAG.sub("", text))
    text = WIKI_LINK.sub(lambda link: link[2] or link[1], text)
    text = STRESS.sub(lambda stress: stress[1] or stress[2], LINK.sub(r"\1", text))
    return " ".join(SIGN.sub("", text).split())


def glimpse(text: str, terms: Iterable[Term]) -> Glimpse:
    """The part of a readable text that shows most of what was looked for; its beginning if nothing is there."""
    spans = found_in(text, terms)
    start, end = _part(text, spans)
    inside = [span for span in spans if start <= span.start and span.end <= end]
    html = _html(text, inside, start, end)
    left, right = "… " if start else "", " …" if end < len(text) else ""
    return Glimpse(Markup("{}{}{}").format(left, html, right), text[inside[0].start : inside[0].end] if inside else "")


def marked(text: str, terms: Iterable[Term]) -> Markup:
    """A whole readable text, what was found in `<mark>`, everything escaped."""
    return _html(text, found_in(text, terms), 0, len(text))


def first_words(text: str) -> str:
    """The beginning of a readable text."""
    sentence = SENTENCE.match(text)
    if sentence:
        return INVISIBLE.sub("", sentence[0])
    end = _end(text, FIRST, 0)
    return INVISIBLE.sub("", text[:end]).strip() + (" …" if end < len(text) else "")


def place_of(found: str) -> str:
    """The end of an address that makes a browser scroll to what was found first and mark it; empty if nothing was."""
    # A hyphen parts the words around a text fragment from it.
    return f"#:~:text={quote(INVISIBLE.sub('', found), safe='').replace('-', '%2D')}" if found else ""


def found_in(text: str, terms: Iterable[Term]) -> list[Span]:
    """Where terms stand in a text, as the index finds them; none within another."""
    words = list(_words(text))
    places: dict[str, list[int]] = {}
    for place, (word, _, _) in enumerate(words):
        places.setdefault(word, []).append(place)
    spans = []
    for number, term in enumerate(terms):
        *first, last = [word for word, _, _ in _words(term.words)] or [""]
        for place in _ends(last, places, begins=term.begins) if last else ():
            begin = place - len(first)
            if begin >= 0 and all(words[begin + n][0] == word for n, word in enumerate(first)):
                spans.append(Span(words[begin][1], words[place][2], number))
    return _apart(sorted(spans, key=lambda span: (span.start, -span.end, span.term)))


def words_of(text: str) -> list[str]:
    """The words of a text as the index keeps them."""
    return [word for word, _, _ in _words(text)]


def _ends(last: str, places: dict[str, list[int]], *, begins: bool) -> list[int]:
    """Where the last word of a term stands, or a longer one that begins with it."""
    if begins:
        return [place for word, found in places.items() if word.startswith(last) for place in found]
    return places.get(last, [])


def _apart(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text as the index compares them, and where they stand."""
    for match in UNIT.finditer(text):
        for word in _compared(match[0]):
            yield word, match.start(), match.end()


@lru_cache(maxsize=1 << 14)
def _compared(unit: str) -> tuple[str, ...]:
    if unit.isascii():
        return (unit.lower(),)
    return tuple(unicodedata.normalize("NFC", as_searched(unit)).translate(SIGNS).casefold().split())


def _part(text: str, spans: list[Span]) -> tuple[int, int]:
    """From where to where a text is shown."""
    if not spans:
        return 0, _end(text, WIDTH, 0)

    def shown(first: int) -> int:
        """How many of the terms are seen if what was found there comes first."""
        limit, seen = spans[first].start + WIDTH - BEFORE, set()
        for place in range(first, len(spans)):  # not a slice, which would copy the rest for each of them
            if spans[place].end > limit:
                break
            seen.add(spans[place].term)
        return len(seen)

    anchor = spans[max(range(len(spans)), key=lambda first: (shown(first), -first))]
    start = _start(text, max(0, anchor.start - BEFORE), anchor.start)
    return start, _end(text, max(start + WIDTH, anchor.end), anchor.end)


def _start(text: str, start: int, latest: int) -> int:
    if start:
        blank = text.find(" ", start, min(start + REACH, latest))
        start = blank + 1 if blank >= 0 else start
    while start < latest and unicodedata.category(text[start])[0] == "M":
        start += 1
    return start


def _end(text: str, end: int, earliest: int) -> int:
    if end >= len(text):
        return len(text)
    blank = text.rfind(" ", max(earliest, end - REACH), end)
    return blank if blank >= 0 else end


def _html(text: str, spans: Iterable[Span], start: int, end: int) -> Markup:
    html, place = Markup(""), start
    for span in spans:
        html += escape(INVISIBLE.sub("", text[place : span.start]))
        html += Markup("<mark>{}</mark>").format(INVISIBLE.sub("", text[span.start : span.end]))
        place = span.end
    return html + escape(INVISIBLE.sub("", text[place:end]))
