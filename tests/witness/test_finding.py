"""Which words the witness takes for a name although they are words as well, and which of its needles that concerns."""

from __future__ import annotations

import base64
import unicodedata

import pytest

from build_db.exports.linkage import LinkageWitness, Served
from build_db.witness.finding import NAME, NeedleFinder
from build_db.witness.lists import also_names
from build_db.witness.needles import Needle, Needles

WORD = "dolores"
SOMEBODY = Needles({WORD: Needle(NAME), "vitoria": Needle(NAME)}, {})


def found(text: str, needles: Needles = SOMEBODY) -> set[str]:
    return {hit.value for hit in NeedleFinder(needles).text_hits(text)}


def test_the_words_here_are_names_as_well():
    assert SOMEBODY.names.keys() <= also_names()


@pytest.mark.parametrize(
    "text", ["tengo dolores de espalda", "foi uma vitória", unicodedata.normalize("NFD", "uma vitória")]
)
def test_a_word_in_small_letters_is_none(text):
    assert found(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Dolores' cat",
        "tengo dolores, said Dolores",
        "DOLORES",
        "dOLORES",
        "Ｄolores came",
        "D\u00adolores came",
        "do\u00adlores and Dolores",
    ],
)
def test_it_is_one_with_a_capital_and_wherever_it_is_not_surely_the_word(text):
    assert found(text) == {WORD}


def test_letters_with_their_marks_apart_are_the_same_letters():
    assert found(unicodedata.normalize("NFD", "Vitória came")) == {"vitoria"}


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("una stella nel cielo", set()),
        ("e stella nel cielo", {"stella"}),
        ("una Stella", {"stella"}),
        ("una, stella", {"stella"}),
        ("una stella, e stella", {"stella"}),
    ],
)
def test_what_is_mostly_a_name_is_none_behind_an_article_only(text, hits):
    assert found(text, Needles({"stella": Needle(NAME)}, {})) == hits


def test_what_the_owner_wants_gone_goes_in_small_letters_too():
    assert found("tengo dolores de espalda", Needles({WORD: Needle("term")}, {})) == {WORD}


def test_so_do_pseudonyms_of_the_served_file_in_an_export():
    witness = LinkageWitness(Needles({}, {}), Served({}, frozenset((WORD,)), frozenset()))
    assert {hit.value for hit in witness.text_hits("tengo dolores de espalda")} == {WORD}


def in_bytes(data: bytes) -> set[str]:
    needles = Needles({"zoe vossler": Needle(NAME), "zoe": Needle(NAME)}, {"s3cret/zoë": Needle("secret")})
    return {hit.value for hit in NeedleFinder(needles).byte_hits(data)}


@pytest.mark.parametrize("joint", [" ", "_", "-", ".", "%20", "+", "\\u0020"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_in_bytes_a_name_is_found_whatever_joins_its_parts(joint, encoding):
    assert in_bytes(f"Zoe{joint}Vossler".encode(encoding)) == {"zoe vossler"}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        *((b"1zoe-vossler", True), (b"zoe-vosslers nest", True), (b"zoe_vossler's", True), (rb"\nzoe vossler", True)),
        *((b"0123456789ab zoe vossler", True), (b"\xffzoe vossler\xff", True)),
        *((b"xzoe vossler", False), (b"zoe.vosslerx", False), (b"zoe  vossler", False), (b"zoe", False)),
        *((b"zoe.vosslerx zoe.vossler", True), ("éZoe Vossler".encode(), False)),
    ],
)
def test_in_bytes_no_letter_stands_beside_a_name(data, found):
    assert in_bytes(data) == ({"zoe vossler"} if found else set())


@pytest.mark.parametrize(
    "form",
    [
        "s3cret/zoë".encode(),
        "s3cret/zoë".encode("utf-16-le"),
        "s3cret/zoë".encode("utf-16-be"),
        rb"s3cret/zo\u00eb",
        b"s3cret%2Fzo%C3%AB",
        unicodedata.normalize("NFD", "s3cret/zoë").encode(),
        *(base64.b64encode(b"xyz"[:shift] + "s3cret/zoë".encode() + b"behind") for shift in range(3)),
    ],
)
def test_in_bytes_a_value_is_found_in_the_disguises_of_formats(form):
    assert in_bytes(b"<" + form + b">") == {"s3cret/zoë"}


def test_the_owner_is_told_what_a_value_is_and_where_it_is_from():
    finder = NeedleFinder(Needles({"zoe": Needle(NAME, "a.json")}, {"s3cret": Needle("secret", "b.json")}))
    assert finder.needle("zoe") == Needle(NAME, "a.json")
    assert finder.needle("s3cret") == Needle("secret", "b.json")
    assert finder.needle("nobody") == Needle("")
    assert (finder.finds("to Zoe"), finder.finds("to nobody")) == (True, False)
