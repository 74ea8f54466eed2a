"""Addresses, birth dates, names on sites and mails as people jot them down in a chat; and what only looks like one."""

from __future__ import annotations

import pytest
from support.findings import marked

from build_db.redaction.contacts.contact_finder import ContactFinder

FINDER = ContactFinder()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ti aspetto in via roma 7, terzo piano", "ti aspetto in [address]"),
        ("dépose ça au 22 rue haute stp", "dépose ça au [address] stp"),
        ("je suis au 14 r. des Lilas, 2e gauche", "je suis au [address], 2e gauche"),
        ("on habite résidence du Parc, bât B, apt 31", "on habite [address]"),
        ("estoy en Mayor 14, sube", "estoy en [address], sube"),
        ("ich bin in der müllerstr 55", "ich bin in der [address]"),
        ("wpadaj na Kwiatową 8, furtka otwarta", "wpadaj na [address], furtka otwarta"),
        ("הכתובת ויצמן 22/5 קומה שלישית", "הכתובת [address]"),
        ("địa chỉ: 24/7 Nguyễn Trãi, hẻm nhỏ", "địa chỉ: [address], hẻm nhỏ"),
        ("we share 12 Main Street", "we share [address]"),
        ("parti au 8 impasse du Four au lieu de midi", "parti au [address] au lieu de midi"),
        ("she grew up on Larkrise Street, house 19", "she grew up on [address]"),
    ],
)
def test_an_address_is_told_in_small_letters_by_its_floor_or_by_who_is_awaited_there(text, left):
    assert marked(text, FINDER.find(text)) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("fecha de nac. 23-01-2001, acuario", "fecha de nac. [birthdate], acuario"),
        ("kiddo arrived 2021-06-14 at four", "kiddo arrived [birthdate] at four"),
        ("add QuietBadger#4821 on discord", "add [handle] on discord"),
        ("fb mình là banh.mi.chay kết bạn", "fb mình là [handle] kết bạn"),
        ("інста borshch.bez.smetany підписуйся", "інста [handle] підписуйся"),
        ("la mail è nonna.pina chiocciola posta.example", "la mail è [email]"),
        ("immat AB-482-KD, il a rayé ma porte", "immat [id], il a rayé ma porte"),
    ],
)
def test_dates_names_and_mails_stand_behind_shortened_words(text, left):
    assert marked(text, FINDER.find(text)) == left


@pytest.mark.parametrize(
    "text",
    [
        "la rue est vide à 7 heures",
        "na ulica in 3 horas",
        "il reste 3 places et 2 rues",
        "la résidence du Parc est belle",
        "sent via mail 3 times",
        "decoded via UTF-8",
        "te espero en Madrid 2 meses",
        "add oil on heat, add 2 eggs on top",
        "la chiocciola sale. Poi dorme",
        "the parcel arrived 2021-06-14",
        "I beat Main Quest 12 on high street level",
    ],
)
def test_what_is_written_alike_stays(text):
    assert FINDER.find(text) == []
