"""Files that are read together, and how many of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from build_db.ingest.survey import SourceFile
from build_db.records import FileKind

# Bytes of files that are read at once, and what each file counts for at least.
PORTION, LEAST = 200_000, 2_000


class Group(NamedTuple):
    """Files that are read together: all of a kind that merges, else one. `weight` in bytes; a table has its file's."""

    kind: FileKind
    files: list[SourceFile]
    weight: int


def grouped(files: Iterable[SourceFile], kinds: Sequence[FileKind]) -> Iterator[Group]:
    """Every group of files of known kinds, in order of the kinds."""
    by_kind: dict[str, list[SourceFile]] = {}
    tables = Counter[str]()  # what lies in one file, of which every table is a part
    for file in files:
        if file.kind:
            by_kind.setdefault(file.kind.name, []).append(file)
            tables[_container(file)] += file.size
    for kind in kinds:
        found = by_kind.get(kind.name, [])
        for group in [found] if kind.merge and found else [[file] for file in found]:
            yield Group(kind, group, sum(max(tables[_container(file)], LEAST) for file in group))


def portions(groups: Iterable[Group]) -> Iterator[list[Group]]:
    """The groups, so many at a time that they are about as large as others."""
    portion: list[Group] = []
    weight = 0
    for group in groups:
        if portion and weight + group.weight > PORTION:
            yield portion
            portion, weight = [], 0
        portion.append(group)
        weight += group.weight
    if portion:
        yield portion


def _container(file: SourceFile) -> str:
    """The file that a table is in; of any other file, itself."""
    is_table = file.kind is not None and file.kind.format == "vessel table"
    return file.path.rpartition("/")[0] if is_table else file.path
