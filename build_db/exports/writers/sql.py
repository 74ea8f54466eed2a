"""SQL as the shell's `.dump` writes it: `sqlite3 new.db < file.sql` makes the database again, search index included.

The index is made anew from the texts: its own tables are SQLite's business, and cannot be filled by hand. Where the
index writes a text in a way of its own, which the shell knows nothing of, that is written down beside the text.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from daemon_search import EACH

from build_db.exports.writers.tables import reading
from build_db.schema.searched import COUNT_WORDS, as_kept

SEARCH, SEARCH_WORDS = "search", "search_words"
OBJECTS = """
SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid
"""
# NUL ends a statement, and the shell drops a carriage return before a line feed.
NUL, RETURN = UNWRITABLE = ("\0", "\r")
# Blanks that part characters of one word. A syllable between blanks would be taken for a name, and what is written here
# is searched for names: there stands a letter that nobody reads instead, and SQL makes blanks of it.
PARTED = re.compile(rf" (?<=[{EACH}] ) *(?=[{EACH}])")
JOINT = "\u115f"
SEARCHED = "SELECT id, CAST(title AS BLOB), CAST(text AS BLOB) FROM search_text ORDER BY id"
FILLED = """
INSERT INTO search (rowid, title, text) SELECT search_text.id, CASE WHEN words.id IS NULL THEN search_text.title
ELSE words.title END, CASE WHEN words.id IS NULL THEN search_text.text ELSE words.text END
FROM search_text LEFT JOIN temp.words ON words.id = search_text.id ORDER BY search_text.id;
DROP TABLE temp.words;
"""
PRAGMAS = ("application_id", "user_version")


def write(database: Path, folder: Path) -> None:
    """Write `<daemon>.sql`; the folder bears the daemon's name."""
    with reading(database) as conn, (folder / f"{folder.name}.sql").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_statements(conn))


def _statements(conn: sqlite3.Connection) -> Iterator[str]:
    yield "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"
    for name in PRAGMAS:
        yield f"PRAGMA {name}={conn.execute(f'PRAGMA {name}').fetchone()[0]};\n"
    tables = [(name, sql) for name, sql in conn.execute(OBJECTS, ["table"]) if not _belongs_to_search(name)]
    for name, sql in tables:
        yield f"{sql};\n"
        for row in conn.execute(f"SELECT * FROM [{name}] ORDER BY rowid"):
            yield f"INSERT INTO {name} VALUES({','.join(map(_literal, row))});\n"
    for kind in ("index", "view"):
        for _, sql in conn.execute(OBJECTS, [kind]):
            yield f"{sql};\n"
    yield from _index(conn)
    yield "COMMIT;\nANALYZE;\n"


def _index(conn: sqlite3.Connection) -> Iterator[str]:
    """The search index, from the texts and from what it writes otherwise."""
    (sql,) = conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", [SEARCH]).fetchone()
    yield f"{sql};\nCREATE TEMP TABLE words (id INTEGER PRIMARY KEY, title TEXT, text TEXT);\n"
    for id, *texts in conn.execute(SEARCHED):
        if all(text is None or text.isascii() for text in texts):
            continue  # kept as it is
        words = [as_kept(text) for text in texts]
        if [word if word is None else word.encode() for word in words] != texts:
            yield f"INSERT INTO temp.words VALUES({id},{','.join(map(_joined, words))});\n"
    yield FILLED.lstrip()
    (words,) = conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", [SEARCH_WORDS]).fetchone()
    yield from (f"{statement};\n" for statement in (words, *COUNT_WORDS))


def _joined(words: str | None) -> str:
    literal = _literal(words and PARTED.sub(JOINT, words))
    return f"replace({literal},char({ord(JOINT)}),' ')" if JOINT in literal else literal


def _belongs_to_search(name: str) -> bool:
    return name == SEARCH or (name.startswith(f"{SEARCH}_") and name != f"{SEARCH}_documents")


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, (int, float)):
        return repr(value)
    quoted = value.replace("'", "''")
    return _spelled_out(quoted) if NUL in quoted or RETURN in quoted else f"'{quoted}'"


def _spelled_out(quoted: str) -> str:
    """A text with marks for what cannot be written, and SQL that puts it back."""
    literal, marks = quoted, {}
    for character in UNWRITABLE:
        if character in literal:
            code = ord(character)
            mark = next(mark for n in count(code) if (mark := f"\\{n}") not in literal)
            literal = literal.replace(character, mark)
            marks[mark] = code
    literal = f"'{literal}'"
    for mark, code in reversed(marks.items()):
        literal = f"replace({literal},'{mark}',char({code}))"
    return literal
