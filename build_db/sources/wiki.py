"""The wiki: `wiki/<type>/<Page_Name>.md`, front matter and Markdown with `[[links]]`.

Names and files convert both ways with loss (see `file_stem`), and two folders may hold the same name: a page's id is
its folder and file stem, case kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import normalize

from build_db.errors import Unreadable
from build_db.ingest.reading import parse_yaml
from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import earliest, first, latest

# In the order in which the vessel looks a page up.
FOLDERS = ("entity", "concept", "relationship", "journal", "meta", "notes")

LINK = re.compile(r"\[\[([^\]|#]+)(?:#([^\]|]+))?(?:\|([^\]]+))?\]\]")
PART = re.compile(r"[|#]")
FENCE = re.compile(r"\n---\s*\n")
HEADING = re.compile(r"^# +(.+)$", re.MULTILINE)
CODE_FENCE = re.compile(r"[ >]*(`{3,}(?=[^`]*$)|~{3,})")
# What a backslash takes its meaning from, and what begins and ends code.
ESCAPED_OR_TICKS = re.compile(r"\\[\\\[]|\\?(`+)")
WEB = re.compile(r"https?://", re.IGNORECASE)
NOT_IN_A_FILE_NAME = re.compile(r'[<>:"/\\|?*]')


def merge(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """One `wiki_pages` row per file and one `wiki_links` row per link; a link without a page is a red link."""
    pages = {(document.folder, document.stem): f"{document.folder}/{document.stem}" for document in documents}
    loosely = loose_names(pages)
    for document in documents:
        for item in page(document):
            yield document, item
            if isinstance(item, Row):
                for row in links(item.values["id"], item.values["content"], pages, loosely):
                    yield document, row


def page(document: Document) -> Iterator[Item]:
    """The `wiki_pages` row of one file."""
    problems: list[Problem] = []
    front_matter, body = split(document.value, problems)
    yield from problems
    history = front_matter.get("synthesis_history")
    dates = [e.get("date") for e in history if isinstance(e, dict)] if isinstance(history, list) else []
    heading = HEADING.search(body)
    title = front_matter.get("title")
    values = {
        "id": f"{document.folder}/{document.stem}",
        "category": document.folder,
        "title": title if title is not None else heading.group(1).strip() if heading else page_name(document),
        "content": body,
        "frontmatter_json": front_matter,
        "created_at": first(front_matter.get("created"), earliest(dates)),
        "updated_at": first(front_matter.get("modified"), latest(dates), front_matter.get("created")),
    }
    yield Row("wiki_pages", values)


def split(text: str, problems: list[Problem]) -> tuple[dict[str, Any], str]:
    """Front matter and body. A block that cannot be read is dropped from the body and recorded."""
    if not text.startswith("---"):
        return {}, text
    end = FENCE.search(text, 3)
    if end is None:
        return {}, text
    block, body = text[3 : end.start()], text[end.end() :].lstrip()
    try:
        found = parse_yaml(block, problems)
    except Unreadable as error:
        problems.append(Problem(str(error), field="front matter", value=block))
        return {}, body
    if found is not None and not isinstance(found, dict):
        problems.append(Problem("not an object", field="front matter", value=found))
        found = None
    return found or {}, body


def page_name(document: Document) -> str:
    """The name the vessel reads back from a file name."""
    return document.name.replace(".md", "").replace("_", " ")


def file_stem(name: str) -> str:
    """The stem under which the vessel stores a page of this name."""
    return NOT_IN_A_FILE_NAME.sub("", name).replace(" ", "_")


def links(page_id: str, body: str, pages: dict[tuple[str, str], str], loosely: dict[str, str]) -> Iterator[Row]:
    """The `wiki_links` rows of one page, in order: what is code, escaped or an address of the web is no link.

    A page is looked up as the vessel does it, and else as people write names: any case, behind a folder, with `.md`.
    """
    matches = [match for match in _found(without_code(body)) if not WEB.match(match[1].strip())]
    for position, match in enumerate(matches):
        target, section, alias = (part.strip() if part else None for part in match.groups())
        stem = file_stem(target or "")
        found = next((pages[folder, stem] for folder in FOLDERS if (folder, stem) in pages), None)
        found = found or loosely.get(_loose(target or ""))
        yield Row(
            "wiki_links",
            {
                "page_id": page_id,
                "position": position,
                "target": target or "",
                "target_page_id": found,
                "section": section,
                "alias": alias,
            },
        )


def without_code(body: str) -> str:
    """The text without fenced blocks, code and escaped signs."""
    kept: list[str] = []
    paragraph: list[str] = []
    fence = ""
    for line in body.splitlines(keepends=True):
        match = CODE_FENCE.match(line)
        if fence:
            is_end = match and match[1].startswith(fence) and not line[match.end() :].strip()
            fence = "" if is_end else fence
        elif match or not line.strip():
            kept += (_without_ticks("".join(paragraph)), "\n")
            paragraph = []
            fence = match[1] if match else ""
        else:
            paragraph.append(line)
    return "".join((*kept, _without_ticks("".join(paragraph))))


def _without_ticks(text: str) -> str:
    """A paragraph without code: what stands between two runs of equally many backticks."""
    signs = list(ESCAPED_OR_TICKS.finditer(text))
    last = {sign[1]: n for n, sign in enumerate(signs)}
    kept, done, n = [], 0, 0
    while n < len(signs):
        kept.append(text[done : signs[n].start()])
        ticks = signs[n][0]
        if ticks[0] == "`" and last[ticks] > n:  # in code a backslash means nothing
            n = next(later for later in range(n + 1, len(signs)) if signs[later][1] == ticks)
        done = signs[n].end()
        n += 1
    return "".join((*kept, text[done:]))


def loose_names(pages: dict[tuple[str, str], str]) -> dict[str, str]:
    """Pages by their loose names, alone and behind their folders; the folder that is looked at first keeps a name."""
    found: dict[str, str] = {}
    for (folder, stem), id in sorted(pages.items(), key=lambda page: (FOLDERS.index(page[0][0]), page[0][1])):
        found.setdefault(_loose(stem), id)
        found.setdefault(_loose(f"{folder}/{stem}"), id)
    return found


def _loose(name: str) -> str:
    """`concept/Temple_Codex.md` and `concept/temple codex` alike, however their letters are put together."""
    plain = normalize("NFC", normalize("NFC", name).casefold())
    return " ".join(plain.replace("_", " ").split()).removesuffix(".md").strip("/")


def _found(body: str) -> Iterator[re.Match[str]]:
    """As `LINK.finditer`, but what many beginnings share is looked at once: a page may hold 40,000 brackets."""
    start, end = body.find("[["), -1
    while start >= 0:
        if end < start:
            end = body.find("]", start)
        if end < 0:
            return
        # No link goes beyond the first bracket that closes.
        closed = body.startswith("]]", end)
        match = LINK.match(body, start, end + 2) if closed else None
        if match:
            yield match
            start = body.find("[[", match.end())
        else:
            # What follows a name is wrong for every name before it.
            part = PART.search(body, start + 2, end) if closed else None
            start = body.find("[[", part.end() if part else end + 1)


KINDS = (FileKind("wiki page", tuple(f"wiki/{folder}/*.md" for folder in FOLDERS), "text", merge=merge),)
