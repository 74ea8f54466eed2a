"""What a finished file says of itself in `build_info`, and the few words and shapes that many rooms share.

Whoever reads a finished file (checks, exports, pages) relies on these keys; the pages keep a copy of their own, and a
test holds it to this one.
"""

from __future__ import annotations

import re
from enum import StrEnum

# Stands where words were withheld in a column that may not be empty.
WITHHELD = "[withheld]"
# Stands in texts for a person who was withdrawn.
WITHDRAWN = "[withdrawn]"

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class Fact(StrEnum):
    """The keys of `build_info`, besides one `rows.<table>` for every table: how many rows were taken in."""

    TOOL = "tool"
    SCHEMA_VERSION = "schema_version"
    PRIVACY = "privacy"
    POLICY = "policy"
    DAEMONS = "daemons"
    # Every pseudonym that was given, as JSON: exports replace them by others, also those of people in no table.
    PSEUDONYMS = "pseudonyms"
    # What the witness stripped because redaction had missed it, as JSON: how many cells, by rule and place.
    STRIPPED = "stripped"
    # Only in exports: the dataset's id and language, whether token counts were kept, how many people share what is told
    # of them, how finely times are told, whether words of people and conversations were kept, and with whom
    # conversations were.
    EXPORT = "export"
    LANGUAGE = "language"
    USAGE = "usage"
    K = "k"
    TIMES = "times"
    WORDS = "words"
    PEOPLE = "people"


class Privacy(StrEnum):
    """The values of `privacy`."""

    REDACTED = "redacted"
    PRIVATE = "private"


ROWS = "rows."


def rows_fact(table: str) -> str:
    """The key under which the rows of a table are counted."""
    return f"{ROWS}{table}"
