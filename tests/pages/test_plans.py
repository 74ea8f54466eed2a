"""What each page asks of a file: no page reads a table to its end that grows with every word said.

`tables.yml` says which tables are large. The statements are those that SQLite was given while a page was made.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from urllib.parse import parse_qsl

import pytest
from daemon_pages.ask import Ask
from daemon_pages.views import VIEWS
from datasette.utils import tilde_decode
from support.html import addresses

from build_db.schema import schema

LARGE = tuple(name for name, table in schema().items() if table.large)
ALSO_CALLED = re.compile(rf"\b({'|'.join(LARGE)}) AS (\w+)")
SEARCHES = (
    "the",
    "the kettle",
    "gre",
    '"slow train"',
    "kettel",
    "the kettle snow zeppelin",
    "the&daemon=cass&kind=message",
)


def full_scans(conn: sqlite3.Connection, statement: str) -> list[str]:
    """The steps of a statement's plan that read a large table from its beginning, or index it on the fly."""
    names = {*LARGE, *(alias for _, alias in ALSO_CALLED.findall(statement))}
    steps = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {statement}")]
    large = "|".join(names)
    return [
        step for step in steps if re.match(rf"SCAN ({large})\b", step) or re.search(rf"\b({large})\b.*AUTOMATIC", step)
    ]


def statements(conn: sqlite3.Connection, path: str) -> list[str]:
    """What SQLite is asked while a page is made."""
    path, _, query = path.partition("?")
    asked: list[str] = []
    view, match = next((view, match) for view in VIEWS if (match := re.fullmatch(view.path, path)))
    names = {name: tilde_decode(value) for name, value in match.groupdict().items()}
    conn.set_trace_callback(asked.append)
    try:
        view.make(Ask(conn, names, dict(parse_qsl(query)), str, "cass"))
    finally:
        conn.set_trace_callback(None)
    # A search asks for texts by statements of its own, which SQLite tells as comments.
    return [statement for statement in asked if not statement.startswith("--")]


@pytest.fixture(scope="module")
def conn(demo):
    with closing(sqlite3.connect(demo)) as conn:
        conn.row_factory = sqlite3.Row
        yield conn


def test_no_page_reads_a_large_table_to_its_end(demo, conn):
    shown = [path for path in addresses(demo) if any(re.fullmatch(view.path, path.partition("?")[0]) for view in VIEWS)]
    shown += [f"/search?q={typed}" for typed in SEARCHES]
    found = {}
    for path in shown:
        asked = statements(conn, path)
        assert asked, path
        found.update({statement: (path, scans) for statement in asked if (scans := full_scans(conn, statement))})
    assert found == {}


@pytest.mark.parametrize(
    ("statement", "is_one"),
    [
        ("SELECT count(*) FROM messages", True),
        ("SELECT document.kind FROM search_documents AS document GROUP BY document.date", True),
        ("SELECT max(updated_at) FROM conversations WHERE daemon_id = 'x'", False),
        ("SELECT count(*) FROM journals", False),
    ],
)
def test_a_full_scan_is_noticed(conn, statement, is_one):
    assert bool(full_scans(conn, statement)) is is_one


def test_large_tables_are_those_that_grow_with_every_word():
    assert set(LARGE) == {"conversations", "messages", "token_usage_records", "search_documents"}


def test_days_are_counted_as_they_stand_in_the_tables(conn):
    for kind, rows in (("message", "search_documents WHERE kind = 'message'"), ("conversation", "conversations")):
        date = "date" if kind == "message" else "created_at"
        counted = conn.execute("SELECT daemon_id, day, records FROM day_counts WHERE kind = ? ORDER BY 1, 2", [kind])
        found = conn.execute(
            f"SELECT daemon_id, substr({date}, 1, 10) AS day, count(*) FROM {rows} GROUP BY 1, 2 ORDER BY 1, 2"
        )
        assert [tuple(row) for row in counted] == [tuple(row) for row in found]
