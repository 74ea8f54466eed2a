"""Search across all kinds of text: what a visitor types, as FTS5 understands it, and the SQL for a page of results.

Nothing here talks to a database. A page is `RESULTS` and `COUNTS`, run with `parameters(...)`; a result's `title` and
`snippet` hold markers where words were found, and `marked()` turns such a text into safe HTML.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from markupsafe import Markup, escape

PAGE_SIZE: Final = 20
LAST_PAGE: Final = 50

# Longer than anybody types; keeps a pasted book from becoming an expression of thousands of terms.
MOST_CHARACTERS: Final = 300
MOST_TERMS: Final = 16

# A single letter begins a good part of all words: looking them all up takes longer than it helps.
SHORTEST_PREFIX: Final = 2

# Control characters that no keyboard writes stand around what was found until it is escaped.
FOUND, END = "\x02", "\x03"

# Phones write quotation marks as they please.
QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
TERM: Final = re.compile(r'"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)')

# What would reorder or hide the text around a snippet that was cut out of its sentence.
INVISIBLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

# A word that stands almost everywhere finds so many documents that ranking them all takes longer than it helps. Only
# the last ones are ranked, which are the newest messages and all that is no message.
MOST_RANKED: Final = 20_000

OF_DAEMON = "(:daemon = '' OR document.daemon_id = (SELECT id FROM daemons WHERE name = :daemon))"

# The documents of one kind lie side by side, so that a range of rows leaves out most others before they are ranked.
SPAN = f"""WITH span(first, last) AS (
  SELECT
    CASE :kind WHEN '' THEN 0 ELSE min((
      SELECT min(id) FROM search_documents WHERE daemon_id = daemons.id AND kind = :kind
    )) END,
    CASE :kind WHEN '' THEN 9223372036854775807 ELSE max((
      SELECT max(id) FROM search_documents WHERE daemon_id = daemons.id AND kind = :kind
    )) END
  FROM daemons WHERE :daemon IN ('', daemons.name)
),
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
# of its conversation. The order of the joins is given, because FTS5 ranks only where it is read first.
RESULTS: Final = f"""{SPAN}SELECT
  document.kind,
  daemons.name AS daemon,
  document.date,
  document.record_table,
  document.record_id,
  messages.conversation_id,
  coalesce(highlight(search, 0, :found, :end), conversations.title) AS title,
  snippet(search, 1, :found, :end, '…', 24) AS snippet
FROM search
CROSS JOIN search_documents AS document ON document.id = search.rowid
CROSS JOIN daemons ON daemons.id = document.daemon_id
LEFT JOIN messages ON document.kind = 'message' AND messages.id = CAST(document.record_id AS INTEGER)
LEFT JOIN conversations ON conversations.id = messages.conversation_id
WHERE search MATCH :match
  AND rank MATCH 'bm25(4.0, 1.0)'
  AND search.rowid BETWEEN (SELECT first FROM newest) AND (SELECT last FROM span)
  AND {OF_DAEMON}
  AND :kind IN ('', document.kind)
ORDER BY rank
LIMIT :limit OFFSET :offset"""

# How many documents of each kind match, whichever kind is being looked at.
COUNTS: Final = f"""SELECT document.kind, count(*) AS documents
FROM search
CROSS JOIN search_documents AS document ON document.id = search.rowid
WHERE search MATCH :match AND {OF_DAEMON}
GROUP BY document.kind
ORDER BY documents DESC, document.kind"""


def match_expression(typed: str) -> str | None:
    """What was typed as an FTS5 expression that SQLite always accepts; None if there is nothing to look for.

    Every word has to occur; words in quotation marks have to follow each other. The last word, and any that ends with
    `*`, may be the beginning of a longer one. Operators and column names have no meaning: they are words.
    """
    terms = [term for term in TERM.finditer(_typable(typed)[:MOST_CHARACTERS]) if _has_token(term[0])][:MOST_TERMS]
    return " ".join(_term(term, last=term is terms[-1]) for term in terms) or None


def parameters(typed: str, *, daemon: str = "", kind: str = "", page: int = 1) -> dict[str, str | int] | None:
    """The values for `RESULTS` and `COUNTS`; None if there is nothing to look for.

    :param daemon: a daemon's name; empty for all
    :param kind: a kind of document, as in `search_documents`; empty for all
    :param page: from 1; what lies outside becomes the first or the last that is shown
    """
    match = match_expression(typed)
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
        "found": FOUND,
        "end": END,
    }


def marked(text: str | None) -> Markup:
    """A title or snippet as HTML: everything escaped, what was found in `<mark>`, always closed."""
    html, inside = [], False
    for piece in re.split(f"([{FOUND}{END}])", text or ""):
        if piece in (FOUND, END):
            if inside is not (piece == FOUND):
                html.append("<mark>" if piece == FOUND else "</mark>")
                inside = piece == FOUND
        else:
            html.append(escape(INVISIBLE.sub("", piece)))
    return Markup("".join(html) + ("</mark>" if inside else ""))


def place_of(snippet: str | None) -> str:
    """The end of an address that makes a browser scroll to what was found first and mark it; empty if nothing was."""
    found = re.search(f"{FOUND}([^{FOUND}{END}]+){END}", snippet or "")
    # A hyphen parts the words around a text fragment from it.
    return f"#:~:text={quote(found[1], safe='').replace('-', '%2D')}" if found else ""


def _typable(typed: str) -> str:
    """The text with straight quotation marks, and without what SQLite cannot read."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in typed.translate(QUOTES))


def _is_token(character: str) -> bool:
    """Whether the search index keeps the character: it holds letters, numbers and private characters."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"


def _has_token(text: str) -> bool:
    return any(map(_is_token, text))


def _term(term: re.Match[str], *, last: bool) -> str:
    """One word or phrase as an FTS5 string, in which nothing but a quotation mark is special."""
    word = term["word"]
    if word is None:
        return f'"{term["phrase"]}"'
    # Where words are not set apart by spaces, one character may well be a word's beginning.
    long = sum(map(_is_token, word)) >= SHORTEST_PREFIX or not word.isascii()
    return f'"{word}"' + (" *" if long and (last or word.endswith("*")) else "")
