"""What stands in the book of a daemon, chapter by chapter; the words are read when they are written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import msgspec
from daemon_look.dates import day, when
from daemon_look.kinds import KINDS, RecordKind
from daemon_look.language import t
from daemon_look.messages import message, stretches
from daemon_look.profile import parts_of, statements
from daemon_look.records import LONGEST_TITLE, dialogue, facts, names_of, page_title, parts
from daemon_look.rendering import UNWANTED, WITHHELD, Resolve, markdown, parsed, percent, spoken, words
from daemon_look.wiki_names import by_loose_name, loose

from build_db.declared import declared, shipped

FILE = "chapters.yml"
SELF, TALKS, WIKI = "self", "conversations", "wiki"
# Columns that name the conversation a record came from.
SOURCES = ("conversation_id", "source_conversation_id")
# The level of heading below which the words of a record stand.
BELOW = 2


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `chapters.yml`; its comments explain the keys."""

    days: str
    profile: str
    talks: str
    most_characters: int
    in_short: str
    messages: str
    by_name: str
    pages: str
    links: str
    person: str


@cache
def table() -> Table:
    """The table that ships with the tool."""
    return declared(FILE, shipped(__package__, FILE), Table)


def by_shelf() -> list[RecordKind]:
    """The kinds of record, those of a shelf together."""
    shelves = list(dict.fromkeys(kind.shelf for kind in KINDS.values()))
    return sorted(KINDS.values(), key=lambda kind: shelves.index(kind.shelf))


@dataclass(frozen=True)
class Entry:
    """A record as the contents list it.

    :param anchor: its name in the book, such as `journals-3`
    :param told: what is known of a conversation besides its title
    :param skipped: how many characters of a conversation are left to the data, from its beginning
    """

    anchor: str
    id: str
    title: str
    date: str | None = None
    told: Mapping[str, Any] | None = None
    skipped: int = 0


@dataclass(frozen=True)
class Chapter:
    """One chapter.

    :param shelf: what it belongs to, as the pages sort their lists
    :param kind: of its records; None for conversations and for what a daemon says of itself
    """

    slug: str
    title: str
    about: str
    shelf: str
    entries: list[Entry]
    kind: RecordKind | None = None


