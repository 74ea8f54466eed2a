"""What the files of a tree hold, read and made fit to be shared: in order, by workers where there are any.

Small files are read a portion at a time, each portion by one worker. The rows of a large file are redacted a slice at a
time, after it was read here: so that it is in memory once, and all workers have something to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Generic, TypeVar
from zlib import crc32

from build_db.database.fitting import examined
from build_db.household.redactor import Household, Met
from build_db.ingest.extraction import ODD_SHAPE, printable, take_in
from build_db.ingest.groups import Group, grouped, portions
from build_db.ingest.survey import SourceFile
from build_db.ingest.tree import Tree
from build_db.records import Item, Problem, Row
from build_db.remembered import Forgetful, Made, Placed, Read, Slice, Told
from build_db.sources import catalogue
from build_db.sources.users import INDEX, called_otherwise, listed_names
from build_db.workers import Workers

# From here on a file is read by itself; about so many of its items are redacted at once, and at most so many.
LARGE, SLICE, MOST = 2_000_000, 100, 300
# Where fewer bytes are read, workers take longer to start than they save.
WORTH_WORKERS = 3_000_000
# Nothing is known of earlier builds.
FORGETFUL = Forgetful()


Thing = TypeVar("Thing")


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
    tree: Tree,
    files: Iterable[SourceFile],
    household: Household | None,
    workers: Workers,
    remembered: Forgetful = FORGETFUL,
) -> Iterator[tuple[Group, Read]]:
    """Every group of files that is taken in, in order of the catalogue.

    :param household: redacts, and learns what was met; None if everything is kept
    :param remembered: knows what an earlier build redacted
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

    def fit(group: Group) -> tuple[Read, Met | None]:
        return household.apart(lambda: _fit_read(read(group), household)) if household else (read(group), None)

    def shared(portion: list[Group]) -> list[Made]:
        return [remembered.group(tree, group, listed, partial(fit, group)) for group in portion]

    for is_large, run in groupby(grouped(files, catalogue()), key=lambda group: group.weight >= LARGE):
        if is_large and household:
            for group in run:
                whole = read(group)
                yield group, whole._replace(documents=_in_slices(whole.documents, household, workers, remembered))
            continue
        small = list(portions(run))
        for portion, made in zip(small, workers.in_order(shared, small), strict=True):
            for group, one in zip(portion, made, strict=True):
                found, met = remembered.opened_group(group, one)
                if household and met:
                    household.learn(met)
                yield group, found


def _in_slices(
    documents: Iterable[tuple[str, Iterable[Item]]],
    household: Household,
    workers: Workers,
    remembered: Forgetful,
) -> Iterator[tuple[str, Iterator[Item]]]:
    def fit(part: Slice) -> tuple[Slice, Met]:
        return household.apart(lambda: [(place, fit) for place, item in part for fit in _fit([item], household)])

    def redacted(part: Slice) -> Made:
        return remembered.slice(part, partial(fit, part))

    def stream() -> Iterator[Placed]:
        for made in workers.in_order(redacted, _Anew(lambda: _slices(_placed(documents)))):
            part, met = remembered.opened_slice(made)
            household.learn(met)
            yield from part

    for (_, path), part in groupby(stream(), key=itemgetter(0)):
        yield path, map(itemgetter(1), part)


def _slices(placed: Iterable[Placed]) -> Iterator[Slice]:
    """The items, some at a time. Where a slice ends its last item tells: what comes before another one moves no end."""
    part: Slice = []
    for one in placed:
        part.append(one)
        if _ends_slice(one[1]) or len(part) >= MOST:
            yield part
            part = []
    if part:
        yield part


def _ends_slice(item: Item) -> bool:
    """Whether a slice ends with an item, by what it is known by; so it does with one of about a hundred."""
    known_by = (item.values.get("id") or item.values.get("timestamp")) if isinstance(item, Row) else None
    return known_by is not None and crc32(str(known_by).encode("utf-8", "replace")) % SLICE == 0


def _placed(documents: Iterable[tuple[str, Iterable[Item]]]) -> Iterator[Placed]:
    for number, (path, items) in enumerate(documents):
        place = number, path
        yield from ((place, item) for item in items)


def _fit_read(read: Read, household: Household) -> Read:
    told = [one._replace(problems=list(map(_without_value, one.problems)), odd=None) for one in read.files]
    return Read(told, [(path, _fit(items, household)) for path, items in read.documents])


def _fit(items: Iterable[Item], household: Household) -> list[Item]:
    """The items as they may be shared."""
    found = (item for one in items for item in _examined(one))
    return [_without_value(i) if isinstance(i, Problem) else household.redactor.redact(i) for i in found]


def _without_value(problem: Problem) -> Problem:
    """A problem as a shared build takes it."""
    return problem._replace(value=None)


def _examined(item: Item) -> Iterator[Item]:
    """A row whose values have their columns' types, and what was odd about them, which nobody can tell afterwards."""
    if not isinstance(item, Row):
        yield item
        return
    row, problems = examined(item)
    record = row.values.get("id")
    yield row
    yield from (problem._replace(record=record if isinstance(record, str) else None) for problem in problems)
