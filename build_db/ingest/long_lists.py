"""A long JSON list, one record at a time: the same values and the same problems as if the file had been read whole.

The file is gone through once to see where each record begins and how it is written; afterwards each is parsed by
itself, as often as somebody goes through them. Where the two ways could differ, and no long list is ever written so,
the file is read whole.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import orjson

from build_db.errors import CheckFailed, Unreadable
from build_db.ingest.json_pieces import Piece, ReadWhole, Window, how_written
from build_db.ingest.packed import flowing
from build_db.ingest.reading import (
    ODD_ID,
    TWICE,
    Plainer,
    count_keys,
    keys_written,
    lenient_decoder,
    odd_ids,
    read_json,
)
from build_db.limits import MOST_BYTES, MOST_DEPTH
from build_db.records import Problem, Records

# From here on a file is not read whole.
LONG = 8_000_000
# Deeper, parsers begin to differ in what they bear, by what stands around it.
DEEP = 4 * MOST_DEPTH
ODD_ID_TEXT = re.compile(ODD_ID.pattern.decode(), re.ASCII)


def read_records(path: Path, places: tuple[str, ...]) -> tuple[Any, list[Problem]]:
    """The value of a JSON file, its records as `Records` if there are many, and what had to be changed.

    :param places: where the list of records may be, as `FileKind.records` tells
    :raises Unreadable: as `read_json`
    """
    try:
        with flowing(path) as (_, size):
            is_long = LONG <= size <= MOST_BYTES
        return _LongList(path, places).value() if is_long else read_json(path)
    except ReadWhole:
        return read_json(path)


class _LongList:
    """One file: where its pieces are, and how each is parsed.

    :raises Unreadable: not JSON
    """

    def __init__(self, path: Path, places: tuple[str, ...]) -> None:
        self._path, self._places = path, places
        self._written = how_written(path)
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
            window = Window(file, self._written, self._places)
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

    def _note(self, piece: Piece) -> None:
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
            under, depth = next((key for key, span in self._members.items() if not span), ""), self._depth(None)
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
        raise ReadWhole
