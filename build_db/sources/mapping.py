"""How the keys of one source object become the columns of one table, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from build_db.records import Document, Problem, Records, as_json

# The id of whoever an export belongs to, if nothing in it says who that is. No word, so that it is no name.
ACCOUNT = "account-1"


# What to say of a value that another file tells otherwise.
DIFFERS = "differs from its twin: the twin's is kept"


class Mapping:
    """One source object's keys and where each lands.

    :param same: keys that keep their name as a column, separated by spaces
    :param renamed: key to column
    :param lists: key to JSON column; the value is made a list (see `as_list`)
    :param folded: JSON column to the keys it collects, separated by spaces
    :param read: keys that the source module places itself, separated by spaces
    """

    def __init__(
        self,
        *,
        same: str = "",
        renamed: dict[str, str] | None = None,
        lists: dict[str, str] | None = None,
        folded: dict[str, str] | None = None,
        read: str = "",
    ) -> None:
        scalars = {**{key: key for key in same.split()}, **(renamed or {})}
        self._keys, self._columns = tuple(scalars), tuple(scalars.values())
        self._lists = tuple((lists or {}).items())
        self._folded = tuple((column, tuple(keys.split())) for column, keys in (folded or {}).items())
        self.known = frozenset(
            [*self._keys]
            + [key for key, _ in self._lists]
            + [key for _, keys in self._folded for key in keys]
            + read.split()
        )

    def values(self, source: dict[str, Any]) -> dict[str, Any]:
        """The columns that `source` fills; absent keys become None, empty lists or are left out of the fold."""
        values: dict[str, Any] = dict(zip(self._columns, map(source.get, self._keys), strict=True))
        for key, column in self._lists:
            values[column] = as_list(source.get(key))
        for column, keys in self._folded:
            values[column] = {key: source[key] for key in keys if key in source}
        return values

    def unknown(self, source: dict[str, Any], record: str | None = None, prefix: str = "") -> Iterable[Problem]:
        """A problem for each key that no format document names."""
        if source.keys() <= self.known:
            return ()
        return [Problem("unknown key", record, prefix + key, source[key]) for key in sorted(source.keys() - self.known)]


def as_list(value: Any) -> list[Any]:
    """A list, whatever a model typed: nothing becomes an empty list, a single value a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_mapping(value: Any) -> dict[str, Any]:
    """A mapping, whatever was typed: nothing becomes an empty one, a plain value is kept under `text`."""
    if value is None:
        return {}
    return value if isinstance(value, dict) else {"text": value}


class Said(NamedTuple):
    """What a message says, and what stands beside its words: thoughts and calls of tools, each with its role."""

    words: Any
    beside: list[tuple[str, str]]


# Kinds of block by what they are to a reader; the key of their words, where it is not the kind's name.
THOUGHTS = {"thinking": "thinking", "reasoning": "reasoning", "thoughts": "thoughts", "redacted_thinking": "data"}
TOOLS = ("tool_use", "tool_result", "tool_call", "function_call", "server_tool_use", "web_search_tool_result")
# What a reader is told of what is no text.
NAMED = {
    **dict.fromkeys(("image", "image_url", "input_image"), "[picture]"),
    **dict.fromkeys(("audio", "input_audio"), "[audio]"),
    **dict.fromkeys(("document", "file", "input_file"), "[file]"),
}


def said(content: Any) -> Said:
    """The words of a message that is made of blocks, as language models and their programs write it.

    A content of another form is given back as it is.
    """
    parts = content.get("parts") if isinstance(content, dict) else None
    blocks = parts if isinstance(parts, list) else [content] if isinstance(content, dict) else content
    if not isinstance(blocks, list) or not blocks:
        return Said(content, [])
    kinds = [_kind(block) for block in blocks]
    if not any(kinds) and not all(isinstance(block, str) for block in blocks):
        return Said(content, [])
    words: list[str] = []
    beside: list[tuple[str, str]] = []
    for kind, block in zip(kinds, blocks, strict=True):
        if isinstance(block, str):
            words.append(block)
        elif kind in ("text", "input_text", "output_text") and isinstance(block.get("text"), str):
            words.append(block["text"])
        elif kind in THOUGHTS:
            beside.append(("thinking", text_of(block.get(THOUGHTS[kind], block))))
        elif kind in NAMED:
            words.append(NAMED[kind])
        elif block is not None:
            beside.append(("tool" if kind in TOOLS else "other", text_of(block)))
    if beside and not words and all(role == "other" for role, _ in beside):
        return Said(content, [])
    return Said("\n\n".join(part for part in words if part), beside)


def _kind(block: Any) -> str | None:
    return text_id(block.get("type", block.get("content_type"))) if isinstance(block, dict) else None


def text_of(value: Any) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else as_json(value)


def objects(value: Any, under: str | None = None, *, alone: str = "") -> Iterator[tuple[dict[str, Any], str] | Problem]:
    """Each object of a list, with its place (`tasks[3]`); a problem for whatever is not an object.

    :param under: the key that holds the list; a bare list is accepted in its place
    :param alone: a key by which a single object of the list is known, which is accepted in its place, too
    """
    place = under or ""
    if isinstance(value, dict) and alone in value and under not in value:
        value = [value]
    elif isinstance(value, dict) and under is not None:
        value = value.get(under)
    if value is None:
        return
    if not isinstance(value, (list, Records)):
        yield Problem("not a list", field=place or None, value=value)
        return
    for index, entry in enumerate(value):
        if isinstance(entry, dict):
            yield entry, f"{place}[{index}]"
        else:
            yield Problem("not an object", f"{place}[{index}]", value=entry)


def container(value: Any, *, beside: str) -> dict[str, Any]:
    """The plain values of a file's root beside its list of records."""
    return {key: entry for key, entry in value.items() if key != beside} if isinstance(value, dict) else {}


def first(*candidates: Any) -> Any:
    """The first candidate that is neither None nor empty, else None."""
    return next((candidate for candidate in candidates if candidate not in (None, "")), None)


def earliest(candidates: Iterable[Any]) -> str | None:
    """The smallest non-empty string, for timestamps in ISO 8601."""
    return min((c for c in candidates if isinstance(c, str) and c), default=None)


def latest(candidates: Iterable[Any]) -> str | None:
    """The largest non-empty string, for timestamps in ISO 8601."""
    return max((c for c in candidates if isinstance(c, str) and c), default=None)


def text_id(value: Any) -> str | None:
    """An id as text; the empty string, which the vessel stores for "cleared", is no id."""
    if isinstance(value, str):
        return value or None
    return None if value is None or isinstance(value, (dict, list)) else str(value)


def owner(source: dict[str, Any], document: Document) -> str | None:
    """The person an entry belongs to: its own note, else the file name; `None.json` belongs to nobody."""
    return text_id(source.get("user_id")) or (document.stem if document.stem != "None" else None)


def of_another(source: dict[str, Any], named: str, place: str, what: str) -> Iterator[Problem]:
    """A problem for an entry that bears another person's id than the place where it lies.

    :param named: the id that the place is named by
    :param what: what is named so: a folder, a file
    """
    borne = source.get("user_id")
    if borne not in (None, "") and text_id(borne) != named:
        yield Problem(f"id differs from the {what} name", place, "user_id", borne)


def differing(kept: dict[str, Any], other: dict[str, Any], record: str) -> Iterator[Problem]:
    """A problem for each value of a record's twin that the record itself does not have."""
    for key in sorted(other.keys() | kept.keys()):
        if key in other and other[key] not in (None, "", [], {}) and other[key] != kept.get(key):
            yield Problem(DIFFERS, record, key, other[key])