class Book:
    """One daemon's book.

    :param conn: a finished file, whose rows are `sqlite3.Row`
    :param daemon: the id and name of whom it is about
    :param address: where a link leads that means the record of an anchor
    """

    def __init__(self, conn: sqlite3.Connection, daemon: tuple[str, str], address: Callable[[str], str]) -> None:
        self._conn = conn
        self._id, self.name = daemon
        self.address = address
        first, last = self._rows(table().days, self._id)[0]
        self.first, self.last = first or "", last or ""
        self._profile = next(iter(self._rows(table().profile, self._id)), None)
        self.left_out = 0
        self._talks = self._list_talks()
        self.chapters = list(self._list_chapters())
        self._anchors = {chapter.slug: {e.id: e.anchor for e in chapter.entries} for chapter in self.chapters}
        pages = self._rows(table().pages, self._id)
        self._wiki = {page["title"]: page["id"] for page in reversed(pages)}
        self._loosely = by_loose_name(pages)

    def _rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self._conn.execute(sql, values).fetchall()

    def _list_talks(self) -> list[Entry]:
        """The newest conversations that fit, the oldest of them first."""
        room = table().most_characters
        found: list[Entry] = []
        for row in self._conn.execute(table().talks, [self._id]):
            if room <= 0:
                self.left_out += 1
                continue
            title = _named(spoken(row["title"])) or t("Untitled conversation")
            found.append(Entry("", row["id"], title, row["date"], dict(row), max(0, row["length"] - room)))
            room -= row["length"]
        return [
            Entry(f"{TALKS}-{number}", e.id, e.title, e.date, e.told, e.skipped)
            for number, e in enumerate(reversed(found), 1)
        ]

    def _list_chapters(self) -> Iterator[Chapter]:
        if statements(self._profile) or parts_of(self._profile, below=BELOW):
            yield Chapter(SELF, t("Who it is"), "", "", [])
        if self._talks:
            yield Chapter(TALKS, t("Conversations"), "", "", self._talks)
        for kind in by_shelf():
            rows = self._rows(f"{kind.listed(LONGEST_TITLE)} {_where(kind)}", self._id)
            if rows:
                entries = [_entry(kind, number, row) for number, row in enumerate(rows, 1)]
                yield Chapter(kind.slug, t(kind.many), t(kind.about), t(kind.shelf), entries, kind)

    def shelves(self) -> list[tuple[str, list[Chapter]]]:
        """The chapters by the shelf they stand on."""
        return [(shelf, list(found)) for shelf, found in groupby(self.chapters, key=lambda chapter: chapter.shelf)]

    def said_of_self(self) -> dict[str, Any]:
        """What the daemon says that it is."""
        said = [
            (entry["statement"], percent(entry.get("confidence")), when(entry.get("first_noticed")))
            for entry in statements(self._profile)
        ]
        return {"statements": said, "parts": parts_of(self._profile, below=BELOW + 1)}

    def records(self, chapter: Chapter) -> Iterator[dict[str, Any]]:
        """Every record of a kind, in the order of the contents, as it is shown."""
        kind = chapter.kind
        assert kind
        sql = f"SELECT *, {kind.title} AS page_title, {kind.date} AS page_date FROM {kind.table} {_where(kind)}"
        for entry, row in zip(chapter.entries, self._conn.execute(sql, [self._id]), strict=True):
            yield self._record(kind, entry, row)

    def _record(self, kind: RecordKind, entry: Entry, row: sqlite3.Row) -> dict[str, Any]:
        resolve = self._resolver(entry.id if kind.slug == WIKI else None)
        person = self._person(row) if "users" in kind.also else None
        said = dialogue(parsed(row[kind.dialogue]), names_of(self.name, person)) if kind.dialogue else ""
        return {
            "entry": entry,
            "date": when(row["page_date"]) if row["page_title"] else "",
            "person": person,
            "dialogue": said,
            "text": parts(kind.text, row, below=BELOW, resolve=resolve, title=row["page_title"]),
            "folded": parts(kind.folded, row, below=BELOW, resolve=resolve),
            "facts": facts(kind, row),
            "talks": self._linked(kind, row),
        }

    def days(self, talk: Entry) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """A conversation by its days: what each is called, and its messages in stretches."""
        person = talk.told["person"] if talk.told else None
        sides: dict[str, int] = {}
        resolve = self._resolver()
        kept = _without_first(self._conn.execute(table().messages, [talk.id]), talk.skipped)
        said = (message(row, earlier, self.name, person, sides, resolve) for earlier, row in _with_earlier(kept))
        for date, group in groupby(said, key=lambda one: one["date"]):
            yield "" if date == WITHHELD else day(date), stretches(group)

    def in_short(self, talk: Entry) -> str:
        """What a conversation was about, as its daemon keeps it in mind."""
        (row,) = self._rows(table().in_short, talk.id)
        return markdown(row["working_summary"], below=BELOW)

    def _resolver(self, page: str | None = None) -> Resolve:
        """Finds the address of a wiki page by the name that a link gives it.

        :param page: the id of the wiki page in which the link stands
        """
        known = {row["target"]: row["target_page_id"] for row in self._rows(table().links, page)} if page else {}

        def resolve(name: str) -> str | None:
            id = known.get(name) or self._wiki.get(name) or self._loosely.get(loose(name))
            return self._link(WIKI, id)

        return resolve

    def _link(self, slug: str, id: str | None) -> str | None:
        anchor = self._anchors.get(slug, {}).get(id or "")
        return self.address(anchor) if anchor else None

    def _person(self, row: sqlite3.Row) -> str | None:
        found = self._rows(table().person, row["user_id"])
        return found[0]["display_name"] if found else None

    def _linked(self, kind: RecordKind, row: sqlite3.Row) -> list[tuple[str, str, str]]:
        """Title, address and a few words of each conversation that a record belongs to."""
        linked = [(one["id"], one["words"]) for one in self._rows(kind.talks, row["id"])] if kind.talks else []
        linked += [(row[column], "") for column in SOURCES if column in row.keys()][:1]  # noqa: SIM118
        titles = {talk.id: talk.title for talk in self._talks}
        found = [(titles.get(id, ""), self._link(TALKS, id), spoken(told)) for id, told in linked]
        return [(title, link, told) for title, link, told in found if link]


def _where(kind: RecordKind) -> str:
    """SQL: the records of a daemon, in their order."""
    name = f"lower({kind.title}), " if kind.slug in table().by_name.split() else ""
    return f"WHERE {kind.of} = ? ORDER BY {name}{kind.date} IS NULL, {kind.date}, id"


def _entry(kind: RecordKind, number: int, row: sqlite3.Row) -> Entry:
    title = _named(page_title(kind, row["title"], row["date"], row["glimpse"])) or t("Untitled")
    return Entry(f"{kind.slug}-{number}", str(row["id"]), title, row["date"])


def _named(title: str) -> str:
    """A title that can be seen in a list."""
    return " ".join(UNWANTED.sub("", title).split())


def _without_first(rows: Iterable[sqlite3.Row], characters: int) -> Iterator[sqlite3.Row]:
    """Messages without the first of them, so that so many characters less are left."""
    for row in rows:
        if characters > 0:
            characters -= len(row["content"])
        else:
            yield row


def _with_earlier(rows: Iterable[sqlite3.Row]) -> Iterator[tuple[sqlite3.Row | None, sqlite3.Row]]:
    earlier = None
    for row in rows:
        yield earlier, row
        earlier = row


def title_of(book: Book) -> str:
    """What a book is called."""
    return words(book.name)
