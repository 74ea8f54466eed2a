"""Whether everybody is known whom a shared build must not name. What is not known cannot be taken out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from build_db.errors import UsageError
from build_db.household.roster import Roster
from build_db.ingest.extraction import take_in
from build_db.ingest.nearby import vessel_nearby
from build_db.ingest.survey import SourceFile
from build_db.ingest.tree import Tree
from build_db.limits import LONGEST_NAME
from build_db.records import VESSEL, Problem, Row

Survey = tuple[Tree, list[SourceFile]]

# Kinds of file whose purpose is to say who people are.
PROFILE, INDEX = "user", "user index"
# Tables of the vessel's database that say it.
TABLES = ("vessel: users", "vessel: peopledex_entities", "vessel: peopledex_attributes")
# Files of other companions' exports that say it.
EXPORTED = {"claude": "users.json", "sillytavern": "settings.json", "chatgpt": "user.json"}
PEOPLE = "users"
NAME = "display_name"
# So many ids are told of people who have no name.
MOST_TOLD = 3


def no_vessel(data: Path) -> UsageError:
    """What to say of a folder in which no record is."""
    meant = vessel_nearby(data)
    advice = f"did you mean {meant}?" if meant else "give the folder that holds conversations/, users/ and the rest"
    return UsageError(f"{data}: no record was taken in; {advice}")


def check_is_vessel(data: Path, surveys: list[Survey]) -> None:
    """Refuse a folder without a single file of a known kind: whatever was asked of it would seem to be well.

    :raises UsageError: naming the folder
    """
    if not any(file.outcome == "ingested" for _, files in surveys for file in files):
        raise no_vessel(data)


def check_complete(surveys: list[Survey], roster: Roster) -> None:
    """Refuse a shared build in which somebody's name may be missing.

    A single id without a name, as a deleted account leaves, is no reason.

    :raises UsageError: naming the file, and what to do
    """
    for path, why in roster.unread.items():
        raise UsageError(
            f"{path}: cannot be read: {why}; it holds what must not stand in any text: mend it, or take it out"
        )
    for tree, files in surveys:
        for file in files:
            place = tree.root / file.path
            if file.outcome == "unread":
                raise UsageError(
                    f"{place}: {file.reason}, which this version cannot read: the people in it would stay in the texts;"
                    " build with --private, or list them all in redaction.yml below people: and move the file away"
                )
            reason = _unreadable(tree, file)
            told_of = _told_by(file.logical)
            # Another file may know an older name, a mail address part of one: only the owner can say that it is all.
            unknown = told_of - roster.wished if told_of else roster.nameless
            everybody = file.path == PEOPLE or (file.kind is not None and file.kind.name in TABLES)
            if reason and file.logical == EXPORTED.get(tree.form):
                raise UsageError(
                    f"{place}: {reason}; it says who somebody is; without it a name would stay in the texts: mend it,"
                    " or take it out, and list the people in redaction.yml below people: with their names as aliases"
                )
            if reason and (unknown or everybody):
                raise UsageError(
                    f"{place}: {reason}; it says who somebody is; without it a name would stay in the texts: mend it,"
                    " or list them by id in redaction.yml below people: with the names as aliases"
                )
    for root, speakers in _circles(surveys, roster):
        if speakers and not speakers - roster.nameless:
            some = ", ".join(sorted(speakers)[:MOST_TOLD])
            raise UsageError(
                f"{root}: people speak in it, and none of them has a name anywhere: bring users/ back, or list them in"
                f" redaction.yml: below people: their ids ({some}), below each its names as aliases:"
            )


def _circles(surveys: list[Survey], roster: Roster) -> Iterator[tuple[Path, frozenset[str]]]:
    """Those who speak with the vessel's daemons, and with those of each export, whose people are others."""
    roots = [tree.root for tree, _ in surveys if tree.form == VESSEL]
    yield from ((root, roster.speakers.get(root, frozenset())) for root in roster.speakers if root not in roots)
    if roots:
        yield roots[0], frozenset().union(*(roster.speakers.get(root, frozenset()) for root in roots))


def _unreadable(tree: Tree, file: SourceFile) -> str | None:
    """Why a file that says who people are does not say it; None of any other file."""
    if file.outcome == "unreadable" and f"{file.path}/".startswith(f"{PEOPLE}/"):
        return file.reason
    if file.outcome != "ingested" or not file.kind:
        return None
    if file.logical != EXPORTED.get(tree.form) and file.kind.name not in (PROFILE, INDEX, *TABLES):
        return None
    taken = take_in(tree.root, file.kind, [file])
    items = [item for _, found in taken.items for item in found]
    if taken.readings[0].unreadable:
        return taken.readings[0].unreadable
    if file.kind.name in TABLES or tree.form != VESSEL:
        return None
    if file.kind.name == INDEX:
        return "it is no list of names" if any(isinstance(item, Problem) for item in items) else None
    names = [i.values[NAME].strip() for i in items if isinstance(i, Row) and isinstance(i.values.get(NAME), str)]
    if any(len(name) > LONGEST_NAME for name in names):
        return f"its {NAME} is longer than {LONGEST_NAME} characters"
    return None if any(names) else f"it has no {NAME} that is a text"


def _told_by(logical: str) -> set[str]:
    """The id of the person whose file this is; empty for what tells of everybody."""
    parts = logical.split("/")
    return {parts[1]} if len(parts) > 1 and parts[1] != "index.json" else set()
