"""Forms of a name that a list holds otherwise: in another script, in two parts, in cases, in small letters."""

from __future__ import annotations

import pytest

from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person, with_pseudonyms
from build_db.redaction.people.written_in import written_in
from build_db.redaction.text_redactor import TextRedactor

KEYED = Keyed(bytes(32))


def redact(name: str, text: str) -> str:
    people = with_pseudonyms([Person("one", (name,), pseudonym="Alder")], KEYED)
    return TextRedactor(PeopleFinder(people, KEYED), (), KEYED).redact(text)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Dmitry Belousov", ["Дмитрий Белоусов"]),
        ("Miloš Stojković", ["Милош Стојковић"]),
        ("Dragan Petrovic", ["Драган Петровић"]),
        ("Haruka Nishimura", ["はるか にしむら"]),
        ("Mara Ellison", []),
        ("Mara", []),
        ("Quinn Tolstoy", ["Толстой"]),
    ],
)
def test_a_name_is_written_in_the_script_from_which_it_looks_to_come(name: str, written: list[str]) -> None:
    assert list(dict.fromkeys(written_in(name)))[: len(written)] == written
    assert written or not list(written_in(name))


@pytest.mark.parametrize(
    ("name", "text", "shared"),
    [
        ("Dmitry Belousov", "видел Белоусова в метро", "видел Alder в метро"),
        ("Dmitry Belousov", "с дмитрием поговорю", "с alder поговорю"),
        ("Miloš Stojković", "Милош је на путу", "Alder је на путу"),
        ("Haruka Nishimura", "ハルカは元気", "Alderは元気"),
        ("Theodore Finch", "@theofinch was here", "@alder was here"),
        ("Liam McAllister", "Mc Allister is on the phone", "alder is on the phone"),
        ("Agnieszka Wrona", "Agnieszce podoba się ten film", "Alder podoba się ten film"),
        ("Robert Kruk", "byłem przy Robercie", "byłem przy Alder"),
        ("Olga Nováková", "řekl jsem Olze že ne", "řekl jsem Alder že ne"),
        ("Ольга Мельник", "сказав Ользі", "сказав Alder"),
        ("Kadri Tammsaar", "Kadrile meeldib see kohv", "Alder meeldib see kohv"),
        ("Caoimhe Ní Bhriain", "a Chaoimhe, an bhfuil tú ann?", "a Alder, an bhfuil tú ann?"),
        ("Seán Ó Dálaigh", "a Sheáin, tar anseo", "a Alder, tar anseo"),
        ("Małgorzata Dąbek", "Małgosi się podoba", "Alder się podoba"),
        ("Paweł Gołąb", "o Gołębiu mówili", "o Alder mówili"),
        ("Jonas Petraitis", "Petraičiui", "Alder"),
        ("Matti Virtanen", "Matille", "Alder"),
        ("Kaisa Lahti", "Lahdelle", "Alder"),
        ("Liis Mägi", "Mäega rääkisin", "Alder rääkisin"),
        ("Лев Кац", "со Львом", "со Alder"),
        ("Наталья Соловьёва", "у Соловьёвых", "у Alder"),
        ("Наталья Соловьёва", "Наташ, привет", "Alder, привет"),
        ("Hannah Becker", "das Hannahchen", "das Alder"),
        ("Elisabeth Bär", "Familie Bär", "Familie Alder"),
    ],
)
def test_a_form_of_a_language_goes(name: str, text: str, shared: str) -> None:
    assert redact(name, text) == shared


@pytest.mark.parametrize(
    ("name", "text", "shared"),
    [
        ("Grace Hollis", "told grace that I would be late", "told alder that I would be late"),
        ("Conceição Baptista", "falei com a conceição ontem", "falei com a alder ontem"),
        ("Pierre Vasseur", "j'ai parlé à pierre hier soir", "j'ai parlé à alder hier soir"),
        ("Grace Hollis", "with grace and a grace note", "with grace and a grace note"),
        ("Hope Lambert", "we talked with hope in our voices", "we talked with hope in our voices"),
        ("Will Thornbury", "what I was told will help", "what I was told will help"),
        ("Pierre Vasseur", "une maison en pierre au bord du lac", "une maison en pierre au bord du lac"),
        ("Dan Kovac", "он дан судьбой", "он дан судьбой"),
        ("Roman Petrov", "он пишет роман", "он пишет роман"),
    ],
)
def test_a_word_in_small_letters_is_a_name_where_somebody_speaks_with_who_bears_it(
    name: str, text: str, shared: str
) -> None:
    assert redact(name, text) == shared
