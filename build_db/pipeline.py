"""The main job: a data tree in, one SQLite file out."""

from __future__ import annotations

import gc
import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build_db import __version__
from build_db.contract import WITHDRAWN, Fact, Privacy, rows_fact
from build_db.database.fitting import examined
from build_db.database.load import Loader
from build_db.database.publish import check_target, publish
from build_db.database.soundness import check_soundness
from build_db.database.withdrawing import Withdrawn
from build_db.errors import BadTable
from build_db.household.cache import cache_folder
from build_db.household.completeness import Survey, check_complete, no_vessel
from build_db.household.kept import Keeper
from build_db.household.redactor import Household, gather_roster, items_of, make_household
from build_db.household.wishes import Wishes, read_wishes, wishes_beside
from build_db.ingest.daemons import find_trees
from build_db.ingest.extraction import printable
from build_db.ingest.groups import Group
from build_db.ingest.survey import COPY, UNKNOWN, SourceFile, survey
from build_db.ingest.tree import Tree, as_given
from build_db.portions import FORGETFUL, WORTH_WORKERS, read_in_order
from build_db.progress import SILENT, Progress
from build_db.records import FileKind, Hint, Item, Problem, Row, as_json
from build_db.redaction import Redactor
from build_db.redaction.keyed import Keyed
from build_db.redaction.policy import complaints, policy
from build_db.redaction.samples import Samples
from build_db.remembered import Forgetful, Read, Remembered
from build_db.report import Report
from build_db.schema import MADE_LAST, SCHEMA_VERSION, column_descriptions, schema
from build_db.scratch import scratch
from build_db.sources import catalogue
from build_db.witness.check import Leaked, check_clean, needles_of
from build_db.witness.search import Witness
from build_db.witness.strip import strip
from build_db.witness.unchanged import Digests, check_unchanged, digests_of
from build_db.workers import Workers, cores

# What is remembered of trees, below the user's cache.
KEPT = "rows"
SUPERSEDED = "the same records in the vessel's database"


@dataclass(frozen=True)
class BuildOptions:
    """How a build is made.

    :param key: the secret that pseudonyms are made with; needed unless `private`
    :param private: keep everything as it is, for the owner alone
    :param wishes: the file in which the owner adds to the policy; by default `redaction.yml` in the data folder, if any
    :param samples: is shown every text that redaction changes; nothing of it is stored
    :param strict: what the witness still finds is not stripped, but refused
    :param jobs: how many worker processes read, redact and search; by default as many as there are cores, and none
        where there is little to read, or nothing to redact. The result is the same
    :param remember: keep redacted rows in the user's cache, and take from there what an earlier build made of the same;
        not where there is nothing to redact, nor with `samples`, which are private. The result is the same
    """

    key: bytes | None = None
    private: bool = False
    wishes: Path | None = None
    samples: Samples | None = None
    strict: bool = False
    jobs: int | None = None
    remember: bool = False


def _tell_nobody(report: Report) -> None:
    return None


def build(
    data: str | Path,
    output: str | Path,
    options: BuildOptions = BuildOptions(),
    progress: Progress = SILENT,
    reported: Callable[[Report], None] = _tell_nobody,
) -> Report:
    """Build one SQLite file from a data tree.

    :param data: the vessel's data folder; a `daemons.yml` in it may name further trees
    :param output: the file to make; replaced in one step if it exists
    :param reported: is told of the whole build before the file gets its name; what it raises is the build's end
    :raises UsageError: nothing was touched
    :raises CheckFailed: the new file was not sound and was thrown away
    """
    data, output = Path(data), Path(output)
    _check_tables()
    trees = find_trees(data)
    check_target(output, [tree.root for tree in trees])
    wishes = options.wishes or wishes_beside(data)
    places = [*(tree.root for tree in trees), wishes]
    before = {} if options.private else digests_of(places)
    surveys = [(tree, list(survey(tree, catalogue()))) for tree in trees]
    size = sum(file.size for _, files in surveys for file in files if file.outcome == "ingested")
    workers = Workers(_jobs(options, size))
    household = None if options.private else _household(surveys, wishes, options, workers)
    redactor = household.redactor if household else None
    progress.started(size)
    with (
        scratch(output) as folder,
        _no_cycles(),
        workers,
        _memory(data, trees, household, before, options, folder) as memory,
    ):
        loader = Loader(folder / "work.db", examined=household is not None)
        try:
            outcomes = [
                _load_tree(
                    loader, tree, read_in_order(tree, files, household, workers, memory), files, progress.advanced
                )
                for tree, files in surveys
            ]
            if household:
                loader.withdraw(_what_goes(household))
            loader.settle()
            _check_taken(data, outcomes)
            rows = _account_for(loader, trees, outcomes, redactor)
            files = Counter(row.values["outcome"] for some in outcomes for row in some)
            read = sum(row.values["row_count"] for some in outcomes for row in some)
            del surveys, outcomes  # of many files they are large, and the witness needs the room
            content = loader.content()
            finished = folder / "finished.db"
            needles = workers.beside(lambda: needles_of(trees, wishes)) if household else None
            loader.finish(finished, anew=not options.private)
            check_soundness(finished)
            witness = Witness(needles()) if needles else None
            stripped = _without_leaks(loader, finished, witness, options, workers) if witness else Counter()
        finally:
            loader.close()
        if witness:
            check_unchanged(before, places)
            memory.finish(witness.finds, all_stands=loader.is_whole and not stripped, in_order=workers.in_order)
        report = Report(
            output=str(output),
            private=options.private,
            daemon_names={id: name for tree in trees for id, name in tree.daemons},
            rows=rows,
            files=files,
            findings=loader.findings,
            content=content,
            read=read,
            left_out=loader.left_out,
            withdrawn=loader.withdrawn.rows,
            roots={tree.id: as_given(data, tree.root) for tree in trees},
            redaction=redactor.account() if redactor else {},
            stripped=stripped,
            unlisted=len(household.unlisted.likely()) if household else 0,
            idle_wishes=tuple(household.idle_wishes()) if household else (),
        )
        reported(report)
        publish(finished, output, private=options.private)
    return report


