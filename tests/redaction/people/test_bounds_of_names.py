"""How long a name has to be, how far a word tells something, how common it may be: at the bound, and one beyond."""

from __future__ import annotations

import pytest

from build_db.redaction.keyed import Keyed
from build_db.redaction.people.everyday import bits, is_among_words, is_word_here, languages_near
from build_db.redaction.people.folding import fold
from build_db.redaction.people.machine_words import _grown, is_machine_made
from build_db.redaction.people.names import spellings
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person
from build_db.redaction.people.standing import stands_as_name
from build_db.redaction.text_redactor import TextRedactor

KEYED = Keyed(bytes(32))
BLANK = " "


def redact(name: str, text: str) -> str:
    finder = PeopleFinder([Person("one", (name,), pseudonym="Alder")], KEYED)
    return TextRedactor(finder, (), KEYED).redact(text)


def is_english(text: str) -> bool:
    place = text.index("xqz")
    return bool(languages_near(text, place, place + 3) & bits("en"))


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ("the zzq zzq zzq xqz", "the zzq zzq zzq zzq xqz"),
        ("xqz zzq zzq zzq the", "xqz zzq zzq zzq zzq the"),
        (f"would{BLANK * 43}xqz", f"would{BLANK * 44}xqz"),
        (f"xqz{BLANK * 43}would", f"xqz{BLANK * 44}would"),
    ],
)
def test_four_words_within_some_letters_tell_the_language(near: str, far: str) -> None:
    assert is_english(near)
    assert not is_english(far)


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("abc def xqz", True),
        ("xqz abc def", True),
        ("abc xqz def", True),
        ("abc xqz", False),
        ("abc ab xqz", False),
        (f"abc def{BLANK * 41}xqz", True),
        (f"abc def{BLANK * 42}xqz", False),
        (f"xqz{BLANK * 41}abc def", True),
        (f"xqz{BLANK * 42}abc def", False),
    ],
)
def test_two_words_are_some(text: str, among: bool) -> None:
    place = text.index("xqz")
    assert is_among_words(text, place, place + 3) is among


@pytest.mark.parametrize(
    ("before", "word"),
    [("the ", False), ("the and ", True), (f"the and {'zzq ' * 10}", True), (f"the and {'zzq ' * 11}", False)],
)
def test_a_word_that_is_mostly_a_name_is_asked_of_more_neighbours(before: str, word: bool) -> None:
    assert is_word_here(f"{before}bell", len(before), len(before) + 4) is word


@pytest.mark.parametrize(
    ("marked", "machine"),
    [
        *(("fae«bcd»12", True), ("fae«bcd»1", False), ("fae«bcd»123", False)),  # an id
        *(("fae«bcd»12345", False), ("fae«bcd»123456", True)),  # a long one
        *(("«fae»2b3", True), ("«fae»2b", False)),  # in turns
        *(("«marab»12marac34marade", True), ("«marab»12marac34marad", False)),  # base64
        *(("«marabc»12marabc345678", False), ("«maraxy»zz12zmarac3456", False)),
        *(("1«mara»2b", True), ("1«mara»2", False), ("1«mara»", False), ("1«fae»", True)),
    ],
)
def test_an_id_has_a_length_or_turns(marked: str, machine: bool) -> None:
    start, end = marked.index("«"), marked.index("»") - 1
    assert is_machine_made(marked.replace("«", "").replace("»", ""), start, end) is machine


def test_a_word_is_followed_so_far_to_both_sides() -> None:
    assert _grown(f"{'1' * 100}mara{'2' * 100}", 100, 104, "") == (20, 184)
    assert _grown("-a-mara-b.", 3, 7, "-") == (0, 9)
    assert _grown("-a-mara-b.", 3, 7, "") == (3, 7)
    assert _grown(r"\nmara", 2, 6, "") == (2, 6)
    assert _grown(r"\xmara", 2, 6, "") == (1, 6)
    assert _grown("nmara", 1, 5, "") == (0, 5)


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("I asked «Would» about it", False),  # the sixtieth of all words
        ("I asked «She» about it", True),
        ("so «spaces» said", False),
        ("so «spare» said", True),
    ],
)
def test_the_most_common_words_are_no_names(marked: str, name: bool) -> None:
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    assert stands_as_name(text, fold(text), (start, end), (start, end)) is name


@pytest.mark.parametrize(
    ("name", "text", "shared"),
    [
        ("Mara", "so teammara", "so teamalder"),
        ("Ana", "so teamana", "so teamana"),
        ("Mara", "healthymara", "healthyalder"),
        ("Mara", "institutemara", "institutemara"),
        ("Mara", "organizationmara", "organizationalder"),
        ("Mara", "internationalmara", "internationalmara"),
        ("Mara", "maraorganization", "alderorganization"),
        ("Mara", "marainternational", "marainternational"),
        ("Mara", "marais", "alderis"),
        ("Mara", "maraa", "maraa"),
        ("Mara", "formara", "foralder"),
        ("Mara", "inmara", "inmara"),
        ("Mara", "maradown", "maradown"),
        ("Mara", "xxmaraxx", "xxalderxx"),
        ("Timothy Voss", "we met tim there", "we met tim there"),
        ("Timothy Voss", "we met Tim there", "we met Alder there"),
        ("Michael Voss", "we met mike there", "we met alder there"),
        ("Eli Aydın", "dün elile gittik", "dün elile gittik"),
        ("Eli Aydın", "dün Elile gittik", "dün Alder gittik"),
        ("Ida", "1 Idou 2", "1 Idou 2"),
        ("Karola", "1 Karolou 2", "1 Alder 2"),
        ("Ellison", "1 Ellisonu 2", "1 Alder 2"),
        ("Elif Aydın", "dün elifle gittik", "dün alder gittik"),
        ("Elif Aydın", "we went elifle there", "we went elifle there"),
    ],
)
def test_a_name_is_so_long_and_what_is_joined_to_it_so_common(name: str, text: str, shared: str) -> None:
    assert redact(name, text) == shared


def test_the_first_and_the_last_kana_have_a_twin_in_the_other_row() -> None:
    assert "ァヶ" in spellings("ぁゖ")
    assert "ぁゖ" in spellings("ァヶ")
