"""The finished exports: a list of them, and the files themselves."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import NotFound, Request

from daemon_pages.packing import is_known

if TYPE_CHECKING:
    from datasette.app import Datasette

INDEX = "index.json"
NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*\.zip")
# A public key of minisign's: two letters for the method, a number and the key, in base64.
KEY = re.compile(r"RW[A-Za-z0-9+/]{54}")
# The unit may be written in any case, and nobody stops at numbers of thousands of digits.
RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)", re.I)
MOST_DIGITS = 18
CHUNK = 256 * 1024
WITHDRAWN = "There is no such download; it may have been withdrawn."
HOW = "python -m build_db export cass.db exports/"


def folder(datasette: Datasette) -> Path:
    """Where the exports are: `plugins: daemon_pages: exports:` in the metadata, by default `exports/`."""
    settings = datasette.plugin_config("daemon_pages") or {}
    return Path(settings.get("exports", "exports"))


def finished(place: Path) -> list[dict[str, Any]]:
    """The exports that `index.json` lists and that are there, whole."""
    try:
        listed = json.loads((place / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return [entry for entry in entries if _is_whole(place, entry)]


def _is_whole(place: Path, entry: dict[str, Any]) -> bool:
    name = str(entry.get("file", ""))
    path = place / name
    return (
        bool(NAME.fullmatch(name))
        and path.is_file()
        and not path.is_symlink()
        and path.stat().st_size == entry.get("bytes")
    )


def how_to_verify(entry: dict[str, Any]) -> dict[str, str] | None:
    """The public key of who signed an archive, and what proves it: with minisign in its folder, or with our command.

    :returns: None if it is not signed
    """
    key = str(entry.get("signed_by", ""))
    if not KEY.fullmatch(key):
        return None
    return {
        "key": key,
        "unpacked": f"minisign -Vm CHECKSUMS.sha256 -P {key}\nsha256sum --check CHECKSUMS.sha256",
        "packed": f"python -m build_db verify {entry['file']} --key {key}",
    }


def in_words(entry: dict[str, Any]) -> dict[str, Any]:
    """What a page tells of an archive beyond its entry."""
    return {"size": size(entry["bytes"]), "signature": how_to_verify(entry)}


def size(count: int) -> str:
    """Bytes as people read them."""
    for unit, bytes_each in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= bytes_each:
            return f"{count / bytes_each:.1f} {unit}"
    return f"{count} bytes"


class Download:
    """One archive as a response: whole or one range of it, streamed."""

    def __init__(self, request: Request, place: Path, name: str) -> None:
        listed = finished(place)
        entry = next((entry for entry in listed if entry["file"] == name), None)
        if entry is None:
            raise NotFound(WITHDRAWN if listed else f"There are no downloads yet. {HOW} makes them.")
        self._path, self._size = place / name, int(entry["bytes"])
        self._tag = f'"{entry.get("sha256", self._size)}"'
        self._request, self._name = request, name

    async def asgi_send(self, send: Any) -> None:
        """Send it."""
        headers = {
            "content-type": "application/zip",
            "content-disposition": f'attachment; filename="{self._name}"',
            "etag": self._tag,
            "accept-ranges": "bytes",
            "cache-control": "no-cache",
        }
        if is_known(self._request.headers.get("if-none-match", "").encode("latin-1"), self._tag.encode()):
            await _begin(send, 304, headers)
            await send({"type": "http.response.body", "body": b""})
            return
        status, start, stop = self._range()
        headers["content-length"] = str(stop - start)
        if status == 206:
            headers["content-range"] = f"bytes {start}-{stop - 1}/{self._size}"
        elif status == 416:
            headers["content-range"] = f"bytes */{self._size}"
        await _begin(send, status, headers)
        if self._request.method != "HEAD":
            await self._stream(send, start, stop)
        await send({"type": "http.response.body", "body": b""})

    def _range(self) -> tuple[int, int, int]:
        """Status, first byte and the byte behind the last; a range for another version of the file is ignored."""
        asked = RANGE.fullmatch(self._request.headers.get("range", "").strip())
        if not asked or asked.groups() == ("", "") or self._request.headers.get("if-range", self._tag) != self._tag:
            return 200, 0, self._size
        first, last = (_shortened(digits) for digits in asked.groups())
        if not first:
            start, stop = max(0, self._size - int(last)), self._size
        else:
            start, stop = int(first), min(int(last) + 1 if last else self._size, self._size)
        return (206, start, stop) if start < stop else (416, 0, 0)

    async def _stream(self, send: Any, start: int, stop: int) -> None:
        with self._path.open("rb") as file:
            file.seek(start)
            while start < stop and (chunk := await asyncio.to_thread(file.read, min(CHUNK, stop - start))):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                start += len(chunk)


def _shortened(digits: str) -> str:
    """A number beyond every file instead of a longer one; the empty text stays as it is."""
    digits = digits.lstrip("0") or digits[:1]
    return digits if len(digits) <= MOST_DIGITS else "9" * MOST_DIGITS


async def _begin(send: Any, status: int, headers: dict[str, str]) -> None:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
