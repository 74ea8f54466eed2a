"""Looks for words in the index, and reads no more of it for a word that stands everywhere than for any other.

Words that stand in few texts bound the search: all that has them is found, counted and ranked by them. Where every word
stands in many texts none tells which text is meant: of each kind the last ones that have them all are looked up, and
shown with the latest first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, NamedTuple

from daemon_pages.ask import Ask, Row
from daemon_pages.search_index import LAST_PAGE, PAGE_SIZE, Term
from daemon_pages.search_words import Sought, sought, together

# A word in no more texts than that tells which text is meant; and so many may be read for any word.
FEW: Final = 5_000
# Where a word that tells is looked for.
EVERYWHERE: Final = (0, 2**63 - 1)
# Of each kind so many are counted at most: as many as there are pages for.
MOST_COUNTED: Final = PAGE_SIZE * LAST_PAGE
# And so many texts of a kind are looked through for them.
MOST_LOOKED_THROUGH: Final = 200_000

OF_DAEMON = "(:daemon = '' OR document.daemon_id = (SELECT id FROM daemons WHERE name = :daemon))"

# The kinds of documents there are, and from where to where each lies: looked up one after the other in the index.
STRETCHES: Final = """WITH RECURSIVE place(daemon_id, kind) AS (
  SELECT id, (SELECT min(kind) FROM search_documents WHERE daemon_id = daemons.id)
  FROM daemons WHERE :daemon IN ('', name)
  UNION ALL
  SELECT daemon_id, (
    SELECT min(search_documents.kind) FROM search_documents
    WHERE search_documents.daemon_id = place.daemon_id AND search_documents.kind > place.kind
  ) FROM place WHERE kind IS NOT NULL
)
SELECT
  kind,
  min((SELECT min(id) FROM search_documents
    WHERE search_documents.daemon_id = place.daemon_id AND search_documents.kind = place.kind)) AS first,
  max((SELECT max(id) FROM search_documents
    WHERE search_documents.daemon_id = place.daemon_id AND search_documents.kind = place.kind)) AS last
FROM place WHERE kind IS NOT NULL GROUP BY kind"""

# The last documents of a stretch that match.
LAST: Final = f"""SELECT document.id, document.kind, document.date
FROM search
CROSS JOIN search_documents AS document ON document.id = search.rowid
WHERE search MATCH :match
  AND search.rowid BETWEEN :first AND :last
  AND {OF_DAEMON}
  AND :kind IN ('', document.kind)
ORDER BY search.rowid DESC
LIMIT :most"""

# How many documents of each kind match, whichever kind is being looked at.
COUNTS: Final = f"""SELECT document.kind, count(*) AS documents
FROM search
CROSS JOIN search_documents AS document ON document.id = search.rowid
WHERE search MATCH :match AND {OF_DAEMON}
GROUP BY document.kind"""

# The best of those that match, ranked by the words that tell; one in a title weighs as much as four in a text. The
# plus sign keeps SQLite from asking the index once for each document.
RANKED: Final = f"""SELECT document.id
FROM search
CROSS JOIN search_documents AS document ON document.id = search.rowid
WHERE search MATCH :telling
  AND rank MATCH 'bm25(4.0, 1.0)'
  AND +search.rowid IN (SELECT rowid FROM search WHERE search MATCH :match)
  AND {OF_DAEMON}
  AND :kind IN ('', document.kind)
