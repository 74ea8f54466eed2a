"""Finds the needles of the raw tree in texts and in bytes, also in the disguises that text wears in files."""

from __future__ import annotations

import base64
import json
import re
import string
import unicodedata
import urllib.parse
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from build_db.witness.lists import also_names, articles, behind_articles, keys
from build_db.witness.needles import Needle, Needles
from build_db.witness.occurrence import is_prose
from build_db.witness.sieve import Sieve
from build_db.witness.terms import BETWEEN
from build_db.witness.word_sieve import ESCAPES, WordSieve
from build_db.witness.writing import as_read, letter_beside, plain, stands_anywhere

# In raw bytes a short name also turns up by chance.
SHORTEST_RAW_NAME = 6
NAME, MAIL = "name", "mail address"
# Found as whole words in any case.
NAME_RULES = frozenset((NAME, "term", "home folder", "repository owner"))
# So many bytes to both sides tell whether a name in bytes stands alone.
AROUND = 200
WORD = re.compile(r"[^\W\d_]+")
WORD_BEFORE = re.compile(r"([^\W\d_]+)\s{1,2}\Z")
LONGEST_ARTICLE = 10
NO_LETTER = re.compile(r"(?:['’]?s)?(?![^\W\d_])")


class Found(NamedTuple):
    """A needle in a text: the rule it belongs to, and what it is. The value is for the owner's eyes alone."""

    rule: str
    value: str


class NeedleFinder:
    """Finds needles in texts and bytes.

    :param words: what `plain_hits` of a subclass looks for besides names, plain
    """

    def __init__(self, needles: Needles, words: Iterable[str] = ()) -> None:
        self._values = list(needles.values.items())
        self._value_sieve = Sieve((place, _encoded(value)) for place, (value, _) in enumerate(self._values))
        self._names = needles.names
        self._words = WordSieve((*sorted(needles.names), *words))
        self._long_names = [name for name in needles.names if len(name) >= SHORTEST_RAW_NAME and " " in name]

    @cached_property
    def _byte_sieve(self) -> Sieve:
        """Made when bytes are to be searched, and not before: of many secrets it takes more memory than they do.

        What is found is disguised once more, and no form is kept. Names are looked for in any case, so everything is:
        one pass over the bytes does for both.
        """
        return Sieve(self._all_disguises(), any_case=True)

    def get_ready(self) -> None:
        """Make all that bytes are searched with: a worker that is forked later has it, too."""
        _ = self._byte_sieve

    def _all_disguises(self) -> Iterator[tuple[int, bytes]]:
        """The forms that bytes can give to values, and behind those to names of several words."""
        for place, (value, _) in enumerate(self._values):
            yield from ((place, form) for form in _disguises(value))
        for place, name in enumerate(self._long_names, len(self._values)):
            yield from ((place, form) for form in _name_disguises(name))

    def needle(self, value: str) -> Needle:
        """Which rule a value belongs to, and which file it is from."""
        return self._names.get(value) or dict(self._values).get(value) or Needle("")

    def text_hits(self, text: str) -> Iterator[Found]:
        """All needles in a text, as it stands and as it is read."""
        for one in filter(None, (text, _read_otherwise(text))):
            yield from self.value_hits(one)
            yield from self.name_hits(one)

    def finds(self, text: str) -> bool:
        """Whether any needle is in a text."""
        return any(True for _ in self.text_hits(text))

    def cell_hits(self, place: str, text: str) -> Iterator[Found]:
        """All needles in the cells of a column. Where only the tool's own words are, none of them is a name."""
        return self.value_hits(text) if place in keys().own_columns else self.text_hits(text)

    def value_hits(self, text: str) -> Iterator[Found]:
        """All needles but names in a text."""
        for place in self._value_sieve.seen(_encoded(text)):
            value, needle = self._values[place]
            if value in text and (needle.rule != MAIL or any(_ends(_encoded(value), _encoded(text)))):
                yield Found(needle.rule, value)

    def name_hits(self, text: str | bytes) -> Iterator[Found]:
        """All names in a text, which may be UTF-8; one that is a word too, unless it stands in small letters only."""
        if seen := self._words.seen(_encoded(text) if isinstance(text, str) else text):
            written = text if isinstance(text, str) else text.decode("utf-8", "replace")
            for found in self.plain_hits(plain(written), seen):
                if found.rule != NAME or found.value not in _word_like() or _is_more_than_word(found.value, written):
                    yield found

    def plain_hits(self, text: str, seen: Iterable[str]) -> Iterator[Found]:
        """All names in a plain text.

        :param seen: the names that it may hold
        """
        for name in seen:
            if name in self._names and any(occurrences(name, text)):
                yield Found(self._names[name].rule, name)

    def byte_hits(self, data: bytes) -> Iterator[Found]:
        """All needles in bytes, in any disguise."""
        for _, found in self.disguised(data):
            yield found

    def disguised(self, data: bytes) -> Iterator[tuple[bytes, Found]]:
        """The disguises that are in bytes, and the needles in them; those of names in lower case."""
        lower = b""
        for place in self._byte_sieve.seen(data):
            if place < len(self._values):
                value, needle = self._values[place]
                yield from _in_disguise(_disguises(value), Found(needle.rule, value), data)
            else:
                name = self._long_names[place - len(self._values)]
                lower = lower or data.lower()
                yield from _in_disguise(_name_disguises(name), Found(NAME, name), lower)


