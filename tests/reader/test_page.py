"""The book as one page: everything of one daemon and nothing else, in text that can do nothing."""

from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
import sys
from html.parser import HTMLParser
from itertools import groupby

import msgspec
import pytest
from conftest import KEY, ROOT
from daemon_look.hidden import HIDDEN, PHRASES
from daemon_look.kinds import KINDS
from daemon_look.rendering import UNWANTED
from support.books import Read, write_book
from support.site import HOSTILE, write_hostile

from build_db import BuildOptions, build
from build_db.reader import contents
from build_db.reader.setting import brief
from build_db.schema import schema

WITHHELD = PHRASES["withheld"]


class _Records(HTMLParser):
    """Counts what lies directly in a chapter and can be opened."""

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.found, self._slug, self._depth = 0, slug, -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section" and ("id", self._slug) in attrs:
            self._depth = 0
        if tag == "details" and self._depth >= 0:
            self.found += self._depth == 0
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "details" and self._depth > 0
        if tag == "section":
            self._depth = -1


def records(html: str, slug: str) -> int:
    """How many records a chapter holds."""
    parser = _Records(slug)
    parser.feed(html)
    return parser.found


@pytest.fixture(scope="module")
def book(demo, tmp_path_factory) -> str:
    """Cass's book."""
    return write_book(demo, tmp_path_factory.mktemp("book") / "cass.html").read_text(encoding="utf-8")


@pytest.fixture
def changed(demo, tmp_path):
    """The demo's book after some SQL."""

    def write(*statements: str, language: str = "en") -> str:
        with sqlite3.connect(demo) as one, sqlite3.connect(tmp_path / "changed.db") as other:
            one.backup(other)
            for sql in statements:
                other.execute(sql)
        return write_book(tmp_path / "changed.db", tmp_path / "book.html", language=language).read_text("utf-8")

    return write


def test_the_kinds_of_a_shelf_stand_together():
    kinds = contents.by_shelf()
    assert {kind.slug for kind in kinds} == KINDS.keys()
    assert len(list(groupby(kinds, key=lambda kind: kind.shelf))) == len({kind.shelf for kind in kinds})


def test_what_was_said_is_in_it(book, demo, query):
    words = Read(book).words
    said = query(
        demo,
        "SELECT content FROM messages WHERE conversation_id IN (SELECT id FROM conversations WHERE daemon_id ="
        " (SELECT id FROM daemons WHERE name = 'cass')) AND content <> '[withheld]' AND NOT excluded",
    )
    plain = [text for text in said if re.fullmatch(r"[\w .,;:?!'’-]+", text)]
    assert len(plain) > 50
    assert [text for text in plain if " ".join(text.split()) not in words] == []


@pytest.mark.parametrize("slug", ["self", "conversations", "journals", "dreams", "wiki", "reflections", "goals"])
def test_what_a_family_looks_for_has_a_chapter_and_is_listed(book, slug):
    assert f"<section id={slug} " in book
    assert f"<a href=#{slug}>" in book


def test_every_record_of_a_listed_kind_is_there(book, demo, query):
    for slug, kind in KINDS.items():
        of = "(SELECT id FROM daemons WHERE name = 'cass')"
        (count,) = query(demo, f"SELECT count(*) FROM {kind.table} WHERE {kind.of} = {of}")
        assert records(book, slug) == count, slug


def test_nothing_of_another_daemon_is_in_it(book, demo, query):
    others = query(
        demo,
        "SELECT content FROM messages JOIN conversations ON conversations.id = conversation_id"
        " WHERE daemon_id <> (SELECT id FROM daemons WHERE name = 'cass') AND length(content) > 40",
    )
    words = Read(book).words
    assert others
    assert not [text for text in others if text in words]


