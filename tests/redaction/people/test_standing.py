"""A name that is also a word leaves the text where it stands as a name, and the word stays: in many languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from build_db.redaction.keyed import Keyed
from build_db.redaction.people.everyday import bits, everyday, languages_near, languages_of
from build_db.redaction.people.folding import fold
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person
from build_db.redaction.people.standing import is_date, is_ordinary, is_small_word, stands_as_name
from build_db.redaction.text_redactor import TextRedactor

KEYED = Keyed(bytes(32))


def redact(name: str, text: str) -> str:
    finder = PeopleFinder([Person("one", (name,), pseudonym="Alder")], KEYED)
    return TextRedactor(finder, (), KEYED).redact(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Even Dahl", "Even so, it was even better"),
        ("Odd Hansen", "Odd, that is an odd number"),
        ("Song Min", "this song is nice"),
        ("You Jin", "you are kind, You see"),
        ("Ben Aydın", "ben geldim, sen gittin"),
        ("Dan Smit", "en dan gaan we"),
        ("Jan Berg", "on 3 Jan 2025 we met"),
        ("Mai Linh", "im Mai blüht es"),
        ("April Stone", "on April 3rd"),
        ("Tom Post", "please post it, the post came"),
        ("Eva Code", "Best Code Review Habits"),
        ("Mara (she/her)", "She told me that her book was there"),
        ("The Captain", "the captain of the ship"),
        ("New User", "a new user in New York"),
        ("Guest 2", "a guest came"),
        ("Dad", "my dad came"),
        ("Georgia Pell", "the letters in the georgia typeface are wide"),
        ("León Vega", "el león del zoo no quiere salir"),
        ("Віра Коваль", "віра в себе це добре, але потім"),
        ("Nadzieja Lis", "nadzieja jest zawsze ostatnia, jak to mówią"),
    ],
)
def test_a_word_stays(name, text):
    assert redact(name, text) == text


@pytest.mark.parametrize(
    ("name", "text", "shared"),
    [
        ("Even Dahl", "I asked Even about it", "I asked Alder about it"),
        ("Even Dahl", "even dahl was here", "alder was here"),
        ("Ben Aydın", "ben said hi, and Ben left", "alder said hi, and Alder left"),
        ("Ben Aydın", "we saw ben there", "we saw alder there"),
        ("Dan Smit", "Dan came", "Alder came"),
        ("Jan Berg", "jan came with Jan", "alder came with Alder"),
        ("Eva Code", "with Code and his bike", "with Alder and his bike"),
        ("The Captain", "so The Captain said", "so Alder said"),
        ("Dad", "thanks dad", "thanks alder"),
        ("a from work", "so a from work came", "so alder came"),
        ("may from work", "I am mayfromwork there", "I am alder there"),
        ("a - a", "a\u200b \u200b-\u200b \u200ba", "alder"),
        ("will from а", "willfromаwill", "alder"),
        ("Mara Ellison", "so Elli-\nson signed", "so Alder signed"),
        ("Åœø", "see %0AÅœø%20 there", "see %0AAlder%20 there"),
    ],
)
def test_a_name_goes(name, text, shared):
    assert redact(name, text) == shared


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Vlk Hrubeš", "potkal jsem ho u lesa, ale vlk byl daleko"),
        ("Dolores Cantú", "tengo dolores de espalda desde la semana pasada"),
        ("Vitória Sampaio", "foi uma vitória da equipa, mas não sei como"),
    ],
)
def test_a_word_that_is_a_name_stays_in_small_letters_in_its_language_and_goes_with_a_capital(name, text):
    assert redact(name, text) == text
    word = name.split()[0]
    assert word not in redact(name, text.replace(word.lower(), word))


@pytest.mark.parametrize(
    "text",
    [
        "we met dolores at the market",
        "hola dolores, como estas",
        "la cuenta es @dolores de momento",
        "de/para/dolores.md",
    ],
)
def test_such_a_word_goes_in_another_language_when_somebody_is_greeted_and_in_addresses(text):
    assert "dolores" not in redact("Dolores Cantú", text)


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("Stella Rossi", "ho visto una stella nel cielo", "ho visto stella nel cielo"),
        ("Björn Lindh", "det var en björn och en katt", "det var björn och en katt"),
        ("Nick Farrow", "shaving in a hurry, got a nick on my chin", "shaving in a hurry, nick said it hurts"),
    ],
)
def test_what_is_mostly_a_name_stays_behind_an_article_of_its_language_only(name, text, meant):
    assert redact(name, text) == text
    assert redact(name, meant) != meant


def test_an_article_of_another_language_or_with_more_than_a_blank_behind_it_is_none():
    assert redact("Björn Lindh", "we met en björn there and then") != "we met en björn there and then"
    assert redact("Stella Rossi", "una, stella nel cielo") != "una, stella nel cielo"


def test_languages_that_share_their_words_leave_a_word_to_either():
    text = "a glória da vitória; no mês de abril choveu"
    assert redact("Vitória Sampaio", text) == text


def test_a_name_with_marks_is_no_word_of_a_language_without_them():
    assert "Káťa" not in redact("Káťa Benešová", "Káťa mi vrátila svetr a smrdí po kouři")


def test_the_language_of_a_text_is_that_of_the_words_around():
    assert languages_near("en dan gaan we", 3, 6) & bits("nl")
    assert not languages_near("we saw ben there", 7, 10) & bits("tr")
    assert languages_near("xqz", 0, 3) == 0


def test_the_list_holds_words_of_many_languages_and_no_common_given_names():
    names = everyday().languages
    assert len(names) > 20
    assert all(bit.bit_count() == 1 for bit in names.values())
    assert languages_of("even") & names["en"]
    assert not any(map(languages_of, ("maria", "anna", "john", "peter", "olga", "thomas", "claude")))


def judged(judge: Callable[..., bool], marked: str) -> bool:
    """What is said of the word between « and »."""
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    return judge(text, fold(text), (start, end), (start, end))


@pytest.mark.parametrize(
    "marked",
    [
        *("I asked «Will» today", "«Will» said yes", "so «Rose» says it", "I met «Even» there", "with «Al» today"),
        *("«will»_influence", "@«will»", "='«will»'", '="«will»', "/home/«will»", "\\Users\\«will»"),
        *("«Will»'s bike", "dear «dad»", "with «Code» and a bike", "«Hope», come", "«Spare» said so"),
    ],
)
def test_around_it_says_that_a_name_is_meant(marked):
    assert judged(stands_as_name, marked)


@pytest.mark.parametrize(
    "marked",
    [
        *("«Will» you come", "«Even» so", "«Al» came", "the «Rose» is", "a «Will»", "the «Will»'s end", "my «dad»"),
        *("«Will»'ll go", "«WILL» go", "see «WILL»", "so «al» said", "I «hope» so", "to «Will» 2"),
        *("Best «Code» Review", "the «will» said"),
    ],
)
def test_or_that_a_word_is(marked):
    assert not judged(stands_as_name, marked)


@pytest.mark.parametrize(
    ("marked", "date"),
    [
        *(("on 3 «Jan» 2025", True), ("«Jan» 2025", True), ("«Jan» 31", True), ("the 5th of «May»", True)),
        *(("3rd, «May»", True), ("am 1. «Mai»", True), ("le 5 de «mai»", True), ("«May»-5", True), ("«May» '25", True)),
        *(("in «May»", True), ("im «Mai» blüht", True), ("IM «Mai»", True), ("3-«May»", True)),
        *(("«jan» came", False), ("with «May» 123", False), ("«May» 2184", False), ("1984 «May»", False)),
        *(("so «May» came", False), ("123 «May»", False)),
    ],
)
def test_a_month_stands_beside_a_day_or_a_year(marked, date):
    assert judged(lambda text, plain, place, folded: is_date(text, *place), marked) is date


@pytest.mark.parametrize(
    ("marked", "word"),
    [
        *(("tengo «dolores» de espalda", True), ("«dolores» de espalda desde", True), ("tengo «Dolores» de", False)),
        *(("hola «dolores», como", False), ("@«dolores» de momento", False), ("de/«dolores».md", False)),
        *(("we met «dolores» at", False), ("la «dolores»-x de la casa", False)),
    ],
)
def test_a_name_in_small_letters_is_a_word_of_its_language(marked, word):
    assert judged(is_small_word, marked) is word


@pytest.mark.parametrize(
    ("run", "ordinary"), [("will", True), ("even", True), ("al", True), ("mara", False), ("李", False), ("xyz", False)]
)
def test_a_run_is_ordinary_if_it_is_a_word_or_too_short(run, ordinary):
    assert is_ordinary(run) is ordinary
