"""Whichever Datasette serves the pages, and whichever option names `metadata.yml`: locks hold, and words are told."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from daemon_pages import hosts
from datasette.app import Datasette
from support.site import METADATA, Site

# 1.0 knows two options, 0.65 one. With the wrong one, 1.0 has to be told all words twice, which takes seconds.
RIGHT = "metadata" if hosts.IS_OLD else "config"
either = pytest.mark.parametrize("way", ["metadata"] if hosts.IS_OLD else ["metadata", "config"])
HASH = "pbkdf2_sha256$1$salt$not a hash of anything"
WITH_PASSWORD = {"daemon_pages": {"described": "cass"}, "another": {"family_password_hash": HASH}}
ROOT = {"id": "root"}
CASS = METADATA["databases"]["cass"]
# `allow: false` on a table.
LOCKED = {"cass": {**CASS, "tables": {**CASS["tables"], "journals": {"allow": False}}}}
DREAMS = CASS["tables"]["dreams"]["description"]


def served(way: str, file: Path, **said: Any) -> Site:
    """A site that is told by one of the options what `metadata.yml` says, and more."""
    site = Site(file)
    site.datasette = Datasette([str(file)], **{way: {**METADATA, **said}})
    return site


@either
def test_sql_is_closed_to_visitors_and_open_to_root(demo: Path, way: str) -> None:
    site = served(way, demo)
    for address in ("/cass?sql=select+1", "/cass.json?sql=select+1", "/cass/messages?_where=1=1"):
        for actor in (None, {"id": "family"}, {"id": "root2"}, {"name": "root"}):
            assert site.get(address, actor=actor, follow_redirects=True).status_code == 403, (address, actor)
        assert site.get(address, actor=ROOT, follow_redirects=True).status_code == 200, address


def test_a_token_that_is_none_makes_nobody_root(demo: Path) -> None:
    site = served(RIGHT, demo)
    for token in ("dstok_x", "dstok_eyJhIjoicm9vdCJ9.x", "x"):
        answer = site.get("/-/versions", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 403, token


@either
def test_a_locked_table_hides_its_words_everywhere(demo: Path, way: str) -> None:
    """On our pages, in the tables, in the index of all words."""
    (journal,) = Site(demo).get("/cass/journals.json?_shape=array&_size=1&daemon_id__notblank=1").json()
    site = served(way, demo, databases=LOCKED)
    for address in (
        "/",
        "/daemons/cass",
        "/daemons/cass/journals",
        f"/daemons/cass/journals/{journal['id']}",
        "/daemons/cass/feed.atom",
        "/search?q=the",
        "/cass/journals",
        "/cass/journals.json",
        "/cass/journals.csv?_stream=1",
        f"/cass/journals/{journal['id']}.json",
        "/cass/search.json?_search=the",
        "/cass/search_text.json",
        "/cass/search_words.json",
        "/cass/search_data.json",
        "/cass/-/schema",
        "/-/jump.json?q=journals",
    ):
        for actor in (None, {"id": "family"}):
            answer = site.get(address, actor=actor, follow_redirects=True)
            assert answer.status_code == 403, address
            assert journal["content"][:40] not in answer.text
    assert "journals" not in {table["name"] for table in site.get("/cass.json").json()["tables"]}
    assert site.get("/daemons/cass/dreams").status_code == 200


@either
def test_a_file_of_another_name_is_locked_and_described_alike(demo: Path, tmp_path: Path, way: str) -> None:
    home = tmp_path / "home.db"
    home.write_bytes(demo.read_bytes())
    site = served(way, home, databases=LOCKED)
    for closed in ("/home/journals", "/home/search_text", "/home/search", "/daemons/cass/journals"):
        assert site.get(closed).status_code == 403, closed
    assert DREAMS in site.ok("/home/dreams")
    assert site.get("/home/latest_conversations").status_code == 200


def test_a_file_that_comes_to_be_ours_is_locked_from_its_first_request_on(demo: Path, tmp_path: Path) -> None:
    home, new = tmp_path / "home.db", tmp_path / "new.db"
    home.write_bytes(b"")
    site = served(RIGHT, home, databases=LOCKED)
    site.ok("/home")
    new.write_bytes(demo.read_bytes())
    new.rename(home)
    for closed in ("/home/journals", "/home/search_text", "/home/search"):
        assert site.get(closed).status_code == 403, closed
    assert DREAMS in site.ok("/home/dreams")


def test_the_questions_are_in_the_order_of_their_owner(demo: Path) -> None:
    html = served(RIGHT, demo).ok("/questions")
    places = [html.index(f'/questions/{name}"') for name in CASS["queries"]]
    assert places == sorted(places)


def test_a_question_that_is_not_for_everybody_is_not_shown_to_everybody(demo: Path) -> None:
    (first, query), *_ = CASS["queries"].items()
    about = {**CASS, "queries": {**CASS["queries"], first: {**query, "allow": {"id": "family"}}}}
    site = served(RIGHT, demo, databases={"cass": about})
    for address in (f"/questions/{first}", f"/cass/{first}", f"/cass/{first}.json"):
        assert site.get(address).status_code in (403, 404), address
        assert site.get(address, actor={"id": "family"}).status_code == 200, address
    assert f"/questions/{first}" not in site.ok("/questions")
    assert first not in site.ok("/cass")


def test_what_is_told_as_words_holds_no_password(demo: Path) -> None:
    site = served(RIGHT, demo, plugins=WITH_PASSWORD)
    for address in ("/", "/cass", "/cass.json", "/cass/dreams", "/cass/dreams.json?_extra=metadata", "/.json"):
        assert HASH not in site.get(address).text, address


@either
@pytest.mark.skipif(hosts.IS_OLD, reason="0.65 keeps no words of its own")
def test_only_words_are_written_where_words_are_kept(demo: Path, way: str) -> None:
    site = served(way, demo, plugins=WITH_PASSWORD)
    site.ok("/")
    for table in hosts.KEPT:
        rows = asyncio.run(site.datasette.get_internal_database().execute(f"SELECT * FROM {table}")).rows
        assert rows, table
        assert HASH not in json.dumps([tuple(row) for row in rows])


@pytest.mark.skipif(hosts.IS_OLD, reason="0.65 knows no rights but to read")
def test_nobody_is_allowed_to_write_by_datasette_itself(demo: Path) -> None:
    """Behind the door, which lets no such request in."""
    from datasette.resources import DatabaseResource, QueryResource, TableResource

    site = served(RIGHT, demo)
    site.ok("/")
    site.datasette.root_enabled = True
    known = {"database": DatabaseResource("cass"), "table": TableResource("cass", "messages")}
    known["query"] = QueryResource("cass", "latest_conversations")
    writing = set(site.datasette.actions) - {*hosts.READING, *hosts.FOR_ROOT}
    assert {"insert-row", "execute-write-sql", "drop-table", "store-query"} <= writing
    for name in writing:
        place = site.datasette.actions[name].resource_class
        resource = known[place.name] if place else None
        for actor in (None, {"id": "family"}, ROOT):
            assert not asyncio.run(site.datasette.allowed(action=name, resource=resource, actor=actor)), name


def test_a_lock_is_taken_whole() -> None:
    below = {"allow": {"id": "family"}, "tables": {"dreams": {"allow": {"id": "root"}, "title": "Dreams"}}}
    above = {"allow": {"role": "friend"}, "tables": {"dreams": {"allow": False}}}
    assert hosts._laid_over(below, above) == {
        "allow": {"role": "friend"},
        "tables": {"dreams": {"allow": False, "title": "Dreams"}},
    }


@pytest.mark.skipif(not hosts.IS_OLD, reason="1.0 asks in SQL")
@pytest.mark.parametrize(
    ("action", "resource"), [("view-instance", None), ("view-database", "cass"), ("view-query", ("cass", "days"))]
)
def test_where_nothing_is_said_of_sql_it_is_closed_and_nothing_else(action, resource):
    unsaid = Datasette([])
    assert hosts.permission_allowed(unsaid, None, action, resource) is None
    assert hosts.permission_allowed(unsaid, None, "execute-sql", "cass") is False
    assert hosts.permission_allowed(unsaid, {"id": "root"}, "execute-sql", "cass") is None
