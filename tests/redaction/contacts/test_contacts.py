"""Contacts and identifiers leave the text; other numbers, paths and words stay."""

from __future__ import annotations

import ipaddress
import re
from itertools import product
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import numdb
from support.growth import assert_linear

from build_db.redaction.contacts.contact_finder import ContactFinder, shapes
from build_db.redaction.contacts.contact_table import filled

FINDER = ContactFinder()


def found(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in FINDER.find(text)]


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_each_shape_finds_its_example_and_leaves_the_other(shape):
    assert shape.kind in {kind for kind, _ in found(shape.finds)}
    assert found(shape.leaves) == []
    assert shape.source


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("the probe aa:bb:cc:dd:ee:ff answers", "mac", "aa:bb:cc:dd:ee:ff"),
        ("His number is +44 7700 900417 if you", "phone", "+44 7700 900417"),
        ("call me on 07700 900123.", "phone", "07700 900123"),
        ("(555) 010-1234", "phone", "(555) 010-1234"),
        ("ring 555-0134 tonight", "phone", "555-0134"),
        ("tel. 030 12345678", "phone", "030 12345678"),
        ("06 12 34 56 78", "phone", "06 12 34 56 78"),
        ("Handy: 0171 2345678", "phone", "0171 2345678"),
        ("numéro 01 42 68 53 00", "phone", "01 42 68 53 00"),
        ("móvil 612 345 678", "phone", "612 345 678"),
        ("cellulare 347 123 4567", "phone", "347 123 4567"),
        ("bel 06 12345678", "phone", "06 12345678"),
        ("phone 9876543210", "phone", "9876543210"),
        ("mail <mara@post.example>", "email", "mara@post.example"),
        ("mailto:mara%40post.example?x", "email", "mara%40post.example"),
        (r"{\"mail\":\"mara@post.example\"}", "email", "mara@post.example"),
        ("12 rue des Lilas, 69003 Lyon", "address", "12 rue des Lilas, 69003 Lyon"),
        ("Calle de Alcalá 45", "address", "Calle de Alcalá 45"),
        ("221B Baker Street", "address", "221B Baker Street"),
        ("Musterweg 5, 10115 Berlin", "address", "Musterweg 5, 10115 Berlin"),
        ("742 Evergreen Terrace, Springfield, IL 62704", "address", "742 Evergreen Terrace, Springfield, IL 62704"),
        ("see /home/mara/x", "user", "mara"),
        ("C:\\Users\\mara\\x", "user", "mara"),
        ("C:\\\\Users\\\\mara\\\\x", "user", "mara"),
        ("file:///home/mara/x", "user", "mara"),
        ("born 03/12/1984", "birthdate", "03/12/1984"),
        ("geboren am 12. März 1984", "birthdate", "12. März 1984"),
        ("NI number QQ 12 34 56 C", "id", "QQ 12 34 56 C"),
        ("at 10.0.3.7, port 80", "ip", "10.0.3.7"),
        ("07700 900123 / 07700 900124", "phone", "07700 900124"),
        ('"phone":"07700900123"', "phone", "07700900123"),
        ("wa.me/447700900123", "phone", "447700900123"),
        (r"C:\Users\Mara Ellison\x", "user", "Mara Ellison"),
        ("अजय@डाटा.भारत", "email", "अजय@डाटा.भारत"),
        (r"\nmara@post.example\n", "email", "mara@post.example"),
        ("redis://:quiet@cache.example:6379", "credentials", ":quiet"),
        ("postgres://mara:p@ss@db.example/x", "credentials", "mara:p@ss"),
        ("2001:db8::1: timeout", "ip", "2001:db8::1"),
        ("_10.0.3.7_", "ip", "10.0.3.7"),
        ("gb82west12345698765432 from", "iban", "gb82west12345698765432"),
        ('"passport_number": "MV8686223"', "id", "MV8686223"),
        ('"birth_date": "1984-03-12"', "birthdate", "1984-03-12"),
        ("Keizersgracht 241, 1016 EA Amsterdam", "address", "Keizersgracht 241, 1016 EA Amsterdam"),
        ("350 Fifth Avenue", "address", "350 Fifth Avenue"),
    ],
)
def test_what_reaches_a_person_is_found(text, kind, value):
    assert (kind, value) in found(text)


