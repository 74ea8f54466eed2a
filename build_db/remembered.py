"""Rows as they may be shared, remembered from one build of a tree to the next: what is as it was is not redacted again.

A piece is what is read and redacted together: small files of one group, or a slice of a large one. Its name is a keyed
digest of all that its rows follow from: the bytes of its files, or the rows as they were read, and what is the same for
all (`household/basis.py`). What is kept of it went through redaction: rows, and of what was met words, counts and
rules. A piece that comes with anything else, such as a problem at a place that names somebody, is made anew each time.
"""

from __future__ import annotations

import marshal
import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from build_db.household.basis import basis
from build_db.household.kept import Keeper
from build_db.household.redactor import Household, Met
from build_db.ingest.extraction import printable
from build_db.ingest.groups import Group
from build_db.ingest.tree import Tree
from build_db.records import Container, Hint, Item, Problem, Row
from build_db.workers import InOrder

# Where it stands what a file says about itself.
FILES, CONTAINER = "source_files", "container_json"
# Between two texts that are looked at together: so far apart that no name lies in both.
BETWEEN = "\n" * 8
# How the words of a piece begin: whether all its texts stand in rows, or it comes with hints and counts of other keys.
ONLY_ROWS, MORE = b"r", b"m"
# What may lie beside a database and is part of it.
SIDES = ("", "-wal", "-journal")


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


# An item with the place of its document: how many come before it, and its path.
Placed: TypeAlias = tuple[tuple[int, str], Item]
Slice: TypeAlias = list[Placed]


class Made(NamedTuple):
    """A piece as it was made, and the words that are kept of it if any are. A worker sends one of the two."""

    name: bytes
    is_new: bool
    words: bytes | None
    piece: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Made, (*self[:3], self.piece if self.words is None else None)


class _Words(NamedTuple):
    """What is kept of a piece: the problems of each file, items by place, what was met, and of terms their places."""

    problems: list[list[Problem]]
    items: list[tuple[Any, Any]]
    met: Met
    terms: list[int]


class Forgetful:
    """Remembers nothing: every piece is made."""

    def group(
        self, tree: Tree, group: Group, listed: Mapping[str, str], make: Callable[[], tuple[Read, Met | None]]
    ) -> Made:
        """A group of small files, made if it was not kept. In any process."""
        return Made(b"", True, None, make())

    def slice(self, part: Slice, make: Callable[[], tuple[Slice, Met]]) -> Made:
        """A slice of a large file, made if it was not kept. In any process."""
        return Made(b"", True, None, make())

    def opened_group(self, group: Group, made: Made) -> tuple[Read, Met | None]:
        """A group as it was made; from now on it is kept. In the process that writes."""
        read, met = made.piece
        return read, met

    def opened_slice(self, made: Made) -> tuple[Slice, Met]:
        """A slice as it was made; from now on it is kept. In the process that writes."""
        part, met = made.piece
        return part, met

    def finish(self, finds: Callable[[str], bool], *, all_stands: bool, in_order: InOrder = map) -> None:
        """Keep for the next build what this one made, and what it used.

        :param finds: whether the witness finds anything in a text: then what holds it is not kept
        :param all_stands: every row that was made stands in the finished file, in which the witness found nothing
        :param in_order: looks at what has to be looked at
        """


