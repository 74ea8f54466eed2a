"""Where each way of telling a contact ends: at its bound there is one, and one step beyond there is none."""

from __future__ import annotations

import re

import pytest
from stdnum import luhn

from build_db.redaction.contacts import cued
from build_db.redaction.contacts.addresses import BEHIND
from build_db.redaction.contacts.checks import CHECKS
from build_db.redaction.spans import Span

BLANK = " "


def kept(check: str, marked: str) -> str:
    """What is kept of what stands between « and »."""
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    found = CHECKS[check](text, start, end)
    return text[slice(*found)] if found else ""


def card(digits: int) -> str:
    """A number of so many digits, the last of them the right check digit."""
    return next(n for n in (f"4{'5' * (digits - 2)}{last}" for last in range(10)) if luhn.is_valid(n))


@pytest.mark.parametrize(
    ("check", "marked", "found"),
    [
        ("phone", f"call{BLANK * 56}«412345678»", "412345678"),
        ("phone", f"call{BLANK * 57}«412345678»", ""),
        ("phone", "call «020 7946 0958 1»", "020 7946 0958 1"),
        ("phone", "call «020 7946 0958 12»", "020 7946 0958"),
        ("said_phone", "tel «12345»", ""),
        ("said_phone", "tel «123456»", "123456"),
        ("said_phone", "tel «123456789012345»", "123456789012345"),
        ("said_phone", "tel «1234567890123456»", ""),
        ("asked_phone", "call «20 1234»", ""),
        ("asked_phone", "call «123 4567»", "123 4567"),
        ("asked_phone", "call «12345678»", ""),
        ("asked_phone", "call «123456789»", "123456789"),
        ("said_card", f"«{card(11)}»", ""),
        ("said_card", f"«{card(12)}»", card(12)),
        ("said_card", f"«{card(19)}»", card(19)),
        ("said_card", f"«{card(20)}»", ""),
        ("date", "«31 of 1984»", "31 of 1984"),
        ("date", "«32 of 1984»", ""),
        ("date", "«10000000»", ""),
        ("date", "«10000001»", "10000001"),
        ("looks_like_wallet", "«a1B2c»", "a1B2c"),
        ("postcode", f"cp{BLANK * 14}«10115»", ""),
        ("postcode", f"cp{BLANK * 15}«10115»", "10115"),
        ("number_first", f"chapter{BLANK * 17}«2 Baker Street»", ""),
        ("number_first", f"chapter{BLANK * 18}«2 Baker Street»", "2 Baker Street"),
        ("number_first", f"I live{BLANK * 24}«2 Fast Lane» changes", "2 Fast Lane"),
        ("number_first", f"I live{BLANK * 25}«2 Fast Lane» changes", ""),
    ],
)
def test_so_many_digits_and_so_far_away(check: str, marked: str, found: str) -> None:
    assert kept(check, marked) == found


@pytest.mark.parametrize(("letters", "ends"), [(0, False), (1, True), (24, True), (25, False)])
def test_a_word_with_a_capital_before_a_number_may_be_a_street_of_such_a_length(letters: int, ends: bool) -> None:
    assert bool(re.search(rf"\d{BEHIND}", f"K{'x' * letters} 5")) is ends


@pytest.mark.parametrize(
    ("text", "word", "is_one"),
    [
        *(("tel", "tel", True), ("tel 5", "tel", True), ("tel5", "tel", True), ("telx", "tel", False)),
        *(("telX", "tel", False), ("passX", "pass", False), ("identX", "ident", True), ("IDENTX", "IDENT", False)),
        *(
            ("identx", "ident", False),
            ("IDENtX", "IDENt", True),
            ("tel电", "tel", True),
            ("telé", "tel", False),
            ("a\u0301", "a", False),
        ),
        *(("xTel", "Tel", False), ("xPass", "Pass", False), ("xIdent", "Ident", True), ("XIdent", "Ident", False)),
        *(
            ("xident", "ident", False),
            ("5Tel", "Tel", False),
            ("٥Tel", "Tel", False),
            (" tel", "tel", True),
            ("电tel", "tel", True),
        ),
        *((r"\ntel", "tel", True), (r"\rtel", "tel", True), (r"\ttel", "tel", True), (r"\xtel", "tel", False)),
        *(("ntel", "tel", False), ("éTel", "Tel", False), ("éIdent", "Ident", True)),
    ],
)
def test_a_word_stands_alone_or_at_a_hump_if_it_is_long(text: str, word: str, is_one: bool) -> None:
    assert cued.Word(word.lower(), False, False).stands(text, text.index(word)) is is_one


@pytest.mark.parametrize(
    ("text", "word", "is_one"),
    [
        *(
            ("私のラインは", "|ライン|", True),
            ("オンラインで", "|ライン|", False),
            ("インスタンスが", "|インスタ|", False),
        ),
        *(("デビットカード", "カード", True), ("パスポートナンバー", "パスポート", True)),
    ],
)
def test_a_word_in_katakana_is_a_part_of_a_longer_one_unless_the_table_says_so(
    text: str, word: str, is_one: bool
) -> None:
    assert cued.Word.read(word).stands(text, text.index(word.strip("|"))) is is_one


def test_letters_may_stand_beside_a_word_where_the_table_says_so() -> None:
    free = {written: cued.Word.read(written) for written in ("tel", "*tel", "tel*", "电话", r"\*tel", "№")}
    assert {word: (read.text, read.free_before, read.free_behind) for word, read in free.items()} == {
        "tel": ("tel", False, False),
        "*tel": ("tel", True, False),
        "tel*": ("tel", False, True),
        "电话": ("电话", True, True),
        r"\*tel": ("*tel", True, False),
        "№": ("№", True, True),
    }
    assert cued.Word("tel", True, True).stands("xtely", 1)
    assert not cued.Word("tel", True, False).stands("xtely", 1)
    assert not cued.Word("tel", False, True).stands("xtely", 1)


def test_where_a_check_leaves_nothing_a_word_tells_of_nothing() -> None:
    rule = cued.Cued(
        **{"name": "x", "kind": "id", "source": "", "words": (), "gated": (), "finds": "", "leaves": ""},
        head="", tail=r" (?P<value>\d)", check=lambda text, start, end: (start, start if text[start] == "0" else end),
    )  # fmt: skip
    assert rule.beside("word 0", 0, 4) is None
    assert rule.beside("word 1", 0, 4) == Span(5, 6, "id", "x")


def test_what_a_word_tells_of_stands_within_reach() -> None:
    rule = cued.Cued(
        **{"name": "x", "kind": "id", "source": "", "words": (), "gated": (), "finds": "", "leaves": ""},
        head=r"(?P<value>\d)[^\d]*", tail=r"[^a-z]*(?P<value2>b)", check=lambda text, start, end: (start, end),
    )  # fmt: skip

    def found(before: int, behind: int, rest: str = "") -> bool:
        text = f"7{' ' * before}word{rest}{' ' * behind}b"
        start = text.index("word")
        return rule.beside(text, start, start + 4) is not None

    assert found(109, 229)
    assert not found(110, 0)
    assert not found(0, 230)
    assert found(0, 229, "ing")  # of a word that goes on
    assert not found(0, 230, "ing")
