"""What a name is made of: runs that mean somebody, and the ways in which hands and programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_db.limits import LONGEST_NAME
from build_db.redaction.people.everyday import bits
from build_db.redaction.people.folding import fold, folded
from build_db.redaction.people.names import (
    apart,
    apostrophed,
    bounded,
    cleaned,
    declined,
    drawn_out,
    encoded,
    escaped,
    initials,
    joined,
    leet,
    runs,
    shortened,
    signs,
    spellings,
    squeezed,
    wholes,
)


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


@pytest.mark.parametrize("name", ["eva", "ana", "ева"])
def test_no_form_of_a_short_name_is_so_short_as_to_be_any_word(name):
    assert min(len(form) for form, _ in declined(name)) == 4


def test_a_name_with_an_apostrophe_within_is_declined_as_one():
    assert {"мар'яні", "мар’яною"} <= set(apostrophed("Мар'яна Шевчук"))


def test_a_name_in_signs_has_parts_without_a_blank():
    assert signs("王小明") == ({"小明"}, set(), {"王", "王小"})
    assert signs("王芳") == (set(), {"芳", "芳芳"}, {"王"})
    assert signs("欧阳娜") == ({"欧阳"}, {"娜", "娜娜"}, {"欧阳"})
    assert signs("山田太郎") == ({"山田", "太郎"}, set(), set())
    assert signs("김민준") == ({fold("민준")}, set(), {fold("김")})
    assert signs("司马相如") == ({"司马", "相如"}, set(), set())
    assert signs("김민") == (set(), {fold("민")}, {fold("김")})
    assert signs("阿依古丽买") == ({"阿依", "古丽买", "阿依古", "丽买"}, set(), set())
    assert signs("阿依古丽买买") == ({"阿依", "古丽买买", "阿依古", "丽买买"}, set(), set())
    for other in ("Mara Ellison", "さくら", "王", "阿依古丽买买买"):
        assert signs(other) == (set(), set(), set())


@given(st.text(st.sampled_from("maréolшиे"), min_size=3), st.data())
def test_every_drawn_out_form_of_a_name_holds_what_is_looked_for(run, data):
    counts = [data.draw(st.integers(1, 5)) for _ in squeezed(run)]
    drawn = "".join(letter * count for letter, count in zip(squeezed(run), counts, strict=True))
    is_drawn = any(letter.isalpha() and count > 2 for letter, count in zip(squeezed(run), counts, strict=True))
    assert any(form in drawn for form in drawn_out(run)) == is_drawn


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


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("Jörg Åse", ["Jörg Åse", "Joerg Aase"]),
        ("Mara", ["Mara"]),
        ("Ольга", ["Ольга", "Ol'ga"]),
        ("王小明", ["王小明", "Wang Xiaoming"]),
        ("欧阳小明", ["欧阳小明", "Ouyang Xiaoming"]),
        ("王 小明", ["王 小明", "Wang Xiao Ming"]),
        ("欧阳", ["欧阳", "Ou Yang"]),
        ("Þóra", ["Þóra", "Tóra"]),
    ],
)
def test_how_keyboards_and_registers_without_its_letters_write_a_name(name, spelled):
    assert list(spellings(name)) == spelled


def test_a_name_of_any_length_is_looked_for_as_far_as_somebody_is_called():
    assert bounded("a" * LONGEST_NAME) == "a" * LONGEST_NAME
    assert bounded("a" * (LONGEST_NAME + 1)) == "a" * LONGEST_NAME
    assert bounded("Mara " * LONGEST_NAME) == "Mara " * 39 + "Mara"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Mara Ellison", {"maraellison", "ellisonmara"}),
        ("Mara Joan Ellison", {"maraellison", "ellisonmara"}),
        ("Ana Bell", set()),
        ("Anna Bell", {"annabell", "bellanna"}),
        ("Maraellison", set()),
    ],
)
def test_a_long_name_is_one_wherever_its_letters_stand(name, written):
    assert wholes(name) == written


def test_a_name_wears_the_disguises_of_data_formats():
    assert list(escaped("Zoë Voss")) == ["zo\\u00eb voss", "zo%c3%ab voss", "zo\\u00eb", "zo%c3%ab"]
    assert list(escaped("Mara")) == []
    assert encoded("Mara Voss") == {b"Mara Voss".hex(), b"mara voss".hex()}
    assert encoded("Mara") == set()


def test_letters_are_set_apart():
    assert list(apart("Mara Al")) == ["m a r a", "m.a.r.a", "m-a-r-a", "m·a·r·a", "m*a*r*a"]
    assert len(list(apart("Ana"))) == 5


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Mara", {"m4ra", "mar4", "m4r4", "m@ra", "mar@", "m@r@"}),
        ("Ellis", {"3llis", "el1is", "ell1s", "ell!s", "elli5", "elli$", "e11is", "3ll1s", "31115"}),
        ("Lou", set()),
        ("Decaf", set()),
        ("Rose", set()),
        ("Zoëla", {"z0ela", "zo3la", "zoe1a", "zoel4", "zoel@", "z03l4", "z0314"}),
    ],
)
def test_signs_stand_for_some_letters(name, written):
    assert written <= leet(name) if written else leet(name) == set()
    assert fold(name) not in leet(name)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        *(("J. R. Hartwell", "JR"), ("J.R. Hartwell", "JR"), ("J R Hartwell", "JR"), ("a. b. c. d. Venn", "ABCD")),
        *(("J. Hartwell", ""), ("JR Hartwell", ""), ("J. R.", ""), ("Mara", "")),
    ],
)
def test_first_letters_stand_for_a_name_that_is_written_with_them(name, letters):
    assert initials(name) == ((letters, ".".join((*letters, "")), ". ".join(letters) + ".") if letters else ())


@pytest.mark.parametrize(
    ("name", "short", "too_short"),
    [
        ("Tobias Venn", {"tobi", "tobiy", "tobiie"}, {"tob", "tobia", "tobias", "venn"}),
        ("Thandiwe", {"than", "thandi", "thandy", "thandie"}, {"tha", "thandiw"}),
        ("Maximiliane-Luise", {"maximili"}, {"maximilia"}),
        ("Mara", set(), {"mar"}),
        ("Ольга", set(), {"оль"}),
        ("", set(), {""}),
    ],
)
def test_a_given_name_is_called_in_short(name, short, too_short):
    assert short <= shortened(name)
    assert not too_short & shortened(name)
    assert short or not shortened(name)


@pytest.mark.parametrize(
    ("text", "plain", "places"),
    [
        ("ABC 1", "abc 1", None),
        ("Zoë", "zoe", None),
        ("ßa", "ssa", [0, 0, 1, 2]),
        ("a\u0301b", "ab", [0, 2, 3]),
        ("Æon \u0130x", "aeon ix", [0, 0, 1, 2, 3, 4, 5, 6]),
        ("ـا王", "ا王", [1, 2, 3]),
        ("王小明" * 20 + "ﬁ", "王小明" * 20 + "fi", [*range(60), 60, 60, 61]),
        ("Øđłıþðħŋŧ", "odlithdhnt", [0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9]),
    ],
)
def test_text_without_case_and_marks_knows_where_its_letters_were(text, plain, places):
    assert folded(text) == (plain, places)