@lru_cache(maxsize=1 << 12)
def _standing(name: str) -> re.Pattern[str]:
    """A name as a whole word, its parts joined by anything; it begins with a literal, which is quick to look for."""
    first, *more = name.split(" ")
    word = re.escape(first)
    if stands_anywhere(name):
        return re.compile(r"[\W_]{1,3}".join(map(re.escape, (first, *more))))
    begin = rf"{word}(?:(?<!{letter_beside(name[0])}{word})|(?<=\\[ntr]{word}))"
    end = rf"(?=(?:['’]?s)?(?!{letter_beside(name[-1])}))"
    return re.compile(r"[\W_]{1,3}".join((begin, *map(re.escape, more))) + end)


def _standing_in_bytes(form: bytes, data: bytes) -> Iterator[bool]:
    """For each place of a name in bytes, whether no letter stands beside it, and it is none of a machine's words."""
    place = data.find(form)
    while place >= 0:
        before = plain(data[max(0, place - AROUND) : place].decode("utf-8", "ignore"))
        name = plain(form.decode("utf-8", "ignore"))
        after = plain(data[place + len(form) : place + len(form) + AROUND].decode("utf-8", "ignore"))
        begins = not before[-1:].isalpha() or bool(ESCAPES.search(before[-2:].encode()))
        stands = begins and NO_LETTER.match(after) is not None
        # In a file one cell ends where the next begins: a digit before a name may be none of its own.
        yield stands and all(
            is_prose(left + name + after, len(left), len(left) + len(name))
            for left in dict.fromkeys((before, before.rstrip(string.digits)))
        )
        place = data.find(form, place + 1)


def _counts(form: bytes, found: Found, data: bytes) -> bool:
    """Whether a form in bytes is an occurrence: names and mail addresses are told by what stands beside them."""
    if found.rule == NAME:
        return any(_standing_in_bytes(form, data))
    return found.rule != MAIL or form != _encoded(found.value) or any(_ends(form, data))


def _ends(form: bytes, data: bytes) -> Iterator[bool]:
    """For each place of a mail address, whether it ends there: `a@b.example` is no part of `a@b.example2`."""
    place = data.find(form)
    while place >= 0:
        yield not data[place + len(form) : place + len(form) + 4].decode("utf-8", "ignore")[:1].isalnum()
        place = data.find(form, place + 1)


def _is_more_than_word(name: str, text: str) -> bool:
    """Whether a plain name stands in a text otherwise than as a word in small letters.

    Whatever is not surely such a word counts: a capital, a script without capitals, a mark that parts the letters; of
    what is mostly a name, also a word without an article before it.
    """
    words = (name, f"{name}s")

    def hidden(word: re.Match[str]) -> str:
        is_word = word[0].islower() and plain(word[0]) in words
        return "x" * len(word[0]) if is_word and (name in also_names() or _is_behind_article(word)) else word[0]

    return any(occurrences(name, plain(WORD.sub(hidden, unicodedata.normalize("NFC", text)))))


@cache
def _word_like() -> frozenset[str]:
    return also_names() | behind_articles()


def _is_behind_article(word: re.Match[str]) -> bool:
    before = WORD_BEFORE.search(word.string, max(0, word.start() - LONGEST_ARTICLE), word.start())
    return before is not None and plain(before[1]) in articles()


def _read_otherwise(text: str) -> str:
    """Those cells of a text that are not read as they stand, as they are read."""
    read = as_read(text)
    if read == text:
        return ""
    cells, as_they_are_read = text.split(BETWEEN), read.split(BETWEEN)
    if len(cells) != len(as_they_are_read):
        return read
    return BETWEEN.join(new for new, cell in zip(as_they_are_read, cells, strict=True) if new != cell)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def occurrences(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a name stands in a text as a name; both are plain."""
    return (match.span() for match in _standing(name).finditer(text) if is_prose(text, *match.span()))


def _in_disguise(forms: Iterable[bytes], found: Found, data: bytes) -> Iterator[tuple[bytes, Found]]:
    """The forms of a needle that are in bytes."""
    for form in dict.fromkeys(forms):
        if form in data and _counts(form, found, data):
            yield form, found


def _disguises(value: str) -> Iterator[bytes]:
    """A value in the forms that bytes can give it."""
    yield from _forms(value)
    encoded = value.encode()
    for offset in range(3):
        # Three bytes make four letters of base64: whole groups in the middle do not depend on what surrounds them.
        middle = base64.b64encode(b"\0" * offset + encoded)[4 if offset else 0 : -4]
        if len(middle) >= 8:
            yield middle


def _name_disguises(name: str) -> Iterator[bytes]:
    """A name of several words in the forms that bytes can give it, in lower case."""
    for joint in (" ", "_", "-", ".", "%20", "+", "\\u0020"):
        for form in _forms(name.replace(" ", joint)):
            yield form.lower()


def _forms(value: str) -> Iterator[bytes]:
    for text in dict.fromkeys((value, *(unicodedata.normalize(form, value) for form in ("NFC", "NFD")))):
        yield text.encode()
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield json.dumps(text)[1:-1].encode()
        yield urllib.parse.quote(text, safe="").encode()
