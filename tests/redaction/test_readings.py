"""A text is read as people and programs read it, and whatever is found in a reading is taken out of the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from build_db.redaction.contacts.contact_finder import ContactFinder
from build_db.redaction.engine import scan
from build_db.redaction.engine.gate import Gate
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.folding import folded
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.readings import (
    BEYOND,
    FORMING,
    MAKING,
    MISREAD_BIT,
    SIGNS,
    Reading,
    as_one_word,
    as_read,
    otherwise,
    parted,
    unturned,
)
from build_db.redaction.text_redactor import TextRedactor

OTHERWISE = Gate([], exact=[("otherwise", otherwise()), ("beyond", BEYOND)])


def read(text: str) -> str:
    reading = parted(text) or as_read(text)
    return reading.text if reading else text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ma\u200bra, Ma\u00adra and \ufeffMara", "Mara, Mara and Mara"),
        ("a\u200b \u200b- \u200bb", "a - b"),
        ("❤\ufe0f and 👩\u200d🌾", "❤\ufe0f and 👩\u200d🌾"),
        ("Ｍａｒａ　１２３", "Mara 123"),
        ("𝐌𝐚𝐫𝐚 and Ⓜara", "Mara and Mara"),
        ("Zo&euml; &#77;ara &#x4d;ara", "Zoë Mara Mara"),
        ("Zo%C3%AB%20M", "Zoë M"),
        ("Zo=C3=AB", "Zoë"),
        (r"Zo\u00eb \x4dara \ud835\udc0c", "Zoë Mara 𝐌"),
        ("ZoÃ« and Å\x81ukasz", "Zoë and Łukasz"),
        ("١٢/٠٣/١٩٨٤", "12/03/1984"),
        ("用Mara这个", "用 Mara 这个"),
        ("卡号4111谢谢", "卡号 4111 谢谢"),
        ("сказалMara", "сказал Mara"),
        ("我是１３８", "我是 138"),
    ],
)
def test_a_text_is_read_as_it_looks_or_as_a_program_decodes_it(text, shown):
    assert read(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        *("Mara & Zoë", "100% sure, 5%", "a=b&c=d", r"C:\new\table", "naïve café, “quoted” – it’s", "❤️ you, 👩‍👧"),
        *("Привет, мир", "日本語だけ", "x²+y², №5", "%ZZ &nosuchname; =3D", "½ cup… and ™", "náš příští žák"),
    ],
)
def test_most_texts_are_read_as_they_stand(text):
    assert as_read(text) is parted(text) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**Ma**ra came", "**Mara came"),
        # Each sign by itself: one that is not looked for is one by which a name is not found.
        *((f"{sign}Ma{sign}ra", f"{sign}Mara") for sign in ("*", "~~", "__", "==", "`", "||")),
        ("Ma-\nra", "Mara"),
        ("M<b>ar</b>a", "Mara"),
        ("\u202earaM\u202c came", "Mara came"),
    ],
)
def test_formatting_inside_a_word_is_not_read(text, shown):
    reading = as_one_word(text)
    assert reading
    assert reading.text == shown


@pytest.mark.parametrize("text", ["Ma\u202era came", "\u202eMa\u202cra came\u202c", "M\u202e\u202eara came"])
def test_marks_that_turn_a_text_around_are_left_out_as_on_the_pages(text):
    reading = unturned(text)
    assert reading
    assert reading.text == "Mara came"
    assert text[slice(*reading.back(0, 4))].replace("\u202e", "").replace("\u202c", "") == "Mara"
    assert unturned("Mara came") is None


def test_formatting_around_words_leaves_a_text_as_it_stands():
    assert as_one_word("**Mara** and `code` <b>x</b> || 2 * 3 == 6") is None


def test_every_character_of_a_reading_knows_its_place():
    text = "x 用Ma\u200bra&#33;"
    reading = parted(text)
    assert reading
    assert reading.text == "x 用 Mara!"
    start = reading.text.index("Mara")
    assert text[slice(*reading.back(start, start + 4))] == "Ma\u200bra"
    assert text[slice(*reading.back(start + 4, start + 5))] == "&#33;"


@given(st.text(alphabet="aM1用メ\u200b\u00ad%41&#;=C3AB\\x１Ãß«ё ", max_size=30))
def test_places_lie_inside_the_text_and_in_order(text):
    reading = parted(text) or as_read(text)
    places = [reading.back(n, n + 1) for n in range(len(reading.text))] if reading else []
    assert all(0 <= start <= end <= len(text) for start, end in places)
    assert places == sorted(places)


def test_letters_that_may_be_a_name_stay_and_what_is_not_seen_goes_all_the_same():
    (kept, read) = (as_read("Ma\u200bra Ã«", misread=False), as_read("Ma\u200bra Ã«"))
    assert kept
    assert read
    assert (kept.text, read.text) == ("Mara Ã«", "Mara ë")


def test_a_reading_of_a_reading_leads_back_to_the_text():
    first = Reading("a&lt;b", [(1, 5, "<")])
    second = Reading(first.text, [(1, 2, "")], first)
    assert second.text == "ab"
    assert second.back(0, 2) == (0, 6)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to mara.e@\u200bpost.example please", "email"),
        ("卡号4111111111111111谢谢", "card"),
        ("mara.e&#64;post.example", "email"),
        ("我的手机是＋４４７７００９００１２３", "phone"),
    ],
)
def test_what_is_found_in_a_reading_leaves_the_text(text, kind):
    redactor = TextRedactor(PeopleFinder([], Keyed(bytes(32))), [ContactFinder()], Keyed(bytes(32)))
    assert f"[{kind} " in redactor.redact(text)
    assert not any(digits in redactor.redact(text) for digits in ("4111", "mara.e", "４７７０"))


def test_a_value_gets_one_placeholder_however_it_is_written():
    redactor = TextRedactor(PeopleFinder([], Keyed(bytes(32))), [ContactFinder()], Keyed(bytes(32)))
    written = ("mara.e@post.example", "mara.e＠post.example", "mara.e&#64;post.example", "mara.e@\u200bpost.example")
    assert len({redactor.redact(text) for text in written}) == 1


@pytest.mark.skipif(scan.hyperscan is None, reason="there is no hyperscan for this machine")
@given(st.text(alphabet="aZ1_ .*`<b>|-\\n&#;%=4\\\\xé\u00d7\u0661\u200d\ufe0f\u202e\u3000\ud800“–🌱❤用М", max_size=9))
@example("*a*b")
@example("\u2764\ufe0f a")
def test_a_text_in_which_the_gate_sees_nothing_else_is_its_only_reading(text: str) -> None:
    seen = OTHERWISE.seen(text)
    if "otherwise" not in seen:
        assert (as_read(text), parted(text), as_one_word(text), unturned(text)) == (None, None, None, None)
    if not seen:
        assert folded(text) == (text.lower(), None)


def test_signs_are_nothing_that_could_be_read_or_folded() -> None:
    signs = re.compile(f"[{SIGNS}{FORMING}]")
    making = [characters for bit, characters in MAKING.items() if bit != MISREAD_BIT]
    for char in filter(signs.match, map(chr, range(0x80, 0x110000))):
        assert not char.isalnum(), char
        assert not char.isspace(), char
        assert folded(f"a{char}b") == (f"a{char}b", None), char
        # A sign may be the second character of a misread one, never the first.
        makes = any(characters.match(char) for characters in making)
        assert char in FORMING or not (makes or "\u00c2" <= char <= "\u00f4"), char