def _jobs(options: BuildOptions, size: int) -> int:
    """How many workers there are to be for so many bytes."""
    if options.private:
        return 1
    return options.jobs or (cores() if size >= WORTH_WORKERS else 1)


def _without_leaks(
    loader: Loader, finished: Path, witness: Witness, options: BuildOptions, workers: Workers
) -> Counter[tuple[str, str]]:
    """Have the witness look; what it finds is taken out of the cells it is in, and it looks once more.

    :returns: how many cells lost something, by rule and place
    :raises Leaked: the witness found something, and still does, or `strict` was asked for
    """
    try:
        check_clean([finished], witness, workers.in_order)
    except Leaked:
        if options.strict:
            raise
    else:
        return Counter()
    counts: Counter[tuple[str, str]] = Counter()
    keyed = Keyed(options.key or b"")

    def stripped(table: str, column: str, is_key: bool, text: str) -> str:
        place = f"{table}.{column}"
        new, needles = strip(witness, text, place)
        counts.update((needle.rule, place) for needle in needles)
        # Two ids must not become one.
        return f"{new}-{keyed.token('id', text)[:8]}" if is_key and new != text else new

    finished.unlink()
    loader.change_texts(stripped)
    loader.state(Fact.STRIPPED, as_json({f"{rule} in {place}": n for (rule, place), n in sorted(counts.items())}))
    loader.finish(finished, anew=True)
    check_soundness(finished)
    check_clean([finished], witness, workers.in_order)
    return counts


@contextmanager
def _memory(
    data: Path,
    trees: list[Tree],
    household: Household | None,
    digests: Digests,
    options: BuildOptions,
    folder: Path,
) -> Iterator[Forgetful]:
    """What earlier builds made of the same tree with the same key, where that may be asked for."""
    place = cache_folder()
    if not (options.remember and household and options.key and place) or options.samples:
        yield FORGETFUL
        return
    secret = hmac.digest(options.key, b"what is remembered of rows", "sha256")
    daemons = [name for tree in trees for _, name in tree.daemons]
    with Keeper(place / KEPT, secret, data.resolve(), folder / KEPT) as keeper:
        yield Remembered(keeper, household, daemons, digests)


