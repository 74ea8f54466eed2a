"""What the cards tell of: one finished export, looked at through its own database."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from build_db.contract import WITHHELD
from build_db.exports.cards.account import account
from build_db.exports.cards.dictionary import column_lines
from build_db.exports.cards.start import Start
from build_db.exports.cards.start import look as begin
from build_db.exports.choices import Licence, Times
from build_db.exports.origin import Built
from build_db.exports.publisher import Publisher
from build_db.exports.risk.measure import Figure
from build_db.exports.times import DAY
from build_db.exports.writers.tables import column_types, filled_tables, reading
from build_db.schema import SCHEMA_VERSION, Table

# The last and first day of which its texts tell, or month where they tell no day; "today" would make every export
# another one.
DAYS = """
SELECT min(substr(date, 1, 10)), max(substr(date, 1, 10)) FROM search_documents
WHERE date GLOB '[12][0-9][0-9][0-9]-[0-9][0-9]*'
"""
UNDATED = "undated"
TAGS = ["ai-companion", "conversations", "diary", "long-term-memory", "pseudonymized", "self-model", "sqlite"]
ZONES = {"time": "Local time, zone unknown.", "instant": "With its zone."}
# How the rows of a table are listed as files of their own, and where: best described first.
BY_TABLE = ("parquet", "csv", "jsonl")


@dataclass(frozen=True)
class Told:
    """One table that holds rows."""

    table: Table
    rows: int
    types: Mapping[str, str]
    withheld: int


@dataclass(frozen=True)
class Subject:
    """One export.

    :param times: how finely times are told
    :param words: words of people and conversations were kept
    :param people_told: it is told with whom conversations were
    :param first: the first day of its texts; `last` is the last one
    :param counts: what was replaced while it was made
    :param people: how finely people are told of, by table
    :param removed: what the owner took back
    :param risk: how much of it each attack joins
    :param publisher: what its owner says of it
    :param built: what the served file says of its own build
    :param looked_for: how many values the witness looks for in it, by rule
    :param with_tree: the values of the data tree are among them
    :param signed_by: the public key of who signs it, or nothing
    """

    daemon: str
    dataset: str
    licence: Licence
    language: str
    formats: tuple[str, ...]
    with_usage: bool
    times: Times
    words: bool
    people_told: bool
    first: str
    last: str
    tables: tuple[Told, ...]
    figures: Mapping[str, int]
    counts: Mapping[str, int]
    k: int
    people: Mapping[str, Mapping[str, int]]
    removed: Mapping[str, int]
    start: Start
    risk: Sequence[Figure]
    publisher: Publisher
    built: Built
    looked_for: Mapping[str, int]
    with_tree: bool
    signed_by: str

    @property
    def called(self) -> str:
        """Her name at the beginning of a sentence."""
        return self.daemon[:1].upper() + self.daemon[1:]

    @property
    def title(self) -> str:
        """The name of the dataset."""
        return f"{self.called}: an AI companion's conversations, journals and thoughts"

    @property
    def about(self) -> str:
        """One paragraph."""
        return (
            f"Everything that {self.called}, an AI companion with a memory of its own, said and wrote down"
            f" from {self.first} to {self.last}, with the people who talk with it made unrecognizable."
        )

    @property
    def version(self) -> str:
        """Grows with the schema and with the last day of the data."""
        return f"{SCHEMA_VERSION}.0.0+{self.last.replace('-', '')}"

    @property
    def citation(self) -> str:
        """How to cite it."""
        by = f"{', '.join(creator.called for creator in self.publisher.creators)}: " if self.publisher.creators else ""
        doi = f" https://doi.org/{self.publisher.doi}" if self.publisher.doi else ""
        known = f"Anonymized dataset {self.dataset}, data until {self.last}, {self.licence.spdx}."
        return f"{by}{self.title}. {known}{doi}"

    @property
    def released(self) -> str:
        """The day of its publication: the one that its owner states, or the last day in it; empty if it has none."""
        if self.publisher.published or self.last == UNDATED:
            return self.publisher.published
        return self.last if len(self.last) == DAY else f"{self.last}-01"

    @property
    def url(self) -> str:
        """Its page, or a name for what has none."""
        return self.publisher.homepage or f"urn:uuid:{self.dataset}"

    @property
    def account(self) -> dict[str, int]:
        """What was taken out and changed, in words, and how often."""
        return account(self.counts, sum(told.withheld for told in self.tables), self.removed)

    @property
    def lines(self) -> Mapping[str, Mapping[str, str]]:
        """What each column holds, by table and column; of times also of which zone they are."""
        lines = dict(column_lines(with_usage=self.with_usage, times=self.times))
        for told in self.tables:
            zones = {name: ZONES[kind] for name, kind in told.types.items() if kind in ZONES}
            own = lines[told.table.name]
            lines[told.table.name] = {**own, **{name: f"{own[name]} {zone}" for name, zone in zones.items()}}
        return lines

    @property
    def table_format(self) -> str | None:
        """The format whose files, one per table, the cards describe; None if there is none."""
        return next((name for name in BY_TABLE if name in self.formats), None)


FIGURES = {
    "conversations": "SELECT count(*) FROM conversations",
    "messages": "SELECT count(*) FROM messages",
    "messages by people": "SELECT count(*) FROM messages WHERE role = 'user'",
    "messages withheld": f"SELECT count(*) FROM messages WHERE content = '{WITHHELD}'",
    "characters said": f"SELECT coalesce(sum(length(content)), 0) FROM messages WHERE content <> '{WITHHELD}'",
    "people": "SELECT count(*) FROM users",
    "journal entries": "SELECT count(*) FROM journals",
    "dreams": "SELECT count(*) FROM dreams",
    "wiki pages": "SELECT count(*) FROM wiki_pages",
}


def days(conn: sqlite3.Connection) -> tuple[str, str]:
    """The first and the last day of an export's texts."""
    first, last = conn.execute(DAYS).fetchone()
    return first or UNDATED, last or UNDATED


def look(database: Path) -> tuple[tuple[str, str], tuple[Told, ...], dict[str, int], Start]:
    """The days, tables and figures of an export's database, and where to begin."""
    with reading(database) as conn:
        tables = tuple(
            Told(
                table,
                _count(conn, f"SELECT count(*) FROM {table.name}"),
                column_types(conn, table),
                _withheld(conn, table),
            )
            for table in filled_tables(conn)
        )
        start = begin(conn, [told.table for told in tables])
        return days(conn), tables, {name: _count(conn, sql) for name, sql in FIGURES.items()}, start


def _withheld(conn: sqlite3.Connection, table: Table) -> int:
    texts = [column.name for column in table.columns if column.type in ("TEXT", "JSON")]
    summed = " + ".join(f"total({name} IN ('{WITHHELD}', '\"{WITHHELD}\"'))" for name in texts) or "0"
    return _count(conn, f"SELECT {summed} FROM {table.name}")


def _count(conn: sqlite3.Connection, sql: str) -> int:
    return int(conn.execute(sql).fetchone()[0])
