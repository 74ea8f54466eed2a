"""Time as a way in: a calendar, one day, this day in other years, something at random; a month and a feed."""

from __future__ import annotations

import datetime
import re
import sqlite3
from xml.etree import ElementTree

import pytest
from daemon_look import dates
from daemon_look.dates import ago, gap, when
from daemon_look.kinds import KINDS
from daemon_pages.days import TOLD
from support.site import Site

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def site(demo):
    return Site(demo)


@pytest.fixture
def on(monkeypatch):
    """Sets the server's clock to a day."""
    return lambda day: monkeypatch.setattr(dates, "today", lambda: datetime.date.fromisoformat(day))


def dated(demo, day: str) -> dict[str, list[str]]:
    """What Cass has of a day, by kind, as the file says it."""
    with sqlite3.connect(demo) as conn:
        return {
            slug: [
                str(id)
                for (id,) in conn.execute(
                    f"SELECT id FROM {KINDS[slug].table} WHERE {KINDS[slug].date} LIKE ?"
                    f" AND {KINDS[slug].of} = (SELECT id FROM daemons WHERE name = 'cass')",
                    [f"{day}%"],
                )
            ]
            for slug in TOLD
        }


def test_every_marked_day_of_the_calendar_leads_to_what_is_kept_of_it(site, demo):
    html = site.ok("/daemons/cass/calendar")
    marked = re.findall(r'href="/daemons/cass/on/([\d-]+)" aria-label="([^"]+)"', html)
    assert marked
    for day, told in marked:
        assert when(day).striptags() in told
        page = site.ok(f"/daemons/cass/on/{day}")
        for slug, ids in dated(demo, day).items():
            assert all(f"/daemons/cass/{slug}/{id}" in page for id in ids)


def test_a_day_leads_to_the_days_around_it(site):
    assert {"/daemons/cass/on/2025-06-08", "/daemons/cass/on/2025-06-11"} <= set(
        re.findall(r'href="([^"]+)"', site.ok("/daemons/cass/on/2025-06-09"))
    )


@pytest.mark.parametrize("day", ["2019-01-01", "2025-06-31", "x", "2025-06-09'--"])
def test_a_day_without_anything_says_so(site, day):
    response = site.get(f"/daemons/cass/on/{day}")
    assert response.status_code == 404
    assert "Nothing is kept of this day." in response.text


def test_on_this_day_shows_what_other_years_have(site, on):
    on("2027-06-09")
    html = site.ok("/daemons/cass/on-this-day")
    assert "On this day, 9 June" in html
    assert "9 June 2025 (2 years ago)" in html
    assert "A house of files" in html


def test_on_a_day_that_no_year_has_the_nearest_ones_are_offered(site, on):
    on("2027-12-24")
    html = site.ok("/daemons/cass/on-this-day")
    assert "No year has anything of this day." in html
    assert re.search(r"/daemons/cass/on/\d{4}-\d\d-\d\d", html)


@pytest.mark.parametrize("date", ["2025-13-01", "2025-00-10", "0000-01-01", "2025-02-30", "9999-12-31", "soon", ""])
def test_a_date_that_is_none_breaks_no_page(demo, tmp_path, date):
    with sqlite3.connect(demo) as one, sqlite3.connect(tmp_path / "cass.db") as other:
        one.backup(other)
        other.execute("UPDATE journals SET date = ?", [date])
        other.execute("UPDATE search_documents SET date = ? WHERE kind = 'journal'", [date])
    site = Site(tmp_path / "cass.db")
    for place in ("calendar", "timeline", "on-this-day", "anything", "journals", "feed.atom", f"on/{date}"):
        assert site.get(f"/daemons/cass/{place}", follow_redirects=True).status_code in (200, 404), place
    site.ok("/search?q=the&kind=journal")


def test_something_at_random_is_a_page_of_hers_and_is_not_kept(site):
    for _ in range(5):
        response = site.get("/daemons/cass/anything")
        assert response.status_code == 302
        assert response.headers["cache-control"] == "no-store"
        site.ok(response.headers["location"])


def test_a_month_holds_the_words_of_its_journals(site, demo):
    with sqlite3.connect(demo) as conn:
        journals = conn.execute(
            "SELECT content FROM journals JOIN daemons ON daemons.id = daemon_id"
            " WHERE name = 'cass' AND date LIKE '2025-06%'"
        ).fetchall()
    html = re.sub(r"<[^>]+>", "", site.ok("/daemons/cass/months/2025-06"))
    assert journals
    for (content,) in journals:
        assert content.split(".")[0].split("\n")[-1][:30].strip("#* ") in html


def test_a_feed_is_atom_with_the_latest_first(site):
    response = site.get("/daemons/cass/feed.atom")
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.text)
    for name in ("title", "id", "updated"):
        assert feed.findtext(ATOM + name)
    entries = feed.findall(f"{ATOM}entry")
    assert entries
    times = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert times == sorted(times, reverse=True)
    for entry in entries:
        link = entry.find(f"{ATOM}link").attrib["href"]
        assert link.startswith("http://demo.test/daemons/cass/")
        site.ok(link.removeprefix("http://demo.test"))
        assert entry.findtext(f"{ATOM}content")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-11-28", "today"),
        ("2026-11-27T10:00:00", "yesterday"),
        ("2026-11-20", "8 days ago"),
        ("2026-06-28", "5 months ago"),
        ("2025-11-28", "1 year ago"),
        ("2020-01-01", "7 years ago"),
        ("2027-01-01", ""),
        ("2026-02-31", ""),
        ("soon", ""),
        (None, ""),
    ],
)
def test_how_long_ago_a_day_was(on, day, told):
    on("2026-11-28")
    assert ago(day) == told


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2025-06-09", "9 June 2025"),
        ("2025-06-09T03:12:00", "9 June 2025, 03:12"),
        ("2025-06-09T03:12:00Z", "9 June 2025, 03:12 UTC"),
        ("2025-06-09T03:12:00.123456+02:00", "9 June 2025, 03:12 UTC+02:00"),
        ("some day", "some day"),
    ],
)
def test_a_time_tells_the_zone_that_it_states(moment, shown):
    assert when(moment).striptags() == shown


def test_a_long_pause_is_told_and_a_short_one_is_not():
    assert gap("2025-06-09T10:00:00", "2025-06-09T12:00:00") is None
    assert gap("2025-06-09T10:00:00", "2025-06-09T15:00:00") == "5 hours later"
    assert gap("2025-06-09T10:00:00", "2025-06-12T10:00:00") == "3 days later"
    assert gap("2025-06-09T10:00:00", "2025-06-12T10:00:00Z") is None
    assert gap("x", "2025-06-12T10:00:00") is None
