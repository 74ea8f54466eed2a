"""The main job: a data tree in, one SQLite file out."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from build_db import __version__
from build_db.contract import Fact, Privacy, rows_fact
from build_db.database.fitting import as_json
from build_db.database.load import Loader
from build_db.database.publish import check_target, publish, workshop
from build_db.database.soundness import check_soundness
from build_db.errors import Unreadable
from build_db.household.redactor import gather_roster, make_redactor
from build_db.household.wishes import Wishes
from build_db.ingest.extraction import READERS, extract_soundly
from build_db.ingest.tree import SourceFile, Tree, find_trees, survey
from build_db.records import Document, Hint, Item, Kind, Problem, Row
from build_db.redaction import Redactor
from build_db.redaction.keyed import Keyed
from build_db.redaction.policy import complaints, policy
from build_db.redaction.samples import Samples
from build_db.report import Report
from build_db.schema import SCHEMA_VERSION, schema
from build_db.sources import catalogue
from build_db.witness.check import check_nothing_leaked

ODD_SHAPE = "its shape is not known"

Redact = Callable[[Item], Item]


def build(
    data: str | Path,
    output: str | Path,
    *,
    key: bytes | None = None,
    wishes: Wishes | None = None,
    wishes_file: Path | None = None,
    private: bool = False,
    samples: Samples | None = None,
    started: Callable[[int], None] = lambda total: None,
    advanced: Callable[[int], None] = lambda size: None,
) -> Report:
    """Build one SQLite file from a data tree.

    :param data: the vessel's data folder; a `daemons.yml` in it may name further trees
    :param output: the file to make; replaced in one step if it exists
    :param key: the secret that pseudonyms are made with; needed unless `private`
    :param wishes: what the owner adds to the policy
    :param wishes_file: where the owner wrote that, for the witness to read by itself
    :param private: keep everything as it is, for the owner alone
    :param samples: is shown every text that redaction changes; nothing of it is stored
    :param started: called once with the number of bytes to read
    :param advanced: called with the size of each file that is done
    :raises UsageError: nothing was touched
    :raises CheckFailed: the new file was not sound and was thrown away
    """
    data, output = Path(data), Path(output)
    _check_policy()
    trees = find_trees(data)
    check_target(output, [tree.root for tree in trees])
    surveys = [(tree, list(survey(tree, catalogue()))) for tree in trees]
    redactor = None if private else _redactor(surveys, wishes or Wishes(), key, samples)
    redact = redactor.redact if redactor else None
    started(sum(file.size for _, files in surveys for file in files if file.outcome == "ingested"))
    with workshop(output) as folder, _no_cycles():
        loader = Loader(folder / "work.db")
        try:
            outcomes = [_load_tree(loader, tree, files, redact, advanced) for tree, files in surveys]
            loader.settle()
            rows = _account_for(loader, trees, outcomes, redactor)
            loader.finish(folder / "finished.db", anew=not private)
        finally:
            loader.close()
        check_soundness(folder / "finished.db")
        if not private:
            check_nothing_leaked([folder / "finished.db"], trees, wishes_file)
        publish(folder / "finished.db", output, private=private)
    return Report(
        output=str(output),
        private=private,
        daemons=tuple(tree.name for tree in trees),
        rows=rows,
        files=Counter(row.values["outcome"] for files in outcomes for row in files),
        findings=loader.findings,
        redaction=redactor.account() if redactor else {},
    )


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


def _redactor(
    surveys: list[tuple[Tree, list[SourceFile]]], wishes: Wishes, key: bytes | None, samples: Samples | None
) -> Redactor:
    if key is None:
        raise ValueError("a redacted build needs a key")
    daemons = [tree.name for tree, _ in surveys]
    return make_redactor(gather_roster(surveys, wishes), wishes, Keyed(key), daemons, samples)


def _check_policy() -> None:
    wrong = complaints(policy(), schema())
    if wrong:
        raise ValueError("; ".join(wrong))


def _load_tree(
    loader: Loader, tree: Tree, files: list[SourceFile], redact: Redact | None, advanced: Callable[[int], None]
) -> list[Row]:
    """Load one tree; returns a `source_files` row for each of its files."""
    loader.begin_daemon(
        id=tree.id, name=tree.name, kernel_version=tree.kernel_version, status=tree.status, prefixed=not tree.first
    )
    rows = {file.path: _file_row(tree, file) for file in files}
    by_kind: dict[str, list[SourceFile]] = {}
    for file in files:
        if file.kind:
            by_kind.setdefault(file.kind.name, []).append(file)
        elif file.outcome in ("unknown", "unreadable"):
            loader.begin_document(rows[file.path].values["kind"], _printable(file.path))
            loader.note(Problem(f"{file.outcome} file" if file.outcome == "unknown" else f"unreadable: {file.reason}"))
    for kind in catalogue():
        for group in _groups(kind, by_kind.get(kind.name, [])):
            _load_group(loader, tree, kind, group, rows, redact)
            advanced(sum(file.size for file in group))
    return [rows[file.path] for file in files]


def _groups(kind: Kind, files: list[SourceFile]) -> Iterable[list[SourceFile]]:
    """Files that are read together: all of a kind that merges, else one by one."""
    if kind.merge and files:
        return [files]
    return ([file] for file in files)


def _load_group(
    loader: Loader, tree: Tree, kind: Kind, files: list[SourceFile], rows: dict[str, Row], redact: Redact | None
) -> None:
    documents: list[Document] = []
    accounts: dict[str, dict[str, Any]] = {}
    for file in files:
        logical = _printable(file.logical)
        account = accounts[logical] = rows[file.path].values
        loader.begin_document(kind.name, account["path"])
        try:
            value, problems = READERS[kind.format](tree.root / file.path)
        except Unreadable as unreadable:
            account.update(outcome="unreadable", reason=str(unreadable))
            loader.note(Problem(f"unreadable: {unreadable}"))
            value, problems = {}, []
            if not kind.stands_alone:
                continue
        for problem in problems:
            loader.note(problem)
        documents.append(Document(logical, value))
    extracted, odd = extract_soundly(kind, documents)
    for document in odd:
        account = accounts[document.path]
        account.update(outcome="unreadable", reason=ODD_SHAPE)
        loader.begin_document(kind.name, account["path"])
        loader.note(Problem(f"unreadable: {ODD_SHAPE}", value=document.value))
    for document, items in extracted:
        account = accounts[document.path]
        loader.begin_document(kind.name, account["path"])
        _store(loader, _shareable(items, redact), account)


def _shareable(items: list[Item], redact: Redact | None) -> list[Item]:
    return [redact(item) for item in items] if redact else items


def _store(loader: Loader, items: list[Item], account: dict[str, Any]) -> None:
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


def _file_row(tree: Tree, file: SourceFile) -> Row:
    kind = file.kind.name if file.kind else file.outcome
    values = {"kind": kind, "path": _printable(file.path), "outcome": file.outcome, "reason": file.reason}
    return Row("source_files", {"daemon_id": tree.id, **values, "row_count": 0})


def _account_for(
    loader: Loader, trees: list[Tree], outcomes: list[list[Row]], redactor: Redactor | None
) -> dict[str, int]:
    """Write the build's account of itself; returns the rows per table."""
    account: list[Item] = [row for files in outcomes for row in files]
    for origin, problem in loader.findings:
        place = {"daemon_id": origin.daemon_id, "kind": origin.kind, "source_path": origin.path}
        told = {"record": problem.record, "field": problem.field, "problem": problem.problem}
        account.append(Row("problems", {**place, **told, "value_json": problem.value}))
    for row in _shareable(account, redactor.redact if redactor else None):
        assert isinstance(row, Row)
        loader.add(row)
    facts = {
        Fact.TOOL: f"build_db {__version__}",
        Fact.SCHEMA_VERSION: str(SCHEMA_VERSION),
        Fact.PRIVACY: Privacy.REDACTED if redactor else Privacy.PRIVATE,
        Fact.POLICY: policy().digest,
        Fact.DAEMONS: ", ".join(tree.name for tree in trees),
    }
    if redactor:
        facts[Fact.PSEUDONYMS] = as_json(redactor.pseudonyms)
    for fact, value in facts.items():
        loader.add(Row("build_info", {"key": fact, "value": value}))
    counts = {name: n for name, n in loader.counts().items() if name not in ("build_info", "search_documents")}
    for name, count in counts.items():
        loader.add(Row("build_info", {"key": rows_fact(name), "value": str(count)}))
    return counts


def _printable(path: str) -> str:
    """A path as text; bytes of a file name that are no characters are replaced."""
    return path.encode("utf-8", "replace").decode("utf-8")
