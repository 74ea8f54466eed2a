"""The main job: a data tree in, one SQLite file out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from build_db import __version__
from build_db.check import COUNTED, check_soundness
from build_db.errors import Unreadable
from build_db.load import Loader
from build_db.publish import check_target, publish, workshop
from build_db.reading import read_json, read_text, read_yaml
from build_db.records import Container, Document, Hint, Item, Kind, Problem, Row
from build_db.redaction import Redactor
from build_db.redaction.keyed import Keyed
from build_db.redaction.policy import complaints, policy
from build_db.report import Report
from build_db.schema import SCHEMA_VERSION, schema
from build_db.sources import catalogue
from build_db.tree import SourceFile, Tree, find_trees, survey
from build_db.vector_store import read_vector_store

READERS: dict[str, Callable[[Path], tuple[Any, list[Problem]]]] = {
    "json": read_json,
    "yaml": read_yaml,
    "text": read_text,
    "vector store": read_vector_store,
}

# What a source may stumble over in a document whose shape nobody has seen; anything else is our own mistake.
BAD_SHAPE = (AttributeError, LookupError, TypeError, ValueError)

Redact = Callable[[Row], Row]


def build(
    data: str | Path,
    output: str | Path,
    *,
    key: bytes | None = None,
    private: bool = False,
    started: Callable[[int], None] = lambda total: None,
    advanced: Callable[[int], None] = lambda size: None,
) -> Report:
    """Build one SQLite file from a data tree.

    :param data: the vessel's data folder; a `daemons.yml` in it may name further trees
    :param output: the file to make; replaced in one step if it exists
    :param key: the secret that pseudonyms are made with; needed unless `private`
    :param private: keep everything as it is, for the owner alone
    :param started: called once with the number of bytes to read
    :param advanced: called with the size of each file that is done
    :raises UsageError: nothing was touched
    :raises CheckFailed: the new file was not sound and was thrown away
    """
    data, output = Path(data), Path(output)
    trees = find_trees(data)
    check_target(output, [tree.root for tree in trees])
    redact = _redact(key, private)
    surveys = [(tree, list(survey(tree, catalogue()))) for tree in trees]
    started(sum(file.size for _, files in surveys for file in files if file.outcome == "ingested"))
    with workshop(output) as folder:
        loader = Loader(folder / "work.db")
        try:
            outcomes = [_load_tree(loader, tree, files, redact, advanced) for tree, files in surveys]
            loader.settle()
            rows = _account_for(loader, trees, outcomes, redact, private)
            loader.finish(folder / "finished.db")
        finally:
            loader.close()
        check_soundness(folder / "finished.db")
        publish(folder / "finished.db", output, private=private)
    return Report(
        output=str(output),
        private=private,
        daemons=tuple(tree.name for tree in trees),
        rows=rows,
        files=Counter(row.values["outcome"] for files in outcomes for row in files),
        findings=loader.findings,
    )


def _redact(key: bytes | None, private: bool) -> Redact:
    wrong = complaints(policy().rules, schema())
    if wrong:
        raise ValueError("; ".join(wrong))
    if private:
        return lambda row: row
    if key is None:
        raise ValueError("a redacted build needs a key")
    return Redactor(policy(), schema(), Keyed(key)).redact


def _load_tree(
    loader: Loader, tree: Tree, files: list[SourceFile], redact: Redact, advanced: Callable[[int], None]
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
    loader: Loader, tree: Tree, kind: Kind, files: list[SourceFile], rows: dict[str, Row], redact: Redact
) -> None:
    documents: dict[str, Document] = {}
    accounts: dict[str, dict[str, Any]] = {}
    for file in files:
        document, account = Document(_printable(file.logical), None), rows[file.path].values
        accounts[document.path] = account
        loader.begin_document(kind.name, _printable(file.path))
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
        documents[document.path] = Document(document.path, value)
    try:
        found = list(extract(kind, list(documents.values())))
    except BAD_SHAPE:
        for document in documents.values():
            accounts[document.path].update(outcome="unreadable", reason="its shape is not known")
            loader.begin_document(kind.name, document.path)
            loader.note(Problem("unreadable: its shape is not known", value=document.value))
        return
    current = None
    for document, item in found:
        if document.path != current:
            current = document.path
            loader.begin_document(kind.name, current)
        _take(loader, item, accounts[current], redact)


def extract(kind: Kind, documents: list[Document]) -> Iterator[tuple[Document, Item]]:
    """Everything that documents of one kind hold. A pure function of the documents."""
    if kind.merge:
        yield from kind.merge(documents)
    elif kind.rows:
        for document in documents:
            for item in kind.rows(document):
                yield document, item


def _take(loader: Loader, item: Item, account: dict[str, Any], redact: Redact) -> None:
    if isinstance(item, Row):
        account["row_count"] += loader.add(redact(item))
    elif isinstance(item, Problem):
        loader.note(item)
    elif isinstance(item, Hint):
        hinted = redact(Row(item.table, {"id": item.id, **item.values})).values
        loader.hint(Hint(item.table, hinted.pop("id"), hinted))
    elif isinstance(item, Container):
        account["container_json"] = item.values


def _file_row(tree: Tree, file: SourceFile) -> Row:
    kind = file.kind.name if file.kind else file.outcome
    values = {"kind": kind, "path": _printable(file.path), "outcome": file.outcome, "reason": file.reason}
    return Row("source_files", {"daemon_id": tree.id, **values, "row_count": 0})


def _account_for(
    loader: Loader, trees: list[Tree], outcomes: list[list[Row]], redact: Redact, private: bool
) -> dict[str, int]:
    """Write the build's account of itself; returns the rows per table."""
    for row in (row for files in outcomes for row in files):
        loader.add(redact(row))
    for origin, problem in loader.findings:
        values = {"daemon_id": origin.daemon_id, "kind": origin.kind, "source_path": origin.path}
        told = {"record": problem.record, "field": problem.field, "problem": problem.problem}
        loader.add(redact(Row("problems", {**values, **told, "value_json": problem.value})))
    facts = {
        "tool": f"build_db {__version__}",
        "schema_version": str(SCHEMA_VERSION),
        "privacy": "private" if private else "redacted",
        "policy": policy().digest,
        "daemons": ", ".join(tree.name for tree in trees),
    }
    for fact, value in facts.items():
        loader.add(Row("build_info", {"key": fact, "value": value}))
    counts = {name: n for name, n in loader.counts().items() if name not in ("build_info", "search_documents")}
    for name, count in counts.items():
        loader.add(Row("build_info", {"key": f"{COUNTED}{name}", "value": str(count)}))
    return counts


def _printable(path: str) -> str:
    """A path as text; bytes of a file name that are no characters are replaced."""
    return path.encode("utf-8", "replace").decode("utf-8")
