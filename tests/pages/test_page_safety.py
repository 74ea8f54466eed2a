"""With the door open: nothing hostile comes alive, nothing locked is shown, nothing can be written."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from conftest import conversation
from daemon_look.kinds import BY_TABLE, KINDS
from daemon_pages import hosts, plugin
from daemon_pages.ask import Ask
from daemon_pages.door import FORMS
from daemon_pages.headers import CORE_POLICY, OUR_POLICY
from daemon_pages.places import ELSEWHERE
from daemon_pages.views import VIEWS, routes
from datasette.utils import StartupError, tilde_decode, tilde_encode
from support.html import Alive, addresses
from support.site import HOSTILE, METADATA, Site, write_hostile

# What Datasette keeps below `/-/` for whoever wants to be let in or out.
TO_ALL = ("/-/login", "/-/logout", "/-/auth-token")


@pytest.fixture(scope="module")
def hostile(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "cass.db"
    write_hostile(demo, path)
    return path


def first_id(conn: sqlite3.Connection, table: str) -> str:
    """The key of a row as Datasette writes it in addresses."""
    key = "daemon_id" if table == "daemon_profiles" else "id"
    return tilde_encode(str(conn.execute(f"SELECT {key} FROM {table} LIMIT 1").fetchone()[0]))


def test_hostile_words_stay_words_on_every_page(hostile):
    site = Site(hostile)
    for path in addresses(hostile):
        html = site.ok(path)
        assert not Alive(html).found, path


def test_hostile_words_are_shown_as_they_are(hostile):
    html = Site(hostile).ok("/daemons/cass/goals")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_search_is_not_taken_in_by_what_is_typed(demo):
    html = Site(demo).get("/search", params={"q": HOSTILE, "daemon": HOSTILE, "kind": HOSTILE}).text
    assert not Alive(html).found


@pytest.mark.parametrize(
    "html", ["<img src=x>", "<a href='javascript:x'>", "<p onclick=x>", "<a href='//evil'>", "\u202e"]
)
def test_the_look_for_live_things_finds_them(html):
    assert Alive(html).found


def test_our_pages_allow_no_script_and_every_answer_has_its_headers(demo):
    site = Site(demo)
    for path in (*addresses(demo), "/robots.txt", "/daemon_pages.css", "/cass", "/cass/journals.json", "/nowhere"):
        headers = site.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] in ("same-origin", "no-referrer")
        assert headers["x-robots-tag"] == "noindex, nofollow"
        ours = path in addresses(demo) or path == "/nowhere"
        assert headers["content-security-policy"] == (OUR_POLICY if ours else CORE_POLICY), path
    assert "script" not in OUR_POLICY
    assert "unsafe" not in OUR_POLICY


def test_our_pages_carry_no_script_and_no_style_of_their_own(demo):
    site = Site(demo)
    for path in addresses(demo):
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", site.ok(path)), path


def test_robots_are_asked_to_stay_away(demo):
    assert "Disallow: /" in Site(demo).ok("/robots.txt")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "X"])
def test_nothing_can_be_written(demo, method):
    site = Site(demo)
    forms = () if method == "POST" else FORMS
    for path in ("/", "/daemons/cass", "/cass", "/cass/messages", "/search", "/-/create-token", *forms):
        answer = site.get(path, method)
        assert answer.status_code == 405, path
        assert answer.headers["allow"] == "GET, HEAD"
        assert "These pages are for reading only." in answer.text
    assert all(path.startswith("/-/") for path in FORMS)


def test_visitors_run_no_sql_and_the_owner_may(demo):
    site = Site(demo)
    assert site.get("/cass?sql=select+1", follow_redirects=True).status_code == 403
    assert site.get("/cass/messages?_where=1").status_code == 403
    assert site.get("/cass?sql=select+1", actor={"id": "root"}, follow_redirects=True).status_code == 200


def test_what_datasette_tells_of_the_server_is_for_root_alone(demo):
    """Every route of the installed Datasette below `/-/`, and of the plugins beside ours."""
    site = Site(demo)
    site.ok("/")
    routes = [route.pattern.strip("^$") for route, _ in site.datasette._routes()]
    ways = {re.sub(r"\(.*|/?\$", "", route).replace("\\", "") for route in routes if route.startswith("/-/")}
    closed = sorted(way for way in ways if not way.startswith("/-/static") and way not in TO_ALL)
    assert {"/-/plugins", "/-/versions", "/-/settings", "/-/databases", "/-/allow-debug", "/-/patterns"} <= {*closed}
    root = {"Cookie": f"ds_actor={site.datasette.sign({'a': {'id': 'root'}}, 'actor')}"}
    family = {"Cookie": f"ds_actor={site.datasette.sign({'a': {'id': 'family'}}, 'actor')}"}
    for way in (f"{way}{end}" for way in closed for end in ("", ".json", "/", "?x=1")):
        for headers in ({}, family, {"X-Forwarded-For": "127.0.0.1"}):
            answer = site.get(way, headers=headers)
            assert answer.status_code == 403, way
            assert str(demo.parent) not in answer.text
        assert site.get(way, headers=root).status_code != 403, way
    for way in TO_ALL:
        assert site.get(way).status_code != 200 or way == "/-/logout"
    for address in ("/cass.json", "/.json"):
        assert str(demo.parent) not in site.get(address).text


def test_no_value_of_hundreds_of_megabytes_can_be_made():
    conn = sqlite3.connect(":memory:")
    plugin.prepare_connection(conn)
    with pytest.raises(sqlite3.DataError):
        conn.execute("SELECT hex(zeroblob(200000000))").fetchone()
    conn.close()


def test_a_locked_instance_shows_none_of_our_pages(demo):
    locked, named = Site(demo, allow={"id": "nobody"}), addresses(demo)
    with sqlite3.connect(demo) as conn:
        (message,) = conn.execute("SELECT min(id) FROM messages").fetchone()
    everything = [
        *named,
        f"/daemons/cass/messages/{message}",
        "/downloads/x.zip",
        "/daemons/cass/feed.atom",
        "/daemons/cass/anything",
        "/-/databases",
        f"/record/messages/{message}",
    ]
    for path in everything:
        assert locked.get(path).status_code == 403, path
    open_to_all = {"^/daemon_pages\\.css$", "^/robots\\.txt$", "^/-/login$"}
    for pattern in {pattern for pattern, _ in routes()} - open_to_all:
        assert any(re.match(pattern, path.partition("?")[0]) for path in everything), f"{pattern}: not tried"


def test_a_locked_table_locks_the_pages_that_read_it(demo):
    database = {"tables": {"journals": {"allow": {"id": "nobody"}}}}
    site = Site(demo, databases={"cass": database})
    assert site.get("/daemons/cass/journals").status_code == 403
    assert site.get("/search?q=the").status_code == 403
    assert site.get("/record/journals/2025-06-15").status_code == 403
    assert site.get("/daemons/cass/wiki").status_code == 200


def test_a_locked_table_of_people_locks_the_pages_that_name_them_and_no_others(demo):
    site = Site(demo, databases={"cass": {"tables": {"users": {"allow": {"id": "nobody"}}}}})
    for kind in KINDS.values():
        assert site.get(f"/daemons/aria/{kind.slug}").status_code == (403 if "users" in kind.also else 200)


def test_every_page_reads_only_tables_that_its_visitor_was_asked_for(demo):
    """SQLite itself tells what is read, so that no page shows what a lock on a table should hide."""
    read: set[str] = set()

    def note(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table:
            read.add(table)
        return sqlite3.SQLITE_OK

    with closing(sqlite3.connect(demo)) as conn:
        conn.row_factory = sqlite3.Row
        known = set(METADATA["databases"]["cass"]["tables"])
        (message,) = conn.execute("SELECT min(id) FROM messages").fetchone()
        moved = [f"/record/{table}/{first_id(conn, table)}" for table in (*BY_TABLE, *ELSEWHERE)]
        conn.set_authorizer(note)
        tried = set()
        for path in (
            *addresses(demo),
            *moved,
            "/daemons/cass/anything",
            "/search?q=the",
            f"/daemons/cass/messages/{message}",
        ):
            path, _, query = path.partition("?")
            for view in VIEWS:
                match = re.fullmatch(view.path, path)
                if match:
                    names = {name: tilde_decode(value) for name, value in match.groupdict().items()}
                    asked = Ask(conn, names, dict(parse_qsl(query)), str, "cass")
                    read.clear()
                    view.make(asked)
                    allowed = set(view.reads(names))
                    # The search index holds what stands in the tables that it was made from.
                    assert (read & known) - {"search", "search_text", "search_words"} <= allowed, path
                    tried.add(view.path)
                    break
    assert tried == {view.path for view in VIEWS}


def test_a_private_file_is_not_shown_by_any_address(tree, built):
    path = built(tree({"conversations/a.json": conversation(title="Quiet words")}), private=True, name="cass.db").path
    site = Site(path)
    for address in (
        "/",
        "/cass",
        "/cass/conversations",
        "/cass/conversations.json",
        "/cass.db",
        "/-/databases.json",
        "/search?q=quiet",
        "/cass?sql=select+1",
        "/cass/-/query?sql=select+1",
        "/cass/conversations.csv?_stream=1",
    ):
        response = site.get(address)
        assert response.status_code == 403, address
        assert "Quiet words" not in response.text
        assert "built with --private" in response.text


def test_a_file_of_another_version_is_not_shown(demo, tmp_path):
    path = tmp_path / "cass.db"
    path.write_bytes(demo.read_bytes())
    with sqlite3.connect(path) as conn:
        conn.execute("PRAGMA user_version = 99")
    response = Site(path).get("/daemons/cass")
    assert response.status_code == 403
    assert "schema version 99" in response.text
    assert "Build it again" in response.text


def test_a_file_that_becomes_private_while_it_is_served_is_shown_no_more(demo, tmp_path):
    path = tmp_path / "cass.db"
    path.write_bytes(demo.read_bytes())
    site = Site(path)
    site.ok("/")
    with sqlite3.connect(path) as conn:
        conn.execute("UPDATE build_info SET value = 'private' WHERE key = 'privacy'")
    assert site.get("/").status_code == 403


def test_a_file_that_is_built_anew_is_shown_from_the_next_request_on(tree, built, tmp_path):
    path = tmp_path / "cass.db"

    def build_with(title: str) -> None:
        data = tree({"conversations/a.json": conversation(title=title)})
        built(data, private=False, name="new.db").path.rename(path)

    build_with("Taken back")
    site, addresses = Site(path), ("/daemons/cass/conversations", "/cass/conversations", "/cass/conversations.json")
    for address in addresses:
        assert "Taken back" in site.ok(address)
    held = "_all_file_connections" if hosts.IS_OLD else "_all_connections"
    before = [*getattr(site.datasette.get_database("cass"), held)]
    assert before
    build_with("Kept")
    for address in addresses:
        assert "Kept" in site.ok(address)
        assert "Taken back" not in site.ok(address)
    for connection in before:  # an open one would keep the old file on the disk
        with pytest.raises(sqlite3.ProgrammingError):
            connection.execute("SELECT 1")
    path.unlink()
    for address in (*addresses, "/", "/downloads"):
        response = site.get(address)
        assert response.status_code == 503
        assert "Kept" not in response.text
        assert "Build it again" in response.text


def test_other_databases_are_left_to_datasette(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE birds (name TEXT)")
    site = Site(path)
    assert "birds" in site.ok("/other")
    assert "other" in site.ok("/")
    assert site.get("/daemons/cass").status_code == 404


def test_versions_of_datasette_that_were_not_tried_are_refused(monkeypatch):
    for version in ("1.0a40", "1.0a410", "1.0", "1.1"):
        monkeypatch.setattr(hosts, "VERSION", version)
        with pytest.raises(StartupError, match=r"install datasette~=0\.65\.5 or datasette==1\.0a41"):
            plugin.startup(None)
