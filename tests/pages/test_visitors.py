"""A crawler, rude visitors and fifty readers at once, at the demo as it is served."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from daemon_pages.headers import CORE_POLICY, HEADERS, OUR_POLICY
from hypothesis import example, given, settings
from support.crawl import crawled
from support.rude import MARK, Rude, rude
from support.serving import running
from support.wire import Told, Wire

# So many in CI; `make visitors` sends more, and follows every link.
REQUESTS = int(os.environ.get("VISITORS_REQUESTS", "250"))
OF_A_KIND = int(os.environ.get("VISITORS_OF_A_KIND", "1"))
ROUNDS = int(os.environ.get("VISITORS_ROUNDS", "2"))
READERS, PAGES_EACH = 50, 2
READ = (
    "/",
    "/daemons/cass",
    "/search?q=the",
    "/daemons/aria/calendar",
    "/cass/messages",
    "/daemons/cass/conversations",
)
MOST_GROWTH = 40_000  # kB, of some 100,000
MANY_PARTS = (b"Content-Type", b"multipart/form-data")
# All that uvicorn says, before any application, to what is no HTTP.
NO_HTTP = {"content-type": "text/plain; charset=utf-8", "connection": "close"}


@pytest.fixture(scope="module")
def folder(demo: Path, exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("site")
    (place / "cass.db").symlink_to(demo)
    (place / "exports").symlink_to(exports)
    return place


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[tuple[str, int]]:
    with running(folder) as found:
        yield found


@pytest.fixture(scope="module")
def wire(server: tuple[str, int]) -> Wire:
    return Wire(server[0])


def faults(told: Told) -> list[str]:
    """What an answer must not be, whatever was asked."""
    found = [f"no {name.decode()}" for name in HEADERS if name.decode() not in told.headers]
    if told.headers.get("content-security-policy") not in (CORE_POLICY, OUR_POLICY):
        found.append("another policy")
    if told.status >= 500:
        found.append(f"status {told.status}")
    text, kind = told.text, told.headers.get("content-type", "")
    is_ours = 'href="/daemon_pages.css' in text or '{"ok": false' in text
    if told.status >= 400 and not is_ours and told.body:
        found.append(f"a bare page: {text[:100]}")
    if "html" in kind and f"<{MARK}" in text:
        found.append("HTML that a visitor wrote")
    if MARK in told.headers:
        found.append("a header that a visitor wrote")
    place = told.headers.get("location", "/")
    if not place.startswith("/") or place.startswith(("//", "/\\")):
        found.append(f"the way to another site: {place}")
    if "Traceback" in text or "site-packages" in text:
        found.append("what the program is made of")
    return found


FINE = {**{name.decode(): value.decode() for name, value in HEADERS.items()}, "content-type": "text/html"}


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        (Told(200, {}, b""), "no permissions-policy"),
        (Told(200, {**FINE, "content-security-policy": "default-src *"}, b""), "another policy"),
        (Told(500, FINE, b'{"ok": false}'), "status 500"),
        (Told(404, FINE, b"<html>404: File not found</html>"), "a bare page"),
        (Told(200, FINE, f"<p><{MARK}></p>".encode()), "HTML that a visitor wrote"),
        (Told(200, {**FINE, MARK: "1"}, b""), "a header that a visitor wrote"),
        (Told(302, {**FINE, "location": "//evil.example"}, b""), "the way to another site"),
        (Told(302, {**FINE, "location": "/\\evil.example"}, b""), "the way to another site"),
        (Told(200, FINE, b"Traceback (most recent call last)"), "what the program is made of"),
    ],
)
def test_the_look_for_faults_finds_them(told: Told, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(told))


@given(rude)
@settings(max_examples=REQUESTS)
@example(Rude(b"/", headers=((b"Cookie", b"x=\xff"),)))
@example(Rude(b"/", headers=((b"Cookie", b"a:b=1"),)))
@example(Rude(b"/cass/messages?_sort=x"))
@example(Rude(b"/cass/messages?_timelimit=x"))
@example(Rude(b"/-/login", b"TRACE"))
@example(Rude(b"/-/permissions", b"PROPFIND"))
@example(Rude(b"/-/logout", b"POST", (MANY_PARTS, (b"Cookie", b"a=1"), (b"Content-Length", b"1")), b"x"))
@example(Rude(b"/\\evil.example/%FF"))
@example(Rude(b"http://evil.example/daemons/"))
def test_rude_requests_get_a_kind_answer(wire: Wire, request_: Rude) -> None:
    told = wire.send(request_.target, request_.method, request_.headers, request_.body)
    assert told, "hung up"
    if (told.status, told.headers) != (400, NO_HTTP):
        assert faults(told) == []


def test_no_link_is_dead(wire: Wire) -> None:
    found = crawled(wire, "/", OF_A_KIND)
    dead = {path: told.status for path, told in found.items() if told.status not in (200, 302)}
    assert not dead
    assert {path: faults(told) for path, told in found.items() if faults(told)} == {}
    assert {"/about", "/cass/messages", "/downloads", "/questions"} <= found.keys()
    assert any(re.fullmatch("/daemons/[a-z]+/conversations/.+", path) for path in found)
    assert any(told.headers.get("content-type") == "application/zip" for told in found.values())


def resident(pid: int) -> int:
    """The memory that a process holds, in kilobytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])


def test_fifty_readers_at_once_are_all_answered_and_leave_nothing_behind(server: tuple[str, int], wire: Wire) -> None:
    """After a first round the server's memory stays as it is, whatever fifty readers ask at once."""

    def read(reader: int) -> list[tuple[str, Told | None]]:
        paths = [READ[(reader + step) % len(READ)] for step in range(PAGES_EACH)]
        return [(path, wire.send(path.encode(), headers=((b"Accept-Encoding", b"gzip"),))) for path in paths]

    sizes = []
    for _ in range(ROUNDS):
        with ThreadPoolExecutor(READERS) as readers:
            answers = [answer for answers in readers.map(read, range(READERS)) for answer in answers]
        assert Counter((path, told.status) for path, told in answers if told and told.status != 200) == {}
        assert all(told for _, told in answers)
        marks = {(path, told.headers.get("etag")) for path, told in answers if told and not path.startswith("/cass")}
        assert len(marks) == sum(not path.startswith("/cass") for path in READ), "all are shown the same page"
        sizes.append(resident(server[1]) if Path("/proc/self/status").exists() else 0)  # only Linux tells it
    assert max(sizes[1:]) - sizes[0] <= MOST_GROWTH
