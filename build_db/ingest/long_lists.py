"""A long JSON list, one record at a time: the same values and the same problems as if the file had been read whole.

The file is gone through once to see where each record begins and how it is written; afterwards each is parsed by
itself, as often as somebody goes through them. Where the two ways could differ, and no long list is ever written so,
the file is read whole.
"""

from __future__ import annotations

import codecs
import json
import re
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import orjson

from build_db.errors import CheckFailed, Unreadable
from build_db.ingest.packed import flowing
from build_db.ingest.reading import (
    MARKS,
    ODD_ID,
    TWICE,
    Plainer,
    count_keys,
    is_id,
    keys_written,
    lenient_decoder,
    odd_ids,
    read_json,
)
from build_db.limits import MOST_BYTES, MOST_DEPTH
from build_db.records import Problem, Records

# From here on a file is not read whole; so much of it is in memory at a time, or one record, if that is longer.
LONG, BLOCK = 8_000_000, 1 << 20
# So near its end what is there of a text may look wrong only because the rest is missing.
SLACK = 32
# Deeper, parsers begin to differ in what they bear, by what stands around it.
DEEP = 4 * MOST_DEPTH
OLDER = ("cp1252", "latin-1")
BLANKS = re.compile(r"[ \t\n\r]*")
ODD_ID_TEXT = re.compile(ODD_ID.pattern.decode(), re.ASCII)


class _ReadWhole(Exception):
    """The file is no long list, or one that has to be read whole to be read as ever."""


class _Written(NamedTuple):
    """How the bytes of a file are to be read: from `start` on."""

    encoding: str
    start: int
    problems: list[Problem]
    has_nul: bool


class _Piece(NamedTuple):
    """A value of the file: a record, for which `key` is None, or what stands under a key of an object.

    Of the list of records itself, of which `is_list` tells, nothing but the key is told.
    """

    key: str | None
    start: int
    length: int
    text: str
    is_list: bool = False


def read_records(path: Path, key: str) -> tuple[Any, list[Problem]]:
    """The value of a JSON file, its records as `Records` if there are many, and what had to be changed.

    :param key: of the list of records, where the file is an object
    :raises Unreadable: as `read_json`
    """
    try:
        with flowing(path) as (_, size):
            is_long = LONG <= size <= MOST_BYTES
        return _LongList(path, key).value() if is_long else read_json(path)
    except _ReadWhole:
        return read_json(path)


class _Window:
    """A part of a text, from the end of the last piece on; finds the next piece.

    :param key: of the list of records, where the text is an object
    """

    def __init__(self, file: IO[bytes], written: _Written, key: str) -> None:
        file.seek(written.start)
        self._file, self._key = file, key
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

    def pieces(self) -> Iterator[_Piece]:
        """Every piece, in order.

        :raises Unreadable: not JSON
        """
        opening = self._next()
        if opening == "[":
            yield from self._list("[0")
        elif opening == "{":
            yield from self._members()
        else:
            raise _ReadWhole
        self._at += 1
        if self._next():
            self._fail()
        self.keys_between += keys_written(self._text[self._mark :])

    def _list(self, instead: str) -> Iterator[_Piece]:
        """The records of a list, up to its end."""
        self._at += 1
        if self._next() == "]":
            return
        while True:
            yield self._piece(None, instead)
            if self._next() == "]":
                return
            self._comma()

    def _members(self) -> Iterator[_Piece]:
        self._at += 1
        if self._next() == "}":
            return
        met: set[str] = set()
        while True:
            key = self._member(met)
            if key == self._key and self._next() == "[":
                yield _Piece(key, 0, 0, "", is_list=True)
                yield from self._list('{"":[0')
                self._at += 1
            elif is_id(key) and self._next() in ("[", "{"):
                raise _ReadWhole
            else:
                yield self._piece(key, '{"":0')
            if self._next() == "}":
                break
            self._comma()
        if self._key not in met:
            raise _ReadWhole

    def _member(self, met: set[str]) -> str:
        """The next key; what follows is its value."""
        if self._next() != '"':
            self._fail()
        end = self._value_end()
        key = json.loads(self._text[self._at : end])
        if key in met or not key.isascii():
            raise _ReadWhole
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

    def _piece(self, key: str | None, instead: str) -> _Piece:
        end = self._value_end()
        between, text = self._text[self._mark : self._at], self._text[self._at : end]
        self.keys_between += keys_written(between)
        start, length = self._bytes + self._length(between), self._length(text)
        self._bytes, self._mark, self._at = start + length, end, end
        self._instead = instead
        return _Piece(key, start, length, text)

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
                raise _ReadWhole from None
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
        raise _ReadWhole


