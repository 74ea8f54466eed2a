"""Tables say what they mean: patterns may stand on several lines."""

from __future__ import annotations

import pytest

from build_db.declared import on_one_line


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a|b", "a|b"),
        ("(?:\n  a b\n  |c\n)d", "(?:a b|c)d"),
        (" a \n  b ", " ab "),
        ("a[ ]\n  b", "a[ ]b"),
        (r"\n", r"\n"),
    ],
)
def test_line_ends_of_a_pattern_and_the_blanks_beside_them_do_not_count(written: str, read: str) -> None:
    assert on_one_line(written) == read
