"""A book as an EPUB 3, for readers of electronic paper and for phones (https://www.w3.org/TR/epub-33/)."""

from __future__ import annotations

import datetime
import re
import sqlite3
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from daemon_look.language import speaking, t

from build_db.reader.contents import TALKS, Book, Chapter, title_of
from build_db.reader.setting import GENERATOR, part, pieces
from build_db.zipping import member

MIMETYPE, PACKAGE = "application/epub+zip", "EPUB/package.opf"
# How many records are in one file, and from how many messages on a conversation goes on in the next.
RECORDS, MESSAGES = 20, 300
NAMESPACE = uuid.UUID("3f0d8a52-4c1e-5a77-9d43-6a0f2e7b91c4")
UNDATED = "1980-01-01"
LINK = re.compile(r'<a href="((?:https?|mailto):[^"]*)"[^>]*>(.*?)</a>', re.DOTALL | re.IGNORECASE)
# Addresses that every reading program takes; of others the words are kept.
PLAIN_LINK = re.compile(
    r"(?i:https?)://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,4})?(?:[/?#](?:[A-Za-z0-9._~!$'()*+,;=:@/?-]|&amp;|%[0-9A-Fa-f]{2})*)?"
    r"|(?i:mailto):[A-Za-z0-9.+-]+@[A-Za-z0-9.-]+"
)


def write(conn: sqlite3.Connection, daemon: tuple[str, str], path: Path, language: str) -> None:
    """Write the book.

    :param conn: a finished file, whose rows are `sqlite3.Row`
    :param daemon: the id and name of whom it is about
    :param language: of the words around the texts
    """
    with speaking(language), zipfile.ZipFile(path, "w") as archive:
        book = Book(conn, daemon, _address)
        common = {"book": book, "title": title_of(book), "language": language}
        _add(archive, "mimetype", [MIMETYPE], stored=True)
        _add(archive, "META-INF/container.xml", [part("container.xml")])
        _add(archive, "EPUB/style.css", [part("epub.css")])
        names = []
        for name, values in _files(book):
            names.append(name)
            _add(archive, f"EPUB/{name}.xhtml", _linked(pieces("chapter.xhtml", **common, **values)))
        _add(archive, "EPUB/nav.xhtml", pieces("nav.xhtml", **common, address=_first))
        described = {
            "identifier": uuid.uuid5(NAMESPACE, daemon[0]).urn,
            "modified": f"{_day(book.last)}T00:00:00Z",
        }
        _add(archive, PACKAGE, pieces("package.opf", **common, **described, names=names, generator=GENERATOR))


def _add(archive: zipfile.ZipFile, name: str, text: Iterable[str], *, stored: bool = False) -> None:
    with archive.open(member(name, stored=stored), "w") as file:
        for piece in text:
            file.write(piece.encode())


def _files(book: Book) -> Iterator[tuple[str, dict[str, Any]]]:
    """The files of the book in order, each with what its template needs."""
    yield "title", {"part": "title", "heading": title_of(book)}
    for chapter in book.chapters:
        for number, (name, values) in enumerate(_files_of(book, chapter)):
            top = {"heading": chapter.title, "about": chapter.about} if number == 0 else {}
            yield name, {**values, **top}
    yield "changed", {"part": "changed", "heading": t("What was changed, and why")}


def _files_of(book: Book, chapter: Chapter) -> Iterator[tuple[str, dict[str, Any]]]:
    if chapter.kind:
        records = book.records(chapter)
        for first in range(0, len(chapter.entries), RECORDS):
            yield f"{chapter.slug}-{first // RECORDS + 1}", {"found": islice(records, RECORDS)}
    elif not chapter.entries:
        yield chapter.slug, {"part": "self"}
    for talk in chapter.entries if not chapter.kind else ():
        for number, found in enumerate(_in_portions(book.days(talk)), 1):
            name = talk.anchor if number == 1 else f"{talk.anchor}-{number}"
            yield name, {"part": "talk", "talk": talk, "is_first": number == 1, "found": found}


def _in_portions(days: Iterable[tuple[str, list[dict[str, Any]]]]) -> Iterator[list[tuple[str, list[dict[str, Any]]]]]:
    """The days of a conversation, as many as one file holds; at least one portion."""
    portion: list[tuple[str, list[dict[str, Any]]]] = []
    count, done = 0, 0
    for day in days:
        portion.append(day)
        count += sum(len(stretch["messages"]) for stretch in day[1])
        if count >= MESSAGES:
            yield portion
            portion, count, done = [], 0, done + 1
    if portion or not done:
        yield portion


def _address(anchor: str) -> str:
    """The place of a record, by its anchor: a conversation begins a file, other records share one."""
    slug, _, number = anchor.rpartition("-")
    file = anchor if slug == TALKS else f"{slug}-{(int(number) - 1) // RECORDS + 1}"
    return f"{file}.xhtml#{anchor}"


def _day(text: str) -> str:
    """A day of the calendar; for a text that is none, the first that a zip can tell."""
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        return UNDATED


def _first(chapter: Chapter) -> str:
    """The file in which a chapter begins."""
    return f"{chapter.slug}-1.xhtml" if chapter.entries else f"{chapter.slug}.xhtml"


def _linked(pieces: Iterable[str]) -> Iterator[str]:
    """Text whose links lead to addresses that a reading program takes."""
    for piece in pieces:
        yield LINK.sub(
            lambda link: f'<a href="{link[1]}">{link[2]}</a>' if PLAIN_LINK.fullmatch(link[1]) else link[2], piece
        )
