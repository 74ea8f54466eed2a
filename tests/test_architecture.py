"""One direction: a room knows its neighbours below and nothing more."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

# What each room may import of the tool, from the bottom up. A part of a room stands for that part alone.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "errors": (),
    "contract": (),
    "declared": ("errors",),
    "records": (),
    "progress": (),
    "scratch": (),
    "heap": (),
    "workers": ("errors", "scratch"),
    "terminal": ("errors", "scratch"),
    "limits": (),
    "zipping": (),
    "signatures": ("errors",),
    "ingest": ("errors", "limits", "declared", "records", "scratch"),
    "sources": ("declared", "errors", "records", "ingest.reading"),
    "schema": ("contract", "declared", "errors"),
    "database": ("contract", "errors", "records", "schema", "scratch"),
    "redaction": ("contract", "declared", "errors", "limits", "records", "schema"),
    "household": (
        *("contract", "declared", "errors", "limits", "records", "scratch", "ingest", "sources", "schema", "redaction"),
        *("signatures", "workers"),
    ),
    "witness": ("errors", "limits", "scratch", "workers", "ingest.tree"),
    "group": ("__version__", "errors", "redaction.policy", "schema", "terminal", "witness.check"),
    "canned": ("declared", "schema"),
    "family": ("declared", "errors", "schema"),
    "metadata": ("canned", "family", "schema", "redaction.policy"),
    "report": ("database.inserter", "database.load"),
    "commands": (),
    "summary": ("commands", "declared", "report", "database.load"),
    "again": ("database", "errors", "household", "ingest", "progress", "sources", "witness"),
    "doctor": ("commands", "errors", "household", "ingest", "progress", "records", "sources", "summary"),
    "compare": (
        *("contract", "database.publish", "database.times", "declared", "errors", "ingest", "records", "sources"),
    ),
    "reader": ("__version__", "contract", "declared", "errors", "zipping"),
    "exports": (
        *(
            "contract",
            "declared",
            "errors",
            "limits",
            "ingest.reading",
            "ingest.tree",
            "schema",
            "database",
            "household.wishes",
            "reader",
            "zipping",
            "redaction",
        ),
        *("heap", "witness", "metadata", "scratch", "signatures", "__version__"),
    ),
    "keepsake": ("database.publish", "errors", "exports.origin", "ingest.tree", "reader", "scratch", "witness"),
    "signed": ("errors", "exports.verify", "group", "household", "signatures", "terminal"),
    "sharing": (
        *("again", "database.counting", "errors", "exports", "group", "household", "keepsake", "signed", "terminal"),
    ),
    "remembered": ("household", "ingest", "records", "workers"),
    "portions": ("database.fitting", "household", "ingest", "records", "remembered", "sources", "workers"),
    "pipeline": (
        *("contract", "errors", "records", "ingest", "sources", "schema", "database", "household", "redaction"),
        *("witness", "portions", "remembered", "report", "progress", "scratch", "workers", "__version__"),
    ),
    "many": (
        *("again", "errors", "exports", "group", "household", "ingest.daemons", "pipeline", "redaction.keyed"),
        *("redaction.policy", "schema", "scratch", "sharing", "signatures", "signed", "terminal", "workers"),
        "__version__",
    ),
}
# What is no business of a room, whoever made it.
MUST_NOT_IMPORT = {
    "redaction": ("sqlite3", "sqlite_utils", "pathlib", "os", "shutil", "tempfile", "io"),
    "sources": ("sqlite3", "sqlite_utils", "pathlib", "os", "shutil", "tempfile", "io"),
    "schema": ("pathlib", "os"),
    "witness": ("daemon_look", "daemon_search"),  # it judges what the index holds
}


def imports(source: str) -> Iterator[str]:
    """Everything that a module imports, as dotted names: `from a import b` is `a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written out"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def trespasses(room: str, source: str) -> list[str]:
    """What a module of a room imports and must not."""
    found = []
    for name in imports(source):
        inner = name.removeprefix("build_db.")
        if name.startswith("build_db."):
            allowed = any(f"{inner}.".startswith(f"{place}.") for place in (room, *MAY_IMPORT[room]))
        else:
            allowed = name.split(".")[0] not in (*MUST_NOT_IMPORT.get(room, ()), "daemon_pages", "datasette")
        if not allowed:
            found.append(name)
    return found


def modules(room: str) -> list[Path]:
    place = ROOT / "build_db" / room
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_knows_only_what_is_below_it(room: str) -> None:
    for path in modules(room):
        assert trespasses(room, path.read_text(encoding="utf-8")) == [], path.name


def test_every_room_is_listed_from_the_bottom_up() -> None:
    places = [path for path in (ROOT / "build_db").iterdir() if path.name[0] not in "_."]
    present = {path.stem for path in places if path.is_dir() or path.suffix == ".py"}
    assert present - MAY_IMPORT.keys() == {"cli"}
    order = list(MAY_IMPORT)
    for room, below in MAY_IMPORT.items():
        for place in below:
            assert place == "__version__" or order.index(place.split(".")[0]) < order.index(room)


def test_the_pages_know_the_served_file_and_nothing_of_the_builder() -> None:
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        wrong = [name for name in imports(path.read_text(encoding="utf-8")) if name.startswith("build_db")]
        assert wrong == [], path.name


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("witness", "from build_db.redaction.people.people_finder import folded"),
        ("witness", "import build_db.sources"),
        ("redaction", "import sqlite3"),
        ("redaction", "from pathlib import Path"),
        ("sources", "from build_db.redaction.words import words"),
        ("sources", "def rows():\n    from sqlite3 import connect"),
        ("database", "from build_db.redaction import Redactor"),
        ("ingest", "from build_db.schema import schema"),
    ],
)
def test_a_wrong_import_is_noticed(room: str, line: str) -> None:
    assert trespasses(room, line)
