"""Markdown as chats write it: what CommonMark does not know, as rules for its parser.

Formulas as they were typed, bare links, pictures by their names, tasks, links to wiki pages, what a daemon does while
it talks, and placeholders, which are no links. Every pattern is bounded and starts at a sign of its own, so that no
text takes longer than its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from daemon_look.chat_html import SHOWN
from daemon_look.hidden import ANY_TOKEN, PLACEHOLDER
from daemon_look.language import t

Resolve = Callable[[str], str | None]

# Every word that a reader sees.
SAID_OF_TAGS = {
    "mark": "marks", "memory": "remembers", "record_self_observation": "notes about itself",
    "record_user_observation": "notes about somebody", "create_roadmap_item": "plans",
}  # fmt: skip

SAFE_LINK = re.compile(r"(?i)(?:https?:|mailto:)")
WEB_LINK = re.compile(r"(?i)https?:")
TAG = re.compile(
    r"</?(gesture|emote|memory|mark|record_self_observation|record_user_observation|create_roadmap_item)\b(?::(\w+))?"
    r"[^<>\n]{0,300}>"
)
# A formula ends before another one of its kind begins; a dollar that begins or ends one is not that of a price.
FORMULA = re.compile(
    r"""
    \\\( (?: [^\\] | \\(?![()])[\s\S] ){1,2000}? \\\)
    | \\\[ (?: [^\\] | \\(?![\[\]])[\s\S] ){1,2000}? \\\]
    | \$\$ (?: [^$\\] | \\[\s\S] | \$(?!\$) ){1,2000}? \$\$
    | (?<![\w$\\]) \$ (?![\s$]) (?: [^$\\`\n] | \\[^\n] | \n(?!\n) ){1,500}? (?<!\s) \$ (?![\w$])
    """,
    re.VERBOSE,
)
FORMULA_SIGNS = {"$$": "$$", "\\[": "\\]"}
MOST_LINES = 100
# Neither blanks nor quotation marks, in any script, nor what turns text around.
URL = re.compile(
    r"(?i)https?://\w[^\s\x00-\x1f\x7f<>\"`\[\]{}|\\^\u2018-\u201f\u2026\u202a-\u202e\u2066-\u2069"
    r"\u3000-\u303f\uff01-\uff0f\uff1a-\uff20]{0,2000}"
)
PROTOCOL = re.compile(r"(?i)(?<![a-z0-9_])https?$")
BEHIND_URL = "?!.,:;*_~'"
LABEL = r"\[(?P<label>(?:[^\[\]\\]|\\[\s\S]|\[[^\[\]\n]{0,200}\]){0,1000})\]"
ADDRESS = (
    rf"\(\s{{0,9}}(?:<(?P<angled>[^<>\n]{{0,2000}})>|(?P<bare>(?:[^\s()<>\[\]]|{ANY_TOKEN}|\([^\s()]{{0,500}}\)){{0,2000}}))"
    r"(?:\s{1,9}(?P<title>\"[^\"]{0,500}\"|'[^']{0,500}'|\([^()]{0,500}\)))?\s{0,9}\)"
)
PICTURE = re.compile(f"!{LABEL}{ADDRESS}")
LINK = re.compile(LABEL + ADDRESS)
ANGLED = re.compile(rf"<(?:mailto:)?({ANY_TOKEN})>")
NAME = rf"(?:[^\[\]|#\n\\]|{ANY_TOKEN}){{1,200}}"
WIKI_LINK = re.compile(
    rf"!?\[\[(?P<name>{NAME})?(?:#(?P<section>[^\[\]|\n]{{1,200}}))?(?:\\?\|(?P<alias>(?:[^\[\]\n]|{ANY_TOKEN}){{1,200}}))?\]\]"
)
WIKI_FILE = re.compile(r"(?P<name>[^:?#]{1,200}\.md)(?:#.{0,200})?", re.IGNORECASE)
PICTURE_FILE = re.compile(r"(?i).*\.(?:png|jpe?g|gif|webp|svg|avif|heic|bmp)")
TASK = re.compile(r"\[([ xX])\](?:\s|$)")
# Where no rule begins: between letters a low line is one of a name, and a bracket that closes ends a link's words.
PLAIN = re.compile(r"(?:[^\n\\`*_\[\]<&~$!:]++|(?<=[^\W_])_(?=[^\W_])|!(?!\[)|:(?!//)|&(?![#A-Za-z]))+")


def parser() -> MarkdownIt:
    """CommonMark with tables and the rules below: no raw HTML, no pictures, links only to the web and to mail."""
    made = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    made.disable(["html_inline", "html_block"])
    made.validateLink = _is_safe  # type: ignore[method-assign]
    made.block.ruler.before(
        "table", "formula", _formula_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    made.block.ruler.at("reference", _reference)
    made.core.ruler.after("inline", "task", _tasks)
    inline = made.inline.ruler
    inline.at("text", _text)
    inline.before("escape", "formula", _formula)
    inline.after("text", "bare_link", _bare_link)
    inline.before("link", "placeholder", _placeholder)
    for name, rule in (("wiki_link", _wiki_link), ("wiki_file", _wiki_file), ("hidden_link", _hidden_link)):
        inline.before("link", name, rule)
    inline.before("link", "picture", _picture)
    inline.before("autolink", "gesture", _tag)
    for name, shown in SHOWN.items():
        made.add_render_rule(name, shown)
    return made


def _is_safe(url: str) -> bool:
    return bool(SAFE_LINK.match(url)) and not PLACEHOLDER.search(unquote(url))


def _text(state: StateInline, silent: bool) -> bool:
    """All up to where a rule may begin. The parser's own stops at every sign, and asks each rule in vain."""
    match = PLAIN.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        state.append_pending(match[0])
    state.pos = match.end()
    return True


def _formula(state: StateInline, silent: bool) -> bool:
    """`\\(x\\)`, `\\[x\\]`, `$x$`, `$$x$$`, with every backslash."""
    if state.src[state.pos] not in "$\\":
        return False
    match = FORMULA.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        state.push("formula", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula on lines of its own, whose signs would else begin lists and quotations."""
    place = state.bMarks[start] + state.tShift[start]
    begin = state.src[place : place + 2]
    if begin not in FORMULA_SIGNS or state.is_code_block(start):
        return False
    place += 2
    for number in range(start, min(end, start + MOST_LINES)):
        if number > start:
            place = state.bMarks[number] + state.tShift[number]
        if place < state.eMarks[number] and state.sCount[number] < state.blkIndent:
            return False
        line = state.src[place : state.eMarks[number]]
        if FORMULA_SIGNS[begin] in line:
            if not line.rstrip(" .,;:").endswith(FORMULA_SIGNS[begin]) or line.count(FORMULA_SIGNS[begin]) > 1:
                return False
            if not silent:
                token = state.push("formula_block", "", 0)
                token.content = state.getLines(start, number + 1, state.blkIndent, False).strip()
                token.map = [start, number + 1]
                state.line = number + 1
            return True
        if begin in line:
            return False
    return False


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Where links lead that name their target elsewhere; a placeholder with a colon behind it defines nothing."""
    is_placeholder = PLACEHOLDER.match(state.src, state.bMarks[start] + state.tShift[start])
    return False if is_placeholder else reference(state, start, end, silent)


def _tasks(state: StateCore) -> None:
    """List entries that begin with `[ ]` or `[x]`."""
    for item, paragraph, line in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if (item.type, paragraph.type) != ("list_item_open", "paragraph_open") or not line.children:
            continue
        match = TASK.match(line.content)
        first = line.children[0]
        if match and first.type == "text" and first.content.startswith(match[0].rstrip()):
            first.content = first.content[3:].lstrip()
            line.children.insert(0, Token("task", "", 0, info="to do" if match[1] == " " else "done"))
            item.attrJoin("class", "task")


def _bare_link(state: StateInline, silent: bool) -> bool:
    """`https://…` as it stands in a sentence, without the signs that end the sentence."""
    if state.src[state.pos] != ":" or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    before = PROTOCOL.search(state.src[max(0, state.pos - 6) : state.pos])
    if not before or not (silent or state.pending.endswith(before[0])):
        return False
    match = URL.match(state.src, state.pos - len(before[0]), state.posMax)
    if not match or PLACEHOLDER.match(state.src, match.end()):
        return False
    url = _without_end(match[0])
    href = state.md.normalizeLink(url)
    if not state.md.validateLink(href):
        return False
    if not silent:
        state.pending = state.pending[: -len(before[0])]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.push("text", "", 0).content = url
        state.push("link_close", "a", -1)
    state.pos += len(url) - len(before[0])
    return True


def _without_end(url: str) -> str:
    open_more = url.count(")") - url.count("(")
    end = len(url)
    while url[end - 1] in BEHIND_URL or (url[end - 1] == ")" and open_more > 0):
        open_more -= url[end - 1] == ")"
        end -= 1
    return url[:end]


def _placeholder(state: StateInline, silent: bool) -> bool:
    """`[email 3f9a]` is no link, whatever stands behind it; its chip is made where text becomes HTML."""
    match = PLACEHOLDER.match(state.src, state.pos) or ANGLED.match(state.src, state.pos)
    if not match:
        return False
    if not silent:
        state.append_pending(match[0] if match.re is PLACEHOLDER else match[1])
    state.pos = match.end()
    return True


def _picture(state: StateInline, silent: bool) -> bool:
    """`![what it shows](address)`."""
    match = PICTURE.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        address = match["angled"] or match["bare"] or ""
        file = PLACEHOLDER.search(address)
        href = state.md.normalizeLink(unescapeAll(address))
        token = state.push("picture", "", 0)
        token.content = unescapeAll(match["label"]).strip()
        token.meta = {
            "size": (file and file["size"]) or "",
            "href": href if state.md.validateLink(href) and not state.linkLevel else "",
        }
    state.pos = match.end()
    return True


def _hidden_link(state: StateInline, silent: bool) -> bool:
    """A link whose words hold a placeholder, or one to something that is hidden: its words, and what it led to."""
    match = LINK.match(state.src, state.pos, state.posMax)
    if not match or state.linkLevel:
        return False
    address, words = match["angled"] or match["bare"] or "", match["label"].strip()
    if not PLACEHOLDER.search(f"{words} {address}"):
        return False
    led_to, href = PLACEHOLDER.search(address), state.md.normalizeLink(unescapeAll(address))
    if not led_to and not state.md.validateLink(href):
        return False
    if not silent and led_to:
        _inside(state, match)
        if not PLACEHOLDER.fullmatch(words):  # the address as its own words
            state.push("text", "", 0).content = f" {led_to[0]}" if words else led_to[0]
    elif not silent:
        title = {"title": unescapeAll(match["title"][1:-1])} if match["title"] else {}
        state.push("link_open", "a", 1).attrs = {"href": href, **title}
        _inside(state, match)
        state.push("link_close", "a", -1)
    state.pos = match.end()
    return True


def _inside(state: StateInline, match: re.Match[str]) -> None:
    """The words of a link, with their own marks."""
    before = state.posMax
    state.pos, state.posMax = match.span("label")
    state.linkLevel += 1
    state.md.inline.tokenize(state)
    state.linkLevel -= 1
    state.posMax = before


def _wiki_file(state: StateInline, silent: bool) -> bool:
    """`[words](Page.md)`."""
    resolve: Resolve | None = state.env.get("resolve")
    match = LINK.match(state.src, state.pos, state.posMax) if resolve else None
    file = match and WIKI_FILE.fullmatch(unquote(match["angled"] or match["bare"] or ""))
    if not match or not file or not resolve or state.linkLevel:
        return False
    if not silent:
        to = resolve(file["name"])
        state.push("wiki_open", "", 1).meta = {"to": to}
        _inside(state, match)
        state.push("wiki_close", "", -1).meta = {"to": to}
    state.pos = match.end()
    return True


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """`[[Page]]`, `[[Page#Section]]`, `[[Page|words]]`; with a sign in front of it, what it embeds."""
    resolve: Resolve | None = state.env.get("resolve")
    match = WIKI_LINK.match(state.src, state.pos, state.posMax) if resolve else None
    # `[[email 3f9a]](mailto:…)` was a link to mail.
    if not match or not resolve or PLACEHOLDER.match(state.src, state.src.index("[", state.pos) + 1):
        return False
    name, section, alias = ((part or "").strip() for part in match.groups())
    words = alias or name or section
    if not words or state.linkLevel:
        return False
    if not silent:
        is_picture = match[0][0] == "!" and PICTURE_FILE.fullmatch(name)
        if is_picture:
            token = state.push("picture", "", 0)
            token.content, token.meta = words, {"size": "", "href": ""}
        elif not name:
            state.push("text", "", 0).content = words
        else:
            to = resolve(name)
            is_web = WEB_LINK.match(name) and state.md.validateLink(name)
            if is_web:
                section_too = f"#{section}" if section else ""
                to = state.md.normalizeLink(name + section_too)
            state.push("wiki_open", "", 1).meta = {"to": to, "web": bool(is_web)}
            state.push("text", "", 0).content = words
            state.push("wiki_close", "", -1).meta = {"to": to}
    state.pos = match.end()
    return True


def _tag(state: StateInline, silent: bool) -> bool:
    """What a daemon does while it talks: `<gesture:nod>`."""
    match = TAG.match(state.src, state.pos)
    if not match:
        return False
    if not silent and not match.group().startswith("</"):
        state.push("gesture", "", 0).content = (
            t(SAID_OF_TAGS[match[1]]) if match[1] in SAID_OF_TAGS else match[2] or match[1]
        )
    state.pos = match.end()
    return True
