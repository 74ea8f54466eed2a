"""The form in which the search index keeps words: what reads alike is one, what does not is not."""

# ruff: noqa: E501 - texts

from __future__ import annotations

import sqlite3
import unicodedata

import pytest
from daemon_search import as_searched
from hypothesis import given
from hypothesis import strategies as st

from build_db.schema.searched import TOKENS
from build_db.witness.writing import as_read, plain

INDEX = sqlite3.connect(":memory:")
INDEX.execute(f'CREATE VIRTUAL TABLE search USING fts5(text, tokenize="{TOKENS}")')
INDEX.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(search, row)")

# Where marks, widths and scripts meet.
ODD = st.text(
    st.sampled_from(
        "aZ9_ .\n\u0301\u0308\u20dd\u20e3łßæſİıςΆё́йا\u0654ىةـ\u064eב\u05b0שׁ한\u1112\u1161\u11abがか\u3099ｶﾞＡ９ไทย\u0e49क़\u093f🌱👍🏽🇩🇪❤\ufe0f\u200d\u200b\u00ad\u202e°™ŉǽﬁ²Ⓐ𝐊斉⼀"
    )
    | st.characters()
)


def terms(text: str) -> set[str]:
    INDEX.execute("DELETE FROM search")
    INDEX.execute("INSERT INTO search VALUES (?)", [as_searched(text)])
    return {term for (term,) in INDEX.execute("SELECT term FROM terms")}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("C++ foo_bar 38.101", {"c", "foo", "bar", "38", "101"}),
        ("東京タワー", {"東", "京", "タ", "ワ", "ー"}),
        ("重跑gen-itgc后50条", {"重", "跑", "gen", "itgc", "后", "50", "条"}),
        ("ﾀﾜｰ ｶﾞ か\u3099", {"タ", "ワ", "ー", "ガ", "が"}),
        ("고양이 \u1112\u1161\u11ab", {"고", "양", "이", "한"}),
        ("ร้อน น้ำ", {"ร้", "อ", "น", "น้", "ำ"}),
        ("Привет ёлка ЁЖИК мой", {"привет", "елка", "ежик", "мой"}),
        ("Σίσυφος ΣΊΣΥΦΟΣ ἀρχή", {"σισυφοσ", "αρχη"}),
        ("Łódź Øresund Straße STRAẞE Æon đặc", {"lodz", "oresund", "strasse", "aeon", "dac"}),
        ("בְּרֵאשִׁית", {"בראשית"}),
        ("مُحَمَّد أحمد مكتبة كتـــاب", {"محمد", "احمد", "مكتبه", "كتاب"}),
        ("हिन्दी", {"हिन्दी"}),
        ("zero\u200bwidth so\u00adft", {"zerowidth", "soft"}),
        ("Ｆｕｌｌ　ｗｉｄｔｈ ２０", {"full", "width", "20"}),
        ("I🌱love❤️1️⃣ 👍🏽", {"i", "🌱", "love", "❤", "1", "👍"}),
        ("👩\u200d👩\u200d👧 🇨🇩🇪🇸", {"👩", "👧", "🇨🇩", "🇪🇸"}),
        ("20°C Trial™ ═══", {"20", "c", "trial"}),
    ],
)
def test_words_are_kept_as(text, kept):
    assert terms(text) == kept


@given(ODD)
def test_what_is_kept_is_kept_as_it_is(text):
    once = as_searched(text)
    assert as_searched(once).split() == once.split()


@given(ODD)
def test_no_term_is_hidden_from_the_witness(text):
    read = plain(as_read(text))
    for term in terms(text.encode("utf-8", "ignore").decode().replace("\0", " ")):
        # A single character is no name, and half a width no other letter.
        assert len(plain(term)) <= 3 or plain(term) in read, term


def test_no_character_hides_a_name_from_the_witness_that_is_in_the_index():
    texts = {code: f"wr{chr(code)}enna" for code in range(0x80, 0x20000) if unicodedata.category(chr(code)) != "Cs"}
    INDEX.execute("DELETE FROM search")
    rows = ((code, as_searched(text)) for code, text in texts.items())
    INDEX.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", rows)
    named = INDEX.execute("SELECT rowid FROM search WHERE search MATCH 'wrenna'").fetchall()
    assert len(named) > 100
    for (code,) in named:
        assert "wrenna" in plain(as_read(texts[code])), hex(code)


@pytest.mark.parametrize("text", ["", "plain words", "café naïve", "Привет мой", "“so” – he’d say… €5"])
def test_most_texts_are_kept_as_they_are(text):
    assert as_searched(text) is text
