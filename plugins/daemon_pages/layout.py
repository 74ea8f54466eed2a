"""What every page of ours is made with: the templates, what they may call, the style sheet and the headers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from daemon_pages.dates import ago, day, month, when
from daemon_pages.headers import our_headers
from daemon_pages.language import chosen, counted, number, speaking, t
from daemon_pages.rendering import UNWANTED, words

if TYPE_CHECKING:
    from datasette.app import Datasette

STYLE = "daemon_pages.css"
# What templates may call.
SHOWN_BY = {
    "t": t,
    "counted": counted,
    "number": number,
    "when": when,
    "day": day,
    "month": month,
    "ago": ago,
    "words": words,
}


async def render(
    datasette: Datasette,
    request: Request,
    template: str,
    variables: Mapping[str, Any],
    status: int = 200,
    is_alone: bool = False,
) -> Response:
    """One of our pages, without the characters that turn text around.

    :param is_alone: made outside of Datasette, or where Datasette broke: the page knows nobody, and holds no form
    """
    language = chosen(datasette, request)
    with speaking(language):
        html = await datasette.render_template(
            f"daemon_pages/{template}.html",
            {**SHOWN_BY, "path_to": datasette.urls.path, "style": _style_version(), "language": language, **variables},
            request=None if is_alone else request,
        )
    headers = {**our_headers(), "Content-Language": language, "Vary": "Accept-Language, Cookie"}
    return Response.html(UNWANTED.sub("", html), status=status, headers=headers)


@cache
def style_text() -> str:
    """The style sheet."""
    return files("daemon_pages").joinpath("static", STYLE).read_text(encoding="utf-8")


@cache
def _style_version() -> str:
    return sha256(style_text().encode()).hexdigest()[:12]
