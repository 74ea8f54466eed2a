"""Copies that sync tools and hands leave: told by their name, listed as such, and never taken in."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, Built, conversation
from support.trees import build_fixture

from build_db.ingest.daemons import find_trees
from build_db.ingest.survey import COPY, survey
from build_db.records import VESSEL
from build_db.sources import catalogue

FIRST = "11111111-1111-4111-8111-111111111111"
ENDINGS = yaml.safe_load((ROOT / "build_db" / "ingest" / "copies.yml").read_text(encoding="utf-8"))
SURE = {ending["source"]: ending["sure"] for ending in ENDINGS}

# By who writes it: what stands behind the name of a copy, and what looks like it and is none.
EXAMPLES = {
    "browsers, Google Drive": ("(1)", " (1999)"),
    "Windows": (" - Kopie (2)", " - Copyright"),
    "macOS, GNOME": (" copy 2", " copycat"),
    "Dropbox, Nextcloud": (" (Wren's conflicted copy 2025-03-01)", " (an argument)"),
    "Syncthing": (".sync-conflict-20250301-101112-ABC2DEF", ".sync-conflict-2025"),
    "ownCloud": ("_conflict-20250301-101112", "_conflict-of-interest"),
    "Synology Drive": ("_nas-1_Mar-01-101112-2025_CaseConflict", "_nas_Conflict"),
    "macOS, iCloud Drive": (" 2", " 2001"),
    "people": ("-old", "-older"),
    "editors": ("~", "~x"),
    "OneDrive, which appends the name of a computer": ("-DESKTOP-7QK", "-Desktop"),
}
UNSURE = [source for source, sure in SURE.items() if not sure]

PAGE = "---\ncreated: '2025-02-19T15:04:57.941392'\nmodified: '2025-02-19T15:04:57.941392'\n---\n\n# Tea\n"
OTHER = PAGE.replace("2025-02-19", "2025-03-01")


@pytest.fixture
def copies(tree):
    """The files of a tree that are listed as copies."""

    def listed(files: dict[str, Any]) -> list[str]:
        (found,) = find_trees(tree(files))
        return [file.path for file in survey(found, catalogue()) if file.reason == COPY]

    return listed


def test_every_ending_has_an_example():
    assert EXAMPLES.keys() == SURE.keys()
    assert len(ENDINGS) == len(SURE)


@pytest.mark.parametrize("source", EXAMPLES)
def test_an_ending_of_a_copy_is_recognised(copies, source):
    path = f"wiki/concept/Green Tea{EXAMPLES[source][0]}.md"
    assert copies({"wiki/concept/Green Tea.md": PAGE, path: PAGE}) == [path]


@pytest.mark.parametrize("source", EXAMPLES)
def test_an_ending_that_only_looks_like_one_is_none(copies, source):
    path = f"wiki/concept/Green Tea{EXAMPLES[source][1]}.md"
    assert copies({"wiki/concept/Green Tea.md": PAGE, path: PAGE}) == []


@pytest.mark.parametrize("source", SURE)
def test_a_file_that_begins_otherwise_is_a_copy_if_its_ending_is_sure(copies, source):
    path = f"wiki/concept/Green Tea{EXAMPLES[source][0]}.md"
    assert copies({"wiki/concept/Green Tea.md": PAGE, path: OTHER}) == ([path] if SURE[source] else [])


@pytest.mark.parametrize("source", UNSURE)
@pytest.mark.parametrize("name", [FIRST, "2025-03-01", "reflect_20250301_101112"])
def test_whatever_stands_behind_a_date_or_an_id_makes_a_copy(copies, name, source):
    path = f"conversations/{name}{EXAMPLES[source][0]}.json"
    assert copies({f"conversations/{name}.json": {"id": 1}, path: {"other": 2}}) == [path]


@pytest.mark.parametrize("ending", ["", " (1)"])
def test_without_an_original_beside_it_nothing_is_a_copy(copies, ending):
    assert (
        copies({f"wiki/concept/Tea{ending}.md": PAGE, "wiki/entity/Tea.md": PAGE, "wiki/concept/Tea.txt": PAGE}) == []
    )


def test_a_copy_of_a_copy_is_one(copies):
    names = ["wiki/concept/Tea (1) (1).md", "wiki/concept/Tea (1).md"]
    assert copies({"wiki/concept/Tea.md": PAGE, **dict.fromkeys(names, PAGE)}) == names


def test_a_file_without_a_suffix_may_have_a_copy(copies):
    assert copies({"notes": "x", "notes (1)": "x"}) == ["notes (1)"]


def test_world_war_2_beside_world_war_is_a_page_of_its_own(tree, built):
    pages = {"wiki/concept/World War.md": PAGE, "wiki/concept/World War 2.md": OTHER}
    db = built(tree(pages))
    assert db.rows("SELECT id FROM wiki_pages ORDER BY id") == [("concept/World War",), ("concept/World War 2",)]
    assert db.problems() == []


def test_a_copy_is_listed_as_such_with_the_kind_of_its_original(tree, built):
    path = f"conversations/{FIRST} (1).json"
    db = built(tree({f"conversations/{FIRST}.json": conversation(FIRST), path: conversation(FIRST)}))
    columns = "path, kind, outcome, reason, row_count"
    assert db.rows(f"SELECT {columns} FROM source_files WHERE outcome <> 'ingested'") == [
        (path, "conversation", "derived", "a copy beside its original", 0)
    ]
    assert db.problems() == [(path, None, "a copy beside its original: not taken in")]


def test_a_copy_never_wins_however_late_it_was_saved(tree, built):
    original = conversation(FIRST, title="the original")
    copy = conversation(FIRST, title="the copy", updated_at="2099-01-01T00:00:00")
    db = built(tree({f"conversations/{FIRST}.json": original, f"conversations/{FIRST} (1).json": copy}))
    assert db.rows("SELECT title FROM conversations") == [("the original",)]
    assert db.one("SELECT count(*) FROM messages") == len(original["messages"])


def contents(db: Built) -> dict[str, list]:
    """All rows of the tables that come from files."""
    tables = [name for name in db.report.rows if name not in ("source_files", "problems", "build_info")]
    return {table: db.rows(f"SELECT * FROM {table}") for table in tables}


def test_copies_beside_every_file_change_no_row_of_any_kind(tmp_path, built):
    alone = build_fixture("full", tmp_path / "one")
    root = tmp_path / "one" / "data"
    paths = [Path(path) for (path,) in alone.rows("SELECT path FROM source_files WHERE outcome = 'ingested'")]
    for path in paths:
        shutil.copy(root / path, root / path.with_name(f"{path.stem} (1){path.suffix}"))
    copied = built(root, name="copied.db")
    listed = copied.rows("SELECT DISTINCT kind FROM source_files WHERE reason = ?", COPY)
    # A copy of the vessel's database is no copy of a file: it stops a shared build, whatever is in it.
    of_files = {kind.name for kind in catalogue() if kind.form == VESSEL and kind.format != "vessel table"}
    assert {kind for (kind,) in listed} == of_files
    assert contents(copied) == contents(alone)
    alone.conn.close()


def test_whom_only_a_copy_names_is_named_nowhere(tree, built):
    wren = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
    said = [{"role": "user", "content": "Yours, Wrenna.", "timestamp": "2025-01-01", "user_id": wren}]
    profile = {"user_id": wren, "display_name": "W."}
    files = {
        f"conversations/{FIRST}.json": conversation(FIRST, messages=said),
        f"users/{wren}/profile.yaml": profile,
        f"users/{wren}/profile (1).yaml": {**profile, "display_name": "Wrenna Talbot"},
    }
    db = built(tree(files), private=False)
    assert "Wrenna" not in db.one("SELECT content FROM messages")
