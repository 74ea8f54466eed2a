"""Both systems side by side: every value of a tree is found again in a private file, and every row in the tree.

For an owner who moves from one to the other, and before trusting any of it. Reads all of both; nothing is written.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from build_db.contract import UUID
from build_db.database.publish import is_ours, is_private
from build_db.database.times import as_time
from build_db.declared import declared, shipped
from build_db.errors import Unreadable, UsageError
from build_db.ingest.daemons import find_trees
from build_db.ingest.extraction import read_document
from build_db.ingest.reading import parse_yaml
from build_db.ingest.survey import SourceFile, survey
from build_db.ingest.tree import Tree
from build_db.records import VESSEL
from build_db.sources import catalogue
from build_db.sources.chatgpt import CITATION
from build_db.sources.mapping import ACCOUNT
from build_db.sources.markup import unescaped
from build_db.sources.sillytavern import as_time as sillytavern_time

FILE = "compare.yml"
# Tables that tell of the build and not of a tree, or that are made of what other rows say.
OWN = (
    "wiki_links",
    "source_files",
    "problems",
    "build_info",
    "search_documents",
    "day_counts",
    "token_usage",
    "daemons",
)
# A word, a number or a sign by which a row is known again; `1` and `yes` stand everywhere.
TELLING = 4
# Columns whose words tell, however short.
NAMES = ("display_name", "name", "title")
HEAD = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
# None of them looks beyond the next one that begins, so that a page without an end is no trouble.
IS_MARKUP, TAG = re.compile(r"\s*<[^<>]+>"), re.compile(r"<[^<>]+>")
STYLE = re.compile(r"<(style|script)\b(?:(?!<\1)[\s\S])*?</\1>")
# How what stood beside the words of a message begins.
BLOCK = ('{"', "[{")
# Lines that belong to the form of a text.
HEADINGS = ("", "---", "## Revision History")
# Kinds of file that tell of what daemons share.
SHARED = ("user", "project")
OLDER = "an older record of the same id"


@dataclass
class Comparison:
    """What was looked for and what was not found.

    `lost` are places in the tree whose value is in no cell, `untold` rows of which no value is in the tree, each with
    their number; `left` counts by reason the values that are left out on purpose.
    """

    values: int = 0
    rows: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    untold: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)


class _Stored(NamedTuple):
    """What a file holds: every value of its cells, every line of their texts, and of which files it took how much."""

    values: set[Any]
    lines: set[str]
    taken: set[tuple[str, str]]
    doubled: set[tuple[str, str]]


def compare(data: Path, database: Path) -> Comparison:
    """Hold a tree and a private file against each other.

    :raises UsageError: no tree, or no private file of this tool
    """
    trees = find_trees(data)
    if not is_ours(database) or not is_private(database):
        raise UsageError(f"{database}: give a file that this tool made with --private: others lack words on purpose")
    found = Comparison()
    said: set[Any] = {ACCOUNT}
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
        stored = _stored(conn)
        surveys = [(tree, file) for tree in trees for file in survey(tree, catalogue())]
        # Of a person or a project that daemons share, each has a file in its tree; one of them counts.
        met = Counter(file.path for _, file in surveys if file.kind and file.kind.name in SHARED)
        for tree, file in surveys:
            if file.kind and (tree.id, file.path) in stored.taken:
                is_double = met[file.path] > 1 or (tree.id, file.path) in stored.doubled
                _look_for(found, tree, file, stored, said, OLDER if is_double else None)
        _look_back(found, conn, said)
    return found


def _look_for(
    found: Comparison, tree: Tree, file: SourceFile, stored: _Stored, said: set[Any], excuse: str | None
) -> None:
    document = read_document(tree.root, file)
    said |= {file.logical, Path(file.logical).stem}
    for place, value in leaves(_taken_apart(document.value)) if document else ():
        said.add(value)
        if isinstance(value, str) and "\n" in value:
            said.update(part.strip() for part in value.split("\n"))
        if value in (None, "", False):
            continue
        found.values += 1
        if value in stored.values or _in_other_words(value, stored):
            continue
        reason = reason_for(file.logical if tree.form == VESSEL else f"{tree.form}:{file.logical}", place) or excuse
        if reason:
            found.left[reason] += 1
        else:
            found.lost[f"{file.path}: {place or 'the text'}"] += 1


def _in_other_words(value: Any, stored: _Stored) -> bool:
    """Whether a value is there as its source understands it: a time as such, a text line by line."""
    if isinstance(value, str) and (_in_lines(value, stored) or _in_lines(CITATION.sub("", value), stored)):
        return True
    return value not in (True, False) and bool({as_time(value), sillytavern_time(value)} & stored.values - {None})


def _in_lines(text: str, stored: _Stored) -> bool:
    """Whether each line of a text is in some cell; of JSON inside a text, each part."""
    if text[0] in "[{":
        try:
            return all(value in stored.values or value in ("", None, False) for _, value in leaves(orjson.loads(text)))
        except orjson.JSONDecodeError:
            pass
    parts = [part.strip() for part in text.split("\n")]
    return all(part in stored.lines or _plain(part) in stored.lines or part in HEADINGS for part in parts)


def _plain(line: str) -> str:
    """A line of a text without what stands around its value: `**Status:** draft`, `- 2025-01-01: a note`."""
    return re.sub(r"^(?:[-#*]+ |[*\w -]+:[* ]+)+", "", line).strip("'\"* ")


def _taken_apart(value: Any) -> Any:
    """A text as the values at its head and the words below; of a page of HTML, its words; anything else as it is."""
    if not isinstance(value, str):
        return value
    if IS_MARKUP.match(value):
        return [unescaped(" ".join(words.split())) for words in TAG.split(STYLE.sub("", value)) if words.strip()]
    head = HEAD.match(value)
    try:
        return [parse_yaml(head[1], []), value[head.end() :]] if head else value
    except Unreadable:
        return value


def _stored(conn: sqlite3.Connection) -> _Stored:
    """Everything in a file, JSON taken apart, ids also without a daemon's name."""
    values: set[Any] = set()
    names = tuple(f"{name}:" for (name,) in conn.execute("SELECT name FROM daemons"))
    for _, row in _rows(conn):
        for column, cell in row.items():
            for value in _inside(column, cell):
                values.add(value)
                if isinstance(value, str) and value.startswith(names):
                    values.add(value.partition(":")[2])
    lines = {part.strip() for value in values if isinstance(value, str) for part in value.split("\n")}
    taken = "SELECT daemon_id, path FROM source_files WHERE outcome = 'ingested'"
    doubled = "SELECT daemon_id, source_path FROM problems WHERE problem LIKE 'duplicate%'"
    return _Stored(values, lines, set(conn.execute(taken)), set(conn.execute(doubled)))


