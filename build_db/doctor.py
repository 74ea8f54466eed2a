"""What lies in a tree and whether it can be built: a look before the first build. Reads only, and writes nothing.

It shows names and paths, and so is for its owner's eyes alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from build_db.commands import first_build
from build_db.errors import UsageError
from build_db.household.completeness import Survey, check_complete, no_vessel
from build_db.household.keyfile import read_key
from build_db.household.redactor import gather_roster
from build_db.household.roster import Roster
from build_db.household.wishes import Wishes, read_wishes, wishes_beside
from build_db.ingest.companions import forms
from build_db.ingest.daemons import find_trees
from build_db.ingest.extraction import take_in
from build_db.ingest.survey import SourceFile, survey
from build_db.ingest.tree import Tree, as_given
from build_db.ingest.vessel import FILE
from build_db.progress import SILENT, Progress
from build_db.records import VESSEL, Row
from build_db.sources import catalogue
from build_db.summary import outcomes

# So many names, and so many files, are listed.
MOST = 50
# Files in which something may be lost; the others that leave no row are skipped for a reason.
LOST = ("unreadable", "unread", "unknown")


@dataclass(frozen=True)
class Diagnosis:
    """What was found. `obstacles` are the reasons why a shared build would be refused, each with the way out."""

    data: Path
    surveys: list[Survey]
    roster: Roster
    rows: int
    lost: list[tuple[Path, str]]
    key: str
    wishes: str
    obstacles: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = (
            (f"{self.data}: what lies there", _forms(self)),
            ("Who is in it", _people(self)),
            ("What cannot be read, or is not known", _few([f"{path}: {reason}" for path, reason in self.lost])),
            ("What is skipped, and why", _skipped(self.surveys)),
            ("Your key and your wishes", [self.key, self.wishes]),
            ("Can it be built?", _verdict(self)),
        )
        return "\n\n".join("\n  ".join((title, *(list(lines) or ["nothing"]))) for title, lines in parts)


def examine(data: Path, redaction: Path | None, key_file: Path, progress: Progress = SILENT) -> Diagnosis:
    """Look at everything in a tree that a build would look at.

    :param redaction: the owner's wishes, if they lie elsewhere
    :param key_file: where the key is, or would be made
    :raises UsageError: there is nothing to look at
    """
    surveys = [(tree, list(survey(tree, catalogue()))) for tree in find_trees(data)]
    progress.started(sum(file.size for _, files in surveys for file in files if file.outcome == "ingested"))
    obstacles: list[str] = []
    place = redaction or wishes_beside(data)
    wishes, told_wishes = _wishes(place, redaction is not None, obstacles)
    rows, lost = 0, []
    for tree, files in surveys:
        taken, unread = _read(tree, files, progress)
        rows += taken
        lost += [(as_given(data, tree.root / path), reason) for path, reason in unread]
    roster = _roster(surveys, wishes, obstacles)
    if not rows:
        obstacles.append(str(no_vessel(data)))
    else:
        _note(obstacles, lambda: check_complete(surveys, roster))
    key = _key(data, key_file, obstacles)
    return Diagnosis(data, surveys, roster, rows, lost, key, told_wishes, obstacles)


def _verdict(found: Diagnosis) -> list[str]:
    build = first_build(found.data)
    if not found.obstacles:
        without = f", without the {len(found.lost):,} above" if found.lost else ""
        return [f"yes{without}: {build}"]
    private = [f"for you alone, as it is: {build} --private"] if found.rows else []
    return [*(f"not yet: {obstacle}" for obstacle in found.obstacles), *private]


def _note(obstacles: list[str], step: Callable[[], object]) -> bool:
    """Whether a step of a build goes through; what refuses it is an obstacle."""
    try:
        step()
    except UsageError as error:
        obstacles.append(str(error))
        return False
    return True


def _wishes(place: Path, asked_for: bool, obstacles: list[str]) -> tuple[Wishes, str]:
    if not place.is_file() and not asked_for:
        return Wishes(), f"wishes: no {place}; `review --write` begins one"
    if not _note(obstacles, lambda: read_wishes(place)):
        return Wishes(), f"wishes: {place} cannot be taken as it is"
    wishes = read_wishes(place)
    people, terms, keep = len(wishes.people), len(wishes.terms), len(wishes.keep)
    return wishes, f"wishes: {place}: people {people}, terms {terms}, keep {keep}"


def _roster(surveys: list[Survey], wishes: Wishes, obstacles: list[str]) -> Roster:
    try:
        return gather_roster(surveys, wishes)
    except UsageError as error:
        obstacles.append(str(error))
        return gather_roster(surveys, Wishes())


def _read(tree: Tree, files: list[SourceFile], progress: Progress) -> tuple[int, list[tuple[str, str]]]:
    """How many rows the files of a tree hold, before any is left out, and which files hold none because they cannot."""
    rows, lost = 0, [(file.path, f"{file.outcome}: {file.reason}") for file in files if file.outcome in LOST]
    for kind in catalogue():
        of_kind = [file for file in files if file.kind is kind and file.outcome == "ingested"]
        taken = take_in(tree.root, kind, of_kind)
        lost += [(read.file.path, f"unreadable: {read.unreadable}") for read in taken.readings if read.unreadable]
        rows += sum(isinstance(item, Row) for _, items in taken.items for item in items)
        progress.advanced(sum(file.size for file in of_kind))
    return rows, sorted(lost)


def _key(data: Path, place: Path, obstacles: list[str]) -> str:
    if place.resolve().is_relative_to(data.resolve()):
        obstacles.append(f"{place}: lies inside {data}, which is never written to; name a place outside it")
        return f"key: {place} lies inside the tree"
    if not place.exists():
        return f"key: no {place} yet; the first build makes it"
    if not _note(obstacles, lambda: read_key(place)):
        return f"key: {place} cannot be used"
    return f"key: {place} is there, and yours alone"


def _forms(found: Diagnosis) -> Iterator[str]:
    for tree, files in found.surveys:
        names = ", ".join(name for _, name in tree.daemons)
        size = sum(file.size for file in files)
        yield f"{names}: {_form(tree, files)}, in {as_given(found.data, tree.root)}: {_counted(files)}, {size:,} bytes"


def _form(tree: Tree, files: list[SourceFile]) -> str:
    if tree.form != VESSEL:
        return forms()[tree.form].title
    if tree.root.is_file():
        return "the vessel's database or archive, alone"
    if not files:
        return "nothing"
    if any(file.path == FILE for file in files):
        return f"the vessel's present form, whose {FILE} cannot be read"
    if any(file.path.startswith(f"{FILE}/") for file in files):
        return f"the vessel's present form ({FILE}, and files around it)"
    return "the vessel's older form (files alone)"


def _counted(files: Iterable[SourceFile]) -> str:
    files = list(files)
    read = sum(file.outcome == "ingested" for file in files)
    return f"{read:,} of {len(files):,} files and tables to read"


def _people(found: Diagnosis) -> Iterator[str]:
    daemons = {name.casefold() for tree, _ in found.surveys for _, name in tree.daemons}
    accounts = [person for person in found.roster.people if person.ids]
    named = sorted(person.names[0] for person in accounts if person.names)
    others = sorted((*person.names, *person.handles)[0] for person in found.roster.people if not person.ids)
    others = [name for name in others if name.casefold() not in daemons]
    if named:
        yield f"people with a name: {len(named):,}: {', '.join(_few(named))}"
    nameless = sorted(found.roster.nameless)
    if nameless:
        yield f"people without a name: {len(nameless):,}: {', '.join(_few(nameless))}"
    if others:
        yield f"named without an account: {len(others):,}: {', '.join(_few(others))}"


def _few(told: list[str]) -> list[str]:
    return told if len(told) <= MOST else [*told[:MOST], f"and {len(told) - MOST:,} more"]


def _skipped(surveys: list[Survey]) -> Iterator[str]:
    reasons: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for _, files in surveys:
        for file in files:
            if file.outcome != "ingested" and file.outcome not in LOST:
                reasons[file.outcome, file.reason or ""] += 1
                first.setdefault((file.outcome, file.reason or ""), file.path)
    for outcome, told in outcomes().items():
        here = sorted(entry for entry in reasons if entry[0] == outcome)
        if here:
            yield f"{told}: {sum(reasons[entry] for entry in here):,}"
        for entry in here:
            more = f" and {reasons[entry] - 1:,} more" if reasons[entry] > 1 else ""
            yield f"  {entry[1]}: {first[entry]}{more}"
