"""Books made from a finished file, and what is read in them."""

from __future__ import annotations

import zipfile
from html.parser import HTMLParser
from pathlib import Path

from build_db.reader import epub, page
from build_db.reader.source import opened

WRITERS = {".html": page.write, ".epub": epub.write}


def write_book(database: Path, path: Path, daemon: str = "cass", language: str = "en") -> Path:
    """A daemon's book, in the format of the suffix."""
    with opened(database) as conn:
        (found,) = conn.execute("SELECT id, name FROM daemons WHERE name = ?", [daemon])
        WRITERS[path.suffix](conn, tuple(found), path, language)
    return path


def chapters(book: Path) -> dict[str, str]:
    """The pages of an EPUB, by their names."""
    with zipfile.ZipFile(book) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xhtml")}


class Read(HTMLParser):
    """A page taken apart: its words, its tags with their attributes, the values of all attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self._words: list[str] = []
        self._inside = ""
        self.feed(html)
        self.close()
        self.words = " ".join("".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("style", "script"):
            self._words.append(data)
