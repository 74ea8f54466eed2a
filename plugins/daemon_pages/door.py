"""What every request passes: security headers, only reading, and no file that is not to be shown or was replaced."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from daemon_pages.fresh import Fresh
from daemon_pages.served import served

if TYPE_CHECKING:
    from datasette.app import Datasette

READING = ("GET", "HEAD")
GONE = "The file that is shown here is gone. Build it again, and it is back."
# Datasette's own pages for the person who runs it; they take forms, guarded against forgery.
FORMS = ("/-/logout", "/-/login", "/-/permissions", "/-/messages")
# Bytes that such a form sends, and digits that tell of so many: all of it is read into memory before anybody looks.
MOST_TYPED, LONGEST_NUMBER = 10_000, 5
OUR_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Datasette's pages carry scripts and styles inside them.
CORE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
POLICY = b"content-security-policy"
HEADERS = {
    POLICY: CORE_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"x-robots-tag": b"noindex, nofollow",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}


class Door:
    """An ASGI application around Datasette's."""

    def __init__(self, app: Any, datasette: Datasette) -> None:
        self._app, self._datasette, self._fresh = app, datasette, Fresh(datasette)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                added = [(name, value) for name, value in HEADERS.items() if name not in present]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        self._fresh.look()
        answer = self._refusal(scope)
        await (answer.asgi_send(guarded) if answer else self._app(scope, receive, guarded))

    def _refusal(self, scope: Any) -> Response | None:
        if scope["method"] not in READING and self._path(scope) not in FORMS:
            return Response.text("This demo is for reading only.\n", status=405, headers={"Allow": ", ".join(READING)})
        if scope["method"] not in READING and not _is_short(scope):
            return Response.text("Too much was sent.\n", status=413)
        if self._fresh.is_gone:
            return Response.html(_page(GONE), status=503, headers=our_headers())
        refusal = next((file.refusal for file in served(self._datasette) if file.refusal), None)
        return Response.html(_page(refusal), status=403, headers=our_headers()) if refusal else None

    def _path(self, scope: Any) -> str:
        """The path as Datasette's router reads it: proxies pass the prefix of the site on, or take it off."""
        path, prefix = scope["path"], self._datasette.setting("base_url")
        return f"/{path.removeprefix(prefix)}" if prefix != "/" and path.startswith(prefix) else str(path)


def _is_short(scope: Any) -> bool:
    """Whether what is sent says of itself that it is no longer than what people type."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    return length.isdigit() and len(length) <= LONGEST_NUMBER and int(length) <= MOST_TYPED


def our_headers() -> dict[str, str]:
    """What pages of ours say of themselves."""
    return {"Content-Security-Policy": OUR_POLICY}


def _page(refusal: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Not shown</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f"<body><main><h1>Not shown</h1><p>{escape(refusal)}</p></main></body></html>\n"
    )
