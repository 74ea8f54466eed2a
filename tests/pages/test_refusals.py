"""Where there is no answer: the right status, a page in our look or JSON, and nothing in the log but where it broke."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest
from daemon_pages import about
from daemon_pages.door import Answer
from daemon_pages.headers import OUR_POLICY
from daemon_pages.refusals import BROKEN, OURS, TOO_LONG, UNREADABLE, judged
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Forbidden, NotFound, Request
from datasette.views.base import DatasetteError
from support.site import Site

MARK = "zq9"


def raised(exception: Exception) -> Exception:
    """As it is when code that is not ours raised it."""
    try:
        raise exception
    except Exception as caught:
        return caught


def of_sqlite(code: int) -> Exception:
    exception = sqlite3.OperationalError("x")
    exception.sqlite_errorcode = code
    return raised(exception)


@pytest.mark.parametrize(
    ("exception", "status", "told"),
    [
        (NotFound("Table not found"), 404, "Table not found"),
        (Forbidden("Not for you"), 403, "Not for you"),
        (DatasetteError("no such column: x", status=400), 400, "no such column: x"),
        (DatasetteError("Cannot sort table by x"), 400, "Cannot sort table by x"),
        (DatasetteError("<script>", message_is_html=True), 400, UNREADABLE),
        (QueryInterrupted(sqlite3.OperationalError("interrupted"), "select 1", {}), 400, TOO_LONG),
        (of_sqlite(sqlite3.SQLITE_INTERRUPT), 400, TOO_LONG),
        (of_sqlite(sqlite3.SQLITE_ERROR), 400, UNREADABLE),
        (of_sqlite(sqlite3.SQLITE_CORRUPT), 503, BROKEN),
        (of_sqlite(sqlite3.SQLITE_IOERR_READ), 503, BROKEN),
        (OSError(24, "Too many open files"), 503, BROKEN),
        (OSError(36, "File name too long"), 400, UNREADABLE),
        (MemoryError(), 503, BROKEN),
        (TimeoutError(), 503, TOO_LONG),
        (ValueError(MARK), 400, UNREADABLE),
        (RecursionError(), 400, UNREADABLE),
    ],
)
def test_who_is_to_blame(exception, status, told):
    assert judged(exception) == (status, told)


def test_what_breaks_in_our_code_is_our_fault(demo, monkeypatch, capsys):
    def broken(ask: object) -> None:
        raise ValueError(MARK)

    monkeypatch.setattr(about, "words", broken)
    answer = Site(demo).get("/about")
    assert (answer.status_code, OURS in answer.text) == (500, True)
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "ValueError" in line]
    assert line.startswith("500: ValueError at test_refusals.py:")
    assert MARK not in line


@pytest.mark.parametrize("end", ["/messages?_sort=zq9", "/messages?_timelimit=zq9", "/zq9", "/-/query?sql=zq9"])
def test_a_refusal_is_in_our_look_and_leaves_nothing_in_the_log(demo, end, capsys):
    path, mark, query = end.partition("?")
    answer = Site(demo).get(f"/cass{end}")
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-security-policy"] == OUR_POLICY
    assert 'href="/daemon_pages.css' in answer.text
    assert "<h1" in answer.text
    told = capsys.readouterr()
    assert MARK not in told.err + told.out
    as_data = Site(demo).get(f"/cass{path}.json{mark}{query}")
    assert as_data.json()["ok"] is False
    assert as_data.json()["status"] == as_data.status_code == answer.status_code


def test_a_damaged_file_is_told_to_be_damaged(demo, tmp_path):
    path = tmp_path / "cass.db"
    data = bytearray(demo.read_bytes())
    with closing(sqlite3.connect(demo)) as conn:
        (root,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'messages'").fetchone()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    data[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(data)
    for address in ("/cass/messages", "/daemons/cass/conversations", "/cass/messages.json"):
        answer = Site(path).get(address)
        assert (answer.status_code, BROKEN in answer.text) == (503, True), address


def test_no_other_way_of_talking_is_open(demo):
    site, sent = Site(demo), []
    site.ok("/")

    async def send(message: dict) -> None:
        sent.append(message)

    asyncio.run(site._app({"type": "websocket", "path": "/", "headers": []}, send, send))
    assert sent == [{"type": "websocket.close"}]


def test_a_page_that_says_why_there_is_none_is_sent_as_it_is():
    sent = []

    async def send(message):
        sent.append(message)

    async def answered() -> None:
        request = Request({"type": "http", "method": "GET", "path": "/", "headers": []}, None)
        answer = Answer(Datasette([]), request, send)
        told = [(b"content-type", b"text/html; charset=utf-8")]
        await answer({"type": "http.response.start", "status": 404, "headers": told})
        await answer({"type": "http.response.body", "body": b"<!doctype html><html>", "more_body": True})
        await answer({"type": "http.response.body", "body": b"Gone.</html>"})

    asyncio.run(answered())
    start, *parts = sent
    assert (start["type"], start["status"]) == ("http.response.start", 404)
    assert b"".join(part["body"] for part in parts) == b"<!doctype html><html>Gone.</html>"
