"""What Datasette asks again and again of a file that never changes is asked once, until another takes its place."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import time

import pytest
from daemon_pages import built
from daemon_pages.built import BuiltDatabase
from daemon_pages.hosts import IS_OLD, open_again
from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm
from support.site import METADATA, Site

from build_db.contract import rows_fact

TOOK = re.compile(r'(?<=Queries took )[\d.]+|(?<="query_ms": )[\d.]+')
# Pages of Datasette's own that ask much of the schema.
PLACES = ("/cass", "/cass/messages", "/cass/journals?_facet=entry_type", "/cass/daemons.json", "/cass/search_documents")


@pytest.fixture
def served(demo, tmp_path):
    """A copy of the demo and a site that shows it."""
    shutil.copy(demo, tmp_path / "cass.db")
    return tmp_path / "cass.db", Site(tmp_path / "cass.db")


def statements(monkeypatch) -> list[str]:
    """Every statement that any connection is asked from now on."""
    asked: list[str] = []
    prepare = Datasette._prepare_connection

    def listen(self, conn, database):
        prepare(self, conn, database)
        conn.set_trace_callback(asked.append)

    monkeypatch.setattr(Datasette, "_prepare_connection", listen)
    return asked


@pytest.mark.parametrize("place", PLACES)
def test_datasette_shows_the_same_as_without_us(served, place, monkeypatch):
    path, site = served
    shown = [TOOK.sub("", site.ok(place)) for _ in range(2)]
    monkeypatch.setattr("daemon_pages.plugin.take_over", lambda datasette: None)
    as_it_was = TOOK.sub("", Site(path).ok(place))
    assert [text == as_it_was for text in shown] == [True, True]


@pytest.mark.skipif(not IS_OLD, reason="1.0 asks some of it in functions of its own, which costs time and nothing else")
def test_the_schema_is_asked_once_and_no_table_is_counted(served, monkeypatch):
    asked = statements(monkeypatch)
    _, site = served
    for place in PLACES:
        site.ok(place)
    assert any("sqlite_master" in sql for sql in asked)
    assert not [sql for sql in asked if sql.lower().startswith("select count(*) from [messages]")]
    del asked[:]
    for place in PLACES:
        site.ok(place)
    assert not [sql for sql in asked if "sqlite_master" in sql or "table_info" in sql or "foreign_key_list" in sql]


def test_a_file_that_takes_the_place_is_asked_anew(served, tmp_path):
    path, site = served
    assert "a_new_table" not in site.ok("/cass.json?_hidden=1")
    shutil.copy(path, tmp_path / "new.db")
    with sqlite3.connect(tmp_path / "new.db") as conn:
        conn.execute("CREATE TABLE a_new_table (id INTEGER PRIMARY KEY)")
        conn.execute("UPDATE build_info SET value = 7 WHERE key = 'rows.journals'")
    (tmp_path / "new.db").rename(path)
    tables = {table["name"]: table["count"] for table in site.get("/cass.json").json()["tables"]}
    assert "a_new_table" in tables
    assert tables["journals"] == 7


@pytest.mark.skipif(not IS_OLD, reason="1.0 keeps what is being asked with each file")
def test_what_is_being_asked_is_answered_before_a_file_is_closed(served):
    site = served[1]
    site.ok("/")
    asked = site.datasette.executor.submit(time.sleep, 0.1)
    before = site.datasette.executor
    open_again(site.datasette)
    assert asked.done()
    assert site.datasette.executor is not before
    site.ok("/cass")


def test_what_was_asked_of_a_file_that_is_closed_is_forgotten(served):
    _, site = served
    site.ok("/cass")
    database = site.datasette.databases["cass"]
    assert database._memory
    database.close()
    assert not database._memory


def test_a_foreign_file_is_left_as_it_is(demo, tmp_path):
    foreign = tmp_path / "other.db"
    with sqlite3.connect(foreign) as conn:
        conn.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY)")
    site = Site(demo, foreign)
    site.ok("/")
    kinds = {name: type(database) is BuiltDatabase for name, database in site.datasette.databases.items()}
    assert (kinds[demo.stem], kinds["other"]) == (True, False)
    with sqlite3.connect(foreign) as conn:
        conn.execute("INSERT INTO notes DEFAULT VALUES")
    assert site.get("/other.json").json()["tables"][0]["count"] == 1


def test_the_count_is_kept_where_the_builder_puts_it():
    assert built.ROWS.format(table="messages") == rows_fact("messages")


def test_columns_worth_counting_by_are_not_looked_for(served):
    assert "uggested facets" not in served[1].ok("/cass/messages")


@pytest.mark.skipif(not IS_OLD, reason="1.0 asks SQL who may see a table; test_hosts.py and test_matrix.py try that")
class TestWhoMaySeeATable:
    """`Datasette._table_permission_allows` answers as it did."""

    ALLOWS = (
        {},
        {"databases": {"cass": {"tables": {"Journals": {"allow": {"id": "eve"}}, "journals": {"allow": False}}}}},
        {"databases": {"cass": {"allow": {"id": "root"}, "tables": {"dreams": {"allow": {"id": "eve"}}}}}},
        {"tables": {"dreams": {"allow": False}}},
    )

    @pytest.mark.parametrize("more", ALLOWS)
    def test_is_worked_out_as_before(self, demo, more):
        datasette = Datasette([str(demo)], metadata={**METADATA, **more})
        before = datasette._table_permission_allows
        asyncio.run(datasette.invoke_startup())
        for database in (demo.stem, "cass", "other"):
            for table in ("journals", "JOURNALS", "dreams", "search_text", "nothing"):
                expected = before(database, table)
                for _ in range(2):
                    assert datasette._table_permission_allows(database, table) == expected, (database, table)

    def test_follows_a_plugin_that_changes_its_mind(self, demo):
        said = {"allow": True}

        class Changing:
            __name__ = "changing"

            @hookimpl
            def get_metadata(self):
                return {"databases": {demo.stem: {"tables": {"journals": {"allow": said["allow"]}}}}}

        site = Site(demo)
        pm.register(Changing(), name="changing")
        try:
            assert site.get(f"/{demo.stem}/journals").status_code == 200
            said["allow"] = False
            assert site.get(f"/{demo.stem}/journals").status_code == 403
        finally:
            pm.unregister(name="changing")
