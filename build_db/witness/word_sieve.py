"""Tells in one pass which of many words may stand as such in a text."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator

from build_db.witness.sieve import Sieve
from build_db.witness.writing import plain, plain_latin

# The letter of `\n` in code is none of the name behind it.
ESCAPES = re.compile(rb"\\[ntr]")


class WordSieve:
    """Tells which of many words may stand as such in a text.

    :param words: plain; of several words in a row the longest is looked for
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = list(dict.fromkeys(words))
        keys = [max(word.split(" "), key=len) for word in self._words]
        among = [(place, form) for place, key in enumerate(keys) for form in _word_forms(key)]
        others = [(place, form) for place, form in among if not form.isascii()]
        self._spaced = Sieve((place, form) for place, form in among if form.isascii())
        self._others = Sieve(others) if others else None

    def seen(self, data: bytes) -> list[str]:
        """The words that may stand in a text, which is UTF-8, in order."""
        small = plain_latin(data)
        if b"\\" in small:
            small = ESCAPES.sub(b"  ", small)
        places = {*self._spaced.seen(b" %s " % small.translate(SPACED))}
        if self._others and not small.isascii():
            places.update(self._others.seen(plain(data.decode("utf-8", "replace")).encode("utf-8", "replace")))
        return [self._words[place] for place in sorted(places)]


# All but small letters as blanks: a word stands between two. What is beyond ASCII may be a letter or none.
SPACED = bytes(code if code in string.ascii_lowercase.encode() else 32 for code in range(256))


def _word_forms(word: str) -> Iterator[bytes]:
    """A word as the sieve looks for it, also in the genitive; a word in other letters is looked for anywhere."""
    data = word.encode("utf-8", "replace")
    if data.isascii():
        yield b" %s " % data.translate(SPACED)
        yield b" %ss " % data.translate(SPACED)
    else:
        yield data
