"""Letters of a name are one where they are prose, and none inside what machines write: ids, hashes, models."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_db.witness.occurrence import REACH, is_prose

UUID = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537"


def places(name: str, text: str) -> list[bool]:
    """For each place of a name in a text, whether it is prose there."""
    starts = [at for at in range(len(text)) if text.startswith(name, at)]
    return [is_prose(text, at, at + len(name)) for at in starts]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ada", "then ada came"),
        ("ada", "ada"),
        ("ada", "ada12"),
        ("ada", "12 ada"),
        ("ada", "ada-2025-03-01"),
        ("mara", "mara1987x"),
        ("mara", "1mara"),
        ("ed", r"\ned came"),
        ("дана", "1дана2а3"),
        ("abe", "abe2"),
        ("fae", "fae 146dc54f"),
        ("claude", "claude came"),
        ("claude", "claude 4 you"),
        ("claude", "claude and opus"),
        ("opus", "my opus 4"),
        ("ada", "ada 1.5"),
        ("mistral", "the mistral blows"),
        ("mara", "mara claude-opus-4"),
    ],
)
def test_a_name_among_words_is_one(name, text):
    assert places(name, text) == [True]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ada", "1ada"),
        ("fae", "0fae1b2c"),
        ("ada", "ada12345"),
        ("abe", "x 0123456789abe"),
        ("abe", "abe1f2"),
        ("abe", "12abe34"),
        ("ed", r"\n1ed2a3"),
        ("ef", UUID),
        ("fd", f"user-{UUID}.md"),
        ("mara", "a1b2mara3x4y5z6a7b8c9d"),
        ("claude", "claude-opus-4"),
        ("opus", "claude-opus-4"),
        ("claude", "claude 3.5"),
        ("claude", "claude opus 4"),
        ("claude", "claude 3 haiku"),
        ("claude", "claude3"),
        ("phi", "phi3"),
        ("haiku", "claude_3_haiku"),
        ("claude", r"\nclaude-opus-4"),
        ("mistral", "mistral-large"),
        ("mini", "o1-mini"),
        ("ada", "text-embedding-ada-002"),
    ],
)
def test_letters_in_an_id_a_hash_or_a_model_are_none(name, text):
    assert places(name, text) == [False]


def test_each_place_is_looked_at_by_itself():
    assert places("claude", "claude-opus-4 and claude") == [False, True]
    assert places("fae", f"fae {'0fae1b2c'} fae") == [True, False, True]


@given(st.text("ab 01-\n", max_size=3 * REACH), st.text("ab 01-\n", max_size=3 * REACH))
def test_what_stands_far_away_tells_nothing(before, behind):
    blank = " " * 2 * REACH
    start = len(before) + len(blank)
    assert is_prose(f"{before}{blank}mara{blank}{behind}", start, start + 4)
    hidden = f"{before}{blank}claude-opus-4{blank}{behind}"
    assert not is_prose(hidden, start, start + 6)