ORDER BY rank
LIMIT :limit OFFSET :offset"""

# What is shown of some documents. A message bears the title of its conversation, and tells who spoke.
SHOWN: Final = """SELECT
  document.id,
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
FROM json_each(:ids) AS chosen
CROSS JOIN search_documents AS document ON document.id = chosen.value
CROSS JOIN daemons ON daemons.id = document.daemon_id
CROSS JOIN search ON search.rowid = document.id
LEFT JOIN messages ON document.record_table = 'messages' AND messages.id = CAST(document.record_id AS INTEGER)
LEFT JOIN conversations ON conversations.id = messages.conversation_id
ORDER BY chosen.key"""


class Within(NamedTuple):
    """Where to look: of which daemon and in which kind; empty for all."""

    daemon: str = ""
    kind: str = ""


class Stretch(NamedTuple):
    """Documents that lie side by side, and of which kinds they are."""

    first: int
    last: int
    kinds: tuple[str, ...]

    @property
    def size(self) -> int:
        """No more documents than that."""
        return self.last - self.first + 1

    @property
    def begin(self) -> int:
        """From where it is looked through for words that stand everywhere."""
        return max(self.first, self.last - MOST_LOOKED_THROUGH + 1)

    @property
    def is_short(self) -> bool:
        """Whether all of it may be read."""
        return self.size <= FEW


@dataclass
class Found:
    """What was found.

    :param kinds: how many documents of each kind, the most first, whichever kind is being looked at
    :param ids: the documents of one page, in order
    :param open_ended: the kinds of which there may be more
    :param by_date: the latest come first, not the best
    """

    kinds: list[tuple[str, int]] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    open_ended: frozenset[str] = frozenset()
    by_date: bool = False

    def count(self, kind: str) -> int:
        """How many documents of a kind there are, at least; of all if it is empty."""
        return sum(number for name, number in self.kinds if kind in ("", name))

    def is_open_ended(self, kind: str) -> bool:
        """Whether there may be more."""
        return bool(self.open_ended if not kind else self.open_ended & {kind})


def look(ask: Ask, terms: Sequence[Term], within: Within, page: int = 1) -> Found:
    """One page of the documents that have all of the terms.

    :param page: from 1; what lies outside becomes the first or the last that is shown
    """
    if not terms:
        return Found()
    asked = sought(ask, terms)
    telling = [term for term in asked if term.documents <= FEW]
    offset = (min(max(page, 1), LAST_PAGE) - 1) * PAGE_SIZE
    return _all(ask, asked, telling, within, offset) if telling else _last(ask, asked, within, offset)


def any_has(ask: Ask, terms: Sequence[Term], within: Within) -> bool:
    """Whether a document has all of the terms."""
    asked = sought(ask, terms)
    bounded = any(term.documents <= FEW for term in asked)
    places = [EVERYWHERE] if bounded else [(stretch.begin, stretch.last) for stretch in _stretches(ask, within)]
    values = {"match": together(asked), "daemon": within.daemon, "kind": within.kind, "most": 1}
    asked_at = ({**values, "first": first, "last": last} for first, last in places)
    return any(ask.conn.execute(LAST, value).fetchone() for value in asked_at)


def shown(ask: Ask, ids: Sequence[int], read: int) -> list[Row]:
    """What is shown of documents, in their order; of each text so many characters."""
    listed = "[" + ",".join(map(str, ids)) + "]"
    return ask.conn.execute(SHOWN, {"ids": listed, "read": read}).fetchall()


def _all(ask: Ask, asked: Sequence[Sought], telling: Sequence[Sought], within: Within, offset: int) -> Found:
    values: dict[str, Any] = {
        "match": together(asked), "telling": together(telling), "daemon": within.daemon, "kind": within.kind,
        "limit": PAGE_SIZE, "offset": offset,
    }  # fmt: skip
    kinds = Counter({row["kind"]: row["documents"] for row in ask.conn.execute(COUNTS, values)})
    ids = [row["id"] for row in ask.conn.execute(RANKED, values)] if kinds else []
    return Found(_most_first(kinds), ids, frozenset() if all(term.whole for term in asked) else frozenset(kinds))


def _last(ask: Ask, asked: Sequence[Sought], within: Within, offset: int) -> Found:
    found: dict[str, list[tuple[str, int]]] = {}
    open_ended: set[str] = set()
    values: dict[str, Any] = {"match": together(asked), "daemon": within.daemon, "kind": ""}
    for stretch in _stretches(ask, within):
        most = stretch.size if stretch.is_short else MOST_COUNTED + 1
        place = {"first": stretch.begin, "last": stretch.last, "most": most}
        rows = ask.conn.execute(LAST, {**values, **place}).fetchall()
        for row in rows:
            found.setdefault(row["kind"], []).append((row["date"] or "", row["id"]))
        if stretch.begin > stretch.first:
            open_ended.update(stretch.kinds)
    open_ended.update(kind for kind, documents in found.items() if len(documents) > MOST_COUNTED)
    kinds = Counter({kind: min(len(documents), MOST_COUNTED) for kind, documents in found.items()})
    wanted = (documents[:MOST_COUNTED] for kind, documents in found.items() if within.kind in ("", kind))
    chosen = sorted(chain.from_iterable(wanted), reverse=True)
    ids = [id for _, id in chosen[offset : offset + PAGE_SIZE]]
    return Found(_most_first(kinds), ids, frozenset(open_ended), by_date=True)


def _stretches(ask: Ask, within: Within) -> list[Stretch]:
    """Where to look, from the first document to the last. Short stretches are joined, to be looked through at once."""
    found: list[Stretch] = []
    rows = ask.conn.execute(STRETCHES, {"daemon": within.daemon}).fetchall()
    for kind, first, last in sorted(rows, key=lambda row: (row["first"], row["last"])):
        stretch = Stretch(first, last, (kind,))
        joined = found and Stretch(found[-1].first, max(found[-1].last, last), (*found[-1].kinds, kind))
        if joined and joined.is_short:
            found[-1] = joined
        else:
            found.append(stretch)
    return found


def _most_first(kinds: Counter[str]) -> list[tuple[str, int]]:
    return sorted(kinds.items(), key=lambda entry: (-entry[1], entry[0]))
