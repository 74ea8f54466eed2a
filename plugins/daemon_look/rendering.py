"""Text that people and daemons wrote, as HTML that can do nothing but be read."""

from __future__ import annotations

import json
import re
from typing import Any

from markdown_it.token import Token
from markupsafe import Markup, escape

from daemon_look.chat_markdown import TAG as TAG
from daemon_look.chat_markdown import Resolve as Resolve
from daemon_look.chat_markdown import parser
from daemon_look.dates import MOMENT, when
from daemon_look.hidden import WITHHELD as WITHHELD
from daemon_look.hidden import chips, withheld, without_files
from daemon_look.hidden import spoken as spoken
from daemon_look.language import number, t

# Characters that turn text around, hide in it, or are no characters at all: halves of some, and what neither HTML nor
# XML may hold. One at a time: a class by itself is looked for three times as fast as a row of its characters, and ten
# times as fast as one that also lists two characters of each further plane: those are told apart only where one is.
UNWANTED_OFTEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
)
PLANE_ENDS = "".join(chr(plane + last) for plane in range(0x10000, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
UNWANTED = re.compile(f"[{UNWANTED_OFTEN}\U00010000-\U0010ffff](?<=[{UNWANTED_OFTEN}{PLANE_ENDS}])")
TERM = re.compile(r"[a-z]+(?:_[a-z]+)+")
ID = re.compile(r"(?:.*_)?ids?")
# A long text is read in part; 200,000 characters are a short novel.
MOST_SHOWN = 200_000
# Every word that a reader sees.
PHRASES = {
    "in part": "This text is long: its first {shown} of {all} characters are shown. All of it is in the data.",
    "yes": "yes",
    "no": "no",
}
PARSER = parser()
# Lines that begin nothing but a paragraph, and hold no sign that Markdown knows: most of what is said.
SIGNS = r"\\`*_\[\]<&~$\x00\t\r\n"
LINE = rf" {{0,3}}(?!\d{{1,9}}[.)])[^\s{SIGNS}#>|:=+-](?>(?:[^{SIGNS}]*[^\s{SIGNS}])?)"
UNMARKED = re.compile(rf"{LINE}(?>(?:\n+{LINE})*)\n*")
EMPTY_LINES, INDENT = re.compile(r"\n\n+"), re.compile("^ +", re.MULTILINE)


def markdown(text: str | None, *, below: int = 1, resolve: Resolve | None = None, title: str = "") -> Markup:
    """Markdown as HTML: no raw HTML, no pictures, links only to the web and to mail; what is hidden is named.

    A text that would make a heavy page is shown in part, and says so.

    :param title: the page's own; a first heading that repeats it is left out
    :param below: the level of the heading above; the text's own headings come below it, without gaps
    :param resolve: the address of a wiki page by its name, None for a red link
    """
    if text is None or not text.strip():
        return Markup("")
    if text == WITHHELD:
        return withheld()
    env: dict[str, Any] = {"resolve": resolve}
    named = without_files(text.removeprefix(f"# {title}\n") if title else text)
    shown = beginning(named, MOST_SHOWN)
    if len(shown) == len(named) and UNMARKED.fullmatch(shown) and "://" not in shown:
        return _paragraphs(shown)
    tokens = PARSER.parse(shown, env)
    _settle_headings(tokens, below)
    html = Markup(PARSER.renderer.render(tokens, PARSER.options, env))  # nothing in it but what the parser's rules make
    return html + _said_in_part(shown, named) if len(shown) < len(named) else html


def _paragraphs(text: str) -> Markup:
    """What the parser makes of a text without its signs, in a fraction of the time."""
    text = text.rstrip("\n")
    text = INDENT.sub("", text) if text.startswith(" ") or "\n " in text else text
    html = str(escape(text))
    if "\n" in html:
        html = "</p>\n<p>".join([one.replace("\n", "<br />\n") for one in EMPTY_LINES.split(html)])
    return Markup(f"<p>{html}</p>\n")


def beginning(text: str, most: int) -> str:
    """The first characters of a text, to the end of a word; all of it if it is no longer."""
    if len(text) <= most:
        return text
    end = max(text.rfind(blank, max(0, most - 1000), most) for blank in " \n")
    return text[: end if end > 0 else most]


def _said_in_part(shown: str, text: str) -> Markup:
    return Markup('<p class="in-part">{}</p>\n').format(
        t(PHRASES["in part"], shown=number(len(shown)), all=number(len(text)))
    )


def parsed(text: str | None) -> Any:
    """A JSON column's value; None if there is none."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def anything(value: Any, *, below: int = 1, resolve: Resolve | None = None, title: str = "") -> Markup:
    """Any JSON value as text, lists and pairs, in the words of its keys; text as `markdown` shows it.

    Ids are left out: they are for machines, which read the record itself.
    """
    if value in (None, "", [], {}):
        return Markup("")
    if isinstance(value, str):
        return plain(value) if _is_plain(value) else markdown(value, below=below, resolve=resolve, title=title)
    if isinstance(value, bool):
        return escape(t(PHRASES["yes" if value else "no"]))
    if isinstance(value, (int, float)):
        return escape(f"{value:g}" if isinstance(value, float) else value)
    if isinstance(value, list):
        return _listed(value, below, resolve)
    pairs = (
        (key, anything(entry, below=below, resolve=resolve)) for key, entry in value.items() if not ID.fullmatch(key)
    )
    shown = (
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(chips(words(key)), entry) for key, entry in pairs if entry
    )
    return Markup("<dl>{}</dl>").format(Markup("").join(shown))


def _listed(values: list[Any], below: int, resolve: Resolve | None) -> Markup:
    """A list; whatever was withheld in it is told once."""
    first = values.index(WITHHELD) if WITHHELD in values else -1
    told = [value for n, value in enumerate(values) if n == first or value != WITHHELD]
    if told == [WITHHELD]:
        return withheld()
    entries = (anything(value, below=below, resolve=resolve) for value in told)
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(e) for e in entries if e))


def plain(value: str) -> Markup:
    """A moment, or a term of a closed vocabulary, as people write it."""
    if value == WITHHELD:
        return escape(spoken(value))
    return when(value) if MOMENT.fullmatch(value) else chips(words(without_files(value)))


def _is_plain(value: str) -> bool:
    return bool(MOMENT.fullmatch(value) or TERM.fullmatch(value))


def words(key: str) -> str:
    """A key or a value of a closed vocabulary as words: `first_noticed` as `First noticed`."""
    spoken = key.replace("_", " ").replace("-", " ").strip()
    return spoken[:1].upper() + spoken[1:]


def percent(value: Any) -> str:
    """A confidence from 0 to 1 as a percentage; empty if there is none, and what is no number as it is."""
    if isinstance(value, (int, float)):
        return f"{round(value * 100)}%"
    return "" if value is None else str(value)


def _settle_headings(tokens: list[Token], below: int) -> None:
    levels = sorted({int(token.tag[1]) for token in tokens if token.type == "heading_open"})
    previous = below
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            if token.type == "heading_open":
                previous = min(below + 1 + levels.index(int(token.tag[1])), previous + 1, 6)
            token.tag = f"h{previous}"
