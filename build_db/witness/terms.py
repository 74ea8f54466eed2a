"""The terms of a search index, and whether the texts that they come from explain them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Set

from build_db.witness.writing import as_read, is_term_alone, plain

# Between two cells that are searched together: more than a name of two words reaches across.
BETWEEN = "\n\x00\x00\x00\n"
EVERY_TERM = "SELECT term FROM temp.terms"
TERMS_AS_BYTES = "SELECT CAST(term AS BLOB) AS term FROM temp.terms"
NO_LETTERS = re.compile(r"[\W_]+")


class Terms:
    """The terms of one file.

    :param names_in: every needle that stands as such in a text
    """

    def __init__(self, conn: sqlite3.Connection, names_in: Callable[[str], Set[str]]) -> None:
        self._conn, self._names_in = conn, names_in
        for table, kind in (("terms", "row"), ("places", "instance")):
            conn.execute(f"CREATE VIRTUAL TABLE temp.{table} USING fts5vocab(main, search, {kind})")

    def are_explained(self, value: str) -> bool:
        """Whether every text that has a term with a value in it holds the value, and does not hold it as a name."""
        terms = [term for (term,) in self._conn.execute(EVERY_TERM) if value in term or value in plain(term)]
        documents = {
            document
            for term in terms
            for (document,) in self._conn.execute("SELECT doc FROM temp.places WHERE term = ?", [term])
        }
        return bool(documents) and all(self.is_explained(value, document) for document in sorted(documents))

    def is_explained(self, value: str, document: int) -> bool:
        """Whether the text of a document holds a value, and does not hold it as a name."""
        row = self._conn.execute("SELECT title, text FROM search_text WHERE id = ?", [document]).fetchone()
        text = BETWEEN.join(cell for cell in row or () if isinstance(cell, str))
        read = plain(as_read(text))
        # In the index one character follows another, whatever stands between them in the text.
        held = value in read or (any(map(is_term_alone, value)) and value in NO_LETTERS.sub("", read))
        return held and value not in self._names_in(text)

    def rows_of_characters(self, names: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Where characters of names, each a term of its own, stand one after another: the document, and the row."""
        letters = {letter for name in names for letter in name if is_term_alone(letter)}
        if not letters:
            return
        terms = [term for (term,) in self._conn.execute(EVERY_TERM) if letters.issuperset(plain(term))]
        if terms:
            asked = f"SELECT doc, col, offset, term FROM temp.places WHERE term IN ({', '.join('?' * len(terms))})"
            yield from _joined(self._conn.execute(f"{asked} ORDER BY doc, col, offset", terms))


def _joined(places: Iterable[tuple[int, str, int, str]]) -> Iterator[tuple[int, str]]:
    """Terms that follow each other in a document as one text.

    :param places: document, column, number and term, in order
    """
    row, expected = "", (0, "", 0)
    for document, column, number, term in places:
        if row and (document, column, number) != expected:
            yield expected[0], row
            row = ""
        row, expected = row + term, (document, column, number + 1)
    if row:
        yield expected[0], row
