"""Follows every link of the site."""

from __future__ import annotations

import re
from collections import Counter, deque
from html import unescape
from urllib.parse import urljoin, urlsplit

from support.wire import Told, Wire

LINK = re.compile(rb"""<(?:a|link|img|script|form|iframe)\b[^>]*?\s(?:href|src|action)=["']?([^"'\s>]+)""", re.I)


def kind_of(path: str) -> str:
    """The kind of a page: `daemons/*/journals/*?page` for every page of journals, whoever wrote them.

    Of Datasette's pages, the table is part of the kind where all of it is shown, and all columns are alike.
    """
    place = urlsplit(path)
    parts = place.path.strip("/").split("/")
    names = {pair.partition("=")[0] for pair in place.query.split("&") if pair}
    is_ours = parts[0] in ("daemons", "questions", "downloads")
    named = (1, 3) if is_ours else (1, 2) if names else (2,)
    names = names if is_ours else {name if name.startswith("_") else "column" for name in names}
    return "/".join("*" if n in named else part for n, part in enumerate(parts)) + "?" + "&".join(sorted(names))


def crawled(wire: Wire, start: str, of_a_kind: int) -> dict[str, Told]:
    """Every page that links lead to from `start`, and what it is.

    Of Datasette's own pages, whose links combine without end, those with more than one parameter are asked for and not
    read further.

    :param of_a_kind: so many pages of each kind are asked for
    """
    found: dict[str, Told] = {}
    waiting, kinds = deque([start]), Counter[str]()
    while waiting:
        path = waiting.popleft()
        kind = kind_of(path)
        if path in found or kinds[kind] >= of_a_kind:
            continue
        kinds[kind] += 1
        told = wire.send(path.encode(), headers=((b"Accept-Encoding", b"gzip"),))
        assert told, path
        found[path] = told
        if "html" in told.headers.get("content-type", "") and kind.count("&") < 1:
            links = [unescape(link.decode()) for link in LINK.findall(told.text.encode())]
            waiting += [_inside(path, link) for link in links if _is_inside(link)]
        if "location" in told.headers:
            waiting.append(_inside(path, told.headers["location"]))
    return found


def _is_inside(link: str) -> bool:
    return not re.match(r"[a-z]+:|//", link, re.I)


def _inside(page: str, link: str) -> str:
    place = urlsplit(urljoin(page, link))
    return (place.path or "/") + (f"?{place.query}" if place.query else "")
