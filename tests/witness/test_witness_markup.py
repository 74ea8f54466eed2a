"""The witness reads pages as people do: tags cut no name in two, entities hide none."""

from __future__ import annotations

import zipfile

import pytest

from build_db.witness.markup import as_shown, is_markup
from build_db.witness.needles import Needle, Needles
from build_db.witness.search import Witness

NEEDLES = Needles({"wrenna": Needle("name", "b.json")}, {"r&d<key>4711": Needle("secret", "a.json")})
PAGE = "<!DOCTYPE html>\n<p>{}</p>\n"


def found(path) -> set[str]:
    return {hit.rule for hit in Witness(NEEDLES).search(path)}


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Hello Wr<em>en</em>na!", {"name"}),
        ("Hello Wr&#101;nna!", {"name"}),
        ("a r&amp;d&lt;key&gt;4711 z", {"secret"}),
        ('<a href="https://x.example/?r&amp;d&lt;key&gt;4711">x</a>', {"secret"}),
        ("Wren</p><p>na", set()),
        ("Nobody is here.", set()),
    ],
)
def test_a_page_is_searched_as_it_is_read(tmp_path, text, rules):
    (tmp_path / "x.html").write_text(PAGE.format(text))
    assert found(tmp_path / "x.html") == rules
    with zipfile.ZipFile(tmp_path / "x.epub", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("EPUB/x.xhtml", '<?xml version="1.0"?>' + PAGE.format(text))
    assert found(tmp_path / "x.epub") == rules


def test_a_secret_across_two_pieces_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr("build_db.witness.search.CHUNK", 30)
    (tmp_path / "x.html").write_text("<!DOCTYPE html><p>0123456789 r&amp;d\n&lt;key&gt;4711</p>".replace("\n", ""))
    assert found(tmp_path / "x.html") == {"secret"}


def test_other_files_are_no_pages():
    assert is_markup(b"\n<!DOCTYPE HTML>")
    assert is_markup(b'<?xml version="1.0"?>')
    assert not is_markup(b'{"a": "<!DOCTYPE html>"}')


def test_what_parts_words_parts_them():
    assert as_shown("<p>a</p><p>b <b>c</b>d</p>").split() == ["a", "b", "cd"]
    assert as_shown("1 < 2 > 0 &lt;b&gt;") == "1 < 2 > 0 <b>"
