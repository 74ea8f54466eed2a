"""Bytes to plain values: JSON, YAML and text, whatever shape a crash or a hand edit left them in."""

from __future__ import annotations

import base64
import codecs
import datetime
import json
import math
import re
import stat
from pathlib import Path
from typing import Any

import orjson
import yaml

from build_db.declared import parse_as_typed
from build_db.errors import Unreadable
from build_db.ingest.packed import content
from build_db.limits import LONGEST_NUMBER, MOST_BYTES, MOST_DEPTH, MOST_VALUES
from build_db.records import Problem

# Byte order marks and what they mean; UTF-32's begins like UTF-16's, so it comes first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

TOO_DEEP, TWICE = "nested too deeply", "a key stands twice: the last is kept"
NO_ID = "an id is a list or an object"
# Where JSON may hold an id that is a list or an object; only then it is taken apart.
ODD_ID = re.compile(rb'id"\s*:\s*[\[{]')

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _YamlLoader(_Base):  # type: ignore[misc]
    """Takes for numbers and truths only what programs write so: `1.10`, `12:30`, `0451` and `no` are words."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.twice = False

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping; takes note of a key that stands twice."""
        written = {key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}
        single = len(written) == len(node.value) or not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value)
        self.twice |= not single
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping

    def construct_number(self, node: yaml.ScalarNode) -> Any:
        """A number, or what was typed if the number would be written otherwise."""
        make = self.construct_yaml_int if node.tag.endswith(":int") else self.construct_yaml_float
        number = make(node)
        plain = repr(number)
        forms = (plain, plain.replace("e", ".0e", 1))
        return number if node.value in forms or not math.isfinite(number) else node.value

    def construct_truth(self, node: yaml.ScalarNode) -> Any:
        """True, false, or what was typed."""
        return {"true": True, "false": False}.get(node.value.lower(), node.value)


for kind in ("int", "float"):
    _YamlLoader.add_constructor(f"tag:yaml.org,2002:{kind}", _YamlLoader.construct_number)
_YamlLoader.add_constructor("tag:yaml.org,2002:bool", _YamlLoader.construct_truth)


def read_json(path: Path) -> tuple[Any, list[Problem]]:
    """The value of a JSON file.

    :raises Unreadable: the file is empty, cut off or not JSON
    """
    problems: list[Problem] = []
    data = _bytes(path)
    value = parse_json(data, problems)
    if ODD_ID.search(data) or b"\0" in data:  # in an encoding of two bytes nothing looks like an id
        problems += odd_ids(value)
    return value, problems


def odd_ids(value: Any, place: str = "") -> list[Problem]:
    """A problem for each id that is a list or an object: no record can bear it, and none refer by it.

    :param place: where the value stands
    """
    found: list[Problem] = []
    waiting: list[tuple[str, Any]] = [(place, value)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(f"{place}[{number}]", entry) for number, entry in enumerate(value)]
            continue
        for key, entry in value.items() if isinstance(value, dict) else ():
            inner = f"{place}.{key}" if place else key
            if entry and isinstance(entry, (list, dict)):
                found += [Problem(NO_ID, field=inner, value=entry)] if is_id(key) else []
                waiting.append((inner, entry))
    return sorted(found, key=lambda problem: str(problem.field))


def is_id(key: str) -> bool:
    """Whether a key is that of an id."""
    return key == "id" or key.endswith("_id")


def parse_json(data: bytes | str, problems: list[Problem]) -> Any:
    """The value of JSON; what had to be changed is added to `problems`.

    :raises Unreadable: not JSON
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        # Stricter than the writer: lone surrogates, NaN and foreign encodings are worth a second look.
        return _leniently(data, problems)
    keys = count_keys(value)
    if keys is None:  # deeper than somebody further on could bear
        return plain(value, problems)
    # So many keys are written, unless blanks stand behind some, or a text holds what looks like one.
    return value if keys_written(data) == keys else _leniently(data, problems)


def keys_written(data: bytes | str) -> int:
    """How often a key seems to end in JSON, not counting those in texts."""
    if isinstance(data, str):
        return data.count('":') - data.count('\\":')
    return data.count(b'":') - data.count(b'\\":')


def _leniently(data: bytes | str, problems: list[Problem]) -> Any:
    text, found = (data, []) if isinstance(data, str) else decoded(data)
    twice: list[Any] = []
    try:
        value = lenient_decoder(twice).decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"not valid JSON at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None
    problems += [*found, Problem(TWICE)] if twice else found
    return plain(value, problems)


def lenient_decoder(twice: list[Any]) -> json.JSONDecoder:
    """Takes what writers write: NaN, halves of characters, whole numbers of any length.

    :param twice: gets each mapping in which a key stands twice
    """

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            twice.append(made)
        return made

    return json.JSONDecoder(parse_int=_whole, object_pairs_hook=mapping)


def _whole(digits: str) -> int | float:
    """A whole number; one that nobody writes is as none."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf


def count_keys(value: Any, depth: int = MOST_DEPTH) -> int | None:
    """How many keys all mappings have; None if it is nested deeper than anybody writes, or than `depth`."""
    level, keys = [value] if isinstance(value, (dict, list)) else [], 0
    for _ in range(depth):
        if not level:
            return keys
        keys += sum(len(one) for one in level if type(one) is dict)
        level = [
            inner
            for one in level
            for inner in (one.values() if type(one) is dict else one)
            if type(inner) is dict or type(inner) is list
        ]
    return None if level else keys


def read_yaml(path: Path) -> tuple[Any, list[Problem]]:
    """The value of a YAML file, dates as ISO 8601 text.

    :raises Unreadable: the file is empty or not YAML
    """
    text, problems = decoded(_bytes(path))
    value = parse_yaml(text, problems)
    return value, [*problems, *odd_ids(value)]


