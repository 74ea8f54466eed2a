"""What the search index covers, and the one FTS5 table that finds across kinds.

The index keeps no copy of the texts: `search` is an external-content FTS5 table over the view `search_text`,
which looks each text up in its own table through `search_documents`. It keeps words as `daemon_search` writes them, and
shows texts as they are.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from daemon_search import as_searched

from build_db.contract import WITHHELD


class Searched(NamedTuple):
    """One kind of text: `title` and `text` are SQL expressions over `table`; `date` is its time column."""

    kind: str
    table: str
    title: str
    text: str
    date: str


SPOKEN = (
    "(SELECT group_concat(CASE type WHEN 'object' THEN json_extract(value, '$.text') ELSE atom END, char(10))"
    " FROM json_each(exchanges_json))"
)
TALKED = (
    "(SELECT group_concat(CASE type WHEN 'object' THEN json_extract(value, '$.content') ELSE atom END, char(10))"
    " FROM json_each(messages_json))"
)

# Messages first: they grow without end. Documents of one kind lie side by side, so that each kind is a stretch of ids.
SEARCHED = (
    Searched("message", "messages", "NULL", "content", "timestamp"),
    Searched("conversation", "conversations", "title", "working_summary", "created_at"),
    Searched("journal", "journals", "date", "content", "date"),
    Searched("dream", "dreams", "NULL", SPOKEN, "date"),
    Searched("reflection", "solo_reflections", "title", "content", "created_at"),
    Searched("wiki page", "wiki_pages", "title", "content", "updated_at"),
    Searched("research note", "research_notes", "title", "content", "created_at"),
    Searched("project document", "project_documents", "title", "content", "updated_at"),
    Searched("synthesis", "synthesis_artifacts", "title", "content", "updated_at"),
    Searched("work", "autonomous_works", "title", "content", "created_at"),
    Searched("goal", "goals", "title", "description", "created_at"),
    Searched("insight", "cross_session_insights", "NULL", "insight", "created_at"),
    Searched("summary", "conversation_summaries", "NULL", "content", "created_at"),
    Searched("self-observation", "self_observations", "NULL", "observation", "created_at"),
    Searched("opinion", "opinions", "topic", "position", "last_updated"),
    Searched("growth edge", "growth_edges", "area", "current_state", "last_updated"),
    Searched("journal about a person", "user_journals", "NULL", "content", "date"),
    Searched("roadmap item", "roadmap_items", "title", "description", "updated_at"),
    Searched("thread", "conversation_threads", "title", "description", "created_at"),
    Searched("open question", "open_questions", "question", "context", "created_at"),
    Searched("self-set goal", "unified_goals", "title", "description", "updated_at"),
    Searched("planned work", "work_items", "title", "description", "created_at"),
    Searched("work done", "work_summaries", "name", "summary", "date"),
    Searched("self-portrait", "daemon_identity_snippets", "NULL", "snippet_text", "generated_at"),
    Searched("genesis dream", "genesis_dreams", "discovered_name", TALKED, "created_at"),
    Searched("draft", "outreach_drafts", "title", "content", "updated_at"),
    Searched("request", "development_requests", "title", "description", "updated_at"),
    Searched("roadmap epic", "roadmap_epics", "title", "description", "updated_at"),
)

# Rows without a daemon of their own belong to the daemon of their parent.
DAEMON_OF = {
    "messages": "(SELECT daemon_id FROM conversations WHERE conversations.id = conversation_id)",
    "project_documents": "(SELECT daemon_id FROM projects WHERE projects.id = project_id)",
}

# Of what characters words are: also of vowel signs, which are marks, and of signs like emoji.
TOKENS = "unicode61 remove_diacritics 2 categories 'L* M* N* Co So'"

# Fills `search_words` from the index.
COUNT_WORDS = (
    "CREATE VIRTUAL TABLE temp.every_word USING fts5vocab(main, search, row)",
    "INSERT INTO search_words SELECT term, doc FROM temp.every_word ORDER BY term",
    "DROP TABLE temp.every_word",
)

# Tokens are written out from memory in pieces of this many bytes; the default (1 MB) costs a third more time.
FTS_HASHSIZE = 16_000_000


def create_statements() -> list[str]:
    """The SQL that makes `search_documents`, the view `search_text` and the FTS5 table `search`."""

    def looked_up(expression: int) -> str:
        arms = "".join(
            f"\n        WHEN '{s.kind}' THEN (SELECT {s[expression]} FROM {s.table} WHERE {s.table}.id = record_id)"
            for s in SEARCHED
        )
        return f"CASE kind{arms}\n    END"

    title, text = Searched._fields.index("title"), Searched._fields.index("text")
    return [
        """CREATE TABLE search_documents (
    id INTEGER PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    kind TEXT NOT NULL,
    record_table TEXT NOT NULL,
    record_id TEXT NOT NULL,
    date TEXT
)""",
        "CREATE INDEX idx_search_documents_kind ON search_documents(daemon_id, kind)",
        f"""CREATE VIEW search_text AS SELECT id,
    {looked_up(title)} AS title,
    {looked_up(text)} AS text
FROM search_documents""",
        f"""CREATE VIRTUAL TABLE search USING fts5(
    title, text, content='search_text', content_rowid='id', tokenize="{TOKENS}"
)""",
        # Every word of the index, and in how many documents it stands.
        "CREATE TABLE search_words (word TEXT PRIMARY KEY, documents INTEGER NOT NULL) WITHOUT ROWID",
    ]


def learn_words(conn: sqlite3.Connection) -> None:
    """Teach a connection `as_searched(text)`, which writes a text as the index keeps it."""
    conn.create_function("as_searched", 1, as_kept, deterministic=True)


def as_kept(text: str | bytes | None) -> str | None:
    """A text as the index keeps it. As bytes even what JSON makes of half a character can be read."""
    return None if text is None else as_searched(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)


def fill_statements() -> list[str]:
    """The SQL that fills the index from finished tables, for a connection that has learned its words.

    Withheld and empty texts are not indexed.
    """
    listed = [
        f"""INSERT INTO search_documents (daemon_id, kind, record_table, record_id, date)
SELECT {DAEMON_OF.get(s.table, "daemon_id")}, '{s.kind}', '{s.table}', {s.table}.id, {s.date} FROM {s.table}
WHERE coalesce(nullif(nullif({s.title}, '{WITHHELD}'), ''), nullif(nullif({s.text}, '{WITHHELD}'), '')) IS NOT NULL
ORDER BY {s.table}.rowid"""
        for s in SEARCHED
    ]
    return [
        *listed,
        f"INSERT INTO search (search, rank) VALUES ('hashsize', {FTS_HASHSIZE})",
        "INSERT INTO search (rowid, title, text)"
        " SELECT id, as_searched(CAST(title AS BLOB)), as_searched(CAST(text AS BLOB)) FROM search_text",
        *COUNT_WORDS,
    ]
