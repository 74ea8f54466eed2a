"""What each page asks of a file: no page reads a table to its end that grows with every word said.

`tables.yml` says which tables are large. The statements are those that SQLite was given while a page was made.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from daemon_pages.ask import Ask
from daemon_pages.views import VIEWS
from datasette.utils import tilde_decode
from support.html import addresses

from build_db.schema import counted, schema

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


def make(conn: sqlite3.Connection, path: str) -> None:
    """Make a page."""
    path, _, query = path.partition("?")
    view, match = next((view, match) for view in VIEWS if (match := re.fullmatch(view.path, path)))
    names = {name: tilde_decode(value) for name, value in match.groupdict().items()}
    view.make(Ask(conn, names, dict(parse_qsl(query)), str, "cass"))


def pages(demo: Path) -> list[str]:
    """One address of every kind of page that is made from the file alone."""
    return [path for path in addresses(demo) if any(re.fullmatch(view.path, path.partition("?")[0]) for view in VIEWS)]


def statements(conn: sqlite3.Connection, path: str) -> list[str]:
    """What SQLite is asked while a page is made."""
    asked: list[str] = []
    conn.set_trace_callback(asked.append)
    try:
        make(conn, path)
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
    found = {}
    for path in (*pages(demo), *(f"/search?q={typed}" for typed in SEARCHES)):
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


@pytest.mark.parametrize("date", ["2025-02-30", "0000-01-01", "now", "2460000", "12:30", ""])
def test_what_has_no_day_is_counted_all_the_same(demo, date):
    with closing(sqlite3.connect(":memory:")) as conn, closing(sqlite3.connect(demo)) as original:
        original.backup(conn)
        conn.execute("UPDATE conversations SET created_at = ?", [date])
        conn.execute("DELETE FROM day_counts")
        for statement in counted.fill_statements():
            conn.execute(statement)
        (every,) = conn.execute("SELECT count(*) FROM conversations").fetchone()
        found = conn.execute("SELECT day, sum(records) FROM day_counts WHERE kind = 'conversation' GROUP BY day")
        assert found.fetchall() == [("", every)]


TIMES = 20
# Conversations are counted in an index: so many steps, in tens, for each. A message more is no step more.
MOST = 2.5


@pytest.fixture(scope="module")
def grown(demo, tmp_path_factory):
    """The demo with twenty times as many conversations and messages."""
    path = tmp_path_factory.mktemp("grown") / "cass.db"
    shutil.copy(demo, path)
    with closing(sqlite3.connect(path)) as conn, conn:
        last = {
            table: conn.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0]
            for table in ("conversations", "messages")
        }
        for n in range(1, TIMES):
            for table, named in (("conversations", "id"), ("messages", "conversation_id")):
                columns = [column.name for column in schema()[table].inserted]
                values = [f"{column} || '-{n}'" if column == named else column for column in columns]
                conn.execute(
                    f"INSERT INTO {table} ({', '.join(columns)})"
                    f" SELECT {', '.join(values)} FROM {table} WHERE rowid <= {last[table]}"
                )
        conn.execute(
            "INSERT INTO search_documents (daemon_id, kind, record_table, record_id, date)"
            " SELECT daemon_id, 'message', 'messages', messages.id, timestamp FROM messages"
            " JOIN conversations ON conversations.id = conversation_id WHERE messages.id > ?",
            [last["messages"]],
        )
        conn.execute("DELETE FROM day_counts")
        for statement in (*counted.fill_statements(), "ANALYZE"):
            conn.execute(statement)
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        yield conn


def steps(conn: sqlite3.Connection, work: Callable[[], object]) -> int:
    """How many steps SQLite takes for some work, in tens."""
    taken = [0]

    def step() -> None:
        taken[0] += 1

    conn.set_progress_handler(step, 10)
    try:
        work()
    finally:
        conn.set_progress_handler(None, 0)
    return taken[0]


def more(conn: sqlite3.Connection, grown: sqlite3.Connection, work: Callable[[sqlite3.Connection], object]) -> float:
    """How many steps more some work takes in the grown file, for each conversation more; in tens."""
    few, many = (file.execute("SELECT count(*) FROM conversations").fetchone()[0] for file in (conn, grown))
    before, after = (steps(file, partial(work, file)) for file in (conn, grown))
    return (after - before) / (many - few)


def test_the_work_for_a_page_does_not_grow_with_what_was_said(demo, conn, grown):
    for path in pages(demo):
        assert more(conn, grown, partial(make, path=path)) <= MOST, path


def test_work_that_grows_is_noticed(conn, grown):
    counting = "SELECT count(*) FROM search_documents WHERE daemon_id > '' AND kind = 'message'"
    assert more(conn, grown, lambda file: file.execute(counting).fetchall()) > MOST
