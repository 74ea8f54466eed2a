"""What is looked for of a person: every form of a name, by how it means somebody, and whose it is if two share it."""

from __future__ import annotations

import pytest

from build_db.limits import LONGEST_NAME
from build_db.redaction.keyed import Keyed
from build_db.redaction.people import name_index, names
from build_db.redaction.people.name_index import NameIndex
from build_db.redaction.people.nicknames import nicknames_of
from build_db.redaction.people.pseudonyms import Person

KEYED = Keyed(bytes(32))
UUID = "146DC54F-2e7f-40c6-8fd9-ef702e7ec537"


def index(*people: Person, keep: tuple[str, ...] = ()) -> NameIndex:
    made = NameIndex(frozenset(keep))
    for person in people:
        made.add(person, KEYED)
    return made


def named(*all_names: str) -> Person:
    return Person(all_names[0], all_names)


def test_each_form_of_a_name_is_in_the_place_of_its_kind():
    mara = named("Mara Ellison")
    made = index(mara)
    assert made.exact == {"mara ellison": mara}
    assert {"mara", "ellison", "maraellison", "mellison"} <= made.runs.keys()
    assert made.inside == {"maraellison", "ellisonmara"}
    assert made.squeezed == {"mara": mara, "elison": mara}
    assert made.thrice == names.drawn_out("mara") | names.drawn_out("ellison")
    assert {"m a r a", "m4ra", b"Mara Ellison".hex()} <= made.phrases.keys()
    assert list(made.wholes.needles()) == ["ellison"]
    assert (made.short, made.families, made.styled) == ({}, {}, {})
    assert set(made.runs.values()) == {mara}


def test_who_came_first_has_what_two_share():
    one, other = named("Mara Ellison"), named("Mara Quill")
    made = index(one, other)
    assert (made.runs["mara"], made.runs["quill"], made.squeezed["mara"]) == (one, other, one)
    assert made.phrases["m4ra"] == one
    assert made.exact == {"mara ellison": one, "mara quill": other}
    assert made.declined["maranak"] == (one, 0)


@pytest.mark.parametrize(("first", "second", "languages"), [(1, 2, 3), (1, 0, 0), (0, 1, 0), (0, 0, 0), (5, 5, 5)])
def test_a_form_counts_beside_the_languages_of_all_or_whatever_stands_around(monkeypatch, first, second, languages):
    said = {"mara": first, "oren": second}
    monkeypatch.setattr(names, "declined", lambda run: [("form", said[run])] if run in said else [])
    mara, oren = named("Mara"), named("Oren")
    assert index(mara, oren).declined["form"] == (mara, languages)


def test_a_name_of_words_counts_as_it_is_written_and_its_words_do_not():
    captain = named("The Captain")
    made = index(captain)
    assert made.styled == {"the captain": ("The Captain", captain)}
    initials = named("J. R. Hartwell")
    assert {form for form, _ in index(initials).styled.values()} == {"JR", "J.R.", "J. R."}
    assert index(named("Mara from Work")).styled == {}


def test_a_name_in_signs_has_short_forms():
    wang = named("王芳")
    made = index(wang)
    assert made.short == {"芳": wang, "芳芳": wang}
    assert made.families == {"王": wang}
    assert index(named("王小明")).inside == {"小明", "wangxiaoming", "xiaomingwang"}


@pytest.mark.parametrize(
    ("handle", "runs", "phrases"),
    [
        *(("@maraq", {"maraq"}, set()), ("@abc", {"abc"}, set()), ("@ab", set(), set()), ("mara_7", set(), {"mara_7"})),
        *(("a_b", set(), set()), ("a_bc", set(), {"a_bc"})),
    ],
)
def test_a_handle_of_letters_is_a_run_and_any_other_a_phrase(handle, runs, phrases):
    made = index(Person("one", handles=(handle,)))
    assert (made.runs.keys(), made.phrases.keys()) == (runs, phrases)
    assert list(made.exact) == [handle]


def test_an_id_is_known_whole_and_by_its_beginning_if_it_is_a_uuid():
    new = KEYED.uuid("person", UUID)
    assert index(Person("one", ids=(UUID,))).ids == {
        **{UUID.lower(): new, UUID[:8].lower(): new[:8], UUID.replace("-", "").lower(): new.replace("-", "")},
    }
    assert index(Person("one", ids=("Mara-1234",))).ids == {"mara-1234": KEYED.uuid("person", "Mara-1234")}


@pytest.mark.parametrize(
    ("user_id", "wordlike"),
    [
        *(("default", True), ("mara-123", False), ("mara-12", True), ("a" * 8, True), ("mara 1234", True)),
        *(("1" * LONGEST_NAME, False), ("1" * (LONGEST_NAME + 1), True)),
    ],
)
def test_an_id_that_is_like_a_word_is_looked_for_in_no_text(user_id, wordlike):
    made = index(Person("one", ids=(user_id,)))
    assert (user_id in made.wordlike) is wordlike
    assert (user_id in dict(made.automaton().items())) is not wordlike


def test_whom_a_nickname_means_and_whether_it_needs_a_capital():
    one, other = named("William Voss"), named("William Quill")
    made = index(one, other)
    assert made.nicknames["bill"] == [one, other]
    made.automaton()
    assert made.runs["bill"] == one
    assert "bill" not in made.brief
    tim = index(named("Timothy Voss"))
    tim.automaton()
    assert "tim" in tim.brief
    assert "timmy" not in tim.brief
    bill = named("Bill Kiln")
    first = index(one, bill)
    first.automaton()
    assert first.runs["bill"] == bill


def test_what_is_kept_is_nobody_s_and_the_rest_of_a_name_is():
    made = index(named("Mara Ellison"), keep=("mara", "mara ellison"))
    words = set(dict(made.automaton().items()))
    assert "mara" not in words
    assert "ellison" in words
    assert list(made.wholes.needles()) == []
    assert "\0" in words


def test_without_anybody_nothing_is_looked_for():
    assert list(dict(index().automaton().items())) == ["\0"]
    assert name_index.LONG_NICKNAME == 4


@pytest.mark.parametrize(
    ("runs", "called", "not_called"),
    [
        (["elizabeth", "timothy"], {"liz"}, {"tim"}),  # the last is the family's
        (["zzq", "william"], {"bill"}, set()),
        (["william"], {"bill"}, {"william"}),
        (["william", "bill"], {"will"}, {"bill"}),
        ([], set(), {"bill"}),
    ],
)
def test_of_several_parts_all_but_the_last_are_given_ones(runs, called, not_called):
    assert called <= nicknames_of(runs)
    assert not not_called & nicknames_of(runs)
