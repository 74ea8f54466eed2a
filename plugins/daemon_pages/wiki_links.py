"""Links between wiki pages: where `[[Page]]` leads, what leads to a page, and what has no page yet."""

from __future__ import annotations

from functools import cache
from typing import Any

from daemon_look.rendering import Resolve
from daemon_look.wiki_names import by_loose_name, loose

from daemon_pages.ask import Ask

MOST_RED_LINKS = 100


def resolver(ask: Ask) -> Resolve:
    """Finds the address of a page by the name that a link gives it, in any of the ways in which people write it.

    First as the builder found it, then by its title, then without regard to case, folder, `.md` and blanks.
    """
    known: dict[str, str] = {}
    if ask.names.get("kind") == "wiki":
        rows = ask.rows(
            "SELECT target, target_page_id FROM wiki_links WHERE page_id = ? AND target_page_id IS NOT NULL",
            ask.names.get("id"),
        )
        known = {row["target"]: row["target_page_id"] for row in rows}
    # Read when a name is met that is no title.
    loosely = cache(lambda: _by_loose_name(ask))

    def resolve(name: str) -> str | None:
        id = known.get(name) or _by_title(ask, name) or loosely().get(loose(name))
        return ask.to(ask.daemon["name"], "wiki", id) if id else None

    return resolve


def _by_title(ask: Ask, name: str) -> str | None:
    row = ask.one("SELECT id FROM wiki_pages WHERE daemon_id = ? AND title = ? ORDER BY id", ask.daemon["id"], name)
    return row["id"] if row else None


def _by_loose_name(ask: Ask) -> dict[str, str]:
    """Pages by all the names that people give them."""
    rows = ask.rows("SELECT id, title, category FROM wiki_pages WHERE daemon_id = ? ORDER BY id", ask.daemon["id"])
    return by_loose_name(rows)


def backlinks(ask: Ask, id: str) -> list[tuple[str, str]]:
    """Title and address of every page that links to this one."""
    rows = ask.rows(
        "SELECT DISTINCT wiki_pages.id, wiki_pages.title FROM wiki_links JOIN wiki_pages ON wiki_pages.id = page_id"
        " WHERE target_page_id = ? ORDER BY wiki_pages.title, wiki_pages.id",
        id,
    )
    return [(row["title"], ask.to(ask.daemon["name"], "wiki", row["id"])) for row in rows]


def red_links(ask: Ask) -> list[dict[str, Any]]:
    """Names that pages link to and that have no page, the most wanted first; an address of the web wants none."""
    rows = ask.rows(
        "SELECT target, count(*) AS links FROM wiki_links WHERE daemon_id = ? AND target_page_id IS NULL"
        " AND target NOT LIKE 'http://%' AND target NOT LIKE 'https://%'"
        " GROUP BY target ORDER BY links DESC, target LIMIT ?",
        ask.daemon["id"], MOST_RED_LINKS,
    )  # fmt: skip
    resolve = resolver(ask)
    return [{"name": row["target"], "links": row["links"]} for row in rows if not resolve(row["target"])]
