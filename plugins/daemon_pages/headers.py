"""What every answer says of itself, and what pages of ours say beyond that."""

from __future__ import annotations

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

Headers = list[tuple[bytes, bytes]]


def our_headers() -> dict[str, str]:
    """What pages of ours say of themselves."""
    return {"Content-Security-Policy": OUR_POLICY}


def value_of(headers: Headers, name: bytes) -> bytes:
    """The value of a header, `b""` if there is none; names are in small letters."""
    return next((value for key, value in headers if key.lower() == name), b"")


def without(headers: Headers, *names: bytes) -> Headers:
    """All headers but some."""
    return [(key, value) for key, value in headers if key.lower() not in names]


def complete(headers: Headers) -> Headers:
    """The headers of an answer, and those of `HEADERS` that it lacks."""
    present = {name.lower() for name, _ in headers}
    return [*headers, *((name, value) for name, value in HEADERS.items() if name not in present)]
