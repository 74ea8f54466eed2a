"""Reads YAML that must mean what it says: the tables that ship with the tool, and the files that its owner writes."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from importlib.resources import files
from typing import Any, ClassVar, TypeVar

import msgspec
import yaml

from build_db.errors import BadTable

Shape = TypeVar("Shape")
LINE_END = re.compile(r" *\n *")

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Strict(_Base):  # type: ignore[misc]
    """Refuses a key that stands twice: one of the two would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            value = self.construct_object(key, deep=True)
            if not isinstance(value, Hashable):
                continue  # the parent says so better
            if value in seen:
                raise yaml.constructor.ConstructorError(None, None, "a key stands twice", key.start_mark)
            seen.add(value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


class _AsTyped(_Strict):
    """Takes every word for a word: `0451`, `12:30` and `No` are what somebody typed, and no numbers or truths."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


def parse_strictly(text: str) -> Any:
    """The value of YAML text.

    :raises yaml.MarkedYAMLError: not YAML, or a key that stands twice
    """
    return yaml.load(text, Loader=_Strict)


def parse_as_typed(text: str) -> Any:
    """The value of YAML text whose scalars are all texts; an empty one is `""`.

    :raises yaml.MarkedYAMLError: not YAML, or a key that stands twice
    """
    return yaml.load(text, Loader=_AsTyped)


def shipped(package: str, file: str) -> Any:
    """The value of a YAML file that lies in one of our packages.

    :raises yaml.MarkedYAMLError: not YAML, or a key that stands twice
    """
    return parse_strictly(files(package).joinpath(file).read_text(encoding="utf-8"))


def on_one_line(pattern: str) -> str:
    """A pattern as `re` reads it, of one that a table writes on several lines: line ends and blanks beside them go."""
    return LINE_END.sub("", pattern)


def declared(file: str, value: Any, shape: type[Shape], entry: str = "") -> Shape:
    """A value in the type that its reader declares.

    :param file: where it is from, for the message
    :param entry: the entry of the file that it is, for the message
    :raises BadTable: naming file, entry and key
    """
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise BadTable(f"{file}: {entry}{': ' if entry else ''}{error}") from None


def entries(file: str, table: Any, shape: type[Shape]) -> dict[str, Shape]:
    """The entries of a table, each in the type that its reader declares.

    :raises BadTable: naming file, entry and key
    """
    if not isinstance(table, Mapping):
        raise BadTable(f"{file}: holds no entries")
    return {str(name): declared(file, entry, shape, str(name)) for name, entry in table.items()}
