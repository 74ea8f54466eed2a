"""What every request passes: headers, only reading, what is closed, and an answer in our look whatever breaks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from datasette.utils import await_me_maybe
from datasette.utils.asgi import Request

from daemon_pages.fresh import Fresh
from daemon_pages.headers import OUR_POLICY, POLICY, complete, value_of, without
from daemon_pages.hosts import is_root
from daemon_pages.login import PLUGIN
from daemon_pages.packing import Packing
from daemon_pages.readable import path_of, readable
from daemon_pages.refusals import BUSY, GONE, ONLY_READING, ONLY_ROOT, TOO_MUCH, UNREADABLE, TooSlow, failed, refused
from daemon_pages.served import served
from daemon_pages.turns import BOUNDS, Busy, Turns, kind_of

if TYPE_CHECKING:
    from datasette.app import Datasette

READING = ("GET", "HEAD")
# Datasette's own pages for the person who runs it; they take forms, guarded against forgery.
FORMS = ("/-/logout", "/-/login", "/-/permissions", "/-/messages")
# What Datasette keeps below `/-/` tells about the server, but for these; below `/-/` of a file, table or row it asks in
# SQL, or writes.
CLOSED = re.compile(r"/-$|/-/(?!(?:static|static-plugins)/|(?:login|logout|auth-token)$)|/.+/-/")
# Bytes that such a form sends, and digits that tell of so many: all of it is read into memory before anybody looks.
MOST_TYPED, LONGEST_NUMBER = 10_000, 5
SLOWEST = 10  # seconds until the next part of it has to be there
# What the server cannot send in a header.
UNSENDABLE = re.compile(rb"[^\t\x20-\x7e\x80-\xff]|^[\t ]|[\t ]$")
# What a header tells of a body is wrong of another one.
OF_BODY = (POLICY, b"content-type", b"content-length", b"content-disposition", b"content-encoding", b"etag", b"vary")
MOST_KEPT = 1_000_000  # bytes of an answer that wait until all of it is there
LONGEST_REFUSAL = 1_000_000  # bytes


class Door:
    """An ASGI application around Datasette's."""

    def __init__(self, app: Any, datasette: Datasette) -> None:
        self._app, self._datasette, self._fresh = app, datasette, Fresh(datasette)
        self._takes_passwords = bool((datasette.plugin_config(PLUGIN) or {}).get("http_basic_auth"))
        self._turns = {kind: Turns(bound) for kind, bound in BOUNDS.items()}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        plain = readable(scope, self._takes_passwords)
        # Of an address that cannot be read nothing is read.
        request = Request(plain or {**scope, "path": "", "raw_path": b""}, receive)
        answer = Answer(self._datasette, request, send)
        try:
            await self._fresh.look()
            refusal = await self._refusal(request) if plain else (HTTPStatus.BAD_REQUEST, UNREADABLE)
            if refusal:
                await answer.refuse(*refusal)
            else:
                await self._in_turn(request, answer)
        except Exception as exception:
            if answer.has_begun:
                raise
            await (await failed(self._datasette, request, exception)).asgi_send(answer)

    async def _in_turn(self, request: Request, answer: Answer) -> None:
        """Have Datasette answer when it is the visitor's turn."""
        path = path_of(request.scope, self._datasette.setting("base_url"))
        turns = self._turns[kind_of(self._datasette, path, request)]
        client, whole = str((request.scope.get("client") or ("",))[0]), Whole(answer)
        try:
            async with turns.turn(client):
                await self._app(request.scope, _soon(request.receive), whole)
        except Busy:
            wait = {"Retry-After": str(turns.bound.come_back)}
            await answer.refuse(HTTPStatus.SERVICE_UNAVAILABLE, BUSY, wait)
        else:
            await whole.release()

    async def _refusal(self, request: Request) -> tuple[int, str] | None:
        """Why a request is not answered, if it is not."""
        path = path_of(request.scope, self._datasette.setting("base_url"))
        if request.method not in (*READING, *(("POST",) if path in FORMS else ())):
            return HTTPStatus.METHOD_NOT_ALLOWED, ONLY_READING
        if request.method not in READING and not _is_short(request):
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_MUCH
        if self._fresh.is_gone:
            return HTTPStatus.SERVICE_UNAVAILABLE, GONE
        refusal = next((file.refusal for file in served(self._datasette) if file.refusal), None)
        if refusal:
            return HTTPStatus.FORBIDDEN, refusal
        is_closed = CLOSED.match(path) and not await self._is_root(request)
        return (HTTPStatus.FORBIDDEN, ONLY_ROOT) if is_closed else None

    async def _is_root(self, request: Request) -> bool:
        """Whether Datasette will say that it is root who asks."""
        from datasette.plugins import pm  # it loads all plugins, this one among them

        found = pm.hook.actor_from_request(datasette=self._datasette, request=request)
        # All of them are waited for. One that breaks, as 1.0 does on a token that is none, makes nobody root.
        answers = await asyncio.gather(*map(await_me_maybe, found), return_exceptions=True)
        actors = [actor for actor in answers if actor]
        return bool(actors) and all(isinstance(a, dict) for a in actors) and is_root(actors[0])


