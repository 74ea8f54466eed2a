"""A request as Datasette can read it: the path as its router sees it, and no header that it would break on."""

from __future__ import annotations

import re
from typing import Any

# A server has to take `GET http://house.example/page` for `GET /page`, whatever house it names (RFC 9112, 3.2.2).
ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/]*(/.*)?", re.S)
# Another site on the same machine, or another program on the same host, may have set what Python's reader refuses.
COOKIE = re.compile(rb"[\w.-]+=[\x21-\x7e]*")


def readable(scope: Any, takes_passwords: bool) -> Any | None:
    """The request without what would break its reading; None if its address cannot be one of a page.

    Cookies of odd names or with odd bytes are left out: none of ours is among them.

    :param takes_passwords: whether the owner wants passwords in headers (HTTP Basic) to be checked with every request;
        a check takes a good part of a second, which guessers at the log-in page wait for in line
    """
    raw = bytes(scope.get("raw_path") or scope["path"].encode())
    absolute = ABSOLUTE.fullmatch(raw)
    if absolute:
        raw = absolute[1] or b"/"
        scope = {**scope, "path": scope["path"].partition("://")[2].partition("/")[2]}
    elif not raw.startswith(b"/"):
        return None
    if not raw.isascii():
        return None
    # Two slashes of either kind at the beginning would lead to another host, once they stand in a redirect.
    raw, path = b"/" + raw.lstrip(b"/\\"), "/" + scope["path"].lstrip("/\\")
    headers = [header for pair in scope["headers"] if (header := _plain(*pair))]
    if not takes_passwords:
        headers = [(name, value) for name, value in headers if not _is_password(name, value)]
    return {**scope, "raw_path": raw, "path": path, "headers": headers}


def _plain(name: bytes, value: bytes) -> tuple[bytes, bytes] | None:
    if name.lower() != b"cookie":
        return name, value
    kept = [part.strip() for part in value.split(b";") if COOKIE.fullmatch(part.strip())]
    return (name, b"; ".join(kept)) if kept else None


def _is_password(name: bytes, value: bytes) -> bool:
    return name.lower() == b"authorization" and not value.lower().startswith(b"bearer ")


def path_of(scope: Any, prefix: str) -> str:
    """The path as Datasette's router reads it: proxies pass the prefix of the site on, or take it off."""
    path = bytes(scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0].decode("latin-1")
    return f"/{path.removeprefix(prefix)}" if prefix != "/" and path.startswith(prefix) else path
