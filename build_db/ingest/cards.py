"""Character cards: JSON, a picture that bears one in a text chunk, or a ZIP (`.charx`) with a `card.json`.

By the published character card specifications, versions 1 to 3.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from build_db.errors import Unreadable
from build_db.ingest.packed import ZIP, content, member_inside
from build_db.ingest.reading import parse_json
from build_db.records import Problem

PICTURE = b"\x89PNG\r\n\x1a\n"
MEMBER = "card.json"
# The chunks that bear a card; the later version counts.
CHUNKS = (b"ccv3", b"chara")


def read_card(path: Path) -> tuple[Any, list[Problem]]:
    """The card in a file; an empty mapping of a picture that bears none.

    :raises Unreadable: it cannot be opened, or its card cannot be read
    """
    data = content(path)
    if not data.strip():
        raise Unreadable("empty file")
    if data.startswith(PICTURE):
        texts = dict(_texts(data))
        coded = [texts[name] for name in CHUNKS if name in texts]
        if not coded:
            return {}, []
        cards = [card for card in map(_decoded, coded) if card]
        if not cards:
            raise Unreadable("the card in it is damaged")
        data = cards[0]
    elif data.startswith(ZIP):
        data = member_inside(data, MEMBER)
    problems: list[Problem] = []
    try:
        return parse_json(data, problems), problems
    except Unreadable:
        raise Unreadable("the card in it is not valid JSON") from None


def _decoded(coded: bytes) -> bytes | None:
    try:
        return base64.b64decode(coded)
    except binascii.Error:
        return None


def _texts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Key and text of each plain text chunk of a picture, up to where it is damaged."""
    place = len(PICTURE)
    while place + 8 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        if data[place + 4 : place + 8] == b"tEXt":
            key, _, text = data[place + 8 : place + 8 + length].partition(b"\0")
            yield key.lower(), text
        place += length + 12