def _look_back(found: Comparison, conn: sqlite3.Connection, said: set[Any]) -> None:
    for table, row in _rows(conn):
        if table in OWN:
            continue
        found.rows += 1
        values = [value for column, cell in row.items() for value in _inside(column, cell)]
        telling = [value for value in values if isinstance(value, str) and len(value) >= TELLING]
        # Without a daemon's name before it, or a number behind it.
        telling += [part for value in telling for part in (value.partition(":")[2], value.rpartition(":")[0]) if part]
        telling += [row[column] for column in NAMES if row.get(column)]
        if not any(_is_said(value, said) for value in telling):
            found.untold[table] += 1


def _is_said(value: str, said: set[Any]) -> bool:
    return value in said or any(part.strip() in said for part in value.split("\n") if len(part.strip()) >= TELLING)


def _rows(conn: sqlite3.Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    tables = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%' AND name NOT LIKE '%sqlite_%'"
    )
    for (table,) in tables.fetchall():
        cursor = conn.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        for values in cursor:
            yield table, dict(zip(names, values, strict=True))


def _inside(column: str, cell: Any) -> Iterator[Any]:
    if column.endswith("_json") and isinstance(cell, str):
        value = orjson.loads(cell)
        yield from (leaf for _, leaf in leaves(value))
        yield from _keys(value)
        return
    yield cell
    if isinstance(cell, str) and cell.startswith(BLOCK):
        try:
            yield from (leaf for _, leaf in leaves(orjson.loads(cell)))
        except orjson.JSONDecodeError:
            return


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for entry in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(entry)


def leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar with its place; positions in lists are `[]`."""
    if isinstance(value, dict):
        for key, entry in value.items():
            # Records that stand below their ids are a list, too.
            name = "[]" if UUID.fullmatch(key) else f".{key}" if place else str(key)
            yield from leaves(entry, f"{place}{name}")
    elif isinstance(value, list):
        for entry in value:
            yield from leaves(entry, f"{place}[]")
    else:
        yield place, value


@cache
def _reasons() -> dict[str, tuple[Callable[[str], Any], Callable[[str], Any]]]:
    table = declared(FILE, shipped(__package__, FILE), dict[str, list[str]])
    found = {}
    for reason, places in table.items():
        for entry in places:
            files, _, keys = entry.partition(" ")
            found[f"{reason}|{entry}"] = (_matcher(files), _matcher(keys))
    return found


def _matcher(glob: str) -> Callable[[str], Any]:
    return re.compile("(?:.*[.\\]])?" + ".*".join(map(re.escape, glob.split("*")))).fullmatch


def reason_for(path: str, place: str) -> str | None:
    """Why the value at a place of a file is in no cell; None if nothing says so."""
    for reason, (files, keys) in _reasons().items():
        if files(path) and keys(place):
            return reason.partition("|")[0]
    return None