class _LongList:
    """One file: where its pieces are, and how each is parsed.

    :raises Unreadable: not JSON
    """

    def __init__(self, path: Path, key: str) -> None:
        self._path, self._key = path, key
        self._written = _how_written(path)
        self._starts, self._lengths = array("Q"), array("Q")
        # Of an object every key, in order, and where its value is; of the list of records, nothing.
        self._members: dict[str, tuple[int, int] | None] = {}
        self._has_odd_ids = self._written.has_nul  # in an encoding of two bytes nothing looks like an id
        self._twice: list[Any] = []
        self._plainer = Plainer()
        self._decoder = lenient_decoder(self._twice)
        self._parse = self._go_through()

    def value(self) -> tuple[Any, list[Problem]]:
        """The value, and what had to be changed in it."""
        problems = list(self._written.problems)
        if self._parse != self._strictly:
            self._twice.clear()
            for _, value in self._parsed():
                _check_depth(value)
                del self._twice[1:]
            problems += [Problem(TWICE)] if self._twice else []
            problems += [Problem(text) for text in sorted(self._plainer.changed)]
        if self._has_odd_ids:
            odd = (problem for place, value in self._parsed() for problem in odd_ids(value, place))
            problems += sorted(odd, key=lambda problem: str(problem.field))
        records = Records(self._records)
        beside = dict(self._parsed(beside_only=True))
        return {key: beside.get(key, records) for key in self._members} if self._members else records, problems

    def _go_through(self) -> Callable[[bytes, int], Any]:
        """See where the pieces are, and in which of three ways the whole file would be parsed."""
        is_strict, is_deep, keys = (self._written.encoding, self._written.start) == ("utf-8", 0), False, 0
        with flowing(self._path) as (file, _):
            window = _Window(file, self._written, self._key)
            for piece in window.pieces():
                self._note(piece)
                if not is_strict or piece.is_list:
                    continue
                try:
                    value = orjson.loads(piece.text)
                except orjson.JSONDecodeError:
                    is_strict = False
                    continue
                found = count_keys(value, MOST_DEPTH - self._depth(piece.key))
                is_deep = is_deep or found is None
                _check_depth(value, known=found)
                keys += (found or 0) - keys_written(piece.text)
        if is_strict and is_deep:
            return self._deeply
        # So many keys are written, unless blanks stand behind some, or a text holds what looks like one.
        return self._strictly if is_strict and keys + len(self._members) == window.keys_between else self._leniently

    def _note(self, piece: _Piece) -> None:
        if piece.key is not None:
            self._members[piece.key] = None if piece.is_list else (piece.start, piece.length)
        else:
            self._starts.append(piece.start)
            self._lengths.append(piece.length)
        self._has_odd_ids = self._has_odd_ids or ODD_ID_TEXT.search(piece.text) is not None

    def _depth(self, key: str | None) -> int:
        """How many lists and objects stand around a piece."""
        return 2 if self._members and key is None else 1

    def _strictly(self, data: bytes, depth: int) -> Any:
        return orjson.loads(data)

    def _deeply(self, data: bytes, depth: int) -> Any:
        return self._plainer.plain(orjson.loads(data), depth)

    def _leniently(self, data: bytes, depth: int) -> Any:
        return self._plainer.plain(self._decoder.decode(data.decode(self._written.encoding)), depth)

    def _records(self) -> Iterator[Any]:
        try:
            for _, value in self._parsed(records_only=True):
                self._twice.clear()
                yield value
        except Unreadable as error:
            raise CheckFailed(f"{self._path}: {error}, after it was read once: try again") from None

    def _parsed(self, *, beside_only: bool = False, records_only: bool = False) -> Iterator[tuple[str, Any]]:
        """The pieces, each with its place."""
        beside = [] if records_only else [(key, span) for key, span in self._members.items() if span]
        with flowing(self._path) as (file, _):
            for key, (start, length) in beside:
                yield key, self._piece(file, start, length, self._depth(key))
            if beside_only:
                return
            under, depth = (self._key if self._members else ""), self._depth(None)
            for number, (start, length) in enumerate(zip(self._starts, self._lengths, strict=True)):
                yield f"{under}[{number}]", self._piece(file, start, length, depth)

    def _piece(self, file: IO[bytes], start: int, length: int, depth: int) -> Any:
        try:
            file.seek(start)
            return self._parse(file.read(length), depth)
        except (ValueError, RecursionError):
            raise CheckFailed(f"{self._path}: changed while it was read: build again while nobody writes it") from None


def _check_depth(value: Any, known: int | None = None) -> None:
    if known is None and count_keys(value, DEEP) is None:
        raise _ReadWhole


def _how_written(path: Path) -> _Written:
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
        return _Written(encoding, len(mark), problems, has_nul)
    encoding = next(encoding for encoding in OLDER if _is_in(path, encoding, 0))
    return _Written(encoding, 0, [Problem(f"not UTF-8, read as {encoding}")], has_nul)


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
