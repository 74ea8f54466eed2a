"""What a page of ours may hold, and one address of every kind of page."""

from __future__ import annotations

import re
import sqlite3
from html.parser import HTMLParser
from pathlib import Path

from daemon_look.kinds import KINDS
from datasette.utils import tilde_encode

TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069\x00\x0b]")
ELEMENTS = frozenset(
    """
    html head meta title link body a header nav main h1 h2 h3 h4 h5 h6 p div span section article blockquote ul ol li dl
    dt dd details summary time table thead tbody tr th td figure figcaption form label input select option button footer
    em strong s code caption abbr pre hr br mark svg desc g rect path circle line polyline text tspan
    """.split()  # noqa: SIM905
)
SAFE = re.compile(r"(?:/(?!/)|#|\?|https?://|mailto:)")


# Pages of a daemon that are no lists of records.
WAYS = ("self", "people", "timeline", "calendar", "on-this-day", "conversations")


class Alive(HTMLParser):
    """Collects whatever in a page could act: elements we never make, handlers, addresses that run or fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = [f"characters {match!r}" for match in TURNING.findall(html)]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            fetches = name in ("src", "srcset", "data", "action", "formaction", "poster", "style") or name.startswith(
                "on"
            )
            if (fetches and not (name == "action" and value == "/search")) or (
                name.endswith("href") and not SAFE.match(value or "")
            ):
                self.found.append(f"{tag} {name}={value}")


def addresses(path: Path) -> list[str]:
    """One address of every kind of page, of Cass if there is one of hers."""
    found = [
        "/",
        "/search?q=alert",
        f"/search?q={tilde_encode('<script>')}",
        "/downloads",
        "/questions",
        "/questions/latest_conversations",
        "/about",
        "/daemons/cass",
    ]
    found += [f"/daemons/cass/{name}" for name in (*WAYS, *KINDS)]
    with sqlite3.connect(path) as conn:
        hers = "= (SELECT id FROM daemons WHERE name = 'cass')"
        lists = [("conversations", "conversations", "daemon_id"), *((k.slug, k.table, k.of) for k in KINDS.values())]
        for slug, table, of in lists:
            (id, name) = conn.execute(
                f"SELECT {table}.id, daemons.name FROM {table} JOIN daemons ON daemons.id = {of}"
                " ORDER BY daemons.name = 'cass' DESC LIMIT 1"
            ).fetchone()
            found.append(f"/daemons/{name}/{slug}/{tilde_encode(str(id))}")
        (date,) = conn.execute(f"SELECT max(date) FROM journals WHERE daemon_id {hers}").fetchone()
        found += [f"/daemons/cass/on/{date[:10]}", f"/daemons/cass/months/{date[:7]}"]
        (user,) = conn.execute(f"SELECT user_id FROM conversations WHERE daemon_id {hers} AND user_id <> ''").fetchone()
    return [*found, f"/daemons/cass/people/{user}"]
