"""Lists of records, and the page of one: journals, dreams, goals and all other kinds of the table."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import Any

from daemon_look.dates import ago, when, zone
from daemon_look.kinds import KINDS, RecordKind
from daemon_look.language import t
from daemon_look.records import GLIMPSE, dialogue, facts, glimpse, names_of, parts
from daemon_look.rendering import WITHHELD, parsed, words
from datasette.utils.asgi import NotFound

from daemon_pages import wiki_links
from daemon_pages.ask import Ask, Row
from daemon_pages.places import PEOPLE, TALKS, has_pages, page_of

PER_PAGE = 50
# The lists whose records have names that people look up: in which orders they can be had.
ORDERS = {"name": "lower({title}), id", "kind": "lower({glimpse}), lower({title}), id", "date": "{date} DESC, id"}
BY_NAME = ("wiki",)
# Columns that name the conversation a record came from.
SOURCES = ("conversation_id", "source_conversation_id")


def kind_of(ask: Ask) -> RecordKind:
    """The kind that the address names.

    :raises NotFound: there is none
    """
    kind = KINDS.get(ask.names["kind"])
    if kind is None:
        raise NotFound("There is no such page here.")
    return kind


def address(ask: Ask) -> str:
    """Where a record is read, by its table and id: our page of it, or else Datasette's.

    :raises NotFound: records of this table have no pages
    """
    table, id = ask.names["table"], ask.names["id"]
    if not has_pages(table):
        raise NotFound("There is no such page here.")
    page = page_of(ask.conn, table, id)
    return ask.link(page) if page else ask.row(table, id)


def listed(ask: Ask) -> dict[str, Any]:
    """All records of one kind, a page at a time: newest first, or as asked."""
    kind = kind_of(ask)
    orders = tuple(ORDERS) if kind.slug in BY_NAME else ("date",)
    order = ask.query.get("by", "")
    order = order if order in orders else orders[0]
    (count,) = ask.one(f"SELECT count(*) FROM {kind.table} WHERE {kind.of} = ?", ask.daemon["id"])
    sql = ORDERS[order].format(title=kind.title, glimpse=kind.glimpse, date=kind.date)
    rows = ask.rows(
        f"{kind.listed(GLIMPSE)} WHERE {kind.of} = ? ORDER BY {sql} LIMIT ? OFFSET ?",
        ask.daemon["id"], PER_PAGE, (ask.page - 1) * PER_PAGE,
    )  # fmt: skip
    red = wiki_links.red_links(ask) if kind.slug == "wiki" and ask.page == 1 else []
    return {
        "kind": kind,
        "count": count,
        "red_links": red,
        "order": order,
        "orders": orders if len(orders) > 1 else (),
        "groups": [
            (heading, [_entry(ask, kind, row) for row in found])
            for heading, found in groupby(rows, key=lambda row: _heading(order, row))
        ],
        **paging(ask, count),
    }


def _heading(order: str, row: Row) -> str:
    """Under what a record stands in its list; empty where lists have no headings."""
    if order == "kind":
        return words(row["glimpse"] or "")
    first = next((c for c in row["title"] or "" if c.isalnum()), "")
    return (unicodedata.normalize("NFD", first)[:1].upper() if first.isalpha() else "0-9") if order == "name" else ""


def paging(ask: Ask, count: int, size: int = PER_PAGE) -> dict[str, Any]:
    """Where the pages before and after this one are, if there are any."""
    last = max(1, -(-count // size))
    return {
        "page": ask.page,
        "pages": last,
        "earlier": ask.page + 1 if ask.page < last else None,
        "later": ask.page - 1 if ask.page > 1 else None,
    }


def _entry(ask: Ask, kind: RecordKind, row: Row) -> dict[str, Any]:
    named = row["title"] and row["title"] != WITHHELD
    return {
        "url": ask.to(ask.daemon["name"], kind.slug, str(row["id"])),
        "title": row["title"] if named else when(row["date"]) or t(kind.one),
        "date": when(row["date"]) if named else "",
        "glimpse": glimpse(row["glimpse"]),
    }


def shown(ask: Ask) -> dict[str, Any]:
    """One record: its words, the facts about it, its neighbors in time."""
    kind = kind_of(ask)
    row = ask.found(
        f"SELECT *, {kind.title} AS page_title, {kind.date} AS page_date FROM {kind.table}"
        f" WHERE {kind.of} = ? AND id = ?",
        ask.daemon["id"], ask.names["id"],
    )  # fmt: skip
    resolve = wiki_links.resolver(ask)
    person = _person(ask, row) if "users" in kind.also else None
    names = names_of(ask.daemon["name"], person[0] if person else None)

    return {
        "kind": kind,
        "title": row["page_title"] or None,
        "date": when(row["page_date"]),
        "ago": ago(row["page_date"]),
        "zone_known": bool(zone(row["page_date"] or "")) or not (row["page_date"] or "")[11:16],
        "person": person,
        "dialogue": dialogue(parsed(row[kind.dialogue]), names) if kind.dialogue else "",
        "text": parts(kind.text, row, below=1, resolve=resolve, title=row["page_title"]),
        "folded": parts(kind.folded, row, below=1, resolve=resolve),
        "facts": facts(kind, row),
        "talks": _talks(ask, kind, row),
        "source": _source(ask, row),
        "backlinks": wiki_links.backlinks(ask, str(row["id"])) if kind.slug == "wiki" else [],
        "core": (kind.table, str(row["id"])),
        **_neighbors(ask, kind, row),
    }


def _source(ask: Ask, row: Row) -> tuple[str, str] | None:
    """Title and address of the conversation that a record came from."""
    id = next((row[column] for column in SOURCES if column in row.keys()), None)  # noqa: SIM118
    talk = ask.one("SELECT id, title FROM conversations WHERE id = ? AND daemon_id = ?", id, ask.daemon["id"])
    return (talk["title"] or t("Untitled"), ask.to(ask.daemon["name"], TALKS, talk["id"])) if talk else None


def _person(ask: Ask, row: Row) -> tuple[str, str | None] | None:
    """Whom a record is about: the name that they have here, and the address of their page if they have one."""
    id = row["user_id"]
    user = ask.one("SELECT display_name FROM users WHERE id = ?", id)
    if not user:
        return None
    talked = ask.one("SELECT 1 FROM conversations WHERE user_id = ? AND daemon_id = ? LIMIT 1", id, ask.daemon["id"])
    return user["display_name"], ask.to(ask.daemon["name"], PEOPLE, id) if talked else None


def _talks(ask: Ask, kind: RecordKind, row: Row) -> list[tuple[str, str, str]]:
    """Title, address and a few words of each conversation that belongs to a record."""
    if not kind.talks:
        return []
    linked = ask.rows(
        f"SELECT conversations.id, title, words FROM ({kind.talks}) AS linked"
        " JOIN conversations ON conversations.id = linked.id WHERE daemon_id = ? ORDER BY created_at",
        row["id"], ask.daemon["id"],
    )  # fmt: skip
    name = ask.daemon["name"]
    return [(talk["title"] or t("Untitled"), ask.to(name, TALKS, talk["id"]), talk["words"] or "") for talk in linked]


def neighbors(ask: Ask, records: str, date: str, here: tuple[Any, Any], *values: Any) -> dict[str, Row | None]:
    """The records just before and after one.

    :param records: SQL for all of them, with `?` for each of `values`
    :param date: SQL for when one was
    :param here: the date and the id of the one
    """
    found: dict[str, Row | None] = {}
    for name, sign, order in (("before", "<", "DESC"), ("after", ">", "")):
        found[name] = ask.one(
            f"{records} AND ({date}, id) {sign} (?, ?) ORDER BY {date} {order}, id {order} LIMIT 1", *values, *here
        )
    return found


def _neighbors(ask: Ask, kind: RecordKind, row: Row) -> dict[str, str | None]:
    """The addresses of the records just before and after this one."""
    records, here = f"SELECT id FROM {kind.table} WHERE {kind.of} = ?", (row["page_date"], row["id"])
    found = neighbors(ask, records, kind.date, here, ask.daemon["id"])
    return {
        name: ask.to(ask.daemon["name"], kind.slug, str(other["id"])) if other else None
        for name, other in found.items()
    }
