"""The vessel's export of a daemon is read by what is in it, and never unpacked."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from conftest import KEY, conversation
from support.vessel import (
    ARIA,
    CASS,
    EVENING,
    OTHER,
    TALK,
    TOBIN,
    WILMA,
    archive,
    daemon,
    message,
    person,
    small,
    talk,
    write_archive,
    write_vessel,
)  # fmt: skip

from build_db import BuildOptions, UsageError, build
from build_db.errors import Unreadable
from build_db.ingest.archives import archive_rows, is_archive
from build_db.ingest.daemons import find_trees
from build_db.witness.check import Leaked, check_nothing_leaked

ARIAS = {
    "daemons": [daemon(ARIA, "aria", kernel_version="temple-codex-1.0")],
    "users": [person(TOBIN, "Tobin Quill")],
    "conversations": [talk(OTHER, ARIA, TOBIN, title="Kilns")],
    "messages": [message(OTHER, "Tobin Quill fired it.", user_id=TOBIN)],
}


@pytest.mark.parametrize(("name", "packed"), [("aria.anima", True), ("aria.zip", True), ("aria.json", False)])
@pytest.mark.parametrize("private", [True, False])
def test_an_archive_alone_is_a_daemon(tmp_path, built, name, packed, private):
    path = write_archive(tmp_path / "in" / name, archive(ARIAS), packed)
    db = built(path, private=private)
    assert db.rows("SELECT id, name, kernel_version FROM daemons") == [(ARIA, "aria", "temple-codex-1.0")]
    assert db.one("SELECT title FROM conversations") == "Kilns"
    assert ("Tobin" in db.one("SELECT content FROM messages")) is private
    assert db.problems() == []


def test_the_vessels_database_alone_is_one_too(tmp_path, built):
    path = write_vessel(tmp_path / "in/cass.db", small())
    assert built(path).rows("SELECT id, name FROM daemons") == [(CASS, "cass")]


def test_an_archive_in_a_tree_is_a_daemon_of_its_own(tmp_path, tree, built):
    root = tree({f"conversations/{TALK}.json": conversation(TALK)})
    write_archive(root / "exports/daemons/aria.anima", archive(ARIAS))
    db = built(root)
    assert [name for (name,) in db.rows("SELECT name FROM daemons ORDER BY name")] == ["aria", "cass"]
    assert dict(db.rows("SELECT c.id, d.name FROM conversations c JOIN daemons d ON d.id = c.daemon_id")) == {
        TALK: "cass",
        OTHER: "aria",
    }


def test_of_two_archives_the_newer_wins_and_a_daemon_that_is_there_wins_over_both(tmp_path, tree, built):
    root = tree({f"conversations/{TALK}.json": conversation(TALK)})
    older = archive({**ARIAS, "conversations": [talk(OTHER, ARIA, TOBIN, title="Old")]}, exported_at="2025-12-15T00:00")
    write_archive(root / "z.anima", older)
    write_archive(root / "a.anima", archive(ARIAS))
    db = built(root)
    assert db.one("SELECT title FROM conversations WHERE id = ?", OTHER) == "Kilns"
    outcomes = dict(db.rows("SELECT path, outcome FROM source_files"))
    assert outcomes["z.anima/conversations"] == "derived"
    tables = small()
    tables["daemons"].append(daemon(ARIA, "aria"))
    tables["conversations"].append(talk(OTHER, ARIA, TOBIN, title="Now"))
    write_vessel(root / "cass.db", tables)
    assert built(root, name="two.db").one("SELECT title FROM conversations WHERE id = ?", OTHER) == "Now"


def test_whom_only_an_older_archive_names_is_named_nowhere(tree, built, tmp_path):
    page = "---\ntype: concept\ncreated: '2026-01-10'\n---\n# Kiln\n\nMarget Fenwick-Oake fired it."
    root = tree({"wiki/concept/Kiln.md": page, f"conversations/{TALK}.json": conversation(TALK)})
    tables = {**ARIAS, "users": [person(WILMA, "Marget Fenwick-Oake")]}
    write_archive(root / "z.anima", archive(tables, exported_at="2025-12-15T00:00"))
    write_archive(root / "a.anima", archive(ARIAS))
    assert "Fenwick" not in built(root, private=False).one("SELECT content FROM wiki_pages")
    build(root, tmp_path / "private.db", BuildOptions(private=True))
    with pytest.raises(Leaked, match=r"wiki_pages\.content"):
        check_nothing_leaked([tmp_path / "private.db"], find_trees(root), None)


def test_without_users_the_graph_says_who_they_are(tmp_path, built):
    tables = {**ARIAS, "users": []}
    node = {"id": "u1", "node_type": "user", "created_at": EVENING, "content": "Tobin Quill"}
    node["metadata"] = {"display_name": "Tobin Quill", "original_id": TOBIN}
    graph = {"nodes": [node], "edges": [], "saved_at": EVENING}
    path = write_archive(tmp_path / "aria.anima", archive(tables, self_model_graph=graph))
    assert "Tobin" not in built(path, private=False).one("SELECT content FROM messages")
    assert built(path, name="private.db").one("SELECT count(*) FROM self_model_nodes") == 1


def test_without_a_single_name_a_shared_build_asks_for_them(tmp_path):
    path = write_archive(tmp_path / "aria.anima", archive({**ARIAS, "users": []}))
    with pytest.raises(UsageError, match="none of them has a name anywhere"):
        build(path, tmp_path / "out.db", BuildOptions(key=KEY))
    (tmp_path / "redaction.yml").write_text(f"people: {{{TOBIN}: {{aliases: [Tobin Quill]}}}}")
    build(path, tmp_path / "out.db", BuildOptions(key=KEY))


def test_a_bare_export_in_a_tree_is_a_daemon_whatever_it_is_called(tree, built):
    root = tree({f"conversations/{TALK}.json": conversation(TALK), "downloads/other.json": {"a": 1}})
    write_archive(root / "downloads/daemon.json", archive(ARIAS), packed=False)
    db = built(root)
    assert db.one("SELECT count(*) FROM daemons") == 2
    assert [(path, problem) for path, _, problem in db.problems()] == [("downloads/other.json", "unknown file")]


def test_what_an_older_archive_took_out_is_silent_in_the_newer(tree, built):
    excluded = [message(OTHER, "The crossbow is under the bed.", user_id=TOBIN, excluded=1)]
    root = tree({f"conversations/{TALK}.json": conversation(TALK)})
    write_archive(root / "z.anima", archive({**ARIAS, "messages": excluded}, exported_at="2025-12-15T00:00"))
    write_archive(root / "a.anima", archive({**ARIAS, "messages": [{**excluded[0], "excluded": 0}]}))
    assert b"crossbow" not in built(root, private=False).path.read_bytes()


def test_an_archive_that_lost_rows_says_so(tmp_path, built):
    record = archive(ARIAS)
    record["stats"]["messages"] = 7
    db = built(write_archive(tmp_path / "aria.anima", record))
    assert db.problems() == [("messages", None, "not as many rows as the archive counted")]


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("daemon_data.json", b" " * 40_000_000)


def lying(path: Path) -> None:
    write_archive(path, archive(ARIAS))
    data = path.read_bytes()
    size = len(zipfile.ZipFile(path).read("daemon_data.json")).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (10).to_bytes(4, "little")))


def encrypted(path: Path) -> None:
    write_archive(path, archive(ARIAS))
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(mark) + place] |= 1
    path.write_bytes(bytes(data))


def cut(path: Path) -> None:
    write_archive(path, archive(ARIAS))
    path.write_bytes(path.read_bytes()[:-30])


def climbing(path: Path) -> None:
    write_archive(path, archive(ARIAS))
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("../../outside.txt", "x")


def packed_otherwise(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("daemon_data.json", json.dumps(archive(ARIAS)))
    data = bytearray(path.read_bytes())
    data[80:120] = bytes(40)
    path.write_bytes(bytes(data))


# What a ZIP held whose list of members is cut off nobody can tell: by any other name it is an unknown file.
UNTRUSTED = [
    (made, name) for made in (bomb, lying, encrypted, packed_otherwise) for name in ("a.anima", "download.zip")
]


@pytest.mark.parametrize(("made", "name"), [*UNTRUSTED, (cut, "a.anima")])
def test_what_cannot_be_trusted_is_not_read_and_stops_a_shared_build(tree, built, made, name):
    root = tree({f"conversations/{TALK}.json": conversation(TALK)})
    made(root / name)
    with pytest.raises(Unreadable):
        is_archive(root / name) and archive_rows(root / name, "messages")
    with pytest.raises(UsageError, match=name):
        build(root, root.parent / "out.db", BuildOptions(key=KEY))
    db = built(root)
    assert db.one("SELECT count(*) FROM conversations") == 1
    assert [problem.partition(":")[0] for _, _, problem in db.problems()] == ["unread"]


@pytest.mark.parametrize(("made", "said"), [(encrypted, "an encrypted archive"), (cut, "a damaged archive")])
def test_a_file_that_is_given_and_cannot_be_read_is_refused_with_the_cause(tmp_path, made, said):
    made(tmp_path / "aria.anima")
    with pytest.raises(UsageError, match=rf"aria\.anima: {said}"):
        build(tmp_path / "aria.anima", tmp_path / "out.db", BuildOptions(private=True))


def test_a_member_that_climbs_out_is_never_unpacked(tmp_path, built):
    climbing(tmp_path / "in.anima")
    before = sorted(os.listdir(tmp_path.parent))
    assert built(tmp_path / "in.anima").one("SELECT count(*) FROM messages") == 1
    assert sorted(os.listdir(tmp_path.parent)) == before


def test_another_zip_is_no_daemon(tree, built):
    root = tree({f"conversations/{TALK}.json": conversation(TALK)})
    with zipfile.ZipFile(root / "photos.zip", "w") as file:
        file.writestr("a.jpg", "x")
    (root / "broken.zip").write_bytes(b"PK\x03\x04 broken")
    assert {(path, problem) for path, _, problem in built(root, private=False).problems()} == {
        ("photos.zip", "unknown file"),
        ("broken.zip", "unknown file: no known kind of file lies here, a damaged archive"),
    }


def test_rows_of_an_archive_that_are_none_are_told_of(tmp_path, built):
    tables = {"dreams": [5, None], "journals": "x", "conversations": [talk(TALK)]}
    path = write_archive(tmp_path / "a.anima", {"daemon_id": CASS, "daemon": daemon(CASS, "cass"), "tables": tables})
    told = [problem for _, _, problem in built(path).problems()]
    assert [told.count("not an object"), told.count("not a list")] == [2, 1]


@pytest.mark.parametrize("rows", [1, [], [daemon(ARIA, "aria")]])
def test_what_an_archive_tells_beside_its_tables_is_read_once(tmp_path, built, rows):
    record = archive(small())
    record["tables"] |= {"daemons": rows, "self_model_graph": rows}
    db = built(write_archive(tmp_path / "a.anima", record))
    assert db.rows("SELECT id, name FROM daemons") == [(CASS, "cass")]
    assert sum(problem.startswith("duplicate: an archive") for _, _, problem in db.problems()) == bool(rows)


def test_an_archive_without_a_row_or_a_date_is_no_mistake_of_ours(tmp_path):
    path = write_archive(tmp_path / "a.anima", {"daemon_id": CASS, "daemon": daemon(CASS, "cass"), "tables": {}})
    with pytest.raises(UsageError, match="no record was taken in"):
        build(path, tmp_path / "out.db", BuildOptions(private=True))
