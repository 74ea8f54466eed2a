"""How often words stand in the texts of a finished file, by its search index."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable
from contextlib import closing
from pathlib import Path


def written_in(path: Path) -> Callable[[str], int]:
    """A function that tells how often a word is written in a finished file, in any case."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        conn.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search, row)")
        counts = dict(conn.execute("SELECT term, cnt FROM temp.terms"))

    def written(word: str) -> int:
        plain = unicodedata.normalize("NFD", word.casefold())
        return int(counts.get("".join(c for c in plain if not unicodedata.combining(c)), 0))

    return written
