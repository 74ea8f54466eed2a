"""The names by which links mean a wiki page, in all the ways in which people write them."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable


def by_loose_name(pages: Iterable[sqlite3.Row]) -> dict[str, str]:
    """The ids of pages by their titles, their files' names, and both behind their folders.

    The first of a name keeps it.

    :param pages: with `id`, `title` and `category`
    """
    found: dict[str, str] = {}
    for page in pages:
        for name in (page["title"] or "", page["id"].rpartition("/")[2]):
            if name:
                found.setdefault(loose(name), page["id"])
                found.setdefault(loose(f"{page['category']}/{name}"), page["id"])
    return found


def loose(name: str) -> str:
    """`../concept/Temple_Codex.md` and `concept/temple codex` alike, however their letters are put together."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    plain = " ".join(plain.replace("_", " ").split()).removesuffix(".md")
    return "/".join(part for part in plain.split("/") if part not in ("", ".", "..", "wiki"))
