"""The book as an EPUB: sound by the validator of its makers, whatever words are in it."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from daemon_look.rendering import UNWANTED
from support.books import chapters, write_book
from support.site import HOSTILE, write_hostile

from build_db.reader import epub
from build_db.reader.contents import TALKS

# Debian's package; its starter needs a kernel that runs archives, which a container's does not.
EPUBCHECK = Path("/usr/share/java/epubcheck.jar")
XHTML = "{http://www.w3.org/1999/xhtml}"
# What an address may look like, from what every program takes to what none does.
LINKS = (
    '[b](https://exa mple.test/%zz?a="b") <https://x.example/\u202e> https://b\u00fccher.example/\u00e4?q=%E4'
    " [c](http://[::1]/) https://x_y.example:99999/ [d](https://a.example/ok?a=1&b=2) [e](mailto:a%20b)"
    " [f](https://a.example/%) ]]> &#xd800;"
)


@pytest.fixture(scope="module")
def book(demo, tmp_path_factory) -> Path:
    """Cass's book."""
    return write_book(demo, tmp_path_factory.mktemp("book") / "cass.epub")


@pytest.fixture(scope="module")
def hostile(demo, tmp_path_factory) -> Path:
    """A book in which every cell is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile(demo, folder / "cass.db")
    with sqlite3.connect(folder / "cass.db") as conn:
        conn.execute("UPDATE messages SET content = CAST(x'6162eda080ff63' AS TEXT) WHERE id % 7 = 0")
        conn.execute("UPDATE messages SET content = ? WHERE id % 7 = 1", [LINKS + HOSTILE])
        conn.execute("""UPDATE dreams SET exchanges_json = '[{"speaker": "\\ud800", "text": "\\udc00 \\u0000 x"}]'""")
        conn.execute("UPDATE conversations SET title = char(8238) || char(1)")
        conn.execute("UPDATE journals SET date = '2025-99-99T99:99' || ?", [HOSTILE])
        conn.execute("UPDATE search_documents SET date = '2025-99-99'")
    return write_book(folder / "cass.db", folder / "hostile.epub", language="de")


@pytest.mark.parametrize("name", ["book", "hostile"])
def test_epubcheck_says_nothing(name, request):
    if not EPUBCHECK.is_file() or not shutil.which("java"):
        if os.environ.get("CI"):
            pytest.fail("no epubcheck; run: apt-get install epubcheck")
        pytest.skip("no epubcheck here")
    command = ["java", "-jar", str(EPUBCHECK), "--quiet", str(request.getfixturevalue(name))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "WARNING" not in done.stdout + done.stderr
    assert "ERROR" not in done.stdout + done.stderr


def test_its_type_comes_first_and_can_be_read_without_unpacking(book):
    with zipfile.ZipFile(book) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert book.read_bytes()[30:58] == b"mimetypeapplication/epub+zip"


@pytest.mark.parametrize("name", ["book", "hostile"])
def test_every_page_is_xml_and_every_link_leads_somewhere(name, request):
    pages = chapters(request.getfixturevalue(name))
    ids, targets = set(), set()
    for place, text in pages.items():
        assert not UNWANTED.search(text), place
        file = place.removeprefix("EPUB/")
        for element in ET.fromstring(text).iter():
            assert element.tag.startswith(XHTML)
            assert element.tag.removeprefix(XHTML) not in ("script", "img", "style", "details")
            ids.add(f"{file}#{element.get('id')}")
            href = element.get("href", "")
            if href and ":" not in href and not href.endswith(".css"):
                targets.add(href)
    assert not {target for target in targets if "#" in target} - ids
    assert {f"EPUB/{target.partition('#')[0]}" for target in targets} <= pages.keys()


def test_only_addresses_that_every_program_takes_are_links(hostile):
    links = set(re.findall(r'href="([^"]*:[^"]*)"', "".join(chapters(hostile).values())))
    assert "https://a.example/ok?a=1&amp;b=2" in links
    assert "https://xn--bcher-kva.example/%C3%A4?q=%E4" in links
    assert not [link for link in links if "x_y" in link or "::1" in link or "mailto" in link or '"' in link]


def test_the_contents_list_every_record(book, demo, query):
    (nav,) = (text for name, text in chapters(book).items() if name.endswith("nav.xhtml"))
    of = "(SELECT id FROM daemons WHERE name = 'cass')"
    for table, slug in (("conversations", TALKS), ("journals", "journals"), ("wiki_pages", "wiki")):
        (count,) = query(demo, f"SELECT count(*) FROM {table} WHERE daemon_id = {of}")
        assert len(re.findall(rf'xhtml#{slug}-\d+"', nav)) == count, slug


def test_what_was_said_is_in_it_once(book, demo, query):
    text = "".join(chapters(book).values())
    for said in query(demo, "SELECT content FROM messages WHERE content GLOB '[A-Z]*[a-z].' LIMIT 20"):
        if re.fullmatch(r"[\w .,']+", said):
            assert text.count(said) <= 1


def test_a_long_conversation_goes_on_in_the_next_file():
    day = ("", [{"messages": [None] * (epub.MESSAGES // 2)}])
    assert [len(portion) for portion in epub._in_portions([day] * 5)] == [2, 2, 1]
    assert [len(portion) for portion in epub._in_portions([day] * 4)] == [2, 2]
    assert list(epub._in_portions([])) == [[]]
