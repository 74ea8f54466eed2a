"""Sends answers small, and a page that a browser has already not at all.

Libraries that compress answers (asgi-gzip, Starlette) know no marks of pages, and pack archives and parts of files too.
"""

from __future__ import annotations

import re
import secrets
import zlib
from hashlib import sha256
from typing import Any

from daemon_pages.headers import Headers, value_of, without

PACKED = re.compile(rb"text/|application/(?:json|javascript|atom\+xml|xml)|image/svg\+xml")
# Less than this fits in one packet of the network anyway.
SMALLEST = 1000  # bytes
LEVEL = 5
CONTROL, LENGTH, TAG, VARY = b"cache-control", b"content-length", b"etag", b"vary"
# The beginning of a gzip stream with a name of the file in it, which nobody reads.
NAMED = b"\x1f\x8b\x08\x08" + b"\0" * 4 + b"\0\xff"


class Packing:
    """What is sent in answer to one request, in one piece or in many."""

    def __init__(self, scope: Any, send: Any) -> None:
        headers = scope["headers"]
        self._send, self._known = send, value_of(headers, b"if-none-match")
        self._is_get = scope["method"] == "GET"
        self._may_pack = self._is_get and accepts_gzip(value_of(headers, b"accept-encoding"))
        # The length of what is packed tells of secrets in it, to whoever makes a reader ask for this and that (BREACH).
        # A name of any length hides it.
        self._is_personal = bool(value_of(headers, b"cookie") or value_of(headers, b"authorization"))
        self._start: Any = None
        self._packer: Packer | None = None

    async def __call__(self, message: Any) -> None:
        """One message of the answer."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] != "http.response.body":
            await self._send(message)
        elif self._start:
            await self._begin(message)
        elif self._packer:
            await self._go_on(message)
        else:
            await self._send(message)

    async def _begin(self, message: Any) -> None:
        start, self._start = self._start, None
        status, headers = start["status"], list(start["headers"])
        body, is_whole = message.get("body", b""), not message.get("more_body")
        packs = status != 206 and bool(PACKED.match(value_of(headers, b"content-type")))
        if packs and (body or not is_whole):
            headers = _varying(headers, b"Accept-Encoding")
        if self._is_get and status == 200 and is_whole and b"no-store" not in value_of(headers, CONTROL):
            headers = _marked(headers, body)
            if is_known(self._known, value_of(headers, TAG)):
                await self._send({**start, "status": 304, "headers": without(headers, LENGTH, b"content-type")})
                await self._send({**message, "body": b""})
                return
        if packs and self._may_pack and (not is_whole or len(body) >= SMALLEST):
            self._packer = Packer(secrets.token_hex(secrets.randbelow(50)) if self._is_personal else "")
            headers = [*without(headers, LENGTH), (b"content-encoding", b"gzip")]
            body = self._packer.packed(body, is_last=is_whole)
        if is_whole and self._is_get and status not in (204, 304):
            headers = [*without(headers, LENGTH), (LENGTH, str(len(body)).encode())]
        await self._send({**start, "headers": headers})
        await self._send({**message, "body": body})

    async def _go_on(self, message: Any) -> None:
        is_last = not message.get("more_body")
        body = self._packer.packed(message.get("body", b""), is_last=is_last) if self._packer else b""
        if body or is_last:
            await self._send({**message, "body": body})


class Packer:
    """A gzip stream.

    :param name: any text, so that the length tells less
    """

    def __init__(self, name: str) -> None:
        self._begin = NAMED + name.encode() + b"\0"
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._check, self._length = 0, 0

    def packed(self, part: bytes, *, is_last: bool) -> bytes:
        """What can be sent of it already."""
        self._check, self._length = zlib.crc32(part, self._check), self._length + len(part)
        packed, self._begin = self._begin + self._deflate.compress(part), b""
        if is_last:
            ends = (number.to_bytes(4, "little") for number in (self._check, self._length & 0xFFFFFFFF))
            packed += self._deflate.flush() + b"".join(ends)
        return packed


def accepts_gzip(header: bytes) -> bool:
    """Whether an `Accept-Encoding` lets an answer be packed."""
    wanted = {}
    for part in header.decode("latin-1").lower().split(","):
        name, _, weight = part.partition(";")
        wanted[name.strip()] = not re.fullmatch(r"\s*q\s*=\s*0(?:\.0*)?\s*", weight)
    return wanted.get("gzip", wanted.get("*", False))


def is_known(header: bytes, tag: bytes) -> bool:
    """Whether an `If-None-Match` names the mark of an answer, or any; weak marks count like strong ones (RFC 9110)."""
    known = [part.strip().removeprefix(b"W/") for part in header.split(b",")]
    return header.strip() == b"*" or tag.removeprefix(b"W/") in known


def _marked(headers: Headers, body: bytes) -> Headers:
    """With a mark that is another one when the page is; browsers ask again each time unless told otherwise."""
    if not value_of(headers, TAG):
        # Weak: packed or not, it is the same page.
        headers = [*headers, (TAG, b'W/"' + sha256(body).hexdigest()[:32].encode() + b'"')]
    return headers if value_of(headers, CONTROL) else [*headers, (CONTROL, b"no-cache")]


def _varying(headers: Headers, name: bytes) -> Headers:
    value = value_of(headers, VARY)
    return [*without(headers, VARY), (VARY, value + b", " + name if value else name)]
