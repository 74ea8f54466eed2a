"""What a request passes on its way in and an answer on its way out, message by message."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from daemon_pages import door, rules
from daemon_pages.door import CLOSED, Answer, Whole
from daemon_pages.headers import HEADERS, OUR_POLICY
from daemon_pages.refusals import TooSlow
from daemon_pages.rules import remember
from datasette.app import Datasette
from datasette.utils.asgi import Request

TEXT = (b"content-type", b"text/plain")
JSON = (b"Content-Type", b"application/json; charset=utf-8")
DRESSED = (b"Content-Security-Policy", OUR_POLICY.encode())


def start(status: int, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


def sent(*messages: dict[str, Any], refuse: tuple[Any, ...] = ()) -> tuple[int, dict[bytes, bytes], bytes, bool]:
    """What comes out of an answer: status, headers, body, and whether it had begun before the last message."""
    out: list[dict[str, Any]] = []
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": []}, None)
    begun = [False]

    async def server(message: dict[str, Any]) -> None:
        out.append(message)

    async def answered() -> None:
        datasette = Datasette([])
        await datasette.invoke_startup()
        answer = Answer(datasette, request, server)
        for message in messages:
            begun.append(answer.has_begun)
            await answer(message)
        if refuse:
            await answer.refuse(*refuse)

    asyncio.run(answered())
    first, *parts = out
    headers = {name.lower(): value for name, value in first["headers"]}
    return first["status"], headers, b"".join(part.get("body", b"") for part in parts), begun[-1]


def test_a_good_answer_is_passed_on_part_by_part_with_the_headers_that_it_lacks():
    status, headers, told, begun = sent(start(200, TEXT), body(b"a", more=True), body(b"b"))
    assert (status, told, begun) == (200, b"ab", True)
    assert headers == {**HEADERS, TEXT[0]: TEXT[1], b"vary": b"Accept-Encoding"}


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_bare_refusal_becomes_a_page_that_says_the_same_in_words(status):
    bare = start(status, TEXT, (b"content-length", b"9"), (b"ETag", b"x"), (b"x-kept", b"yes"))
    found, headers, told, begun = sent(bare, body(b" No <b>table", more=True), body(b" x. "))
    assert (found, begun) == (status, False)
    assert b"No &lt;b&gt;table x." in told
    assert b"<html" in told
    assert headers[b"content-type"] == b"text/html; charset=utf-8"
    assert headers[b"content-security-policy"] == OUR_POLICY.encode()
    assert headers[b"x-kept"] == b"yes"
    assert b"etag" not in headers
    assert headers.get(b"content-length") != b"9"


def test_a_refusal_that_is_no_utf8_is_told_as_far_as_it_can_be_read():
    assert "no \ufffd table".encode() in sent(start(400, TEXT), body(b"no \xff table"))[2]


@pytest.mark.parametrize("told", [b"", b"  \n"])
def test_a_refusal_without_words_says_that_the_request_cannot_be_read(told):
    assert door.UNREADABLE.encode()[:20] in sent(start(400, TEXT), body(told))[2]


@pytest.mark.parametrize("header", [JSON, DRESSED])
def test_a_refusal_for_programs_or_in_our_look_is_passed_on_as_it_is(header):
    status, _, told, _ = sent(start(404, header), body(b"as it is"))
    assert (status, told) == (404, b"as it is")


def test_a_page_of_a_refusal_keeps_its_headers():
    status, headers, told, _ = sent(start(404, (b"content-type", b"text/html")), body(b"<!doctype html><HTML>x</HTML>"))
    assert (status, headers[b"content-type"], told) == (404, b"text/html", b"<!doctype html><HTML>x</HTML>")


def test_what_is_a_page_only_far_below_is_none():
    assert b"&lt;html" in sent(start(404, TEXT), body(b"x" * 1000 + b"<html>"))[2]
    assert sent(start(404, TEXT), body(b"x" * 995 + b"<html>"))[2].endswith(b"<html>")


def test_a_refusal_of_many_bytes_is_cut(monkeypatch):
    monkeypatch.setattr(door, "LONGEST_REFUSAL", 10)
    told = sent(start(400, TEXT), body(b"12345678", more=True), body(b"90ab"))[2]
    assert b"1234567890" in told
    assert b"90a" not in told


def test_a_refusal_is_told_up_to_a_million_bytes():
    told = sent(start(400, TEXT), body(b"x" * 1_000_001))[2]
    assert b"x" * 1_000_000 in told
    assert b"x" * 1_000_001 not in told


@pytest.mark.parametrize("value", [b"a\nb", b"a\0", b" a", b"a ", b"\ta", b"\x7f"])
def test_a_header_that_cannot_be_sent_is_noticed_before_anything_is(value):
    with pytest.raises(ValueError, match="no header may"):
        sent(start(200, (b"x", value)))


@pytest.mark.parametrize("value", [b"", b"a b\tc", b"\xe9"])
def test_any_other_header_is_sent(value):
    assert sent(start(200, (b"x", value)), body(b""))[1][b"x"] == value


def test_whoever_may_only_read_is_told_how():
    status, headers, told, _ = sent(refuse=(405, "Only reading.", {"Retry-After": "3"}))
    assert (status, headers[b"allow"], headers[b"retry-after"]) == (405, b"GET, HEAD", b"3")
    assert b"Only reading." in told
    assert b"allow" not in sent(refuse=(403, "No."))[1]


def kept(most: int, *messages: dict[str, Any]) -> list[int]:
    """How much has been sent after each message, and at the end."""
    out: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        out.append(message)

    async def answered() -> list[int]:
        whole, told = Whole(send), []
        for message in messages:
            await whole(message)
            told.append(len(out))
        await whole.release()
        assert out == [message for message in messages if message in out]
        return [*told, len(out)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "MOST_KEPT", most)
        return asyncio.run(answered())


def test_an_answer_waits_until_it_is_whole_or_long():
    parts = [body(b"12345", more=True), body(b"67890", more=True), body(b"x")]
    assert kept(99, start(200), *parts) == [0, 0, 0, 0, 4]
    assert kept(10, start(200), *parts) == [0, 0, 0, 4, 4]
    assert kept(9, start(200), *parts) == [0, 0, 3, 4, 4]
    assert kept(10, start(200), {"type": "http.response.body"}) == [0, 0, 2]


def test_an_answer_that_begins_once_more_replaces_what_waits():
    assert kept(10, start(200), body(b"1234567", more=True), start(500), body(b"1234567")) == [0, 0, 0, 0, 2]


@pytest.mark.parametrize(
    ("path", "closed"),
    [
        ("/-/", True),
        ("/-/versions", True),
        ("/-/versions.json", True),
        ("/-/static/app.css", False),
        ("/-/static-plugins/x/y.css", False),
        ("/-/static", True),
        ("/-/login", False),
        ("/-/logout", False),
        ("/-/auth-token", False),
        ("/-/login/x", True),
        ("/-/permissions", True),
        ("/cass/-/query", True),
        ("/cass/messages/-/insert", True),
        ("/cass/messages/-", False),
        ("/cass", False),
        ("/", False),
        ("/x-/y", False),
    ],
)
def test_what_datasette_keeps_for_itself_is_closed(path, closed):
    assert bool(CLOSED.match(path)) is closed


@pytest.mark.parametrize(
    ("length", "short"),
    [
        *(("0", True), ("10000", True), ("10001", False), ("99999", False)),
        *(("000001", False), ("00001", True), (None, False), ("", False), ("-1", False), ("1.0", False)),
        *(("٣", False), ("²", False), ("x", False)),
    ],
)
def test_what_is_sent_has_to_say_that_it_is_short(length, short):
    headers = [] if length is None else [(b"content-length", length.encode("utf-8"))]
    request = Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, None)
    assert door._is_short(request) is short


def test_what_comes_in_time_is_passed_on_and_what_does_not_is_not_waited_for(monkeypatch):
    async def soon() -> str:
        return "here"

    assert asyncio.run(door._soon(soon)()) == "here"
    assert door.SLOWEST == 10  # so many seconds a form may hold a turn
    monkeypatch.setattr(door, "SLOWEST", 0)
    with pytest.raises(TooSlow):
        asyncio.run(door._soon(lambda: asyncio.sleep(3600))())


def test_what_is_no_request_is_left_to_datasette():
    passed = []

    async def app(scope: object, receive: object, send: object) -> None:
        passed.append((scope, receive, send))

    asyncio.run(door.Door(app, Datasette([]))({"type": "lifespan"}, "receive", "send"))
    assert passed == [({"type": "lifespan"}, "receive", "send")]


class Rules:
    """A Datasette that counts how often it is asked."""

    def __init__(self) -> None:
        self.said, self.asked = [{"a": 1}, {"b": 2}], 0

    def _metadata_sources(self, key: str, database: str, table: None) -> list[dict[str, int]]:
        return self.said

    def _table_permission_allows(self, database: str, table: str) -> list[str]:
        self.asked += 1
        return [f"{database} {table} {self.said}"]


def test_what_is_said_of_a_table_is_asked_once_as_long_as_it_is_said_by_the_same(monkeypatch):
    datasette = Rules()
    remember(datasette)
    known = datasette._table_permission_allows
    remember(datasette)
    assert datasette._table_permission_allows is known
    assert known("cass", "dreams") == known("cass", "dreams") == [f"cass dreams {datasette.said}"]
    assert datasette.asked == 1
    assert known("cass", "goals") != known("home", "dreams")
    assert datasette.asked == 3
    for said in ([{"a": 1}, datasette.said[1]], [datasette.said[0]], []):
        datasette.said = said
        before = datasette.asked
        assert known("cass", "dreams") == [f"cass dreams {said}"]
        assert datasette.asked == before + 1
    monkeypatch.setattr(rules, "MOST_REMEMBERED", 1)
    known("cass", "new")
    before = datasette.asked
    known("cass", "dreams")
    assert datasette.asked == before + 1
