"""What people are called who bear a given name."""

from __future__ import annotations

import pytest

from build_db.redaction.keyed import Keyed
from build_db.redaction.people.nicknames import nicknames_of
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person, with_pseudonyms
from build_db.redaction.text_redactor import TextRedactor

KEYED = Keyed(bytes(32))


def redacted(text: str, *called: str) -> str:
    """The text with each person's pseudonym as the number of the person."""
    people = [Person(name, (name,), pseudonym=f"#{number}") for number, name in enumerate(called)]
    return TextRedactor(PeopleFinder(people, KEYED), (), KEYED).redact(text)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        (["william", "hartwell"], {"bill", "billy", "will"}),
        (["jose", "maria", "ruiz"], {"pepe", "mari"}),
        (["szabo", "ilona"], {"ica", "ilus"}),
        (["александр", "волков"], {"саша", "шура"}),
        (["quillon"], set()),
        ([], set()),
    ],
)
def test_the_given_names_tell_what_somebody_is_called(name, called):
    assert called <= nicknames_of(name)
    assert called or not nicknames_of(name)


@pytest.mark.parametrize(
    ("text", "name", "shared"),
    [
        ("Lizzie came, and lizzie left.", "Elizabeth Poll", "#0 came, and #0 left."),
        ("Bill Hartwell called.", "William Hartwell", "#0 called."),
        ("ask bill_hartwell", "William Hartwell", "ask #0"),
        ("видел Сашу с Шурой", "Александр Волков", "видел #0 с #0"),
        ("Pepe’s hat, @pepe_77", "José Ruiz", "#0’s hat, @#0_77"),
        ("Corneel komt zondag", "Cornelis Bos", "#0 komt zondag"),
        ("Maija toi mustikoita", "Maria Salo", "#0 toi mustikoita"),
        ("רוני ואני בים", "רונית שגב", "#0 ואני בים"),
        ("с Настёной и Гошей", "Анастасия Ткач", "с #0 и Гошей"),
        ("Bash is a shell, and the roof leaks", "Sebastian Rohde", "Bash is a shell, and the roof leaks"),
        # words of every day, and of programs
        ("Will you pay the bill?", "William Hartwell", "Will you pay the bill?"),
        ("len(rows) and bob up", "Leonard Robert Moss", "len(rows) and bob up"),
    ],
)
def test_a_nickname_is_replaced_where_it_stands_as_a_name(text, name, shared):
    assert redacted(text, name) == shared


def test_who_bears_the_name_itself_comes_before_who_is_called_so():
    assert redacted("Billie knows", "Wilhelmina Oake", "Billie Thorne") == "#1 knows"


def test_of_all_who_are_called_so_the_one_is_meant_whose_name_goes_on():
    assert redacted("Liz Oake and Liz Poll", "Elizabeth Poll", "Elizabeth Anne Oake") == "#1 and #0"


def test_nobody_gets_a_pseudonym_that_somebody_else_is_called():
    people = with_pseudonyms([Person(f"Julian Vaughn {n}", (f"Julian Vaughn {n}",)) for n in range(300)], KEYED)
    assert not {person.pseudonym for person in people} & {"Jules", "Vaughn"}


def test_no_pseudonym_holds_a_part_of_a_name() -> None:
    people = with_pseudonyms([Person(name, (name,)) for name in ("An Nguyen", "Ed Ellis")], KEYED)
    assert not [one for person in people for one in ("an", "ed", "ellis") if one in person.pseudonym.casefold()]


def test_where_all_pseudonyms_hold_somebodys_name_none_holds_that_of_its_own_person() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    everybody = [f"{one}{other}" for one in letters for other in letters]
    people = with_pseudonyms([Person(name, (name,)) for name in everybody], KEYED)
    for person in people:
        assert person.pseudonym.startswith("Person ") or person.names[0] not in person.pseudonym.casefold()


def test_a_name_that_the_witness_looks_for_in_small_letters_is_replaced_in_them() -> None:
    (tanner,) = with_pseudonyms([Person("Bob Tanner", ("Bob Tanner",))], KEYED)
    (mention,) = PeopleFinder([tanner], KEYED).find("we saw bob at the pool")
    assert mention.replacement == tanner.pseudonym.lower()
