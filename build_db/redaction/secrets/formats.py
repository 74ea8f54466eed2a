"""Formats of secrets: tokens, keys, hashes, commands, codes, each a pattern of its own.

The formats are in the tables that `FILES` names; `secrets.yml` explains their keys. Existing scanners end a token at a
quote, a space or a line's end, and so lose `token.` and `token)`; here a token ends where no further character of its
own alphabet follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import msgspec

from build_db.declared import entries, on_one_line, shipped
from build_db.redaction.engine.gate import Seen
from build_db.redaction.secrets.looks import DRAWN_OUT, PLACEHOLDER, is_name_for_value
from build_db.redaction.spans import Span

FILES = ("vendors.yml", "secrets.yml", "hashes.yml", "keys.yml", "commands.yml", "codes.yml")
PARTS = "parts"
TOKEN_END = r"(?![A-Za-z0-9_])"
TOKEN_START = r"(?<![A-Za-z0-9])"
# `{NAME}` in a pattern stands for a part of its table.
PART = re.compile(r"\{([A-Z]+)\}")
VALUE = re.compile(r"\(\?P<value\d?>")
# Every format of a group that is not looked for anywhere is, or holds, a run like this.
LONG_RUN = re.compile(r"[\w+/=.~:$@*|!%\\-]{16,}")
# So many formats of one group are joined into a pattern of their own.
FEW = 2


@dataclass(frozen=True)
class Format:
    """One format of a table; `gate` is a pattern that is found in every text with one, and so is one of `core`."""

    name: str
    source: str
    pattern: str
    finds: str
    leaves: str
    gate: str
    core: tuple[str, ...] = ()

    # Few of all are ever tried in one build.
    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, ready to be tried."""
        return re.compile(self.pattern)


@dataclass(frozen=True)
class Group:
    """Formats that are looked for in one search."""

    formats: tuple[Format, ...]
    anywhere: bool
    needs: str

    def find(self, text: str, stretches: Iterable[tuple[int, int]], seen: Seen) -> Iterator[Span]:
        """Spans inside stretches of the text, by the formats in `seen`."""
        wanted = tuple(shape for shape in self.formats if shape.name in seen)
        # A pattern of a few is soon compiled, but there are many such choices among fifty.
        wanted = wanted if len(wanted) <= FEW else self.formats
        for start, end in stretches:
            for match in _joined(wanted).finditer(text, start, end):
                span = _span(wanted, text, match.start(), end)
                value = text[span.start : span.end]
                if PLACEHOLDER.fullmatch(value) or DRAWN_OUT.search(value) or is_name_for_value(text, span.start):
                    continue
                yield span


@lru_cache(maxsize=500)
def _joined(wanted: tuple[Format, ...]) -> re.Pattern[str]:
    """One pattern for several formats. It has no values: which part is one is for the format itself to tell."""
    return re.compile(VALUE.sub("(?:", "|".join(shape.pattern for shape in wanted)))


def _span(wanted: Iterable[Format], text: str, place: int, end: int) -> Span:
    """What the first format that fits at a place finds there, which is what all of them together found."""
    fits = ((shape, shape.compiled.match(text, place, end)) for shape in wanted)
    shape, match = next((shape, match) for shape, match in fits if match)
    values = [name for name, value in match.groupdict().items() if value is not None and name.startswith("value")]
    return Span(*match.span(values[0] if values else 0), "secret", shape.name)


def find_formats(text: str, lower: str, seen: Seen) -> Iterator[Span]:
    """Spans of all formats.

    :param lower: the text in lower case
    :param seen: names of the formats to try
    """
    group_of = _group_of()
    # Few names are seen in a text, or none.
    told = {group_of[name] for name in seen & group_of.keys()} if isinstance(seen, frozenset) else range(len(groups()))
    wanted = [group for group in (groups()[place] for place in sorted(told)) if group.needs in lower]
    runs = [match.span() for match in LONG_RUN.finditer(text)] if not all(group.anywhere for group in wanted) else []
    for group in wanted:
        yield from group.find(text, [(0, len(text))] if group.anywhere else runs, seen)


def formats() -> tuple[Format, ...]:
    """The formats of all tables."""
    return tuple(shape for group in groups() for shape in group.formats)


@cache
def groups() -> tuple[Group, ...]:
    """The groups of all tables."""
    return tuple(group for file in FILES for group in _groups(file))


@cache
def _group_of() -> dict[str, int]:
    """The place of the group of each format."""
    return {shape.name: place for place, group in enumerate(groups()) for shape in group.formats}


def _groups(file: str) -> Iterator[Group]:
    table = shipped(__package__, file)
    parts = {name: part if isinstance(part, str) else any_of(part) for name, part in table.pop(PARTS, {}).items()}
    for group in entries(file, table, _Group).values():
        yield _group(group, parts)


class _Format(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One format of a table; the header of `secrets.yml` explains the keys."""

    name: str
    source: str
    pattern: str
    finds: str
    leaves: str
    gate: str = ""
    core: tuple[str, ...] = ()


class _Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One group of a table."""

    formats: tuple[_Format, ...]
    anywhere: bool = False
    needs: str = ""
    bounded: bool = True


def _group(group: _Group, parts: dict[str, str]) -> Group:
    patterns = [with_parts(entry.pattern, parts) for entry in group.formats]
    return Group(
        formats=tuple(
            _format(entry, _bounded(pattern, group.bounded), parts)
            for entry, pattern in zip(group.formats, patterns, strict=True)
        ),
        anywhere=group.anywhere,
        needs=group.needs,
    )


def any_of(patterns: Iterable[str]) -> str:
    """A pattern that fits where one of them does."""
    return f"(?:{'|'.join(patterns)})"


def _format(entry: _Format, pattern: str, parts: dict[str, str]) -> Format:
    gate = with_parts(entry.gate, parts) or pattern
    core = tuple(with_parts(core, parts) for core in entry.core)
    return Format(entry.name, entry.source, pattern, entry.finds, entry.leaves, gate, core)


def with_parts(pattern: str, parts: dict[str, str]) -> str:
    """A pattern with its parts written out; a part may hold others that stand before it in the table."""
    while PART.search(pattern):
        pattern = PART.sub(lambda match: parts[match[1]], pattern)
    return on_one_line(pattern)


def _bounded(pattern: str, bounded: bool) -> str:
    return f"{TOKEN_START}(?:{pattern}){TOKEN_END}" if bounded else pattern
