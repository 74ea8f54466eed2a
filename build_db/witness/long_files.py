"""Long JSON files, read bit by bit: their text from quotation mark to quotation mark, their values entry by entry."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import IO, Any, NamedTuple

# From here on a file is not read whole; so much of it is read at a time.
LONG, BIT = 8_000_000, 1 << 20
# So near the end of what was read a value may seem broken only because it goes on.
NEAR = 64
QUOTE, BLANKS = '"', (" ", "\t", "\n", "\r")


class LongFile(NamedTuple):
    """A long file: how to open it, and in which encoding its text is to be read."""

    opened: Callable[[], AbstractContextManager[IO[bytes]]]
    encoding: str

    def texts(self) -> Iterator[str]:
        """Its text in parts, each of which but the first begins with a quotation mark: nothing private holds one."""
        held = ""
        for text in self._bits():
            held += text
            cut = held.rfind(QUOTE)
            if cut > 0:
                yield held[:cut]
                held = held[cut:]
        yield held

    def entries(self) -> Iterator[Any]:
        """Its value in parts, as `entries_of` takes it apart.

        :raises ValueError: not JSON
        :raises RecursionError: nested without end
        """
        return _Entries(self._bits()).all()

    def _bits(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        with self.opened() as file:
            while data := file.read(BIT):
                yield decoder.decode(data)
        yield decoder.decode(b"", final=True)


def entries_of(value: Any) -> Iterator[Any]:
    """A value in parts: each entry of a list; of the lists in an object, under their key; the rest of the object."""
    if isinstance(value, list):
        yield from value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from ({key: [entry]} for entry in held) if isinstance(held, list) else ()
        yield {key: held for key, held in value.items() if not isinstance(held, list)}
    else:
        yield value


class _Entries:
    """Takes a text of JSON apart that comes in bits.

    :raises ValueError: it is none
    """

    def __init__(self, bits: Iterator[str]) -> None:
        self._bits, self._held, self._at, self._is_all = bits, "", 0, False
        self._decoder = json.JSONDecoder(parse_int=float)  # numbers tell nothing, and may be of any length

    def all(self) -> Iterator[Any]:
        """Each part, as `entries_of` tells them."""
        opening = self._next()
        if opening == "[":
            yield from self._list()
        elif opening == "{":
            yield from self._object()
        else:
            yield self._value()
        if self._next():
            raise ValueError("something stands behind the end")

    def _list(self) -> Iterator[Any]:
        if self._is_empty("]"):
            return
        while True:
            yield self._value()
            if self._is_over("]"):
                return

    def _object(self) -> Iterator[Any]:
        rest: dict[str, Any] = {}
        is_over = self._is_empty("}")
        while not is_over:
            key = self._value()
            if not isinstance(key, str) or self._next() != ":":
                raise ValueError("no key")
            self._at += 1
            if self._next() == "[":
                yield from ({key: [entry]} for entry in self._list())
            else:
                rest[key] = self._value()
            is_over = self._is_over("}")
        yield rest

    def _is_empty(self, closing: str) -> bool:
        """Pass the opening bracket; whether the closing one follows, which is passed, too."""
        self._at += 1
        is_empty = self._next() == closing
        self._at += is_empty
        return is_empty

    def _is_over(self, closing: str) -> bool:
        """Pass what stands behind an entry; whether it is the closing bracket, and not a comma."""
        sign = self._next()
        if sign not in (closing, ","):
            raise ValueError("neither a comma nor the end")
        self._at += 1
        return sign == closing

    def _next(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            while self._held[self._at : self._at + 1] in BLANKS:
                self._at += 1
            if self._at < len(self._held) or self._is_all:
                return self._held[self._at : self._at + 1]
            self._read_on()

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._held, self._at)
                wrong = end
            except json.JSONDecodeError as error:
                end, wrong = -1, len(self._held) if "Unterminated" in error.msg else error.pos
            if wrong + NEAR > len(self._held) and not self._is_all:
                self._read_on()
                continue
            if end < 0:
                raise ValueError("no value")
            self._at = end
            return value

    def _read_on(self) -> None:
        """Have more of the text, at least as much as is held."""
        parts, wanted = [self._held[self._at :]], max(1, len(self._held) - self._at)
        while wanted > 0 and not self._is_all:
            bit = next(self._bits, None)
            self._is_all = bit is None
            parts.append(bit or "")
            wanted -= len(parts[-1])
        self._held, self._at = "".join(parts), 0
