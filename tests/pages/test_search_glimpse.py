"""What is shown of a finding is safe, bears no signs of Markdown, and marks what the index found."""

# ruff: noqa: E501 - texts

from __future__ import annotations

import pytest
from daemon_pages.search_glimpse import WIDTH, first_words, glimpse, marked, place_of, readable
from daemon_pages.search_index import terms_of
from hypothesis import given
from hypothesis import strategies as st

HOSTILE = st.lists(
    st.sampled_from(["<", ">", "&", '"', "word", "\u202e", "\x02", "**", "[[", "|", "]]", "`", "東"])
).map("".join)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("## A **bold** `word`", "A bold word"),
        ("> quoted\n> *too*\n\n- one\n- [x] two\n1. three", "quoted too one two 1. three"),
        ("see [[Cold Frame]], [[Cold Frame#Lid|the frame]]", "see Cold Frame, the frame"),
        ("[a link](https://x.example) and ![a picture](x.png)", "a link and a picture"),
        ("```python\nx = 1\n```\n---\n| a | b |\n|---|---|\n", "x = 1 a b"),
        ("<gesture:nod> yes", "yes"),
        ("C# and F#, issue #12, 2 * 3 * 4, a > b, snake_case_word", "C# and F#, issue #12, 2 * 3 * 4, a > b, snake_case_word"),
        ("~~no~~ __so__ _it_ is", "no so it is"),
        ("[withheld]", ""),
        (None, ""),
    ],
)  # fmt: skip
def test_a_text_is_read_without_the_signs_of_markdown(text, read):
    assert readable(text) == read


@pytest.mark.parametrize(
    ("text", "typed", "html"),
    [
        ("the kettle hums", "kettle", "the <mark>kettle</mark> hums"),
        ("the kettle hums", "kett", "the <mark>kettle</mark> hums"),
        ("the kettle hums", '"kett"', "the kettle hums"),
        ("slow train, slow snow", '"slow train"', "<mark>slow train</mark>, slow snow"),
        ("Café CAFE\u0301 cafés", '"cafe"', "<mark>Café</mark> <mark>CAFE\u0301</mark> cafés"),
        ("Łódź, Straße", "lodz strasse", "<mark>Łódź</mark>, <mark>Straße</mark>"),
        ("ёлка и мой мои", '"елка" "мой"', "<mark>ёлка</mark> и <mark>мой</mark> мои"),
        ("今日は東京タワー、京都", "東京", "今日は<mark>東京</mark>タワー、京都"),
        ("ﾀﾜｰ ｶﾞ", "タワー ガ", "<mark>ﾀﾜｰ</mark> <mark>ｶﾞ</mark>"),
        ("อากาศร้อนมาก", '"ร้อน"', "อากาศ<mark>ร้อน</mark>มาก"),
        ("고양이가 왔다", "고양이", "<mark>고양이</mark>가 왔다"),
        ("zero\u200bwidth", "zerowidth", "<mark>zero\u200bwidth</mark>"),
        ("a 👍🏽 b 👩\u200d👩\u200d👧", "👍 👧", "a <mark>👍</mark>🏽 b 👩\u200d👩\u200d<mark>👧</mark>"),
        ("<b><script>", "script", "&lt;b&gt;&lt;<mark>script</mark>&gt;"),
        ("a \"quoted\" 'word' & more", "x", "a &#34;quoted&#34; &#39;word&#39; &amp; more"),
        ("turned \u202earound\u202c", "x", "turned around"),
    ],
)
def test_what_was_found_is_marked_and_everything_escaped(text, typed, html):
    assert marked(text, terms_of(typed)) == html


@given(HOSTILE, HOSTILE)
def test_nothing_hostile_is_left(text, typed):
    for html in (marked(text, terms_of(typed)), glimpse(readable(text), terms_of(typed)).html):
        assert str(html).count("<mark>") == str(html).count("</mark>")
        bare = str(html).replace("<mark>", "").replace("</mark>", "")
        assert not {"<", ">", '"', "\u202e", "\x02"} & set(bare)


def test_a_glimpse_shows_where_most_was_found():
    text = "a kettle. " + "so it goes on. " * 40 + "Then snow, and the kettle in it. " + "and so on. " * 40
    part = glimpse(text, terms_of("kettle snow"))
    assert "<mark>snow</mark>, and the <mark>kettle</mark>" in part.html
    assert part.html.startswith("… ")
    assert part.html.endswith(" …")
    assert len(part.html) < WIDTH + 60
    assert part.found == "snow"


@pytest.mark.parametrize("text", ["東" * 5_000 + "京都" + "東" * 5_000, "x" * 9_000 + " 京都 " + "y" * 9_000])
def test_a_glimpse_is_short_where_there_are_no_blanks(text):
    part = glimpse(text, terms_of("京都"))
    assert "<mark>京都</mark>" in part.html
    assert len(part.html) < WIDTH + 60


def test_a_glimpse_of_a_text_without_the_words_is_its_beginning():
    assert glimpse("The kettle hums.", terms_of("snow")).html == "The kettle hums."


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("A house of files. Every folder has a door.", "A house of files"),
        ("猫も一緒です、ね。またね。", "猫も一緒です、ね"),
        ("so it goes on and on " * 9, "so it goes on and on so it goes on and on so it goes on and …"),
        ("", ""),
    ],
)
def test_first_words_stand_for_a_title(text, first):
    assert first_words(text) == first


@pytest.mark.parametrize(
    ("found", "address"),
    [
        ("cold frame", "#:~:text=cold%20frame"),
        ("re-read, all&", "#:~:text=re%2Dread%2C%20all%26"),
        ("東京", "#:~:text=%E6%9D%B1%E4%BA%AC"),
        ("", ""),
    ],
)
def test_an_address_holds_nothing_that_an_address_reads(found, address):
    assert place_of(found) == address
