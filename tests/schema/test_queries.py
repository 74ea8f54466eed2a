"""The canned queries: real rows for every daemon, links that lead somewhere, and a plan that scales."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from urllib.parse import urlencode

import pytest
import yaml
from conftest import DEMO, ROOT, Built
from datasette.app import Datasette
from datasette.utils import tilde_decode
from hypothesis import given
from hypothesis import strategies as st
from support.trees import build_fixture

from build_db.canned import ESCAPED, canned_queries
from build_db.metadata import DATABASE
from build_db.schema import schema

QUERIES = {query.name: query for query in canned_queries()}
METADATA = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))
DAEMONS = ("cass", "aria")

# Tables that grow with every word said. Whoever reads them goes through an index.
LARGE = ("conversations", "messages", "token_usage_records", "search_documents")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    built = Built(DEMO, tmp_path_factory.mktemp("queries") / f"{DATABASE}.db", private=False)
    yield built
    built.conn.close()


def client(path):
    """Asks Datasette with the committed metadata."""
    app = Datasette([str(path)], metadata=METADATA)
    return lambda url, **options: asyncio.run(app.client.get(url, **options))


@pytest.fixture(scope="module")
def get(demo):
    return client(demo.path)


def asked(get, name: str, **params: str):
    response = get(f"/{DATABASE}/{name}.json?{urlencode({'_shape': 'array', **params})}")
    assert response.status_code == 200, response.text
    return response.json()


def full_scans(conn: sqlite3.Connection, sql: str, params: dict[str, str]) -> list[str]:
    """The steps of the plan that read a large table from end to end, or build an index over it on the fly."""
    steps = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}", params)]
    scanned = re.compile(rf"SCAN ({'|'.join(LARGE)})\b(?!.* USING (COVERING )?INDEX )")
    return [step for step in steps if scanned.search(step) or re.search(rf"({'|'.join(LARGE)}) .*AUTOMATIC", step)]


def empty(name: str, daemon: str = "") -> dict[str, str]:
    return {param: daemon if param == "daemon" else "" for param in QUERIES[name].params}


@pytest.mark.parametrize("name", QUERIES)
class TestEveryQuery:
    def test_has_rows_for_each_daemon_and_for_all_together(self, get, name):
        rows = {daemon: asked(get, name, daemon=daemon) for daemon in DAEMONS}
        for daemon in DAEMONS:
            assert rows[daemon], daemon
            assert {row["daemon"] for row in rows[daemon]} == {daemon}
        together = asked(get, name)
        assert together
        if len(QUERIES[name].params) == 1:
            assert len(together) == sum(map(len, rows.values()))

    def test_has_no_rows_for_a_daemon_nobody_knows(self, get, name):
        assert asked(get, name, daemon="nobody' OR 1=1 --") == []

    def test_has_a_page_that_can_be_opened_without_any_parameter(self, get, name):
        response = get(f"/{DATABASE}/{name}")
        assert response.status_code == 200
        assert QUERIES[name].title.replace("'", "&#39;") in response.text

    def test_every_row_leads_to_a_page(self, get, name):
        pages = {row["page"] for daemon in DAEMONS for row in asked(get, name, daemon=daemon)}
        assert None not in pages
        assert {page: get(f"/{DATABASE}/{page}").status_code for page in pages} == dict.fromkeys(pages, 200)

    def test_shows_people_by_name_never_by_id(self, demo, get, name):
        ids = {id for (id,) in demo.rows("SELECT id FROM users UNION SELECT id FROM daemons")}
        shown = [str(value) for row in asked(get, name) for column, value in row.items() if column != "page"]
        assert not [value for value in shown if any(id in value for id in ids)]

    @pytest.mark.parametrize("daemon", ["", "aria"])
    def test_reads_large_tables_through_an_index_only(self, demo, name, daemon):
        assert full_scans(demo.conn, QUERIES[name].sql, empty(name, daemon)) == []

    def test_ends(self, name):
        assert re.search(r"LIMIT \d+$", QUERIES[name].sql)


def test_a_full_scan_is_noticed(demo):
    everything = "SELECT role, count(*) FROM messages GROUP BY role"
    assert full_scans(demo.conn, everything, {}) == ["SCAN messages"]
    joined = "SELECT a.id FROM daemons AS a JOIN search_documents ON search_documents.date > a.created_at"
    assert full_scans(demo.conn, joined, {})
    assert not full_scans(demo.conn, "SELECT * FROM messages ORDER BY timestamp LIMIT 5", {})


def test_large_tables_go_by_their_own_name():
    aliased = re.compile(rf"\b(FROM|JOIN) ({'|'.join(LARGE)}) (AS\b|(?!JOIN|LEFT|WHERE|GROUP|ORDER|ON)\w)")
    assert [name for name, query in QUERIES.items() if aliased.search(" ".join(query.sql.split()))] == []


def test_no_query_hides_a_table():
    assert not QUERIES.keys() & schema().keys()


def test_there_is_a_dozen_and_more():
    assert len(QUERIES) >= 12


def test_a_day_can_be_chosen(demo, get):
    (day, count) = demo.rows("SELECT substr(timestamp, 1, 10) AS day, count(*) FROM messages GROUP BY day LIMIT 1")[0]
    rows = asked(get, "messages_of_a_day", day=day)
    assert len(rows) == count
    assert {row["day"] for row in rows} == {day}
    assert asked(get, "messages_of_a_day", day="1999-01-01") == []


def test_a_month_counts_what_happened_in_it(demo, get):
    rows = asked(get, "days_of_a_month", month="2025-03")
    assert {row["day"][:7] for row in rows} == {"2025-03"}
    said = "SELECT count(*) FROM messages WHERE timestamp LIKE '2025-03-%'"
    assert sum(row["messages"] for row in rows) == demo.one(said)
    assert sum(row["journal"] for row in rows) == demo.one("SELECT count(*) FROM journals WHERE date LIKE '2025-03-%'")


def test_an_opinion_is_told_from_its_beginning(get):
    rows = [row for row in asked(get, "opinions_and_changes", daemon="aria") if row["topic"] == "Starters"]
    assert [(row["held_before"], row["held_since"]) for row in rows] == [
        (None, "Feed twice."),
        ("Feed twice.", "Feed three times before you blame the flour."),
    ]


def test_a_growth_edge_tells_its_last_observation(get):
    (row,) = [row for row in asked(get, "growth_edges_now") if row["area"] == "Warmth without a joke"]
    assert row["observations"] == 2
    assert row["latest_observation"].startswith("[2025-06-05]")


def test_all_that_people_said_is_counted_once(demo, get):
    rows = asked(get, "people_and_conversations")
    assert sum(row["messages"] for row in rows) == demo.one("SELECT count(*) FROM messages")


def test_a_filtered_page_shows_the_rows_that_were_summed(get):
    for row in asked(get, "tokens_by_month", daemon="aria"):
        shown = get(f"/{DATABASE}/" + row["page"].replace("?", ".json?") + "&_shape=array").json()
        assert sum(usage["input_tokens"] for usage in shown) == row["tokens_read"]


@pytest.mark.parametrize("fixture", ["full", "older"])
def test_trees_of_every_shape_can_be_asked(tmp_path, fixture):
    built = build_fixture(fixture, tmp_path, private=False)
    get = client(built.path.rename(tmp_path / f"{DATABASE}.db"))
    for name in QUERIES:
        assert get(f"/{DATABASE}/{name}").status_code == 200, name


def test_lists_may_hold_anything(tree, built):
    odd = ["a word", 7, None, {"text": "an object"}, ["a list"]]
    opinion = {"topic": "Rounds", "position": "They end.", "evolution": odd, "date_formed": "2025-05-22"}
    edge = {"area": "Listening", "observations": odd}
    profile = {"opinions": [opinion], "growth_edges": [edge], "open_questions": odd}
    reflection = {"session_id": "reflect_1", "started_at": "2025-05-22T10:00:00", "thought_stream": odd, "theme": odd}
    dream = {"id": "20250522_030000", "date": "2025-05-22", "exchanges": odd, "seeds": odd}
    data = tree(
        {
            "cass/self_profile.yaml": profile,
            "solo_reflections/reflect_1.json": {**reflection, "questions_raised": odd, "insights": odd},
            "dreams/20250522_030000.json": dream,
        }
    )
    get = client(built(data, private=False, name=f"{DATABASE}.db").path)
    for name in QUERIES:
        assert get(f"/{DATABASE}/{name}").status_code == 200, name
    assert [row["reason"] for row in asked(get, "opinions_and_changes")][:3] == [None, "a word", "7"]


class TestPaths:
    @given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")))
    def test_any_id_is_escaped_as_datasette_reads_it(self, id):
        conn = sqlite3.connect(":memory:")
        sql = f"SELECT {ESCAPED.format(value='record.id', mark='~')} FROM (SELECT ? AS id) AS record"
        (path,) = conn.execute(sql, [id]).fetchone()
        assert re.fullmatch(r"([A-Za-z0-9_-]|~[0-9A-F]{2})*", path)
        assert tilde_decode(path) == id

    def test_an_odd_id_is_found(self, tree, built):
        page = "---\ntype: concept\n---\n# Käse & Brot\n\nSee [[Nothing yet]].\n"
        data = tree({"wiki/concept/Käse & Brot? (50%).json.md": page})
        output = built(data, private=False, name=f"{DATABASE}.db")
        get = client(output.path)
        (row,) = asked(get, "wiki_red_links")
        page = get(f"/{DATABASE}/{row['page']}")
        assert page.status_code == 200
        assert "Nothing yet" in page.text


class TestVisitors:
    URL = f"/{DATABASE}?sql=select+41%2B1+as+answer"

    def test_run_no_sql_of_their_own(self, get):
        assert get(self.URL).status_code == 403
        assert get(self.URL.replace("?", ".json?")).status_code == 403
        assert get(f"/{DATABASE}/daemons?_where=1=1").status_code == 403

    def test_root_may(self, demo):
        app = Datasette([str(demo.path)], metadata=METADATA)
        cookie = {"ds_actor": app.sign({"a": {"id": "root"}}, "actor")}
        response = asyncio.run(app.client.get(self.URL, cookies=cookie))
        assert response.status_code == 200
        assert ">42<" in response.text
