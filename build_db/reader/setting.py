"""How a book is set: templates in, text out that can do nothing but be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from daemon_look.dates import day, when
from daemon_look.language import counted, number, t
from daemon_look.rendering import UNWANTED
from daemon_look.style import look
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from build_db import __version__

# What a browser closes by itself where one of these comes next (HTML, 13.1.2.4).
CLOSED = re.compile(
    r"</(?:p|li|dt|dd)>(?=\s*</?(?:p|li|dt|dd|div|ul|ol|dl|h[1-6]|pre|blockquote|section|details|table|hr)\b)"
)
# Of several line ends before one of these, one is enough to part words, and behind all that ends. All patterns begin
# with a literal, which is looked for several times as fast as a row of it, or as what stands before it.
LINE_ENDS = re.compile(r"\n\n+(?=<(?:p|div|ul|ol|dl|h[1-6]|section|details|summary)\b)")
ENDINGS = re.compile(r"\n\n*((?:</(?:div|ul|ol|dl|section|details)>\n*)+)")
# An entry that is one paragraph of plain words is as well without one.
ONLY_PARAGRAPH = re.compile(r"<p>(?<=<(?:li|dd)><p>)(?=[^<]*</?(?:li|dt|dd|ul|ol|dl)>)")
TAG = re.compile(r'<[a-z][^<>"]*"[^<>]*>')
# A value without one of these needs no quotation marks (HTML, 13.1.2.3).
QUOTED = re.compile(r"""="([^\s"'`=<>]+)"(?=[ >])""")
# What the head of the page says of all its links.
OF_LINKS = ' rel="nofollow noopener noreferrer"'
COMMENT, SPACE = re.compile(r"/\*.*?\*/", re.DOTALL), re.compile(r"\s*([\n{};,])\s*|(?<=[\w-]:) ")
REMARK = re.compile(r"^\s*(?://.*)?\n?", re.MULTILINE)
# Such a part of a record stands by itself.
BLOCK = ("<p>", "<ul>", "<ol>", "<dl>", "<h3>", "<h4>", "<pre>", "<blockquote>", "<table>")
TIMES = re.compile(r"</?time\b[^>]*>")
# What a book says of who made it, with and without the marks that no browser needs.
MAKER = re.compile(rb'<meta name="?generator"? content="build_db ')
GENERATOR = f"build_db {__version__}"
# So many pieces of text are joined before they are looked at.
JOINED = 200


@cache
def environment() -> Environment:
    """The templates of this room, and what they may call."""
    made = Environment(
        loader=PackageLoader(__package__), autoescape=True, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    made.globals.update(t=t, counted=counted, number=number, when=when, day=day, as_block=as_block)
    return made


def as_block(part: Markup) -> Markup:
    """A part of a record, on lines of its own."""
    return part if part.startswith(BLOCK) else Markup("<div>{}</div>").format(part)


def pieces(template: str, **values: Any) -> Iterator[str]:
    """A template with its values, piece by piece, without characters that are none."""
    stream = environment().get_template(template).stream(**values)
    stream.enable_buffering(JOINED)
    for piece in stream:
        # All attributes stand in double quotes: the single ones need no disguise, and every name is read as it is.
        yield TIMES.sub("", UNWANTED.sub("", piece)).replace("&#39;", "'")


def brief(pieces: Iterable[str]) -> Iterator[str]:
    """HTML without the tags and marks that no browser needs: a book is little longer than its words."""
    held = ""
    for piece in pieces:
        text = held + piece
        # A tag is looked at when all of it is there.
        end = text.rfind("<")
        end = end if end >= 0 and ">" not in text[end:] else len(text)
        yield _brief(text[:end])
        held = text[end:]
    yield _brief(held)


def _brief(text: str) -> str:
    text = text.replace("</dd></div>", "</dd>").replace("<div><dt>", "<dt>").replace("<br />", "<br>")
    text = ONLY_PARAGRAPH.sub("", CLOSED.sub("", text.replace(OF_LINKS, "")))
    text = LINE_ENDS.sub("\n", ENDINGS.sub(lambda ends: ends[1].replace("\n", "") + "\n", text))
    return TAG.sub(lambda tag: QUOTED.sub(r"=\1", tag[0]), text)


def style(own: str) -> str:
    """The style sheet that is shared with the pages, and one of this room, without what only its writer reads."""
    return SPACE.sub(r"\1", COMMENT.sub("", look() + part(own))).replace(";}", "}")


def script(own: str) -> str:
    """A script without remarks and indentation, which only its writer reads."""
    return REMARK.sub("", part(own))


@cache
def part(name: str) -> str:
    """A file of this room."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
