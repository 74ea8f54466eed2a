"""The demo keeps both forms of a daemon; what its database holds can be read, and what it must not show, cannot."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from conftest import DEMO
from write_aria import DATABASE, aria_tables, write

from build_db.ingest.daemons import find_trees


def dumped(path: Path) -> list[str]:
    """Everything in a database, as SQL: its bytes also tell which SQLite wrote it."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as conn:
        return list(conn.iterdump())


def test_the_database_is_what_the_texts_say(tmp_path):
    write(tmp_path / "cass.db")
    assert dumped(DATABASE) == dumped(tmp_path / "cass.db"), "run make aria"


def test_a_row_that_no_text_tells_of_is_noticed(tmp_path):
    write(tmp_path / "cass.db")
    with closing(sqlite3.connect(tmp_path / "cass.db")) as conn, conn:
        conn.execute("UPDATE messages SET content = content || '!' WHERE id = 7")
    assert dumped(DATABASE) != dumped(tmp_path / "cass.db")


def test_its_daemon_has_the_id_that_follows_from_its_name():
    (daemon,) = aria_tables()["daemons"]
    assert daemon["id"] == str(uuid.uuid5(uuid.NAMESPACE_DNS, "aria"))
    assert [tree.id for tree in find_trees(DEMO) if tree.name == "aria"] == [daemon["id"]]


def test_every_reference_of_a_text_is_told_of_somewhere():
    """A name like `$thread-letters` that is misspelled would be an id of nothing."""
    tables = aria_tables()
    ids = {str(row.get("id", row.get("slug"))) for rows in tables.values() for row in rows}
    for row in tables["thread_conversation_links"]:
        assert {row["thread_id"], row["conversation_id"]} <= ids
    named = [(table, column, value) for table, rows in tables.items() for row in rows for column, value in row.items()
             if column.endswith("_id") and isinstance(value, str) and len(value) == 36]  # fmt: skip
    assert [entry for entry in named if entry[2] not in ids] == []


PRIVATE = [
    *("+44 7700 900764", "+44 7700 900118", "+44 7700 900331", "01632 960417", "12 Quay Street", "Signe", "Marsh"),
    *("n.okoro@larkmeadow-school.example", "tomas.lindqvist@saltholm.example", "ellen.marsh@harbor.example"),
    *("newsletter@larkmeadow-choir.example", "gc_live_4Qm7Zt2Lk9Xr8Wd1Vb6N", "hJ5kQ2mX8pV4sR7tB1nC3z"),
    *("Nadia Okoro", "Tomas Lindqvist", "Ivo Marchetti", "Wren Talbot", "Less cheerful before seven"),
]


@pytest.mark.parametrize("value", PRIVATE)
def test_what_is_private_in_the_database_is_in_no_shared_file(demo, value):
    assert any(value in line for line in dumped(DATABASE)), "or the test would prove nothing"
    with closing(sqlite3.connect(demo)) as conn:
        assert not [line for line in conn.iterdump() if value in line]
    assert value.encode() not in demo.read_bytes()
