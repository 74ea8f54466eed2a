"""Turns: who asks for much waits for himself, and nobody for ever."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import pytest
from conftest import ROOT
from daemon_pages import door, turns, views
from daemon_pages.headers import HEADERS
from daemon_pages.turns import BOUNDS, Bound, Turns
from support.site import Site

SERVING = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
TABLE = "/cass/messages"
STREAM = "/cass/messages.csv?_stream=1"


def told(bound: Bound, asked: str, *, leave: int | None = None) -> list[str]:
    """In which order the requests of some clients, one letter each, get their turn.

    :param leave: the place of a request that goes while it waits
    """
    order: list[str] = []

    async def ask() -> None:
        taking, opened = Turns(bound), asyncio.Event()

        async def one(client: str) -> None:
            async with taking.turn(client):
                order.append(client)
                await opened.wait()

        tasks = [asyncio.create_task(one(client)) for client in asked]
        await asyncio.sleep(0)
        order.append("|")
        if leave is not None:
            tasks[leave].cancel()
        opened.set()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                order.append(type(result).__name__)

    asyncio.run(ask())
    return order


def bound(at_once: int, of_one: int = 9, waiting: int = 9, seconds: float = 9) -> Bound:
    return Bound(at_once=at_once, of_one=of_one, waiting=waiting, seconds=seconds, come_back=1)


@pytest.mark.parametrize(
    ("rules", "asked", "order"),
    [
        (bound(3), "aaa", "aaa|"),
        (bound(1), "aab", "a|ab"),
        (bound(1), "aaaab", "a|abaa"),  # b does not wait for all of a's
        (bound(1), "aaaabc", "a|abcaa"),
        (bound(2, of_one=1), "aab", "ab|a"),
        (bound(2, of_one=1), "aaaa", "a|aaa"),
    ],
)
def test_clients_take_turns(rules: Bound, asked: str, order: str) -> None:
    assert told(rules, asked) == list(order)


def test_too_many_of_one_are_sent_away_and_others_are_not() -> None:
    assert told(bound(1, waiting=1), "aaaab") == [*"a|ab", "Busy", "Busy"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_who_goes_leaves_a_free_place(place: int) -> None:
    assert sorted(told(bound(1), "aaab", leave=place)) == sorted("|aaab" if place == 0 else "|aab")


def test_nobody_takes_for_ever() -> None:
    async def ask() -> None:
        taking = Turns(bound(1, seconds=0))
        with pytest.raises(TimeoutError):
            async with taking.turn("a"):
                await asyncio.sleep(3600)
        async with taking.turn("b"):
            pass

    asyncio.run(ask())


def test_the_bounds_are_told_as_they_are() -> None:
    table = re.findall(r"^\| .* \| (\d+) \| (\d+) \| (\d+) \| (\d+) s\b", SERVING, re.M)
    assert [tuple(map(int, row)) for row in table] == [
        (b.at_once, b.of_one, b.waiting, b.seconds) for b in BOUNDS.values()
    ]
    assert f"{views.LONGEST // 1000} s of them for SQL" in SERVING


class Slow:
    """Visitors who read nothing of what they asked for, and then all of it."""

    def __init__(self, site: Site) -> None:
        self.site, self.opened = site, asyncio.Event()

    async def ask(self, path: str, client: str, *, is_slow: bool = True) -> tuple[int, dict[str, str], bytes]:
        place, _, query = path.partition("?")
        got: dict = {"body": b""}

        async def send(message: dict) -> None:
            if message["type"] == "http.response.start":
                got.update(message)
            else:
                got["body"] += message["body"]
                if is_slow and got["status"] == 200:
                    await self.opened.wait()

        scope = {
            "type": "http", "method": "GET", "path": place, "raw_path": place.encode(), "query_string": query.encode(),
            "headers": [(b"host", b"demo.test")], "client": (client, 1), "scheme": "http", "http_version": "1.1",
        }  # fmt: skip
        await self.site._app(scope, asyncio.Event().wait, send)
        headers = {name.decode().lower(): value.decode() for name, value in got["headers"]}
        return got["status"], headers, got["body"]


def meet(demo, visit: Callable) -> None:
    site = Site(demo)
    site._app = site.datasette.app()

    async def start() -> None:
        await site.datasette.invoke_startup()
        await visit(Slow(site))

    asyncio.run(start())


def test_whole_tables_go_to_one_visitor_once_at_a_time_and_the_others_read_on(demo) -> None:
    async def visit(slow: Slow) -> None:
        allowed = 1 + BOUNDS["stream"].waiting
        streams = [asyncio.create_task(slow.ask(STREAM, "10.0.0.1")) for _ in range(allowed + 2)]
        first_done = asyncio.as_completed(streams)
        for status, headers, body in [await next(first_done) for _ in range(2)]:
            assert status == 503
            assert int(headers["retry-after"]) == BOUNDS["stream"].come_back
            assert {name.decode() for name in HEADERS} <= headers.keys()
            assert b"Many are reading at the moment." in body
        for path in ("/", "/daemons/cass", TABLE):
            assert (await slow.ask(path, "10.0.0.1", is_slow=False))[0] == 200
        other = await slow.ask(STREAM, "10.0.0.2", is_slow=False)
        assert other[0] == 200
        slow.opened.set()
        answers = [await task for task in streams]
        assert sorted(status for status, _, _ in answers) == [200] * allowed + [503] * 2
        assert {body for status, _, body in answers if status == 200} == {other[2]}

    meet(demo, visit)


@pytest.mark.parametrize("path", [TABLE, "/cass/latest_conversations", "/daemons/cass"])
def test_who_reads_slowly_takes_nobody_s_turn(demo, path) -> None:
    async def visit(slow: Slow) -> None:
        readers = [asyncio.create_task(slow.ask(path, f"10.0.0.{n}")) for n in range(12)]
        answer = await slow.ask(path, "10.0.1.1", is_slow=False)
        assert answer[0] == 200
        slow.opened.set()
        assert {(status, body) for status, _, body in await asyncio.gather(*readers)} == {(200, answer[2])}

    meet(demo, visit)


@pytest.mark.parametrize("seconds", [0, 2])
def test_a_stream_that_nobody_reads_ends(demo, monkeypatch, seconds) -> None:
    monkeypatch.setitem(turns.BOUNDS, "stream", bound(1, seconds=seconds))
    monkeypatch.setattr(door, "MOST_KEPT", 0)

    async def visit(slow: Slow) -> None:
        (answer,) = await asyncio.gather(slow.ask(STREAM, "10.0.0.1"), return_exceptions=True)
        # Cut before the first byte, it is told; cut later, the connection is closed, which every client notices.
        assert isinstance(answer, TimeoutError) or answer[0] == 503

    meet(demo, visit)


def test_what_is_sent_too_slowly_is_not_waited_for(demo, monkeypatch) -> None:
    monkeypatch.setattr(door, "SLOWEST", 0)
    answer = Site(demo).get("/-/permissions", "POST", headers={"Content-Length": "5"}, content=b"")
    assert answer.status_code in (403, 408)
