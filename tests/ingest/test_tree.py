"""Which file is which kind, and what is never opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import conversation

from build_db import UsageError
from build_db.ingest.daemons import find_trees
from build_db.ingest.globs import first_match
from build_db.ingest.survey import survey
from build_db.sources import catalogue


@pytest.fixture
def outcomes(tree):
    def run(files: dict) -> dict[str, tuple[str, str | None]]:
        (found,) = find_trees(tree(files))
        return {f.path: (f.outcome, f.kind.name if f.kind else None) for f in survey(found, catalogue())}

    return run


def test_every_file_is_listed_in_order_of_path(outcomes):
    found = outcomes({"conversations/b.json": {}, "conversations/a.json": {}, "notes.txt": "x", "a/b/c/d": "x"})
    assert list(found) == ["a/b/c/d", "conversations/a.json", "conversations/b.json", "notes.txt"]
    assert found["notes.txt"] == ("unknown", None)
    assert found["conversations/a.json"] == ("ingested", "conversation")


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("daedalus_credentials.json", "refused"),
        ("users/aaaa/auth.json", "refused"),
        ("backups/backup_20250101_000000.zip", "refused"),
        ("conversations_backup_20250101_000000/x.json", "refused"),
        ("testing/rollback/snapshots/snapshot_1.tar.gz", "refused"),
        ("memory_export_20250101_000000.json", "refused"),
        (".env", "refused"),
        ("conversations/index.json", "derived"),
        ("solo_reflections/session_reflect_1.json", "derived"),
        ("writing/1_Letter to a friend.md", "derived"),
        ("chroma/0a1b/index_metadata.pickle", "derived"),
        ("wiki/.git/config", "ignored"),
        ("users_test/index.json", "ignored"),
        ("scout/files.json", "ignored"),
        ("daedalus_chat_state.json", "ignored"),
    ],
)
def test_what_is_never_read(outcomes, path, outcome):
    found = outcomes({path: "x"})
    assert [told for told, _ in found.values()] == [outcome]


def test_a_renamed_file_counts_unless_its_twin_is_there(outcomes):
    found = outcomes(
        {"usage/2025-01-01.json.migrated": {}, "usage/2025-01-02.json": {}, "usage/2025-01-02.json.migrated": {}}
    )
    assert [outcome for outcome, _ in found.values()] == ["ingested", "ingested", "derived"]


def test_links_and_pipes_are_not_followed(tree, outcomes, tmp_path):
    (tmp_path / "outside.json").write_text("{}")
    folder = tree({"conversations/a.json": conversation()}) / "conversations"
    (folder / "link.json").symlink_to(tmp_path / "outside.json")
    (folder / "folder").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.json")
    found = outcomes({})
    assert {path: outcome for path, (outcome, _) in found.items()} == {
        "conversations/a.json": "ingested",
        "conversations/folder": "unreadable",
        "conversations/link.json": "unreadable",
        "conversations/pipe.json": "unreadable",
    }


def test_the_self_folder_is_where_the_profile_is(outcomes):
    found = outcomes(
        {"rowan/self_profile.yaml": "x: 1", "rowan/self_observations.json": [], "cass_test/self_profile.yaml": "x"}
    )
    assert found["rowan/self_observations.json"] == ("ingested", "self-observations")


def test_a_wiki_page_may_have_any_name(outcomes):
    names = ["Tides: A.md", "a*b?.md", "[x].md", ".md", "Übung.md", "a\nb.md"]
    found = outcomes({f"wiki/concept/{name}": "x" for name in names})
    assert {kind for _, kind in found.values()} == {"wiki page"}


def test_a_file_name_of_broken_characters_is_listed(tree, built):
    root = tree({})
    (root / "wiki" / "concept").mkdir(parents=True)
    Path(os.fsdecode(os.fsencode(root / "wiki" / "concept") + b"/caf\xe9.md")).write_text("# Café", encoding="utf-8")
    assert built(root).rows("SELECT id, title FROM wiki_pages") == [("concept/caf?", "Café")]


def test_daemons_are_named_as_it_was_typed(tree):
    manifest = "daemons: [{name: 0451, path: a, id: 007, kernel_version: 1.0}, {name: No, path: b}]"
    root = tree({"daemons.yml": manifest, "a/x": "", "b/x": ""})
    named = [(t.name, t.id, t.kernel_version) for t in find_trees(root)[1:]]
    assert named[0] == ("0451", "007", "1.0")
    assert named[1][0] == "No"


@pytest.mark.parametrize("manifest", ["daemons: []\ndaemons: []", "daemons: [{name: aria, path: a, name: rowan}]"])
def test_a_key_that_stands_twice_in_the_list_of_daemons_is_refused(tree, manifest):
    with pytest.raises(UsageError, match=r"daemons\.yml: a key stands twice"):
        find_trees(tree({"daemons.yml": manifest}))


def test_patterns_of_kinds_do_not_overlap(outcomes):
    """Two kinds that claim one file would make the order of modules matter."""
    patterns = [(kind, glob.replace("{self}", "cass")) for kind in catalogue() for glob in kind.patterns]
    for kind, glob in patterns:
        sample = glob.replace("*", "0").replace("[0-9a-f]", "0").replace("[0-9]", "0")
        beside = ((other, pattern) for other, pattern in patterns if other.form == kind.form)
        owners = {other.name for other, pattern in beside if first_match([pattern])(sample) is not None}
        assert owners == {kind.name}, glob
