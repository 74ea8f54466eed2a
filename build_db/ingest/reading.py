"""Bytes to plain values: JSON, YAML and text, whatever shape a crash or a hand edit left them in."""

from __future__ import annotations

import base64
import datetime
import json
import math
from pathlib import Path
from typing import Any

import orjson
import yaml

from build_db.errors import Unreadable
from build_db.records import Problem

BOM = b"\xef\xbb\xbf"

# Aliases can make a small YAML file expand without end; no real file comes near this many values.
MOST_VALUES = 1_000_000

_YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_json(path: Path) -> tuple[Any, list[Problem]]:
    """The value of a JSON file.

    :raises Unreadable: the file is empty, cut off or not JSON
    """
    data = _bytes(path)
    try:
        return orjson.loads(data), []
    except orjson.JSONDecodeError:
        # Stricter than the writer: lone surrogates, NaN and foreign encodings are worth a second look.
        text, problems = _decode(data.removeprefix(BOM))
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"not valid JSON at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    return _plain(value, problems), problems


def read_yaml(path: Path) -> tuple[Any, list[Problem]]:
    """The value of a YAML file, dates as ISO 8601 text.

    :raises Unreadable: the file is empty or not YAML
    """
    text, problems = _decode(_bytes(path).removeprefix(BOM))
    return parse_yaml(text, problems), problems


def read_text(path: Path) -> tuple[str, list[Problem]]:
    """A text file's content, which may be empty.

    :raises Unreadable: the file cannot be opened
    """
    # A byte order mark stays: the vessel takes it for text, and reads what follows accordingly.
    return _decode(_bytes(path, empty=True))


def parse_yaml(text: str, problems: list[Problem]) -> Any:
    """The value of YAML text; what had to be changed is added to `problems`.

    :raises Unreadable: not YAML
    """
    try:
        return _plain(yaml.load(text, Loader=_YamlLoader), problems)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise Unreadable(f"not valid YAML{where}") from None
    except (yaml.YAMLError, ValueError):
        raise Unreadable("not valid YAML") from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None


def _bytes(path: Path, *, empty: bool = False) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(error.strerror or "cannot be opened") from None
    if not empty and (not data or data.isspace()):
        raise Unreadable("empty file")
    return data


def _decode(data: bytes) -> tuple[str, list[Problem]]:
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    for encoding in ("cp1252", "latin-1"):
        try:
            return data.decode(encoding), [Problem(f"not UTF-8, read as {encoding}")]
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes every byte")


def _plain(value: Any, problems: list[Problem]) -> Any:
    """`value` with JSON's types only and with text that SQLite accepts."""
    plainer = _Plainer()
    plain = plainer.plain(value)
    problems.extend(Problem(text) for text in sorted(plainer.changed))
    return plain


class _Plainer:
    def __init__(self) -> None:
        self.changed: set[str] = set()
        self._left = MOST_VALUES

    def plain(self, value: Any) -> Any:
        """The value in JSON's types."""
        self._left -= 1
        if self._left < 0:
            raise Unreadable("its aliases expand without end")
        if isinstance(value, (dict, list, tuple, set, frozenset)):
            return self._plain_container(value)
        if isinstance(value, str):
            return self._plain_text(value)
        if isinstance(value, float) and not math.isfinite(value):
            self.changed.add("number that JSON cannot hold replaced by null")
            return None
        if isinstance(value, (datetime.datetime, datetime.date)):
            return value.isoformat()
        if isinstance(value, bytes):
            return base64.b64encode(value).decode("ascii")
        return value

    def _plain_container(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self._plain_key(key): self.plain(entry) for key, entry in value.items()}
        if isinstance(value, (set, frozenset)):
            return sorted((self.plain(entry) for entry in value), key=str)
        return [self.plain(entry) for entry in value]

    def _plain_key(self, key: Any) -> str:
        plain = self.plain(key)
        return plain if isinstance(plain, str) else json.dumps(plain)

    def _plain_text(self, text: str) -> str:
        # Half of a surrogate pair: JSON and YAML can carry it, UTF-8 and SQLite cannot.
        if text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text):
            return text
        self.changed.add("broken character replaced")
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
