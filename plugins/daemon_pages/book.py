"""What a daemon wrote, to be read elsewhere: a month in one piece, for paper; and a feed for readers of news."""

from __future__ import annotations

import datetime
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from datasette.utils.asgi import NotFound
from markupsafe import Markup

from daemon_pages.ask import Ask, Row
from daemon_pages.dates import DAY, day, month
from daemon_pages.kinds import KINDS, RecordKind
from daemon_pages.language import spoken, t
from daemon_pages.record_pages import dialogue, names_of, page_title
from daemon_pages.rendering import UNWANTED, anything, parsed, words

BOUND = ("journals", "dreams", "reflections")
FED = ("journals", "dreams")
MOST_OF_A_KIND, MOST_FED = 100, 30
FEED_TYPE = "application/atom+xml; charset=utf-8"


def shown(ask: Ask) -> dict[str, Any]:
    """The journals, dreams and reflections of one month, in order, as one page.

    :raises NotFound: there are none
    """
    name = ask.names["month"]
    records = [
        (row["page_date"] or "", slug, _written(ask, KINDS[slug], row))
        for slug in BOUND
        for row in _rows(ask, KINDS[slug], "{date} >= ? AND {date} < ?", name, f"{name}~")
    ]
    if not records or not DAY.fullmatch(f"{name}-01"):
        raise NotFound("Nothing is kept of this month.")
    records.sort(key=lambda record: record[:2])
    days = [(day(date), [record[2] for record in found]) for date, found in groupby(records, key=lambda r: r[0][:10])]
    return {"title": month(name), "days": days}


def _rows(ask: Ask, kind: RecordKind, where: str, *values: Any) -> list[Row]:
    """The newest records of a kind that have words, by a condition on its date."""
    condition = where.format(date=kind.date)
    return ask.rows(
        f"SELECT *, {kind.title} AS page_title, {kind.date} AS page_date,"
        f" substr({kind.glimpse}, 1, 120) AS page_glimpse FROM {kind.table}"
        f" WHERE {kind.of} = ? AND {condition} ORDER BY {kind.date} DESC, id LIMIT ?",
        ask.daemon["id"], *values, MOST_OF_A_KIND,
    )  # fmt: skip


def _written(ask: Ask, kind: RecordKind, row: Row) -> dict[str, Any]:
    """A record's heading and its own words."""
    said = dialogue(parsed(row[kind.dialogue]), names_of(ask)) if kind.dialogue else Markup("")
    own = [column for column, heading in kind.text.items() if not heading]
    return {
        "kind": t(kind.one),
        "title": row["page_title"] or "",
        "url": ask.to(ask.daemon["name"], kind.slug, str(row["id"])),
        "words": said + Markup("").join(anything(row[column], below=3, title=row["page_title"]) for column in own),
    }


def feed(ask: Ask, site: str) -> str:
    """The latest journals and dreams as an Atom feed (RFC 4287).

    :param site: where the site is, without a path: `https://example.org`
    """
    found = []
    for slug in FED:
        kind = KINDS[slug]
        for row in _rows(ask, kind, "{date} IS NOT NULL")[:MOST_FED]:
            if moment := _moment(row["page_date"]):
                found.append((moment, slug, kind, row))
    found.sort(key=lambda entry: entry[:2], reverse=True)
    entries = [_entry(ask, site, moment, kind, row) for moment, _, kind, row in found[:MOST_FED]]
    here = f"{site}{ask.to(ask.daemon['name'])}"
    name = words(ask.daemon["name"])
    head = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(spoken())}>'
        f"<title>{escape(t('{name}: journal and dreams', name=name))}</title><id>{escape(here)}</id>"
        f'<link rel="self" href={quoteattr(here + "/feed.atom")}/><link href={quoteattr(here)}/>'
        f"<updated>{found[0][0] if found else '1970-01-01T00:00:00Z'}</updated>"
        f"<author><name>{escape(name)}</name></author>"
    )
    return UNWANTED.sub("", f'<?xml version="1.0" encoding="utf-8"?>\n{head}{"".join(entries)}</feed>\n')


def _moment(date: str) -> str:
    """A time as RFC 3339 wants it; empty for none. A feed cannot say that a zone is not known: it is told as UTC."""
    for text in (date, date[:10]):
        try:
            found = datetime.datetime.fromisoformat(text)
            known = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
            return known.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        except (ValueError, OverflowError):
            continue
    return ""


def _entry(ask: Ask, site: str, moment: str, kind: RecordKind, row: Row) -> str:
    url = f"{site}{ask.to(ask.daemon['name'], kind.slug, str(row['id']))}"
    title = page_title(kind, row["page_title"], row["page_date"], row["page_glimpse"])
    html = str(_written(ask, kind, row)["words"])
    return (
        f"<entry><title>{escape(str(title))}</title><id>{escape(url)}</id><link href={quoteattr(url)}/>"
        f'<updated>{moment}</updated><content type="html">{escape(html)}</content></entry>'
    )
