"""Whether everybody is known whom a shared build must not name. What is not known cannot be taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from build_db.errors import UsageError
from build_db.household.roster import Roster
from build_db.ingest.extraction import take_in
from build_db.ingest.tree import SourceFile, Tree

Survey = tuple[Tree, list[SourceFile]]

# Kinds of file whose purpose is to say who people are.
PROFILE, INDEX = "user", "user index"


def check_complete(surveys: Iterable[Survey], roster: Roster) -> None:
    """Refuse a shared build in which somebody's name may be missing.

    A single id without a name, as a deleted account leaves, is no reason: see `nameless`.

    :raises UsageError: naming the file, and what to do
    """
    for tree, files in surveys:
        for file in files:
            place = tree.root / file.path
            if file.outcome == "unread":
                raise UsageError(
                    f"{place}: {file.reason}, with people in it whom this version cannot read, and so could not take"
                    " out; build with --private, or leave the file out of the folder if it is empty of people"
                )
            if file.kind and file.kind.name in (PROFILE, INDEX) and file.outcome == "ingested":
                _check_readable(tree, file, place, roster)
    if roster.speakers and not roster.speakers - roster.nameless:
        raise UsageError(
            f"{next(iter(surveys))[0].root}: people speak in it, and none of them has a name anywhere: their profiles"
            " are missing; bring users/ back, or list them by id in redaction.yml below people:"
        )


def _check_readable(tree: Tree, file: SourceFile, place: Path, roster: Roster) -> None:
    assert file.kind
    (reading,) = take_in(tree.root, file.kind, [file]).readings
    if not reading.unreadable:
        return
    unknown = {Path(file.logical).parent.name} & roster.nameless if file.kind.name == PROFILE else roster.nameless
    if unknown:
        raise UsageError(
            f"{place}: {reading.unreadable}; it says who a person is, and without it a name would stay in the texts:"
            " mend it, or list the person by id in redaction.yml below people: with the names as aliases"
        )


def barred(surveys: Iterable[Survey]) -> Iterator[Path]:
    """Files of people that cannot even be opened."""
    for tree, files in surveys:
        for file in files:
            if file.outcome == "unreadable" and file.path.startswith("users/"):
                yield tree.root / file.path
