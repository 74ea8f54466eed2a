"""`conversations.jsonl`: one conversation a line, in the form that training and analysis tools read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from build_db.contract import WITHHELD
from build_db.exports.writers.lines import as_line
from build_db.exports.writers.tables import reading

FILE = "conversations.jsonl"

ABOUT = ("id", "title", "created_at", "person")
SAID = ("role", "content", "timestamp", "model")

# Words that were taken back tell nothing, and would teach a model to say so.
SPOKEN = """
SELECT c.id, c.title, c.created_at, p.display_name, m.role, m.content, m.timestamp, m.model
FROM conversations AS c CROSS JOIN messages AS m ON m.conversation_id = c.id
LEFT JOIN users AS p ON p.id = c.user_id
WHERE m.excluded IS NOT 1 AND m.content <> ?
ORDER BY c.rowid, m.id
"""


def write(database: Path, folder: Path) -> None:
    """Write the conversations in which something was said; excluded and withheld messages are left out."""
    with reading(database) as conn, (folder / FILE).open("wb") as file:
        for conversation in _conversations(conn.execute(SPOKEN, [WITHHELD])):
            file.write(as_line(conversation))


def _conversations(rows: Iterator[tuple]) -> Iterator[dict[str, Any]]:
    for about, said in groupby(rows, key=itemgetter(*range(len(ABOUT)))):
        messages = [dict(zip(SAID, row[len(ABOUT) :], strict=True)) for row in said]
        yield {**dict(zip(ABOUT, about, strict=True)), "messages": messages}
