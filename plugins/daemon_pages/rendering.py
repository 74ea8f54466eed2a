"""Text that people and daemons wrote, as HTML that can do nothing but be read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

WITHHELD = "[withheld]"
# Characters that turn text around, hide in it, or are no characters at all.
UNWANTED = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)
SAFE_LINK = re.compile(r"(?i)(?:https?:|mailto:)")
WIKI_LINK = re.compile(r"\[\[([^\[\]|#\n]{1,200})(?:#([^\[\]|\n]{1,200}))?(?:\|([^\[\]\n]{1,200}))?\]\]")
TAG = re.compile(
    r"</?(gesture|emote|memory|mark|record_self_observation|record_user_observation|create_roadmap_item)\b(?::(\w+))?"
    r"[^<>\n]{0,300}>"
)
SAID_OF_TAGS = {
    "mark": "marks", "memory": "remembers", "record_self_observation": "notes about itself",
    "record_user_observation": "notes about somebody", "create_roadmap_item": "plans",
}  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
TERM = re.compile(r"[a-z]+(?:_[a-z]+)+")
ID = re.compile(r"(?:.*_)?ids?")
Resolve = Callable[[str], str | None]


def markdown(text: str | None, *, below: int = 1, resolve: Resolve | None = None, title: str = "") -> Markup:
    """Markdown as HTML: no raw HTML, no pictures, links only to the web and to mail.

    :param title: the page's own; a first heading that repeats it is left out
    :param below: the level of the heading above; the text's own headings come below it, without gaps
    :param resolve: the address of a wiki page by its name, None for a red link
    """
    if text is None or not text.strip():
        return Markup("")
    if text == WITHHELD:
        return withheld()
    env: dict[str, Any] = {"resolve": resolve}
    text = text.removeprefix(f"# {title}\n") if title else text
    tokens = PARSER.parse(text, env)
    _settle_headings(tokens, below)
    return Markup(PARSER.renderer.render(tokens, PARSER.options, env))  # nothing in it but what the rules below make


def withheld() -> Markup:
    """What stands where words were withheld."""
    return Markup('<p class="withheld">These words were withheld.</p>')


def when(value: str | None) -> Markup:
    """A day, or a day and a time, as people write it."""
    if not value:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(
        value[:19], day(value) + (f", {value[11:16]}" if value[11:16] else "")
    )


def day(value: str) -> str:
    """`2025-05-26…` as `26 May 2025`; anything else as it is."""
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)", value)
    if not match or not 1 <= int(match[2]) <= 12:
        return value
    return f"{int(match[3])} {MONTHS[int(match[2]) - 1]} {match[1]}"


def month(value: str) -> str:
    """`2025-05` as `May 2025`."""
    return day(f"{value[:7]}-01")[2:]


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
        return Markup("yes") if value else Markup("no")
    if isinstance(value, (int, float)):
        return escape(f"{value:g}" if isinstance(value, float) else value)
    if isinstance(value, list):
        entries = (anything(entry, below=below, resolve=resolve) for entry in value)
        return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(e) for e in entries if e))
    pairs = (
        (key, anything(entry, below=below, resolve=resolve)) for key, entry in value.items() if not ID.fullmatch(key)
    )
    shown = (Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(words(key), entry) for key, entry in pairs if entry)
    return Markup("<dl>{}</dl>").format(Markup("").join(shown))


def plain(value: str) -> Markup:
    """A moment, or a term of a closed vocabulary, as people write it."""
    return when(value) if MOMENT.fullmatch(value) else escape(words(value))


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


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """`[[Page]]`, `[[Page#Section]]`, `[[Page|words]]`."""
    match = WIKI_LINK.match(state.src, state.pos)
    if not match or not state.env.get("resolve"):
        return False
    if not silent:
        name, _, alias = match.groups()
        state.push("wiki_link", "", 0).meta = {"to": state.env["resolve"](name.strip()), "words": alias or name}
    state.pos = match.end()
    return True


def _tag(state: StateInline, silent: bool) -> bool:
    """What a daemon does while it talks: `<gesture:nod>`."""
    match = TAG.match(state.src, state.pos)
    if not match:
        return False
    if not silent and not match.group().startswith("</"):
        state.push("gesture", "", 0).content = SAID_OF_TAGS.get(match[1]) or match[2] or match[1]
    state.pos = match.end()
    return True


def _shown_wiki_link(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    to, shown = tokens[at].meta["to"], tokens[at].meta["words"]
    if to is None:
        return Markup('<span class="red-link">{}<span class="aside"> (no page yet)</span></span>').format(shown)
    return Markup('<a href="{}">{}</a>').format(to, shown)


def _shown_gesture(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    return Markup('<span class="gesture">({})</span>').format(tokens[at].content)


def _shown_link(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    tokens[at].attrSet("rel", "nofollow noopener noreferrer")
    rendered: str = self.renderToken(tokens, at, options, env)
    return rendered


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    parser.disable(["image", "html_inline", "html_block"])
    parser.validateLink = lambda url: bool(SAFE_LINK.match(url))  # type: ignore[method-assign]
    parser.inline.ruler.before("link", "wiki_link", _wiki_link)
    parser.inline.ruler.before("autolink", "gesture", _tag)
    parser.add_render_rule("wiki_link", _shown_wiki_link)
    parser.add_render_rule("gesture", _shown_gesture)
    parser.add_render_rule("link_open", _shown_link)
    return parser


PARSER = _parser()
