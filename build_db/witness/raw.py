"""Reads the raw files of a tree, with nothing of `ingest`: the witness's own way to what the tree says."""

from __future__ import annotations

import base64
import binascii
import codecs
import csv
import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

import orjson
import yaml

from build_db.limits import LONGEST_NUMBER, MOST_BYTES, MOST_DEPTH, MOST_PACKED, MOST_VALUES
from build_db.witness.lists import keys
from build_db.witness.long_files import LONG, LongFile

# Every form that names may be in; `.json.migrated` is JSON, too.
LINES, TABLES = (".jsonl", ".ndjson"), (".csv", ".tsv")
READABLE = (".json", ".yaml", ".yml", ".md", ".migrated", ".txt", *LINES, *TABLES)
# What these tell depends on their names, and none of them is long.
BY_NAME = frozenset(("index.json",)) | keys().secret_files | keys().account_files
PICTURES, CARD, PACKED = (".png",), ".charx", b"PK\x03\x04"
BROKEN_CHARACTER = "\ufffd"
# What a damaged ZIP makes itself felt by.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(LookupError, ArithmeticError, RuntimeError, ValueError),
)
TWO_ESCAPES = re.compile(r"(?<!\\)\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The longer mark first: UTF-32's begins like UTF-16's.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def raw_files(root: Path) -> Iterator[tuple[Path, str | LongFile]]:
    """Every readable file of a tree, in order of path, and its text; those of a ZIP as if it were a folder.

    Of a long file of JSON, how its text is read.

    :param root: a folder, or a file
    """
    for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
        if ".git" in path.parts or path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size > MOST_BYTES:
            continue  # the build does not read it either
        if _is_long(path, path.stat().st_size):
            yield from ((path, file) for file in _long(partial(_plain, path)))
        elif path.suffix in READABLE or path == root:
            data = path.read_bytes()
            if not data.startswith(PACKED):
                yield from ((path, text) for text in _readings(data))
        if path.suffix in PICTURES:
            yield from ((path.with_suffix(".json"), text) for text in _cards(path.read_bytes()))
        with path.open("rb") as file:
            if file.read(len(PACKED)) == PACKED:
                yield from _inside_of(path)


def _is_long(path: Path, size: int) -> bool:
    """Whether a file is read bit by bit; what tells by its name who somebody is, never."""
    return path.suffix == ".json" and LONG <= size <= MOST_BYTES and path.name not in BY_NAME


def _long(opened: Callable[[], AbstractContextManager[IO[bytes]]]) -> Iterator[LongFile]:
    """A long file; where some of its bytes are no UTF-8, also as older programs write it. None that is no text."""
    with opened() as file:
        head = file.read(len(codecs.BOM_UTF32_LE))
    if head.startswith(PACKED):
        return
    found = LongFile(opened, _encoding(head))
    is_broken = max(BROKEN_CHARACTER in text for text in found.texts())
    yield found
    if is_broken:
        yield LongFile(opened, "cp1252")


def folders(root: Path) -> list[str]:
    """The names of the folders at the top of a tree, which may be a ZIP, and of those one below."""
    try:
        if root.is_dir():
            return sorted(path.name for glob in ("*", "*/*") for path in root.glob(glob) if path.is_dir())
        with zipfile.ZipFile(root) as archive:
            return sorted({part for name in archive.namelist() for part in name.split("/")[:-1][:2]})
    except BROKEN:
        return []


def _inside_of(path: Path) -> Iterator[tuple[Path, str | LongFile]]:
    """The readable files of a ZIP; of a damaged one, those up to the damage: the build says what became of it."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in sorted(archive.infolist(), key=lambda member: member.filename):
                name = path / member.filename.lstrip("/")
                is_card = name.suffix in (*PICTURES, CARD)
                packed = member.file_size <= member.compress_size * MOST_PACKED
                if _is_long(name, member.file_size) and packed:
                    yield from ((name, found) for found in _long(partial(_member, path, member)))
                elif is_card or (name.suffix in READABLE and packed):
                    with archive.open(member) as file:
                        data = file.read(MOST_BYTES)
                    texts = _cards(data) if is_card else _readings(data)
                    yield from ((name.with_suffix(".json") if is_card else name, text) for text in texts)
    except BROKEN:
        return


def _plain(path: Path) -> IO[bytes]:
    return path.open("rb")


@contextmanager
def _member(path: Path, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        yield file


def _cards(data: bytes) -> list[str]:
    """The characters that a picture bears: base64 in its text chunks; or a ZIP, as one of its files."""
    if data.startswith(PACKED):
        return _card_of(data)
    texts, place = [], 8
    while place + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        if kind == b"tEXt":
            _, _, coded = data[place + 8 : place + 8 + size].partition(b"\0")
            with suppress(binascii.Error):
                texts.append(base64.b64decode(coded).decode("utf-8", "replace"))
        place += size + 12
    return texts


def _card_of(data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("card.json") as file:
            return [decoded(file.read(MOST_BYTES))]
    except BROKEN:
        return []


def _readings(data: bytes) -> list[str]:
    """Bytes as text; where some are no UTF-8, also as older programs write it."""
    text = decoded(data)
    return [text] if BROKEN_CHARACTER not in text else [text, data.decode("cp1252", "replace")]


def decoded(data: bytes) -> str:
    """Bytes as text, by their byte order mark if they have one."""
    return data.decode(_encoding(data), "replace")


def _encoding(data: bytes) -> str:
    return next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")


def parsed(path: Path, text: str) -> Any:
    """The value of a JSON or YAML file; None if it is neither, broken, or beyond what is read of any file."""
    try:
        if path.suffix in LINES:
            return [found for line in text.split("\n") if (found := inside(line)) is not None]
        if path.suffix in TABLES:
            return _table(text)
        if path.suffix in (".yaml", ".yml"):
            value = yaml.load(_with_whole_characters(text), Loader=_YAML)
            return value if _ends(value) else None
        if ".json" in path.suffixes:
            return _json(text)
        if path.suffix not in READABLE:  # somebody gave it by its name
            value = inside(text)
            return parsed(path.with_suffix(LINES[0]), text) if value is None else value
    except (ValueError, csv.Error, yaml.YAMLError, RecursionError):
        pass
    return None


def _table(text: str) -> list[dict[str, str]]:
    """The rows of a table, by the words of its first line; if they are not alike, each line by itself, too."""
    separator = max(",;\t|", key=text.partition("\n")[0].count)
    csv.field_size_limit(MOST_BYTES)
    lines = [[cell.strip(' "') for cell in line.split(separator)] for line in text.splitlines()]
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        rows = lines[:1]
    names = [name.strip().lower() for name in (rows or [[]])[0]]
    if len(rows) < 2 or any(len(cells) not in (0, len(names)) for cells in rows):
        rows += lines[1:]
    return [dict(zip(names, cells, strict=False)) for cells in rows[1:]]


def inside(text: str) -> Any:
    """What a text of JSON holds; None of any other text."""
    try:
        return _json(text) if text.lstrip()[:1] in ("[", "{") else None
    except (ValueError, RecursionError):
        return None


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:  # stricter than those who wrote it
        return json.loads(text, parse_int=lambda digits: int(digits) if len(digits) <= LONGEST_NUMBER else None)


def _ends(value: Any) -> bool:
    """Whether a value comes to an end: by its aliases a small YAML file can hold itself, or more than any memory."""
    inside, left = [value], MOST_VALUES
    for _ in range(MOST_DEPTH + 1):
        inside = [one for one in inside if isinstance(one, (dict, list, tuple, set))]
        left -= sum(map(len, inside))
        if not inside or left < 0:
            break
        inside = [entry for one in inside for entry in (one.values() if isinstance(one, dict) else one)]
    return not inside and left >= 0


def _with_whole_characters(text: str) -> str:
    """YAML in which what JSON writes in two escapes is one character."""
    return TWO_ESCAPES.sub(lambda match: json.loads(f'"{match[0]}"'), text) if "\\ud" in text.lower() else text
