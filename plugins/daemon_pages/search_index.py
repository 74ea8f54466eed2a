"""Search across all kinds of text: what a visitor types, as FTS5 understands it, and the SQL for a page of results.

Nothing here talks to a database. A page is `RESULTS` and `COUNTS`, run with `parameters(...)`; a result's `title` and
`text` are the record's own, in which `search_glimpse` marks what was found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

from daemon_search import as_searched

PAGE_SIZE: Final = 20
LAST_PAGE: Final = 50

# Longer than anybody types; keeps a pasted book from becoming an expression of thousands of terms.
MOST_CHARACTERS: Final = 300
MOST_TERMS: Final = 16

# A single letter begins a good part of all words: looking them all up takes longer than it helps.
SHORTEST_PREFIX: Final = 2

# So much of a text is looked through for what to show of it.
MOST_READ: Final = 50_000

# Phones write quotation marks as they please.
QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
TERM: Final = re.compile(r'"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)')

# A word that stands almost everywhere finds so many documents that ranking them all takes longer than it helps. Only
# the last ones are ranked, which are the newest messages and all that is no message.
MOST_RANKED: Final = 20_000

OF_DAEMON = "(:daemon = '' OR document.daemon_id = (SELECT id FROM daemons WHERE name = :daemon))"

# The documents of one kind lie side by side, so that a range of rows leaves out most others before they are ranked.
SPAN = """WITH span(first, last) AS (
  SELECT
    CASE :kind WHEN '' THEN 0 ELSE min((
      SELECT min(id) FROM search_documents WHERE daemon_id = daemons.id AND kind = :kind
    )) END,
    CASE :kind WHEN '' THEN 9223372036854775807 ELSE max((
      SELECT max(id) FROM search_documents WHERE daemon_id = daemons.id AND kind = :kind
    )) END
  FROM daemons WHERE :daemon IN ('', daemons.name)
)"""
NEWEST = f"""{SPAN},
newest(first) AS (
  SELECT min(id) FROM (
    SELECT document.id
    FROM search
    CROSS JOIN search_documents AS document ON document.id = search.rowid
    WHERE search MATCH :match
      AND search.rowid BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
      AND {OF_DAEMON}
    ORDER BY search.rowid DESC
    LIMIT :most
  )
)
"""

# One page of results, the best first; a word in a title weighs as much as four in a text. A message bears the title
# of its conversation, and tells who spoke. The order of the joins is given, because FTS5 ranks only where it is read
# first.
RESULTS: Final = f"""{NEWEST}SELECT
  document.kind,
  daemons.name AS daemon,
  document.date,
  document.record_table,
  document.record_id,
  messages.conversation_id,
  messages.role,
  messages.speaker,
  (SELECT display_name FROM users WHERE users.id = coalesce(messages.user_id, conversations.user_id)) AS person,
  coalesce(search.title, conversations.title) AS title,
  substr(search.text, 1, :read) AS text
FROM search
CROSS JOIN search_documents AS document ON document.id = search.rowid
CROSS JOIN daemons ON daemons.id = document.daemon_id
LEFT JOIN messages ON document.record_table = 'messages' AND messages.id = CAST(document.record_id AS INTEGER)
LEFT JOIN conversations ON conversations.id = messages.conversation_id
WHERE search MATCH :match
  AND rank MATCH 'bm25(4.0, 1.0)'
  AND search.rowid BETWEEN (SELECT first FROM newest) AND (SELECT last FROM span)
  AND {OF_DAEMON}
  AND :kind IN ('', document.kind)
ORDER BY rank
LIMIT :limit OFFSET :offset"""

# Whether anything matches.
ANY: Final = f"""{SPAN}
SELECT 1
FROM search
CROSS JOIN search_documents AS document ON document.id = search.rowid
WHERE search MATCH :match
  AND search.rowid BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
  AND {OF_DAEMON}
  AND :kind IN ('', document.kind)
ORDER BY search.rowid DESC
LIMIT 1"""

# How many documents of each kind match, whichever kind is being looked at.
COUNTS: Final = f"""SELECT document.kind, count(*) AS documents
FROM search
CROSS JOIN search_documents AS document ON document.id = search.rowid
WHERE search MATCH :match AND {OF_DAEMON}
GROUP BY document.kind
ORDER BY documents DESC, document.kind"""


class Term(NamedTuple):
    """A word or a phrase: as it was typed, as the index keeps it, and whether it may begin a longer word."""

    typed: str
    words: str
    begins: bool

    @property
    def expression(self) -> str:
        """The term as FTS5 reads it: a string, in which nothing but a quotation mark is special."""
        return f'"{self.words}"' + (" *" if self.begins else "")


def terms_of(typed: str) -> list[Term]:
    """The words and phrases that were typed, without those that hold nothing to look for.

    Words in quotation marks have to follow each other. The last word, and any that ends with `*`, may be the beginning
    of a longer one. Operators and column names have no meaning: they are words.
    """
    found = [(match, _words(match)) for match in TERM.finditer(_typable(typed)[:MOST_CHARACTERS])]
    kept = [(match, words) for match, words in found if any(map(_is_token, words))][:MOST_TERMS]
    return [_term(match, words, last=match is kept[-1][0]) for match, words in kept]


def expression(terms: Iterable[Term]) -> str | None:
    """Terms all of which have to occur, as an expression that SQLite always accepts; None if there are none."""
    return " ".join(term.expression for term in terms) or None


def parameters(
    typed: str | Iterable[Term], *, daemon: str = "", kind: str = "", page: int = 1
) -> dict[str, str | int] | None:
    """The values for `RESULTS`, `COUNTS` and `ANY`; None if there is nothing to look for.

    :param daemon: a daemon's name; empty for all
    :param kind: a kind of document, as in `search_documents`; empty for all
    :param page: from 1; what lies outside becomes the first or the last that is shown
    """
    match = expression(terms_of(typed) if isinstance(typed, str) else typed)
    if match is None:
        return None
    number = min(max(page, 1), LAST_PAGE)
    return {
        "match": match,
        "daemon": daemon,
        "kind": kind,
        "limit": PAGE_SIZE,
        "offset": (number - 1) * PAGE_SIZE,
        "most": MOST_RANKED,
        "read": MOST_READ,
    }


def _typable(typed: str) -> str:
    """The text with straight quotation marks, and without what SQLite cannot read."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in typed.translate(QUOTES))


def _is_token(character: str) -> bool:
    """Whether the index keeps a character: letters, numbers, emoji and private characters."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category in ("Co", "So")


def _words(match: re.Match[str]) -> str:
    text = match["phrase"] if match["word"] is None else match["word"]
    return " ".join(as_searched(text).split())


def _term(match: re.Match[str], words: str, *, last: bool) -> Term:
    if match["word"] is None:
        return Term(match[0], words, begins=False)
    # A letter of another script may well be a word, or begin few.
    long = sum(map(_is_token, words)) >= SHORTEST_PREFIX or not words.isascii()
    return Term(match["word"], words, begins=long and (last or words.endswith("*")))