@pytest.mark.parametrize(
    "text",
    ["at 2025-11-03T10:20:30.123456", "1234567 tokens", "order 123456789", "id 5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411",
     "scores 3-2 and v10.5.2", "1,234,567 stars", "std::vector<a::b>", "@handle and @property",
     "/root/x and /home/runner/x",
     "127.0.0.1:8001", "0.0.0.0", "3.14159265358979", "pages 100-120, 1984", "on 12 March 1984 it rained",
     "the 3 roads to town", "5 trays, 12 seeds, 40 days", "commit 4111111111111111aa", "10:20:30", "20250401_120000",
     "range(1000000, 2000000)", "callback(1234567890)", "order number 5551234567",
     "255.255.255.0", "sent via Claude 3, then", "Python 3 The Hard Way", "01 02 03 04 05",
     "https://x.example/home/page", "ISBN 978-3-16-148410-0", "+1 for that idea", "x = 0.52, y = 0.13",
     "Pablo Picasso (1881-1973)", "bits 0001 0010 0100 0101",
     "the telephone of that day (2012-05-18)", "pp. 30-48, Which Way"],
)  # fmt: skip
def test_other_numbers_and_words_stay(text):
    assert found(text) == []


EDGES = st.sampled_from(["", " ", ".", ",", ")", "(", '"', "'", "<", ">", "|", "\n", ";", "!", "?", "…", "»"])


@given(EDGES.filter(lambda edge: edge not in (".", ",")), st.ip_addresses(v=4), EDGES)
def test_an_address_of_a_computer_is_found_between_any_edges(before, address, after):
    if not (address.is_loopback or address.is_unspecified or str(address).startswith("255.")):
        assert ("ip", str(address)) in found(f"reach {before}{address}{after} now")


@given(st.integers(10**14, 10**15 - 1))
def test_every_card_number_with_a_right_check_digit_is_found(digits):
    number = f"4{digits}"[:15]
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(number))
    card = number + str(-total % 10)
    assert ("card", card) in found(f"card {card}.")


@given(st.ip_addresses(v=6))
def test_long_addresses_of_computers_are_found(address):
    text = str(address)
    if not (ipaddress.ip_address(text).is_loopback or address.is_unspecified) and any(c.isdigit() for c in text):
        assert ("ip", text) in found(f"[{text}]:443")


def with_check_digits(country: str, account: str) -> str:
    rest = int("".join(str(int(letter, 36)) for letter in f"{account}{country}00")) % 97
    return f"{country}{98 - rest:02}{account}"


@given(st.text(max_size=40), EDGES.filter(bool), st.integers(0, 10**18 - 1), st.booleans(), EDGES, st.text(max_size=40))
def test_every_account_is_covered(before, edge, account, spaced, after, behind):
    value = with_check_digits("DE", f"{account:018}")
    value = " ".join(value[i : i + 4] for i in range(0, 22, 4)) if spaced else value
    assert_covered(f"{before}{edge}", value, f"{after or ' '}{behind}")


LOCALS = st.from_regex(r"[a-z][a-z0-9._+-]{0,20}[a-z0-9]", fullmatch=True)


@given(st.text(max_size=40), EDGES.filter(bool), LOCALS, EDGES, st.text(max_size=40))
def test_every_mail_address_is_covered(before, edge, local, after, behind):
    assert_covered(f"{before}{edge}", f"{local}@post.example", f"{after or ' '} {behind}", unless=local == "git")


def assert_covered(before: str, value: str, after: str, *, unless: bool = False) -> None:
    text, start = f"{before}{value}{after}", len(before)
    covered = {place for span in FINDER.find(text) for place in range(span.start, span.end)}
    places = {start + i for i, char in enumerate(value) if char.isalnum()}
    assert unless or places <= covered


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "@", "a@", "1.", "::", "+1 ", "/home/", "12 Abc ", "°", "://a:", "born 1 ", "x@a.b-", "ssn 1 1 "],
)
def test_time_grows_with_the_text_and_no_faster(piece):
    assert_linear(FINDER.find, lambda size: piece * (size // len(piece)))


def test_letters_with_marks_of_their_own_are_read_one_way():
    # Two ways for each letter would be two to the power of fifty here, and this would not end.
    assert found("देवनागरी" * 8 + "@" + "देवनागरी" * 8) == []
    assert found("लिखो maribel@डाक.भारत को") == [("email", "maribel@डाक.भारत")]


def test_accounts_begin_with_the_countries_that_have_some() -> None:
    begin = re.compile(filled("{IBAN}"))
    for country in map("".join, product(ascii_uppercase, repeat=2)):
        has_accounts = bool(numdb.get("iban").info(country)[0][1])
        assert [bool(begin.fullmatch(case)) for case in (country, country.lower())] == [has_accounts] * 2, country


@pytest.mark.parametrize("cue", ["MOB\u0130L", "mob\u0131l", "\u017fignal", "\u212aomórka", "T\u00c9L", "Nº"])
def test_a_word_for_a_telephone_is_known_in_any_case(cue: str) -> None:
    assert [span.kind for span in ContactFinder().find(f"{cue} 612 345 678")] == ["phone"]


def test_the_dot_behind_a_street_is_of_the_sentence():
    text = "It is from 3 Ropewalk Street. The shop moved to 4 Quay St., Harbourton"
    assert [text[span.start : span.end] for span in ContactFinder().find(text)] == [
        "3 Ropewalk Street",
        "4 Quay St., Harbourton",
    ]
