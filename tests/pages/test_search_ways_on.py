"""A finding says who spoke and what it is; where nothing was found, there is a way on."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from conftest import KEY, conversation
from daemon_pages import search_help
from support.site import HOSTILE, Site

from build_db import BuildOptions, build

IDRIS = "c41f7d90-2e6b-4f0a-8b7c-93d5a1e60212"
TALK = conversation(
    title="Wiring [[the]] **greenhouse**",
    user_id=IDRIS,
    messages=[
        {"role": "user", "content": "# The kettle hums, `so` it **does**.", "timestamp": "2025-04-27T10:00:00"},
        {"role": "assistant", "content": "Then [[Kettle|the kettle]] is well.", "timestamp": "2025-04-27T10:01:00"},
        {"role": "user", "content": "Łódź in snow, ёлка, naïveté", "timestamp": "2025-04-28T10:00:00"},
        {"role": "user", "content": "tomorrow the submarine", "timestamp": "2025-04-28T10:01:00"},
    ],
)
DREAM = {
    "id": "20250609_031215",
    "date": "2025-06-09",
    "exchanges": [{"speaker": "dreaming", "text": "A house of files. A bell."}],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    root = tmp_path_factory.mktemp("ways")
    files = {
        "users/index.json": {IDRIS: "Idris"},
        f"users/{IDRIS}/profile.yaml": {"user_id": IDRIS, "display_name": "Idris"},
        "conversations/a.json": TALK,
        "dreams/20250609_031215.json": DREAM,
    }
    for path, content in files.items():
        place = root / "data" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(content), encoding="utf-8")
    build(root / "data", root / "out.db", BuildOptions(key=KEY))
    site = Site(root / "out.db")
    site.person = site.get("/out/users.json?_shape=array").json()[0]["display_name"]
    return site


def lines(site: Site, typed: str, **options: str) -> str:
    """The page in words, without its tags."""
    html = site.get("/search", params={"q": typed, **options}).text
    html = html.split("</form>")[-1]
    return unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", "", html)))


def test_a_message_says_who_spoke_to_whom_and_when(site):
    assert f"{site.person} to Cass, 27 April 2025" in lines(site, "hums")
    assert f"Cass to {site.person}, 27 April 2025" in lines(site, "well")


def test_no_signs_of_markdown_are_shown(site):
    said = lines(site, "kettle")
    assert "Wiring the greenhouse" in said
    assert "The kettle hums, so it does." in said
    assert "Then the kettle is well." in said
    assert not re.search(r"\*\*|\[\[|`|# ", said)


def test_a_record_without_a_title_goes_by_its_kind_its_day_and_its_first_words(site):
    assert "Dream of 9 June: A house of files" in lines(site, "bell")


def test_fewer_words_are_tried_and_said(site):
    said = lines(site, "kettle zeppelin hums")
    assert "Nothing has all of these words. These have kettle, hums: 1 found." in said
    said = lines(site, "kettle submarine")
    assert "Nothing has all of these words. These have submarine: 1 found." in said


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("kettel", "kettle"),
        ("lettle", "kettle"),
        ("ketle", "kettle"),
        ("tommorow", "tomorrow"),
        ("ubmarine", "submarine"),
        ("greenhose", "greenhouse"),
        ("lodsz", "Łódź"),
        ("елку", "ёлка"),
        ("naivetee", "naïveté"),
    ],
)
def test_near_spellings_are_offered_as_they_are_written(site, typed, offered):
    assert f"Did you mean: {offered}?" in lines(site, typed)


def test_an_offer_keeps_the_other_words(site):
    html = site.ok("/search?q=kettel+hums")
    (to,) = re.findall(r'Did you mean: <a href="([^"]*)"', html)
    assert "1 found." in site.ok(f"/search{unescape(to)}")


@pytest.mark.parametrize("typed", ["qqqqqq", '"kettel hums"', "東京", "kett", "xy", "9999", "🌲", HOSTILE])
def test_nothing_is_offered_where_nothing_is_near(site, typed):
    assert "Did you mean" not in lines(site, typed)


def test_no_more_words_are_compared_than_a_page_can_afford(site, monkeypatch):
    monkeypatch.setattr(search_help, "MOST_COMPARED", 0)
    assert "Did you mean" not in lines(site, "kettel")


def test_a_search_that_was_narrowed_can_be_widened(site):
    assert "Search everybody and everything" in lines(site, "kettle", kind="dream")
    assert "Search everybody and everything" not in lines(site, "kettle", kind="message")
