"""The words of an HTML page. Looks at each character a few times at most, however broken the page is."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

BEGIN = re.compile(r"<(?:!--|[!?]|/?([A-Za-z][^\s/<>]*))")
# The rest of a tag, and of one with a quotation mark too many; neither looks beyond the next that begins.
REST = re.compile(r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>""")
BROKEN_REST = re.compile(r"[^<>]*+>")
# Between these stand no words.
UNSEEN = {name: re.compile(f"</{name}\\b", re.IGNORECASE) for name in ("script", "style")}
# `html.unescape` stumbles over longer ones.
ENTITY = re.compile(r"&(?:#\d{1,7}(?!\d)|#[xX][0-9a-fA-F]{1,6}(?![0-9a-fA-F])|[A-Za-z][A-Za-z0-9]{1,31});?")


def lines_of(page: str) -> list[str]:
    """The words of a page, one line for each stretch between two tags."""
    lines = (" ".join(unescaped(stretch).split()) for stretch in _stretches(page))
    return [line for line in lines if line]


def unescaped(text: str) -> str:
    """A text in which entities are the characters that they stand for."""
    return ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _stretches(page: str) -> Iterator[str]:
    """What stands between tags; what looks like the beginning of one and has no end is text."""
    done = place = 0
    commented = page.rfind("-->")  # asked once: a page may open a comment a million times
    while begin := BEGIN.search(page, place):
        place = begin.end()
        end = _end(page, begin, commented)
        if end is None:
            continue
        yield page[done : begin.start()]
        done = place = end
    yield page[done:]


def _end(page: str, begin: re.Match[str], commented: int) -> int | None:
    """Where a tag or comment ends; of what holds no words, where that does.

    :param commented: where the last comment ends
    """
    if begin.group() == "<!--":
        return page.find("-->", begin.end()) + 3 if begin.end() <= commented else None
    rest = REST.match(page, begin.end()) or BROKEN_REST.match(page, begin.end())
    if rest is None:
        return None
    unseen = None if begin.group().startswith("</") else UNSEEN.get((begin[1] or "").lower())
    if unseen is None:
        return rest.end()
    closed = unseen.search(page, rest.end())
    return closed.start() if closed else len(page)
