"""In which language a visitor is spoken to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from daemon_look.language import ENGLISH, languages

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

WANTED = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q=([01](?:\.\d{1,3})?))?\s*")
MOST_WANTED = 20


def chosen(datasette: Datasette, request: Request) -> str:
    """The language for a visitor: what the owner set, or else what the browser asks for first of those there are."""
    owners = (datasette.plugin_config("daemon_pages") or {}).get("language")
    if owners in languages():
        return str(owners)
    wanted = [WANTED.fullmatch(part) for part in request.headers.get("accept-language", "").split(",")[:MOST_WANTED]]
    ranked = sorted((part for part in wanted if part), key=lambda part: -float(part[2] or 1))
    asked = (part[1].lower() for part in ranked if float(part[2] or 1))
    return next((language for language in asked if language in languages()), ENGLISH)
