"""What holds for every kind of source, whatever a document looks like."""

from __future__ import annotations

import ast
import copy
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.trees import TREES, changed, places
from support.vessel import whole

from build_db import sources
from build_db.database.fitting import Fitting
from build_db.household.redactor import make_household
from build_db.household.roster import Roster
from build_db.household.wishes import Wishes
from build_db.ingest.daemons import find_trees
from build_db.ingest.extraction import READERS, extract
from build_db.ingest.survey import survey
from build_db.records import Document, FileKind, Row
from build_db.redaction.keyed import Keyed
from build_db.schema import schema
from build_db.sources import catalogue


def documents_by_kind() -> dict[str, list[Document]]:
    """Those of the full tree and of other companions' exports; of the vector store and the database, from lists."""
    found: dict[str, list[Document]] = {}
    for root in (TREES / "full", *sorted((TREES / "companions").iterdir())):
        (tree,) = find_trees(root)
        for file in survey(tree, catalogue()):
            if file.kind:
                value, _ = READERS[file.kind.format](tree.root / file.path)
                found.setdefault(file.kind.name, []).append(Document(file.logical, value))
    entries = yaml.safe_load((TREES / "full" / "chroma.yml").read_text(encoding="utf-8"))
    wanted = [e for e in entries if e["metadata"].get("type") in (None, "journal", "summary", "cross_session_insight")]
    for kind in catalogue():
        if kind.format == "vessel table":
            names = [pattern.rpartition("/")[2] for pattern in kind.patterns]
            found[kind.name] = [Document(f"cass.db/{name}", whole().get(name, [])) for name in names]
    found["vector store"] = [Document("chroma/chroma.sqlite3", {"documents": wanted, "types": []})]
    return found


DOCUMENTS = documents_by_kind()
KINDS = {kind.name: kind for kind in catalogue()}
REDACTOR = make_household(Roster((), frozenset()), Wishes(), Keyed(bytes(32)), ["cass"]).redactor
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def test_every_kind_has_an_example():
    assert set(DOCUMENTS) == set(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_document_with_one_odd_value_still_gives_rows_that_fit(name, data):
    kind, documents = KINDS[name], list(DOCUMENTS[name])
    number = data.draw(st.integers(0, len(documents) - 1))
    document = documents[number]
    if isinstance(document.value, str):
        documents[number] = Document(document.path, data.draw(st.text()))
    elif kind.format != "vector store":
        # A table is always a list of rows; what may be odd is a value of one.
        least = 2 if kind.format == "vessel table" else 0
        place = data.draw(st.sampled_from([place for place in places(document.value) if len(place) >= least]))
        documents[number] = Document(document.path, changed(document.value, place, data.draw(ODD)))
    for _, items in extract(kind, documents):
        for raw in items:
            for item in (raw, REDACTOR.redact(raw)):
                if isinstance(item, Row):
                    values = {"daemon_id": "d", "id": "i", **item.values}
                    fitted = Fitting(schema()[item.table]).fit(values, "", [])
                    assert all(isinstance(value, (str, int, float, type(None))) for value in fitted)


@pytest.mark.parametrize("kind", catalogue(), ids=lambda kind: kind.name)
def test_extraction_is_pure(kind: FileKind):
    documents = copy.deepcopy(DOCUMENTS[kind.name])
    first = list(extract(kind, documents))
    assert documents == DOCUMENTS[kind.name], "a source changed its document"
    assert [(d.path, items) for d, items in extract(kind, documents)] == [(d.path, i) for d, i in first]


def test_sources_know_neither_privacy_nor_sqlite_nor_each_other():
    allowed = {"build_db.records", "build_db.sources.mapping", "build_db.ingest.reading", "build_db.errors"}
    allowed |= {"build_db.declared", "build_db.sources.branches", "build_db.sources.markup"}
    for path in sorted(Path(sources.__file__).parent.glob("[a-z]*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert "sqlite3" not in names
            assert {name for name in names if (name or "").startswith("build_db")} <= allowed, path.name