def test_every_link_inside_leads_somewhere(book):
    read = Read(book)
    ids = [value for name, value in read.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    inside = [value[1:] for name, value in read.attributes if name == "href" and value.startswith("#")]
    assert set(inside) <= set(ids)
    assert [target for target in inside if target.startswith("wiki-")]
    assert [target for target in inside if target.startswith("conversations-")]


def test_what_is_hidden_is_told_kindly(changed):
    html = changed("UPDATE journals SET content = 'Call [phone 3f9a].'", "UPDATE goals SET description = '[withheld]'")
    assert HIDDEN["phone"] in html
    assert "[phone 3f9a]" not in html
    assert WITHHELD in html


def test_messages_left_out_are_counted_and_their_words_are_not_there(changed):
    html = changed("UPDATE messages SET excluded = 1, content = '[withheld]' WHERE id = 1")
    assert "1 message left out of the conversation" in html


def test_the_same_file_makes_the_same_bytes(demo, tmp_path):
    for suffix in (".html", ".epub"):
        one, other = (write_book(demo, tmp_path / f"{name}{suffix}") for name in "ab")
        assert one.read_bytes() == other.read_bytes()


def test_it_loads_nothing_and_allows_no_script_but_its_own(book):
    read = Read(book)
    assert read.tags.count("script") == read.tags.count("style") == 1
    assert not {"img", "link", "iframe", "object", "base"} & set(read.tags)
    assert not [name for name, _ in read.attributes if name == "src" or name == "style" or name.startswith("on")]
    (policy,) = re.findall(r'http-equiv=Content-Security-Policy content="([^"]*)"', book)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy


def test_hostile_text_stays_text(demo, tmp_path, book):
    write_hostile(demo, tmp_path / "hostile.db")
    with sqlite3.connect(tmp_path / "hostile.db") as conn:
        # Bytes that are no text, half a character in JSON, names without letters, no day at all.
        conn.execute("UPDATE messages SET content = CAST(x'6162eda080ff63' AS TEXT) WHERE id % 7 = 0")
        conn.execute("""UPDATE dreams SET exchanges_json = '[{"speaker": "\\ud800", "text": "\\udc00 \\u0000 x"}]'""")
        conn.execute("UPDATE conversations SET title = char(8238) || char(1)")
        conn.execute("UPDATE journals SET date = '2025-99-99T99:99' || ?", [HOSTILE])
    html = write_book(tmp_path / "hostile.db", tmp_path / "hostile.html").read_text(encoding="utf-8")
    read = Read(html)
    assert set(read.tags) <= set(Read(book).tags) | {"br", "em", "code", "pre", "hr"}
    assert read.tags.count("script") == 1
    assert not [value for name, value in read.attributes if name == "href" and value[:1] not in ("#", "h", "m")]
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in read.words
    assert not UNWANTED.search(html)
    assert "{{ 7 * 7 }}" in read.words


def test_a_very_long_life_begins_with_what_is_newest(changed, monkeypatch):
    small = msgspec.structs.replace(contents.table(), most_characters=900)
    monkeypatch.setattr(contents, "table", lambda: small)
    html = changed()
    assert "The newest conversations are in this book. Earlier ones are in the data." in html
    assert 0 < len(re.findall('<div class="?said', html)) < 20
    assert records(html, "journals") > 3


def test_a_conversation_that_is_too_long_loses_its_beginning():
    rows = [{"content": "x" * 10}] * 5
    assert len(list(contents._without_first(rows, 0))) == 5
    assert len(list(contents._without_first(rows, 25))) == 2


def test_it_speaks_german(changed):
    html = changed(language="de")
    assert "<html lang=de>" in html
    assert "<h2>Gespräche</h2>" in html
    assert "<h2>Conversations</h2>" not in html


def test_a_language_without_a_translation_is_told_in_english(changed):
    html = changed(language="fr")
    assert "<html lang=fr>" in html
    assert "Conversations" in html


def test_it_is_little_longer_than_its_words(tmp_path):
    """At most one and a half times, where people talked for a while: 2,000 messages of 5 to 160 words."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from generate import generate

    generate(tmp_path / "data", 2_000)
    build(tmp_path / "data", tmp_path / "out.db", BuildOptions(key=KEY))
    html = write_book(tmp_path / "out.db", tmp_path / "book.html", daemon="cass").read_bytes()
    assert len(html) <= 1.5 * len(Read(html.decode()).words.encode())


def test_so_is_that_of_a_family_with_many_kinds_of_record(book):
    assert len(book.encode()) <= 1.5 * len(Read(book).words.encode())


def test_its_script_and_its_style_are_those_that_its_policy_allows(book):
    for kind in ("script", "style"):
        (text,) = re.findall(f"<{kind}>(.*?)</{kind}>", book, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in book


@pytest.mark.parametrize("cut", range(1, 60))
def test_marks_are_left_out_wherever_the_text_is_cut_into_pieces(cut):
    whole = '<ul>\n<li><a href="#a-1" title="a b">x < y</a></li>\n</ul>\n</div>\n\n<p>"z"</p>\n<div>'
    assert "".join(brief([whole[:cut], whole[cut:]])).startswith('<ul>\n<li><a href=#a-1 title="a b">x < y</a>')


def test_tables_are_set_without_styles(changed):
    html = changed("UPDATE journals SET content = '| a | b |' || char(10) || '|:-:|--:|' || char(10) || '| 1 | 2 |'")
    assert "<td class=center>1</td>" in html
    assert "<td class=right>2</td>" in html


def test_the_book_of_a_daemon_without_anything(changed):
    kept = ("daemons", "build_info", "search_documents")
    html = changed("DELETE FROM search_documents", *(f"DELETE FROM {name}" for name in schema() if name not in kept))
    assert "<h1>Cass</h1>" in html
    assert "<details" not in html
