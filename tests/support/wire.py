"""Requests as bytes, which no client would send, and the answers to them."""

from __future__ import annotations

import gzip
import socket
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

PATIENCE = 120  # seconds


@dataclass(frozen=True)
class Told:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body, unpacked."""
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode("utf-8", "replace")


@dataclass(frozen=True)
class Wire:
    """A server that takes bytes."""

    address: str

    def ask(self, request: bytes) -> Told | None:
        """The answer to the bytes of a request; None if the server hangs up without one."""
        place = urlsplit(self.address)
        with socket.create_connection((place.hostname, place.port), timeout=PATIENCE) as connection:
            connection.sendall(request)
            method = request.partition(b" ")[0].decode("latin-1")
            answer = HTTPResponse(connection, method=method)
            try:
                answer.begin()
                body = answer.read()
            except (ConnectionError, HTTPException):
                return None
            return Told(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)

    def send(
        self, target: bytes, method: bytes = b"GET", headers: tuple[tuple[bytes, bytes], ...] = (), body: bytes = b""
    ) -> Told | None:
        """The answer to a request of these parts, none of which is looked at; a host is named if none is."""
        named = {name.lower() for name, _ in headers}
        own = () if b"host" in named else ((b"Host", b"demo.test"),)
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in (*own, *headers, (b"Connection", b"close")))
        return self.ask(method + b" " + target + b" HTTP/1.1\r\n" + lines + b"\r\n" + body)
