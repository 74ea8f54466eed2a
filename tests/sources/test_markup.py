"""The words of a page of HTML, whatever state it is in."""

from __future__ import annotations

import pytest

from build_db.sources.markup import lines_of


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>Sit &amp; <b>rest</b>.</p>", ["Sit &", "rest", "."]),
        ('<a title="x > y">in</a> out', ["in", "out"]),
        ('<a title="x>in</a> out', ["in", "out"]),
        ("<style>p {}</style>a<SCRIPT>let x = '<b>'</script>b", ["a", "b"]),
        ("a<!-- not > this -->b", ["a", "b"]),
        ("a<!-- without an end", ["a<!-- without an end"]),
        ("3 < 4 and 5 > 2", ["3 < 4 and 5 > 2"]),
        ("a <b without an end", ["a <b without an end"]),
        ("<script>never closed", []),
        ("&#" + "9" * 5000 + ";", ["&#" + "9" * 5000 + ";"]),
    ],
)
def test_words_stand_between_tags(page, words):
    assert lines_of(page) == words
