"""Pictures that bear a character, as programs for such write them."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from pathlib import Path
from typing import Any


def write_card(path: Path, card: dict[str, Any], key: bytes = b"chara") -> Path:
    """A picture of one point, with a card in a text chunk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coded = base64.b64encode(json.dumps(card).encode())
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"tEXt", key + b"\0" + coded),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    ]
    written = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(written))
    return path
