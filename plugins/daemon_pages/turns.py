"""Turns, so that nobody's requests cost everybody else theirs: who asks for much waits for himself.

How many of a kind are answered at once, how many may wait, and for how long one may take: `BOUNDS`.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request


@dataclass(frozen=True)
class Bound:
    """What requests of one kind may cost.

    :param at_once: answered at the same time
    :param of_one: answered at the same time to one client
    :param waiting: most of one client that wait for their turn; further ones are told to come back
    :param seconds: the longest that one may take, from its turn on; sending counts only where an answer is long
    :param come_back: seconds after which to try again
    """

    at_once: int
    of_one: int
    waiting: int
    seconds: int
    come_back: int


# Datasette has three threads for SQL: with two of them at tables, one is always left for pages.
BOUNDS = {
    "stream": Bound(at_once=3, of_one=1, waiting=8, seconds=300, come_back=60),
    "table": Bound(at_once=2, of_one=2, waiting=200, seconds=60, come_back=10),
    "page": Bound(at_once=8, of_one=8, waiting=200, seconds=60, come_back=5),
    "download": Bound(at_once=50, of_one=4, waiting=20, seconds=6 * 3600, come_back=60),
}


def kind_of(datasette: Datasette, path: str, request: Request) -> str:
    """Which of the bounds a request falls under.

    :param path: without the prefix of the site
    """
    first = path.strip("/").partition("/")[0].partition(".")[0]
    if first not in {database.route for database in datasette.databases.values()}:
        return "download" if path.startswith("/downloads/") else "page"
    return "stream" if request.args.get("_stream") else "table"


class Busy(Exception):
    """So many of this client's wait already that a further one is better told to come back."""


class Turns:
    """Who is answered, and who waits: one of each client in turn, however many requests each of them has."""

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self._answered: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """Within, it is this client's turn.

        :raises Busy: too many of this client's wait
        :raises TimeoutError: it took too long
        """
        await self._wait(client)
        try:
            async with asyncio.timeout(self.bound.seconds):
                yield
        finally:
            self._leave(client)

    async def _wait(self, client: str) -> None:
        if self._has_place(client):
            self._answered[client] += 1
            return
        queue = self._waiting.get(client, deque())
        if len(queue) >= self.bound.waiting:
            raise Busy
        called = asyncio.get_running_loop().create_future()
        queue.append(called)
        self._waiting[client] = queue
        try:
            await called
        except asyncio.CancelledError:
            if not called.cancelled():  # it was called, and went before it heard
                self._leave(client)
            raise

    def _has_place(self, client: str) -> bool:
        return self._answered.total() < self.bound.at_once and self._answered[client] < self.bound.of_one

    def _leave(self, client: str) -> None:
        """Give the place to the next client that may have it, who then stands behind all others."""
        self._answered[client] -= 1
        self._answered += Counter()  # forgets whom nothing is answered
        for client in [*self._waiting]:
            while client in self._waiting and self._has_place(client):
                queue = self._waiting.pop(client)
                called = queue.popleft()
                if queue:
                    self._waiting[client] = queue
                if not called.done():
                    self._answered[client] += 1
                    called.set_result(None)
                    break
