"""Rare words: what stands in one place only, in either file, joins the two conversations it stands in.

The search index of both files knows every word and how many texts hold it; nothing need be read for this.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from random import Random

# Two words that agree are no chance; more than half of those that vote must agree.
FEWEST = 2
# A longer list is looked at in part, evenly.
MOST = 50_000
ONCE = "SELECT term FROM temp.vocabulary WHERE doc = 1 AND length(term) > 3 ORDER BY term"
PLACE = """
SELECT coalesce(m.conversation_id, CASE s.record_table WHEN 'conversations' THEN s.record_id END)
FROM temp.places AS p JOIN main.search_documents AS s ON s.id = p.doc
LEFT JOIN main.messages AS m ON s.record_table = 'messages' AND m.id = CAST(s.record_id AS INTEGER)
WHERE p.term = ?
"""

Places = dict[str, str]


def rare(conn: sqlite3.Connection) -> list[str]:
    """The words that stand in one text of a file only."""
    for name, kind in (("vocabulary", "row"), ("places", "instance")):
        conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
        conn.execute(f"CREATE VIRTUAL TABLE temp.{name} USING fts5vocab(main, search, {kind})")
    return [term for (term,) in conn.execute(ONCE)]


def conversations_of(conn: sqlite3.Connection, words: Sequence[str]) -> Places:
    """The conversation in which each rare word stands; words that stand elsewhere are left out."""
    found = {word: conn.execute(PLACE, [word]).fetchone() for word in words}
    return {word: row[0] for word, row in found.items() if row and row[0]}


def shared(exported: Sequence[str], served: Sequence[str]) -> list[str]:
    """The words that are rare in both."""
    both = sorted(set(exported).intersection(served))
    return both[:: len(both) // MOST + 1]


def dealt(places: Places) -> Places:
    """The control: the same words, each in the place of another one."""
    holders = list(places.values())
    random = Random(0)
    for last in range(len(holders) - 1, 0, -1):
        other = int(random.random() * (last + 1))
        holders[last], holders[other] = holders[other], holders[last]
    return dict(zip(places, holders, strict=True))


def joined(exported: Places, served: Places) -> int:
    """How many conversations of the export are joined with one of the served file, and no other is joined with that."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, conversation in exported.items():
        if word in served:
            votes[conversation][served[word]] += 1
    claimed = Counter(_claims(votes))
    return sum(1 for times in claimed.values() if times == 1)


def _claims(votes: Mapping[str, Counter[str]]) -> Iterator[str]:
    for counted in votes.values():
        ((best, agreeing),) = counted.most_common(1)
        if agreeing >= FEWEST and agreeing * 2 > counted.total():
            yield best
