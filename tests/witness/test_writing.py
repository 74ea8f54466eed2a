"""How the witness writes text before it looks for names: quickly, and as if each character had been looked at."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from build_db.witness.word_sieve import SPACED
from build_db.witness.writing import as_read, plain, plain_latin

EVERY_CHARACTER = "".join(map(chr, (*range(0xD800), *range(0xE000, sys.maxunicode + 1))))


def words(data: bytes) -> list[bytes]:
    """The rows of letters from a to z."""
    return data.translate(SPACED).split()


def test_a_word_of_latin_letters_is_the_same_with_other_scripts_left_as_they_are() -> None:
    text = "".join(f"x{character}y " for character in EVERY_CHARACTER)
    assert words(plain_latin(text.encode())) == words(plain(text).encode())


@given(st.text(st.sampled_from("zoeZOE ë\u0308éÉßæŁĸ’\u200bАнаяй東京か\u3099Ωσς\x00\ufffd")))
def test_whatever_stands_beside_it(text: str) -> None:
    assert words(plain_latin(text.encode())) == words(plain(text).encode())


@given(st.binary())
def test_bytes_that_are_no_text_are_read_as_far_as_they_are(data: bytes) -> None:
    assert words(plain_latin(data)) == words(plain(data.decode("utf-8", "replace")).encode())


def test_what_is_not_seen_is_left_out_and_what_is_wide_is_narrow() -> None:
    assert as_read("Wr\u00aden\ufe0f\ufe0fna \uff37\uff52\uff45\uff4e\uff4e\uff41 \U0001d416r &amp; 100%25") == (
        "Wrenna Wrenna Wr & 100%"
    )
