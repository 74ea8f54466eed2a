"""Which numbers are telephones: what words beside them say, in which countries they are in use, and how long one is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from build_db.redaction.contacts import phones
from build_db.redaction.contacts.phones import MORE_REGIONS, REGIONS, asked, extension, linked, phone, said

Check = Callable[[str, int, int], tuple[int, int] | None]
# Whoever takes a country out no longer finds what its people write without a prefix.
WITHOUT_PREFIX = "US GB DE FR ES IT NL PL SE BR IN CN RU"
BEHIND_A_WORD = (
    "AU NZ AT CH BE PT IE DK NO FI CZ SK HU RO BG GR HR RS SI TR UA IL EG SA AE MA DZ ZA NG KE GH PK BD LK NP ID MY"
    " SG PH VN TH HK TW JP KR MX AR CL CO PE VE EC"
)


def told(check: Check, marked: str) -> str | int | None:
    """What a check keeps of what stands between « and »; where the search goes on if that is nothing."""
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    found = check(text, start, end)
    return found and (text[slice(*found)] or found[0] - start)


def test_numbers_of_these_countries_are_known_without_a_prefix() -> None:
    assert set(REGIONS) == set(WITHOUT_PREFIX.split())
    assert set(MORE_REGIONS) == set(BEHIND_A_WORD.split())


@pytest.mark.parametrize(
    ("marked", "found"),
    [
        ("so «0171 2345678»", "0171 2345678"),
        ("so «555-0134»", "555-0134"),
        ("so «(555) 010-1234»", "(555) 010-1234"),
        ("so «12 345 678»", 3),
        ("so «0171 2345678» users", 5),
        ("call «0171 2345678 / 0171 2345679»", "0171 2345678"),
        ("call «030 / 1234567»", "030 / 1234567"),
        ("call «(0171 2345678»", "0171 2345678"),
        ("call «100 101 102 104»", "100 101 102 104"),
        ("call «100 101 102 103»", "100 101 102"),  # somebody counts
        ("call «100 0000»", "100 0000"),
        ("so «(+44) 7700 900417»", "(+44) 7700 900417"),
        ("so «1(+44) 7700 900417»", 3),
    ],
)
def test_a_number_is_a_telephone_by_its_shape_or_a_word_before_it(marked: str, found: str | int) -> None:
    assert told(phone, marked) == found


@pytest.mark.parametrize(
    ("check", "marked", "found"),
    [
        (said, "tel «020 7946 0958 12»", "020 7946 0958 12"),
        (said, "tel «138 0013 8000 123»", "138 0013 8000"),
        (said, "tel «0171 2345678 1234»", "0171 2345678"),
        (said, "tel «(030) 1234567»", "(030) 1234567"),
        (said, "tel «(030 1234567»)", "(030 1234567)"),
        (said, "tel «030 1234567»)", "030 1234567"),
        (said, "tel «123456» users", None),
        (asked, "order number call «123456789»", None),
        (asked, "order of many things, call «123456789»", "123456789"),
        (asked, "order no. «123 4567»", None),
        (linked, "tel:«123456» users", None),
        (linked, "tel:«123456»", "123456"),
        (extension, "1920 x«417»", None),
        (extension, "12 x«417»", "417"),
    ],
)
def test_behind_a_word_for_one_a_number_is_one_unless_another_word_says_more(
    check: Check, marked: str, found: str | None
) -> None:
    assert told(check, marked) == found


@pytest.mark.parametrize(
    ("before", "cued"),
    [
        *(("call ", True), ("my order. call ", False), ("my order.  call ", True), ("call order ", False)),
        *(("whats app ", True), ("whats\u00a0app ", True), ("", False), ("order ", False)),
    ],
)
def test_the_last_word_that_matters_tells(before: str, cued: bool) -> None:
    assert phones._is_cued(before) is cued
