"""What the rules of `chat_markdown` found, as HTML."""

from __future__ import annotations

from typing import Any

from markdown_it.token import Token
from markupsafe import Markup

from daemon_look.hidden import chips, picture, spoken
from daemon_look.language import t

# Every word that a reader sees.
PHRASES = {"no page": " (no page yet)", "to do": "to do: ", "done": "done: "}
TASK_SIGNS = {"to do": "☐", "done": "☑"}
SIDES = ("center", "right")
REL = "nofollow noopener noreferrer"


def _shown_wiki_open(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    to = tokens[at].meta["to"]
    if to is None:
        return '<span class="red-link">'
    rel = Markup(' rel="{}"').format(REL) if tokens[at].meta.get("web") else ""
    return Markup('<a href="{}"{}>').format(to, rel)


def _shown_wiki_close(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    if tokens[at].meta["to"] is None:
        return Markup('<span class="aside">{}</span></span>').format(t(PHRASES["no page"]))
    return "</a>"


def _shown_gesture(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    return Markup('<span class="gesture">({})</span>').format(tokens[at].content)


def _shown_link(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    link = tokens[at]
    link.attrSet("rel", REL)
    if title := link.attrGet("title"):
        link.attrSet("title", spoken(str(title)))
    rendered: str = self.renderToken(tokens, at, options, env)
    return rendered


def _shown_text(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    return chips(tokens[at].content)


def _shown_code(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    return Markup("<code>{}</code>").format(chips(tokens[at].content))


def _shown_block(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    return Markup("<pre><code>{}</code></pre>\n").format(chips(tokens[at].content))


def _shown_formula(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    return Markup('<code class="formula">{}</code>').format(chips(tokens[at].content))


def _shown_formula_block(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    return Markup("<p>{}</p>\n").format(Markup(_shown_formula(self, tokens, at, options, env)))


def _shown_picture(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    told = tokens[at]
    words = chips(picture(told.content, told.meta["size"]))
    if told.meta["href"]:
        words = Markup('<a href="{}" rel="{}">{}</a>').format(told.meta["href"], REL, words)
    return Markup('<span class="file">{}</span>').format(words)


def _shown_image(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    """A picture whose address stands elsewhere in the text."""
    words = self.renderInlineAsText(tokens[at].children, options, env)
    return Markup('<span class="file">{}</span>').format(chips(picture(words.strip())))


def _shown_task(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    state = tokens[at].info
    return Markup('<span class="sign" aria-hidden="true">{}</span><span class="aside">{}</span> ').format(
        TASK_SIGNS[state], t(PHRASES[state])
    )


def _shown_cell(self: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    """A cell of a table. How it is set is told by a class: our policy forbids styles in texts."""
    cell = tokens[at]
    side = str(cell.attrs.pop("style", "")).removeprefix("text-align:")
    if side in SIDES:
        cell.attrSet("class", side)
    rendered: str = self.renderToken(tokens, at, options, env)
    return rendered


SHOWN = {
    "text": _shown_text,
    "code_inline": _shown_code,
    "code_block": _shown_block,
    "fence": _shown_block,
    "formula": _shown_formula,
    "formula_block": _shown_formula_block,
    "link_open": _shown_link,
    "th_open": _shown_cell,
    "td_open": _shown_cell,
    "wiki_open": _shown_wiki_open,
    "wiki_close": _shown_wiki_close,
    "gesture": _shown_gesture,
    "picture": _shown_picture,
    "image": _shown_image,
    "task": _shown_task,
}
