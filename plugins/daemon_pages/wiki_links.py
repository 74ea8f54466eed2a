"""Links between wiki pages: where `[[Page]]` leads, what leads to a page, and what has no page yet."""

from __future__ import annotations

from typing import Any

from daemon_pages.ask import Ask
from daemon_pages.rendering import Resolve

MOST_RED_LINKS = 100


def resolver(ask: Ask) -> Resolve:
    """Finds the address of a page by the name that a link gives it."""
    known: dict[str, str] = {}
    if ask.names.get("kind") == "wiki":
        rows = ask.rows(
            "SELECT target, target_page_id FROM wiki_links WHERE page_id = ? AND target_page_id IS NOT NULL",
            ask.names.get("id"),
        )
        known = {row["target"]: row["target_page_id"] for row in rows}

    def resolve(name: str) -> str | None:
        id = known.get(name) or _by_title(ask, name)
        return ask.to(ask.daemon["name"], "wiki", id) if id else None

    return resolve


def _by_title(ask: Ask, name: str) -> str | None:
    row = ask.one("SELECT id FROM wiki_pages WHERE daemon_id = ? AND title = ? ORDER BY id", ask.daemon["id"], name)
    return row["id"] if row else None


def backlinks(ask: Ask, id: str) -> list[tuple[str, str]]:
    """Title and address of every page that links to this one."""
    rows = ask.rows(
        "SELECT DISTINCT wiki_pages.id, wiki_pages.title FROM wiki_links JOIN wiki_pages ON wiki_pages.id = page_id"
        " WHERE target_page_id = ? ORDER BY wiki_pages.title, wiki_pages.id",
        id,
    )
    return [(row["title"], ask.to(ask.daemon["name"], "wiki", row["id"])) for row in rows]


def red_links(ask: Ask) -> list[dict[str, Any]]:
    """Names that pages link to and that have no page, the most wanted first."""
    rows = ask.rows(
        "SELECT target, count(*) AS links FROM wiki_links WHERE daemon_id = ? AND target_page_id IS NULL"
        " GROUP BY target ORDER BY links DESC, target LIMIT ?",
        ask.daemon["id"], MOST_RED_LINKS,
    )  # fmt: skip
    return [{"name": row["target"], "links": row["links"]} for row in rows]