@contextmanager
def _no_cycles() -> Iterator[None]:
    """Rows are made by the hundred thousand and never refer to each other: looking for cycles among them is idle."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _household(surveys: list[Survey], wishes: Path, options: BuildOptions, workers: Workers) -> Household:
    if options.key is None:
        raise ValueError("a redacted build needs a key")
    wished = read_wishes(wishes) if options.wishes or wishes.is_file() else Wishes()
    with workers:
        roster = gather_roster(surveys, wished, workers.in_order)
    check_complete(surveys, roster)
    daemons = [name for tree, _ in surveys for _, name in tree.daemons]
    household = make_household(roster, wished, Keyed(options.key), daemons, options.samples)
    for tree, files in surveys:
        # What is silent in one copy of a record is silent in every other.
        copies = (file for file in files if file.outcome == "derived" or tree.root / file.path in roster.twins)
        for _, item in items_of(tree, copies):
            household.redactor.note_copy(examined(item)[0] if isinstance(item, Row) else item)
    return household


def _what_goes(household: Household) -> Withdrawn:
    """What the owner withdrew, by the ids that a shared file has."""

    def served(table: str, ids: Iterable[str]) -> frozenset[str]:
        rows = [household.redactor.redact(Row(table, {"id": id})) for id in sorted(ids)]
        return frozenset(row.values["id"] for row in rows if isinstance(row, Row))

    roster = household.roster
    named = {
        table: tuple(column for column, rule in rules.items() if rule == "person")
        for table, rules in policy().rules.items()
    }
    return Withdrawn(served("users", roster.gone_people), served("conversations", roster.gone_conversations), named)


def _check_taken(data: Path, outcomes: list[list[Row]]) -> None:
    """A folder in which nothing was taken in is no vessel, and takes no file's place.

    :raises UsageError: naming the folder
    """
    if not any(row.values["row_count"] for files in outcomes for row in files):
        raise no_vessel(data)


def _check_tables() -> None:
    """The tool's own tables cover each other: every column has a rule and a line that describes it.

    :raises BadTable: naming file and column
    """
    wrong = complaints(policy(), schema())
    if wrong:
        raise BadTable("; ".join(wrong))
    column_descriptions()


def _load_tree(
    loader: Loader,
    tree: Tree,
    found: Iterable[tuple[Group, Read]],
    files: list[SourceFile],
    advanced: Callable[[int], None],
) -> list[Row]:
    """Load what was found in one tree; returns a `source_files` row for each of its files."""
    for other in tree.others:
        loader.begin_daemon(
            id=other.id, name=other.name, kernel_version=other.kernel_version, status=other.status, prefixed=False
        )
    loader.begin_daemon(
        id=tree.id, name=tree.name, kernel_version=tree.kernel_version, status=tree.status, prefixed=not tree.first
    )
    rows = {file.path: _file_row(tree, file) for file in files}
    for file in files:
        if problem := _problem_of(file):
            loader.begin_document(rows[file.path].values["kind"], printable(file.path))
            loader.note(problem)
    for group, read in found:
        _load_group(loader, group.kind, read, rows)
        advanced(sum(file.size for file in group.files))
    return [rows[file.path] for file in files]


def _problem_of(file: SourceFile) -> Problem | None:
    """What its owner should know of a file that is not taken in."""
    if file.outcome == "ingested":
        return None
    if file.reason == COPY:
        return Problem(f"{COPY}: not taken in")
    if file.outcome in ("unreadable", "unread"):
        return Problem(f"{file.outcome}: {file.reason}")
    if file.outcome == "unknown":
        return Problem("unknown file" if file.reason == UNKNOWN else f"unknown file: {file.reason}")
    return None


def _load_group(loader: Loader, kind: FileKind, read: Read, rows: dict[str, Row]) -> None:
    accounts: dict[str, dict[str, Any]] = {}
    for file in read.files:
        account = accounts[file.document] = rows[file.path].values
        loader.begin_document(kind.name, account["path"], kind.turn)
        for problem in file.problems:
            loader.note(problem)
        if file.unreadable:
            account.update(outcome="unreadable", reason=file.unreadable)
            loader.note(Problem(f"unreadable: {file.unreadable}", value=file.odd))
    for path, items in read.documents:
        account = accounts[path]
        loader.begin_document(kind.name, account["path"], kind.turn)
        _store(loader, items, account)


def _store(loader: Loader, items: Iterable[Item], account: dict[str, Any]) -> None:
    add, stored = loader.add, 0
    for item in items:
        if isinstance(item, Row):
            stored += add(item)
        elif isinstance(item, Problem):
            loader.note(item)
        elif isinstance(item, Hint):
            loader.hint(item)
        else:
            account["container_json"] = item.values
    account["row_count"] += stored
    if loader.superseded and not account["row_count"]:
        account.update(outcome="derived", reason=SUPERSEDED)


def _file_row(tree: Tree, file: SourceFile) -> Row:
    kind = file.kind.name if file.kind else file.outcome
    values = {"kind": kind, "path": printable(file.path), "outcome": file.outcome, "reason": file.reason}
    return Row("source_files", {"daemon_id": tree.id, **values, "row_count": 0})


def _account_for(
    loader: Loader, trees: list[Tree], outcomes: list[list[Row]], redactor: Redactor | None
) -> dict[str, int]:
    """Write the build's account of itself; returns the rows per table."""
    account: list[Item] = [row for files in outcomes for row in files]
    for origin, problem in loader.findings:
        place = {"daemon_id": origin.daemon_id, "kind": origin.kind, "source_path": origin.path}
        place_inside = {"record": problem.record, "field": problem.field, "problem": problem.problem}
        account.append(Row("problems", {**place, **place_inside, "value_json": problem.value}))
    for row in map(redactor.redact, account) if redactor else account:
        assert isinstance(row, Row)
        if not loader.withdrawn.is_named_in(row.values):
            loader.add(row)
    facts = {
        Fact.TOOL: f"build_db {__version__}",
        Fact.SCHEMA_VERSION: str(SCHEMA_VERSION),
        Fact.PRIVACY: Privacy.REDACTED if redactor else Privacy.PRIVATE,
        Fact.POLICY: policy().digest,
        Fact.DAEMONS: ", ".join(name for tree in trees for _, name in tree.daemons),
    }
    if redactor:
        facts[Fact.PSEUDONYMS] = as_json([name for name in redactor.pseudonyms if name != WITHDRAWN])
        facts[Fact.STRIPPED] = as_json({})  # until the witness has looked
    for fact, value in facts.items():
        loader.add(Row("build_info", {"key": fact, "value": value}))
    counts = {name: n for name, n in loader.counts().items() if name not in ("build_info", *MADE_LAST)}
    for name, count in counts.items():
        loader.add(Row("build_info", {"key": rows_fact(name), "value": str(count)}))
    return counts
