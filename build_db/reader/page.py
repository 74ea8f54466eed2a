"""A book as one HTML page with everything in it, which opens by double click and asks no network."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from pathlib import Path

from daemon_look.language import speaking
from daemon_search import APART
from markupsafe import Markup

from build_db.reader.contents import Book, title_of
from build_db.reader.setting import GENERATOR, brief, pieces, script, style


def write(conn: sqlite3.Connection, daemon: tuple[str, str], path: Path, language: str) -> None:
    """Write the page.

    :param conn: a finished file, whose rows are `sqlite3.Row`
    :param daemon: the id and name of whom it is about
    :param language: of the words around the texts
    """
    css, js = style("reader.css"), script("reader.js")
    with speaking(language), path.open("w", encoding="utf-8", newline="\n") as file:
        book = Book(conn, daemon, lambda anchor: f"#{anchor}")
        set_page = pieces(
            "page.html",
            book=book,
            title=title_of(book),
            generator=GENERATOR,
            language=language,
            policy=_policy(css, js),
            style=Markup(css),
            script=Markup(js),
            apart=" ".join(sign + kept for sign, kept in APART.items() if kept.strip()),
        )
        file.writelines(brief(set_page))


def _policy(css: str, script: str) -> str:
    """Nothing is loaded, nothing is sent, and no script runs but this one."""
    allowed = {"script-src": script, "style-src": css}
    hashes = (f"{kind} 'sha256-{_hash(text)}'" for kind, text in allowed.items())
    return "; ".join(("default-src 'none'", *hashes, "base-uri 'none'", "form-action 'none'"))


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