class Remembered(Forgetful):
    """What earlier builds made of the pieces of a tree, and what this one makes.

    :param daemons: their names
    :param digests: of every file of the trees, by place; a file without one is never known again
    """

    def __init__(
        self, keeper: Keeper, household: Household, daemons: Iterable[str], digests: Mapping[str, str]
    ) -> None:
        self._keeper, self._household, self._digests = keeper, household, digests
        self._basis = keeper.name(b"basis", basis(household, daemons))
        self._terms = household.terms.values

    def group(
        self, tree: Tree, group: Group, listed: Mapping[str, str], make: Callable[[], tuple[Read, Met | None]]
    ) -> Made:
        """As it is said there."""
        content = self._content(tree, group)

        def words(read: Read, met: Met) -> bytes | None:
            if any(told.unreadable for told in read.files):
                return None
            places = {told.document: place for place, told in enumerate(read.files)}
            items = [(places[path], list(items)) for path, items in read.documents]
            flat = [item for _, some in items for item in some]
            return self._words([told.problems for told in read.files], items, flat, met)

        return self._made(content and ("group", content, sorted(listed.items())), make, words)

    def slice(self, part: Slice, make: Callable[[], tuple[Slice, Met]]) -> Made:
        """As it is said there."""

        def words(made: Slice, met: Met) -> bytes | None:
            if not self._stay(path for (_, path), _ in made):
                return None
            return self._words([], made, [item for _, item in made], met)

        return self._made(("slice", [(place, type(item).__name__, *item) for place, item in part]), make, words)

    def opened_group(self, group: Group, made: Made) -> tuple[Read, Met | None]:
        """As it is said there."""
        words = self._opened(made)
        if words is None:
            return super().opened_group(group, made)
        named = [(file.path, printable(file.logical)) for file in group.files]
        told = [Told(*names, problems, None, None) for names, problems in zip(named, words.problems, strict=True)]
        return Read(told, [(named[place][1], items) for place, items in words.items]), words.met

    def opened_slice(self, made: Made) -> tuple[Slice, Met]:
        """As it is said there."""
        words = self._opened(made)
        return super().opened_slice(made) if words is None else (words.items, words.met)

    def finish(self, finds: Callable[[str], bool], *, all_stands: bool, in_order: InOrder = map) -> None:
        """As it is said there."""

        def may_be_kept(kept: bytes) -> bool:
            is_in_rows = all_stands and kept.startswith(ONLY_ROWS)
            return is_in_rows or not finds(BETWEEN.join(_texts(pickle.loads(kept[1:]))))

        self._keeper.finish(may_be_kept, in_order)

    def _content(self, tree: Tree, group: Group) -> list[Any] | None:
        """The digests of all files of a group, with their places; None if one has none that tells of its bytes."""
        content: list[Any] = [tree.form, group.kind.name]
        for file in group.files:
            place = tree.root / file.path
            while str(place) not in self._digests:  # a table in a database, a member of an archive
                if place == tree.root.parent:
                    return None
                place = place.parent
            digests = [self._digests.get(f"{place}{side}", "") for side in SIDES]
            if any(":" in digest for digest in digests):
                return None
            content.append((file.path, file.logical, *digests))
        return content

    def _made(
        self, content: Any, make: Callable[[], tuple[Any, Any]], words_of: Callable[[Any, Any], bytes | None]
    ) -> Made:
        name, words = self._found(content)
        if words is not None:
            return Made(name, False, words)
        piece, met = make()
        return Made(name, True, words_of(piece, met) if name else None, (piece, met))

    def _found(self, content: Any) -> tuple[bytes, bytes | None]:
        """The name of a piece with this content, none if it cannot have one; and the words that were kept of it."""
        if content is None:
            return b"", None
        try:
            # The same bytes for equal values, whichever of them are one in memory.
            name = self._keeper.name(self._basis, marshal.dumps(content, 2))
        except ValueError:  # nested too deeply
            return b"", None
        return name, self._keeper.get(name)

    def _words(
        self, problems: list[list[Problem]], items: list[tuple[Any, Any]], flat: list[Item], met: Met
    ) -> bytes | None:
        """What may be kept of a piece; None if it comes with anything that did not go through redaction."""
        removed = {
            column: Counter({self._household.redactor.told(key): n for key, n in keys.items()})
            for column, keys in met.removed.items()
        }
        odd = [item for item in flat if isinstance(item, Problem)]
        odd += [problem for some in problems for problem in some]
        places = [text for problem in odd for text in (problem.record, problem.field) if text is not None]
        keys = [key for some in removed.values() for key in some]
        if met.samples or any(problem.value is not None for problem in odd) or not self._stay((*places, *keys)):
            return None
        # What a file says about itself is redacted with the account of all files, and not before.
        said = [Row(FILES, {CONTAINER: item.values}) for item in flat if isinstance(item, Container)]
        if said and self._household.apart(lambda: list(map(self._household.redactor.redact, said)))[0] != said:
            return None
        terms = [self._terms.index(term) for term in sorted(met.terms)]
        found = _Words(problems, items, met._replace(removed=removed, terms=set()), terms)
        is_only_rows = not keys and not any(isinstance(item, Hint) for item in flat)
        return (ONLY_ROWS if is_only_rows else MORE) + pickle.dumps(found, pickle.HIGHEST_PROTOCOL)

    def _stay(self, texts: Iterable[str]) -> bool:
        """Whether redaction leaves all of some texts as they are."""
        redact, different = self._household.text.redact, set(texts)
        return not different or self._household.apart(lambda: all(redact(text) == text for text in different))[0]

    def _opened(self, made: Made) -> _Words | None:
        """Keep what can be kept of a piece; its words, unless it is there as it was made."""
        if made.words is not None and made.is_new:
            self._keeper.put(made.name, made.words)
        elif made.words is not None:
            self._keeper.use(made.name)
        if made.words is None or made.piece is not None:
            return None
        words: _Words = pickle.loads(made.words[1:])
        return words._replace(met=words.met._replace(terms={self._terms[place] for place in words.terms}))


def _texts(value: Any) -> Iterator[str]:
    """Every text in something that is kept, however deep, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list, set)):
        for entry in value:
            yield from _texts(entry)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _texts(key)
            yield from _texts(entry)
