"""The text of a long JSON list, taken apart: where in a file each record is, and in which encoding."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from build_db.errors import Unreadable
from build_db.ingest.packed import flowing
from build_db.ingest.reading import MARKS, is_id, keys_written, lenient_decoder
from build_db.records import Problem

# So much of a file is in memory at a time, or one record, if that is longer.
BLOCK = 1 << 20
# So near its end what is there of a text may look wrong only because the rest is missing.
SLACK = 32
OLDER = ("cp1252", "latin-1")
BLANKS = re.compile(r"[ \t\n\r]*")


class ReadWhole(Exception):
    """The file is no long list, or one that has to be read whole to be read as ever."""


class Written(NamedTuple):
    """How the bytes of a file are to be read: from `start` on."""

    encoding: str
    start: int
    problems: list[Problem]
    has_nul: bool


class Piece(NamedTuple):
    """A value of the file: a record, for which `key` is None, or what stands under a key of an object.

    Of the list of records itself, of which `is_list` tells, nothing but the key is told.
    """

    key: str | None
    start: int
    length: int
    text: str
    is_list: bool = False


def how_written(path: Path) -> Written:
    """The encoding of a file, as `reading.decoded` tells it."""
    with flowing(path) as (file, _):
        head, has_nul = file.read(BLOCK), False
        mark, encoding = next(((mark, name) for mark, name in MARKS if head.startswith(mark)), (b"", "utf-8"))
        data = head
        while data and not has_nul:
            has_nul = b"\0" in data
            data = file.read(BLOCK)
    if _is_in(path, encoding, len(mark)):
        problems = [] if encoding == "utf-8" else [Problem(f"not UTF-8, read as {encoding}")]
        return Written(encoding, len(mark), problems, has_nul)
    encoding = next(encoding for encoding in OLDER if _is_in(path, encoding, 0))
    return Written(encoding, 0, [Problem(f"not UTF-8, read as {encoding}")], has_nul)


def _is_in(path: Path, encoding: str, start: int) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with flowing(path) as (file, _):
        file.seek(start)
        try:
            while data := file.read(BLOCK):
                decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


class Window:
    """A part of a text, from the end of the last piece on; finds the next piece.

    :param places: where the list of records may be
    """

    def __init__(self, file: IO[bytes], written: Written, places: tuple[str, ...]) -> None:
        file.seek(written.start)
        self._file, self._places = file, places
        self._encoding, self._bytes = written.encoding, written.start
        self._text_decoder = codecs.getincrementaldecoder(written.encoding)()
        # Whole numbers of any length; nobody looks at them.
        self._scanner = json.JSONDecoder(parse_int=float)
        self._text, self._ended = "", False
        # Where the last piece ended, and where the next is looked for.
        self._mark = self._at = 0
        self._lines = self._column = 0
        # The shortest text after which the rest means the same.
        self._instead = ""
        # Keys that seem to be written between the pieces.
        self.keys_between = 0

    def pieces(self) -> Iterator[Piece]:
        """Every piece, in order.

        :raises Unreadable: not JSON
        """
        opening = self._next()
        if opening == "[" and "" in self._places:
            yield from self._list("[0")
        elif opening == "{" and any(self._places):
            yield from self._members()
        else:
            raise ReadWhole
        self._at += 1
        if self._next():
            self._fail()
        self.keys_between += keys_written(self._text[self._mark :])

    def _list(self, instead: str) -> Iterator[Piece]:
        """The records of a list, up to its end."""
        self._at += 1
        if self._next() == "]":
            return
        while True:
            yield self._piece(None, instead)
            if self._next() == "]":
                return
            self._comma()

    def _members(self) -> Iterator[Piece]:
        self._at += 1
        if self._next() == "}":
            raise ReadWhole
        met: set[str] = set()
        has_list = False
        while True:
            key = self._member(met)
            if key and key in self._places and self._next() == "[":
                if has_list:
                    raise ReadWhole
                has_list = True
                yield Piece(key, 0, 0, "", is_list=True)
                yield from self._list('{"":[0')
                self._at += 1
            elif is_id(key) and self._next() in ("[", "{"):
                raise ReadWhole
            else:
                yield self._piece(key, '{"":0')
            if self._next() == "}":
                break
            self._comma()
        if not has_list:
            raise ReadWhole

    def _member(self, met: set[str]) -> str:
        """The next key; what follows is its value."""
        if self._next() != '"':
            self._fail()
        end = self._value_end()
        key = json.loads(self._text[self._at : end])
        if key in met or not key.isascii():
            raise ReadWhole
        met.add(key)
        self._at = end
        if self._next() != ":":
            self._fail()
        self._at += 1
        self._next()
        return str(key)

    def _comma(self) -> None:
        if self._next() != ",":
            self._fail()
        self._at += 1
        self._next()

    def _piece(self, key: str | None, instead: str) -> Piece:
        end = self._value_end()
        between, text = self._text[self._mark : self._at], self._text[self._at : end]
        self.keys_between += keys_written(between)
        start, length = self._bytes + self._length(between), self._length(text)
        self._bytes, self._mark, self._at = start + length, end, end
        self._instead = instead
        return Piece(key, start, length, text)

    def _length(self, text: str) -> int:
        return len(text) if self._encoding == "utf-8" and text.isascii() else len(text.encode(self._encoding))

    def _value_end(self) -> int:
        """Where the value that begins here ends."""
        while True:
            try:
                _, end = self._scanner.raw_decode(self._text, self._at)
                wrong = len(self._text)
            except json.JSONDecodeError as error:
                end, wrong = 0, len(self._text) if error.msg.startswith("Unterminated") else error.pos
            except RecursionError:
                raise ReadWhole from None
            if end and (self._ended or end + SLACK < len(self._text)):
                return end
            if self._ended or wrong + SLACK < len(self._text):
                self._fail()
            self._grow()

    def _next(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            found = BLANKS.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._grow()

    def _grow(self) -> None:
        """Read on; what lies before the end of the last piece is let go."""
        gone, self._text = self._text[: self._mark], self._text[self._mark :]
        lines = gone.count("\n")
        self._lines += lines
        self._column = len(gone) - gone.rindex("\n") - 1 if lines else self._column + len(gone)
        self._at -= self._mark
        self._mark = 0
        data = self._file.read(max(BLOCK, len(self._text)))
        self._ended = not data
        self._text += self._text_decoder.decode(data, final=self._ended)

    def _fail(self) -> None:
        """Tell what is wrong, in the words of whoever reads the file whole.

        :raises Unreadable: always, but for what is wrong to nobody else
        """
        while not self._ended and len(self._text) - self._at < SLACK:
            self._grow()
        try:
            lenient_decoder([]).decode(self._instead + self._text[self._mark :])
        except json.JSONDecodeError as error:
            place = error.pos - len(self._instead) + self._mark
            before = self._text[: max(place, 0)]
            lines = before.count("\n")
            column = place - before.rindex("\n") if lines else self._column + place + 1
            raise Unreadable(f"not valid JSON at line {self._lines + lines + 1}, column {column}") from None
        except RecursionError:
            pass
        raise ReadWhole
