"""Opens the finished file that a book is made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from build_db.contract import Fact

ENGLISH = "en"


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A finished file, open for reading; what is no text in it is shown as such."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as conn:
        conn.row_factory = sqlite3.Row
        conn.text_factory = lambda data: data.decode("utf-8", "replace")
        yield conn


def language_of(conn: sqlite3.Connection) -> str:
    """The language of an export's texts; English where a file does not say."""
    row = conn.execute("SELECT value FROM build_info WHERE key = ?", [Fact.LANGUAGE]).fetchone()
    return str(row[0]) if row else ENGLISH
