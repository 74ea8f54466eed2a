"""What a name is made of: runs that mean somebody, and the ways in which hands and programs write them."""

from __future__ import annotations

import pytest

from build_db.redaction.people.everyday import bits
from build_db.redaction.people.folding import fold
from build_db.redaction.people.names import apostrophed, cleaned, declined, joined, runs, signs, spellings, squeezed


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Mara (she/her)", ["mara"]),
        ("Mara Ellison [she/they]", ["mara", "ellison"]),
        ("Mara from Work", ["mara"]),
        ("Mara - phone", ["mara"]),
        ("Mara | Tray Club", ["mara"]),
        ("Mara's iPad", ["mara"]),
        ("Mara (Ellison)", ["mara", "ellison"]),
        ("Mara from Kilnford", ["mara", "kilnford"]),
        ("Mara Ellison, Berlin", ["mara", "ellison", "berlin"]),
        ("Dr. Mara Ellison PhD", ["mara", "ellison"]),
        ("Pieter van der Berg", ["pieter", "berg"]),
        ("The Captain", ["captain"]),
        ("New User", []),
        ("Guest 2", []),
        ("Zoë 🌱", ["zoe"]),
        ("अनीता शर्मा", [fold("अनीता"), fold("शर्मा")]),
        ("(she/her)", ["she", "her"]),
    ],
)
def test_of_a_display_name_only_the_name_means_somebody(shown, name):
    assert runs(shown) == name


def test_a_name_is_cleaned_and_keeps_its_letters():
    assert cleaned("Mara Ellison (Mimi) - iPhone") == "Mara Ellison Mimi"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Mara Ellison", {"maraellison", "mellison", "ellisonm", "ellisonmara", "marae", "emara"}),
        ("Seán O'Brien", {"obrien", "seanobrien", "sobrien"}),
        ("Pieter van der Berg", {"vanderberg", "pietervanderberg", "pberg"}),
        ("Ana de la Cruz", {"delacruz", "anadelacruz", "acruz"}),
        ("Tan Wei Ming", {"weiming", "tanweiming"}),
        ("Mary Ann Hollis", {"maryann", "mahollis"}),
    ],
)
def test_parts_are_written_as_one_word(name, written):
    assert written <= joined(name)


@pytest.mark.parametrize(
    ("name", "form", "languages"),
    [
        ("ольга", "ольги", 0),
        ("иванова", "ивановои", 0),
        ("андреи", "андрею", 0),
        ("γιωργοσ", "γιωργου", 0),
        ("mara", "maranak", 0),
        ("mara", "maru", bits("cs sk")),
        ("ellison", "ellisonem", bits("cs sk")),
    ],
)
def test_names_are_declined(name, form, languages):
    assert (form, languages) in set(declined(name))


def test_a_name_with_an_apostrophe_within_is_declined_as_one():
    assert {"мар'яні", "мар’яною"} <= set(apostrophed("Мар'яна Шевчук"))


def test_a_name_in_signs_has_parts_without_a_blank():
    assert signs("王小明") == ({"小明"}, set(), {"王", "王小"})
    assert signs("王芳") == (set(), {"芳", "芳芳"}, {"王"})
    assert signs("欧阳娜") == ({"欧阳"}, {"娜", "娜娜"}, {"欧阳"})
    assert signs("山田太郎") == ({"山田", "太郎"}, set(), set())
    assert signs("김민준") == ({fold("민준")}, set(), {fold("김")})
    assert signs("Mara Ellison") == (set(), set(), set())


def test_a_drawn_out_letter_counts_once():
    assert squeezed("maaaraaa") == "mara"
    assert squeezed("anna") == "ana"


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("さくら", {"サクラ", "sakura"}),
        ("サクラ", {"さくら", "sakura"}),
        ("Jürgen", {"Juergen"}),
    ],
)
def test_a_name_is_written_in_the_other_kana_in_latin_and_without_dots(name, others):
    assert {written.lower() for written in spellings(name)} == {written.lower() for written in (name, *others)}
