"""Rare words: what stands in one text only, in either file, joins the two conversations it stands in.

The search index of both files knows of every word how many texts hold it.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from random import Random

# Two words that agree are no chance; more than half of those that vote must agree.
FEWEST = 2
# Of more conversations than this only so many are looked for, evenly chosen.
MOST = 500
WORD = re.compile(r"\w{4,}")
# What stands above letters, and is no matter to the index.
MARKS = re.compile("[\u0300-\u036f]")
CHOSEN = """
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM conversations
WHERE id IN (SELECT conversation_id FROM messages)) WHERE (number - 1) % ? = 0
"""
SAID = "SELECT content FROM messages WHERE conversation_id = ?"
# One question for all words: to ask for each by itself takes several times longer.
RARE = """
SELECT asked.value, coalesce(m.conversation_id, CASE s.record_table WHEN 'conversations' THEN s.record_id END)
FROM json_each(?) AS asked CROSS JOIN main.search_words AS w ON w.word = asked.value AND w.documents = 1
CROSS JOIN temp.places AS p ON p.term = asked.value CROSS JOIN main.search_documents AS s ON s.id = p.doc
LEFT JOIN main.messages AS m ON s.record_table = 'messages' AND m.id = CAST(s.record_id AS INTEGER)
ORDER BY asked.value
"""

Places = dict[str, str]


def said_in_some(conn: sqlite3.Connection) -> tuple[int, set[str]]:
    """How many conversations are looked for, and their words, as the index writes them."""
    (there,) = conn.execute("SELECT count(DISTINCT conversation_id) FROM messages").fetchone()
    chosen = [id for (id,) in conn.execute(CHOSEN, [there // MOST + 1])]
    said: set[str] = set()
    for id in chosen:
        for (text,) in conn.execute(SAID, [id]):
            said.update(WORD.findall(_plain(text)))
    return len(chosen), said


def _plain(text: str) -> str:
    if text.isascii():
        return text.casefold()
    return MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def rare(conn: sqlite3.Connection, words: Collection[str]) -> Places:
    """Those of the words that stand in one text of a file only, and the conversation of that file in which they do."""
    conn.execute("DROP TABLE IF EXISTS temp.places")
    conn.execute("CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, search, instance)")
    return {word: place for word, place in conn.execute(RARE, [json.dumps(sorted(words))]) if place}


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
