"""Which words the witness takes for a name although they are words as well, and which of its needles that concerns."""

from __future__ import annotations

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