def read_typed(path: Path) -> Any:
    """The value of a YAML file that its owner wrote: every word as it was typed, none that stands twice.

    :returns: None for an empty file
    :raises Unreadable: not YAML, or a key stands twice
    """
    text, _ = decoded(_bytes(path, empty=True))
    try:
        return parse_as_typed(text)
    except yaml.MarkedYAMLError as error:
        twice = error.problem if error.problem and "twice" in error.problem else "not valid YAML"
        raise Unreadable(f"{twice}{_place(error)}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise Unreadable("not valid YAML") from None


def read_text(path: Path) -> tuple[str, list[Problem]]:
    """A text file's content, which may be empty.

    :raises Unreadable: the file cannot be opened, or is no text
    """
    text, problems = decoded(_bytes(path, empty=True))
    if "\0" in text:
        raise Unreadable("not a text: it holds NUL characters")
    return text, problems


def text_of(path: Path) -> tuple[str, list[Problem]]:
    """The text of a file of lines, by its byte order mark if it has one, and what had to be changed.

    A line that was cut inside a character is no reason to take the others for something else.

    :raises Unreadable: the file cannot be opened, or is empty
    """
    data = _bytes(path)
    text, problems = decoded(data)
    if not problems or any(data.startswith(mark) for mark, _ in MARKS):
        return text, problems
    lines = [decoded(line) for line in data.split(b"\n")]
    number = next(number for number, (_, odd) in enumerate(lines, 1) if odd)
    return "\n".join(line for line, _ in lines), [problem._replace(record=f"line {number}") for problem in problems]


# A character that JSON writes in two escapes; YAML takes each for one of its own, and that is none.
PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def _character(match: re.Match[str]) -> str:
    return match[1] + bytes.fromhex(match[2] + match[3]).decode("utf-16-be")


def parse_yaml(text: str, problems: list[Problem]) -> Any:
    """The value of YAML text; what had to be changed is added to `problems`.

    :raises Unreadable: not YAML
    """
    try:
        loader = _YamlLoader(PAIR.sub(_character, text))
        try:
            value = loader.get_single_data()
        finally:
            loader.dispose()
        value = plain(value, problems, most=MOST_VALUES)
        problems += [Problem(TWICE)] if loader.twice else []
        return value
    except yaml.MarkedYAMLError as error:
        raise Unreadable(f"not valid YAML{_place(error)}") from None
    except (yaml.YAMLError, ValueError):
        raise Unreadable("not valid YAML") from None
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None


def _place(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark
    return f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _bytes(path: Path, *, empty: bool = False) -> bytes:
    try:
        found = path.stat()
    except OSError:  # it may lie inside a ZIP; whoever reads it says more
        found = None
    if found and not stat.S_ISREG(found.st_mode):
        raise Unreadable("not a regular file")
    if found and found.st_size > MOST_BYTES:
        raise Unreadable("larger than anything that is read")
    data = content(path)
    if not empty and (not data or data.isspace()):
        raise Unreadable("empty file")
    return data


def decoded(data: bytes) -> tuple[str, list[Problem]]:
    """Bytes as text, by their byte order mark if they have one."""
    mark, encoding = next(((mark, name) for mark, name in MARKS if data.startswith(mark)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        pass
    else:
        return text, [] if encoding == "utf-8" else [Problem(f"not UTF-8, read as {encoding}")]
    for encoding in ("cp1252", "latin-1"):
        try:
            return data.decode(encoding), [Problem(f"not UTF-8, read as {encoding}")]
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes every byte")


def plain(value: Any, problems: list[Problem], most: float = math.inf) -> Any:
    """`value` with JSON's types only and with text that SQLite accepts; `problems` gets what had to be changed.

    :param most: so many values, at most; only YAML can be short and hold them without end
    :raises Unreadable: there are more
    """
    plainer = Plainer(most)
    found = plainer.plain(value)
    problems.extend(Problem(text) for text in sorted(plainer.changed))
    return found


class Plainer:
    """Makes values plain; `changed` says what had to be changed in any of them.

    :param most: so many values, at most
    """

    def __init__(self, most: float = math.inf) -> None:
        self.changed: set[str] = set()
        self._left = most
        self._depth = 0

    def plain(self, value: Any, depth: int = 0) -> Any:
        """The value, which stands so deep in its file, in JSON's types."""
        self._left -= 1
        if self._left < 0:
            raise Unreadable("its aliases expand without end")
        if isinstance(value, (dict, list, tuple, set, frozenset)):
            if depth == MOST_DEPTH and math.isfinite(self._left):
                raise Unreadable(TOO_DEEP)  # a knot
            if depth == MOST_DEPTH:
                self.changed.add("value nested too deeply replaced by null")
                return None
            return self._plain_container(value, depth + 1)
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

    def _plain_container(self, value: Any, depth: int) -> Any:
        if isinstance(value, dict):
            return {self._plain_key(key): self.plain(entry, depth) for key, entry in value.items()}
        if isinstance(value, (set, frozenset)):
            return sorted((self.plain(entry, depth) for entry in value), key=str)
        return [self.plain(entry, depth) for entry in value]

    def _plain_key(self, key: Any) -> str:
        plain = self.plain(key)
        return plain if isinstance(plain, str) else json.dumps(plain)

    def _plain_text(self, text: str) -> str:
        # Half of a surrogate pair: JSON and YAML can carry it, UTF-8 and SQLite cannot.
        if text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text):
            return text
        self.changed.add("broken character replaced")
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