class Answer:
    """Sends the answer to one request: complete, and in our look where Datasette's or a plugin's would be bare."""

    def __init__(self, datasette: Datasette, request: Request, send: Any) -> None:
        self._datasette, self._request = datasette, request
        self._server, self._packing = send, Packing(request.scope, self._sealed)
        self.has_begun = False
        self._held: Any = None
        self._told = b""

    async def __call__(self, message: Any) -> None:
        """One message of it.

        :raises ValueError: a header cannot be sent; nothing was sent yet
        """
        if message["type"] == "http.response.start":
            if any(UNSENDABLE.search(value) for _, value in message["headers"]):
                raise ValueError("a header holds what no header may")
            may_be_bare = message["status"] >= HTTPStatus.BAD_REQUEST and not _is_dressed(message["headers"])
            self._held, self._told = message if may_be_bare else None, b""
        elif self._held and message["type"] == "http.response.body":
            self._told = (self._told + message.get("body", b""))[:LONGEST_REFUSAL]
            if not message.get("more_body"):
                await self._release()
            return
        if not self._held:
            await self._packing(message)

    async def _release(self) -> None:
        """Send an answer that was held, or a page of ours with its words if it is bare."""
        held, self._held = self._held, None
        if b"<html" in self._told[:1000].lower():
            await self._packing(held)
            await self._packing({"type": "http.response.body", "body": self._told})
        else:
            kept = {name.decode(): value.decode("latin-1") for name, value in without(held["headers"], *OF_BODY)}
            await self.refuse(held["status"], self._told.decode("utf-8", "replace").strip() or UNREADABLE, kept)

    async def refuse(self, status: int, told: str, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        """Answer with a page that says why there is none."""
        response = await refused(self._datasette, self._request, status, told)
        response.headers.update(headers)
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            response.headers["Allow"] = ", ".join(READING)
        await response.asgi_send(self._packing)

    async def _sealed(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            message = {**message, "headers": complete(message["headers"])}
        await self._server(message)


class Whole:
    """Keeps an answer until it is whole, or long: whoever reads slowly takes nobody's turn with it."""

    def __init__(self, send: Any) -> None:
        self._send = send
        self._kept: list[Any] = []
        self._size = 0

    async def __call__(self, message: Any) -> None:
        """One message of the answer."""
        if message["type"] == "http.response.start":
            self._kept, self._size = [], 0
        self._kept.append(message)
        self._size += len(message.get("body", b""))
        if self._size > MOST_KEPT:
            await self.release()

    async def release(self) -> None:
        """Send what was kept."""
        kept, self._kept = self._kept, []
        for message in kept:
            await self._send(message)


def _soon(receive: Any) -> Any:
    """What is sent along, as long as it comes without long waiting.

    :raises TooSlow: it does not
    """

    async def received() -> Any:
        try:
            return await asyncio.wait_for(receive(), SLOWEST)
        except TimeoutError:
            raise TooSlow from None

    return received


def _is_dressed(headers: Any) -> bool:
    """Whether an answer is one of our pages, or data for a program."""
    is_data = value_of(headers, b"content-type").startswith(b"application/json")
    return is_data or value_of(headers, POLICY) == OUR_POLICY.encode()


def _is_short(request: Request) -> bool:
    """Whether what is sent says of itself that it is no longer than what people type."""
    length = request.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and len(length) <= LONGEST_NUMBER and int(length) <= MOST_TYPED
