"""What travels from room to room: a document in, rows and problems out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import orjson

# The form that a tree has unless it is the export of another companion.
VESSEL = "vessel"


def as_json(value: Any) -> str:
    """Compact JSON, UTF-8, keys in the order of the source."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # an integer beyond 64 bits, or what is nested deeper than this writer goes
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Row(NamedTuple):
    """One row of `table`; `values` maps columns to plain Python values, JSON columns unserialised."""

    table: str
    values: dict[str, Any]


class Hint(NamedTuple):
    """What is known of a record that may have left no file: used only if other rows need it to exist."""

    table: str
    id: str
    values: dict[str, Any]


class Problem(NamedTuple):
    """Something that could not be taken as it was.

    `problem` comes from a fixed vocabulary and never quotes data; `record` and `field` say where;
    `value` is kept only in a private build.
    """

    problem: str
    record: str | None = None
    field: str | None = None
    value: Any = None


class Container(NamedTuple):
    """What a file says about itself beside its records, such as the time of its last save."""

    values: dict[str, Any]


Item: TypeAlias = Row | Hint | Problem | Container


class Records:
    """The list of records of a file that is larger than memory: it can be gone through, as often as wanted.

    :param read: begins anew with the first record
    """

    def __init__(self, read: Callable[[], Iterator[Any]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[Any]:
        return self._read()


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file. `path` is relative to the tree, with `/` and without a `.migrated` suffix."""

    path: str
    value: Any

    @property
    def name(self) -> str:
        """The file name."""
        return self.path.rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The file name without its last suffix."""
        return self.name.rpartition(".")[0]

    @property
    def folder(self) -> str:
        """The name of the folder that holds the file."""
        return self.path.rpartition("/")[0].rpartition("/")[2]


@dataclass(frozen=True)
class FileKind:
    """One kind of file: where it lies, how it is read, and what rows it holds.

    Exactly one of `rows` and `merge` is given. `rows` takes one document; `merge` takes all documents of the
    kind at once, for records that are spread over several files, and says which document each item is from.
    Both are pure functions. A `stands_alone` kind is asked for rows even when its file cannot be read, with
    an empty mapping for a value, because the file's existence alone is a record.

    Kinds of an earlier `turn` are read before the others, and what they bring stands: a record that a later kind brings
    once more is a stale copy. A kind lies only in trees of its `form`.

    `records` are the places of the list that makes a JSON file of the kind long: a key of the file's object, or nothing
    for a file that is that list itself. The kind's module then goes through the list from the first record to the last,
    and keeps none: of a large file it is `Records`, read one at a time. Files whose name is in `short` hold none.
    """

    name: str
    patterns: tuple[str, ...]
    format: str
    rows: Callable[[Document], Iterable[Item]] | None = None
    merge: Callable[[Sequence[Document]], Iterator[tuple[Document, Item]]] | None = None
    stands_alone: bool = False
    turn: int = 0
    form: str = VESSEL
    records: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
