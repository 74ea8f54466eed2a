"""The family's log-in: one password, a session that ends when its owner wants, and guesses that cost others nothing.

The password is checked as the plugin that the extra `password` installs keeps it; without that plugin there is no page.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette.utils import baseconv
from datasette.utils.asgi import NotFound, Request, Response

from daemon_pages.headers import our_headers
from daemon_pages.language import chosen, speaking, t
from daemon_pages.layout import render

if TYPE_CHECKING:
    from datasette.app import Datasette

PLUGIN, PASSWORD = "datasette-auth-passwords", "_password_hash"
PATH, COOKIE = "/-/login", "ds_actor"
DAYS, SECONDS_OF_DAY = 30, 86400
# A check takes a good part of a second on purpose. One at a time leaves the other cores to those who read.
MOST_WAITING = 8
# After so many wrong guesses of one client, and of all, each next one has to wait longer.
FREE_OF_ONE, FREE_OF_ALL, LONGEST_WAIT = 5, 50, 60
MOST_CLIENTS = 10_000


class Guesses:
    """Wrong guesses so far, and the one thread that checks passwords."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._waiting = 0
        self._wrong: Counter[str] = Counter()
        self._until: dict[str, float] = {}

    def wait(self, client: str, now: float) -> int:
        """For how many seconds a client has to wait before the next guess; 0 if it may try."""
        if self._waiting >= MOST_WAITING:
            return 1
        return max(0, *(round(self._until.get(who, 0) - now + 0.5) for who in (client, "")))

    async def check(self, client: str, password: str, kept: str) -> bool:
        """Whether a password is the one that is kept; a wrong one is remembered."""
        from datasette_auth_passwords.utils import verify_password  # only who has a password needs it

        self._waiting += 1
        try:
            right = await asyncio.get_running_loop().run_in_executor(self._pool, verify_password, password, kept)
        finally:
            self._waiting -= 1
        if right:
            self._forget(client)
        else:
            self._remember(client, time.monotonic())
        return bool(right)

    def _remember(self, client: str, now: float) -> None:
        if len(self._wrong) >= MOST_CLIENTS:
            self._wrong.clear()
            self._until.clear()
        for who, free in ((client, FREE_OF_ONE), ("", FREE_OF_ALL)):
            self._wrong[who] += 1
            if self._wrong[who] > free:
                self._until[who] = now + min(LONGEST_WAIT, 2 ** min(self._wrong[who] - free, 6))

    def _forget(self, client: str) -> None:
        for who in (client, ""):
            self._wrong.pop(who, None)
            self._until.pop(who, None)


_guesses: WeakKeyDictionary[Datasette, Guesses] = WeakKeyDictionary()


def accounts(datasette: Datasette) -> dict[str, str]:
    """Who may log in, and the hashes of their passwords."""
    config = datasette.plugin_config(PLUGIN) or {}
    return {key.removesuffix(PASSWORD): value for key, value in config.items() if key.endswith(PASSWORD)}


async def page(datasette: Datasette, request: Request) -> Response:
    """The form, and what was typed into it.

    :raises NotFound: no password is set
    """
    kept = accounts(datasette)
    if not kept:
        raise NotFound("There is no such page here.")
    if request.method != "POST":
        return await _form(datasette, request, kept)
    guesses = _guesses.setdefault(datasette, Guesses())
    client = str((request.scope.get("client") or ("",))[0])
    wait = guesses.wait(client, time.monotonic())
    if wait:
        refused = await _form(datasette, request, kept, "Too many wrong passwords. Wait a minute, and try again.", 429)
        refused.headers["Retry-After"] = str(wait)
        return refused
    given = await request.post_vars()
    name, password = given.get("username") or "", given.get("password") or ""
    # A name that nobody has takes as long as one that somebody has.
    right = await guesses.check(client, password, kept.get(name) or next(iter(kept.values())))
    if name not in kept or not right:
        return await _form(datasette, request, kept, "That is not the password.", 403)
    return _welcome(datasette, request, name)


def _welcome(datasette: Datasette, request: Request, name: str) -> Response:
    actors = (datasette.plugin_config(PLUGIN) or {}).get("actors") or {}
    age = _session(datasette)
    ticket = {"a": actors.get(name) or {"id": name}, "e": baseconv.base62.encode(int(time.time()) + age)}
    response = Response.redirect(datasette.urls.path("/"))
    forwarded = request.headers.get("x-forwarded-proto", "")
    is_secure = "https" in (request.scheme, forwarded)
    signed = datasette.sign(ticket, "actor")
    response.set_cookie(COOKIE, signed, max_age=age, httponly=True, samesite="lax", secure=is_secure)
    return response


def _session(datasette: Datasette) -> int:
    """How many seconds a session lasts: as many days as the owner sets."""
    days = (datasette.plugin_config("daemon_pages") or {}).get("session_days", DAYS)
    return int(days * SECONDS_OF_DAY) if isinstance(days, (int, float)) and days > 0 else DAYS * SECONDS_OF_DAY


async def _form(
    datasette: Datasette, request: Request, kept: dict[str, str], error: str = "", status: int = 200
) -> Response:
    with speaking(chosen(datasette, request)):
        told = t(error) if error else ""
    shown: dict[str, Any] = {"error": told, "names": list(kept), "bare": True, "all_daemons": []}
    response = await render(datasette, request, "login", shown, status=status)
    response.headers.update({**our_headers(), "Cache-Control": "no-store"})
    return response
