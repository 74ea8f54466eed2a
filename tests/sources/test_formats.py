"""Every field of every kind of file has a place in the database.

`trees/full` holds every kind with every field set, `landing.yml` says where each field lands; `trees/older` holds older
and broken shapes, `older.yml` says what becomes of them.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import DEMO, Built
from support.trees import TREES, build_fixture

from build_db.compare import leaves

HERE = Path(__file__).parent
LANDING: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "landing.yml").read_text(encoding="utf-8"))
OLDER: list[dict[str, Any]] = yaml.safe_load((HERE / "older.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    built = build_fixture("full", tmp_path_factory.mktemp("full"))
    yield built
    built.conn.close()


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    built = build_fixture("older", tmp_path_factory.mktemp("older"))
    yield built
    built.conn.close()


@cache
def source(path: str) -> Any:
    """The content of one file of the full tree, or of one type of its vector store."""
    file, _, wanted = path.partition("#")
    text = (TREES / "full" / file).read_text(encoding="utf-8")
    if wanted:
        entries = yaml.safe_load(text)
        return [e for e in entries if wanted in (e["metadata"].get("type"), e["collection"])]
    return yaml.safe_load(text) if file.endswith(".yaml") else json.loads(text)


def rule_for(rules: dict[str, Any], place: str) -> str | None:
    """The entry of `landing.yml` that covers a place."""
    general = re.sub(r"^((?:\[\]\.)?repos)\.[^.]*/[^.]*\.", r"\1.*.", place)
    bare = place.removeprefix("[].") if "metadata.type" in rules or "document" in rules else place
    for candidate in (place, general, bare):
        if candidate in rules:
            return candidate
    return next((rule for rule in rules if rule.endswith(".*") and place.startswith(rule[:-1])), None)


def inside(value: Any) -> Iterator[Any]:
    """Everything in a JSON value, keys and containers included."""
    yield value
    if isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from inside(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from inside(entry)


def column(conn: sqlite3.Connection, target: str) -> list[Any]:
    """Everything that a column holds; of a JSON column, everything inside and the JSON text itself."""
    table, name = target.split(".")
    cells = [cell for (cell,) in conn.execute(f"SELECT {name} FROM {table}") if cell is not None]
    return cells + [value for cell in cells for value in inside(json.loads(cell))] if name.endswith("_json") else cells


def holds(cells: list[Any], target: str, value: Any) -> bool:
    """Whether a column holds a value: the same in JSON, a part of a text, 0 and 1 for truth."""
    if target == "dreams.integration_status":
        value = "integrated"
    if target.endswith("_json"):
        return any(cell == value and type(cell) is type(value) for cell in cells)
    return any(cell == value or (isinstance(value, str) and isinstance(cell, str) and value in cell) for cell in cells)


def stored(rules: dict[str, Any], rule: str) -> list[str]:
    """The columns that a rule names; none if it gives a reason instead."""
    targets = rules[rule] if isinstance(rules[rule], list) else [rules[rule]]
    return [target for target in targets if not target.startswith("= ")]


WORDS = (".md", ".html")
PARSED = [path for path in LANDING if "*" not in LANDING[path] and not path.endswith(WORDS)]
PAGES = [path for path in LANDING if path.endswith(WORDS) and "*" not in LANDING[path]]


@pytest.mark.parametrize("path", PARSED)
def test_every_field_lands_where_it_is_said_to(full, path):
    rules, used = LANDING[path], set()
    for place, value in leaves(source(path)):
        rule = rule_for(rules, place)
        assert rule is not None or place == "[].collection", f"{place} has no entry"
        if rule is None:
            continue
        used.add(rule)
        for target in stored(rules, rule):
            assert holds(column(full.conn, target), target, value), f"{place}: {value!r} is not in {target}"
    assert used == set(rules), "entries without a field"


@pytest.mark.parametrize("path", PAGES)
def test_every_part_of_a_page_lands_where_it_is_said_to(full, path):
    for part in LANDING[path]:
        for target in stored(LANDING[path], part):
            assert any(cell not in ("", [], {}) for cell in column(full.conn, target)), f"{part} is not in {target}"


def test_every_file_of_the_full_tree_has_its_entry():
    present = {p.relative_to(TREES / "full").as_posix() for p in (TREES / "full").rglob("*")}
    files = {path for path in present if (TREES / "full" / path).is_file()} - {"chroma.yml"}
    assert files <= {path.partition("#")[0] for path in LANDING} | {"chroma.yml"}


def test_the_full_tree_has_no_problem_but_those_it_plants(full):
    assert full.problems() == [
        ("chroma/chroma.sqlite3", "observation", "unknown type of document"),
        ("research/sessions/session_4f0d9a21.json", "findings_summary", "differs from its twin: the twin's is kept"),
    ]


@pytest.mark.parametrize("rule", OLDER, ids=[str(number) for number in range(len(OLDER))])
def test_older_and_broken_shapes(older, rule):
    assert [list(row) for row in older.rows(rule["sql"])] == rule["expect"], rule["why"]


# What the demo's files say that no row repeats, and why.
NOT_ROWS = {
    "type": "a constant of the kind, or the table's name",
    "session_type": "a constant of the folder",
    "file_path": "documents of the vector store that copy files are not ingested",
}


def everything(conn: sqlite3.Connection) -> set[Any]:
    """Every value in every cell, JSON taken apart, ids also without the name of a further daemon."""
    found: set[Any] = set()
    for (table,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"):
        cursor = conn.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        for row in cursor:
            for name, cell in zip(names, row, strict=True):
                if name.endswith("_json") and cell is not None:
                    found.update(v for v in inside(json.loads(cell)) if not isinstance(v, (dict, list)))
                else:
                    found.add(cell)
                    found.add(cell.removeprefix("aria:") if isinstance(cell, str) else cell)
    return found


@pytest.mark.parametrize("name", ["full", "demo"])
def test_every_scalar_of_every_ingested_file_can_be_found_again(name, request, tmp_path):
    built = request.getfixturevalue("full") if name == "full" else Built(DEMO, tmp_path / "demo.db", private=True)
    found = everything(built.conn)
    root = TREES / "full" if name == "full" else DEMO
    lost, looked = [], 0
    for (path,) in built.rows("SELECT path FROM source_files WHERE outcome = 'ingested'"):
        place = next((tree / path for tree in (root, *root.glob("daemons/*")) if (tree / path).is_file()), None)
        if place is None or place.suffix not in (".json", ".yaml"):
            continue
        text = place.read_text(encoding="utf-8")
        for where, value in leaves(yaml.safe_load(text) if place.suffix == ".yaml" else json.loads(text)):
            looked += 1
            if value not in (None, "") and value not in found and where.rpartition(".")[2] not in NOT_ROWS:
                lost.append((path, where, value))
    assert looked > 500
    assert lost == []
