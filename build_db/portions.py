"""What the files of a tree hold, read and made fit to be shared: in order, by workers where there are any.

Small files are read a portion at a time, each portion by one worker. The rows of a large file are redacted a slice at a
time, after it was read here: so that it is in memory once, and all workers have something to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from build_db.database.fitting import examined
from build_db.household.redactor import Household, Met
from build_db.ingest.extraction import ODD_SHAPE, printable, take_in
from build_db.ingest.groups import Group, grouped, portions
from build_db.ingest.survey import SourceFile
from build_db.ingest.tree import Tree
from build_db.records import Item, Problem, Row
from build_db.sources import catalogue
from build_db.sources.users import INDEX, called_otherwise, listed_names
from build_db.workers import Workers

# From here on a file is read by itself; so many of its items are redacted at once.
LARGE, SLICE = 2_000_000, 100
# Where fewer bytes are read, workers take longer to start than they save.
WORTH_WORKERS = 3_000_000


Thing = TypeVar("Thing")
# An item with the place of its document: how many come before it, and its path.
_Placed: TypeAlias = tuple[tuple[int, str], Item]


class Told(NamedTuple):
    """A file of a group as it was read: its path, its document's, and what is to be told of it."""

    path: str
    document: str
    problems: list[Problem]
    unreadable: str | None
    odd: Any


class Read(NamedTuple):
    """A group as it was read: what is to be told of each file, and the items of each document, to be taken in turn."""

    files: list[Told]
    documents: Iterable[tuple[str, Iterable[Item]]]


class _Anew(Generic[Thing]):
    """Things that are made on the way, anew each time: together they may be larger than memory."""

    def __init__(self, make: Callable[[], Iterator[Thing]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[Thing]:
        return self._make()


def _with_other_names(items: Iterable[Item], listed: dict[str, str]) -> Iterator[Item]:
    """The items of a document, and a problem for each profile with another name than the index has.

    Of one person all names become the same pseudonym: afterwards nobody could tell.
    """
    people = []
    for item in items:
        yield item
        if isinstance(item, Row) and item.table == "users":
            people.append(item)
    yield from called_otherwise(people, listed)


def read_in_order(
    tree: Tree, files: Iterable[SourceFile], household: Household | None, workers: Workers
) -> Iterator[tuple[Group, Read]]:
    """Every group of files that is taken in, in order of the catalogue.

    :param household: redacts, and learns what was met; None if everything is kept
    """
    files = [file for file in files if file.outcome == "ingested"]
    index = take_in(tree.root, INDEX, (file for file in files if file.kind is INDEX))
    listed = listed_names(item for _, items in index.items for item in items)

    def read(group: Group) -> Read:
        taken = take_in(tree.root, group.kind, group.files)
        documents = _Anew(lambda: ((d.path, _with_other_names(items, listed)) for d, items in taken.items))
        told = [
            Told(
                reading.file.path,
                printable(reading.file.logical),
                reading.problems,
                reading.unreadable,
                reading.document.value if reading.document and reading.unreadable == ODD_SHAPE else None,
            )
            for reading in taken.readings
        ]
        return Read(told, documents)

    def shared(portion: list[Group]) -> tuple[list[Read], Met | None]:
        found = [read(group) for group in portion]
        return household.apart(lambda: [_fit_read(one, household) for one in found]) if household else (found, None)

    for is_large, run in groupby(grouped(files, catalogue()), key=lambda group: group.weight >= LARGE):
        if is_large and household:
            for group in run:
                whole = read(group)
                yield group, whole._replace(documents=_in_slices(whole.documents, household, workers))
            continue
        small = list(portions(run))
        for portion, (found, met) in zip(small, workers.in_order(shared, small), strict=True):
            if household and met:
                household.learn(met)
            yield from zip(portion, found, strict=True)


def _in_slices(
    documents: Iterable[tuple[str, Iterable[Item]]], household: Household, workers: Workers
) -> Iterator[tuple[str, Iterator[Item]]]:
    def slices() -> Iterator[list[_Placed]]:
        placed = _placed(documents)
        return iter(lambda: list(islice(placed, SLICE)), [])

    def redacted(part: list[_Placed]) -> tuple[list[_Placed], Met]:
        return household.apart(lambda: [(place, fit) for place, item in part for fit in _fit([item], household)])

    def stream() -> Iterator[_Placed]:
        for part, met in workers.in_order(redacted, _Anew(slices)):
            household.learn(met)
            yield from part

    for (_, path), part in groupby(stream(), key=itemgetter(0)):
        yield path, map(itemgetter(1), part)


def _placed(documents: Iterable[tuple[str, Iterable[Item]]]) -> Iterator[_Placed]:
    for number, (path, items) in enumerate(documents):
        place = number, path
        yield from ((place, item) for item in items)


def _fit_read(read: Read, household: Household) -> Read:
    return read._replace(documents=[(path, _fit(items, household)) for path, items in read.documents])


def _fit(items: Iterable[Item], household: Household) -> list[Item]:
    """The items as they may be shared."""
    return [household.redactor.redact(item) for found in items for item in _examined(found)]


def _examined(item: Item) -> Iterator[Item]:
    """A row whose values have their columns' types, and what was odd about them, which nobody can tell afterwards."""
    if not isinstance(item, Row):
        yield item
        return
    row, problems = examined(item)
    record = row.values.get("id")
    yield row
    yield from (problem._replace(record=record if isinstance(record, str) else None) for problem in problems)
