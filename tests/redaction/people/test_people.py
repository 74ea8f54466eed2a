"""Known people leave the text in every form of their names; words that only look like names stay."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_db.redaction.engine.gate import EVERYTHING
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.folding import FAR, fold, folded
from build_db.redaction.people.names import runs
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person, with_pseudonyms
from build_db.redaction.people.standing import is_ordinary
from build_db.redaction.text_redactor import TextRedactor
from build_db.redaction.words import words

WREN = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537"
KEYED = Keyed(bytes(32))
PEOPLE = with_pseudonyms(
    [
        Person("mara", ("Mara Ellison",), ("sunny.gardener",), pseudonym="Alder"),
        Person("zoe", ("Zoë Müller-Strauß",), pseudonym="Briar"),
        Person("will", ("Will May",), pseudonym="Cedar"),
        Person("hope", ("Hope",), pseudonym="Darcey"),
        Person("wren", ("Wren Talbot",), ("wtalbot",), (WREN,), pseudonym="Elan"),
        Person("cruz", ("Ana de la Cruz",), pseudonym="Frey"),
        Person("jr", ("J. R. Hartwell",), pseudonym="Glenn"),
    ],
    KEYED,
)
FINDER = PeopleFinder(PEOPLE, KEYED, keep=["Kestrel"])


def redact(text: str, finder: PeopleFinder = FINDER) -> str:
    return TextRedactor(finder, (), KEYED).redact(text)


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("Mara Ellison", "Alder"),
        ("Mara", "Alder"),
        ("I asked Ellison.", "I asked Alder."),
        ("Ellison, Mara", "Alder"),
        ("Mara J. Ellison", "Alder"),
        ("Mara's plot, Mara’s plot", "Alder's plot, Alder’s plot"),
        ("die Tomaten Maras", "die Tomaten Alders"),
        ("the Ellisons came", "the Alders came"),
        ("MARA ELLISON", "ALDER"),
        ("thanks, mara", "thanks, alder"),
        ("mara_ellison", "alder"),
        ("mara-ellison.md", "alder.md"),
        ("mara.ellison", "alder"),
        ("@maraellison", "@alder"),
        ("@MaraEllison", "@Alder"),
        ("mellison", "alder"),
        ("mara2 mara_2 2mara", "alder2 alder_2 2alder"),
        ("getMaraProfile()", "getAlderProfile()"),
        ("entity/Mara_Ellison", "entity/Alder"),
        ("https://x.example/u/mara%20ellison?q=mara", "https://x.example/u/alder?q=alder"),
        ("[[Mara Ellison|Mara]]", "[[Alder|Alder]]"),
        ('<record user="Mara Ellison">', '<record user="Alder">'),
        ("reflection_during_Mara Ellison_conversation", "reflection_during_Alder_conversation"),
        ("mara_influenced", "alder_influenced"),
        ("/home/wtalbot/code", "/home/elan/code"),
        ("Ma\u202era and Elli\u202cson", "Alder and Alder"),
        ("M4ra said, m@ra and 3ll1s0n", "alder said, alder and alder"),
        ("commit 9m4ra1, bl0ck and w1ll you", "commit 9alder1, bl0ck and w1ll you"),
        (b"Mara Ellison".hex(), "alder"),
        ("JR called, and J.R. or J. R. wrote", "GLENN called, and GLENN or GLENN wrote"),
        ("the jr one, XJRY", "the jr one, XJRY"),
        ("GETMARAID, maraurl", "GETALDERID, alderurl"),
        ("MARATHON, maraschino", "MARATHON, maraschino"),
        ("rock and Maradown, Maraup", "rock and Maradown, Maraup"),
        ("see sunny.gardener there", "see alder there"),
        ("Mmmara, so Marrraa, Elllison and MAAARA", "Alder, so Alder, Alder and ALDER"),
        ("xxmaraxx teammara ourmaraellison", "xxalderxx teamalder ouralder"),
        ("maraellisonsbirthday, mellisonx", "aldersbirthday, alderx"),
        ("aMara MaraX Mara' marA", "aAlder AlderX Alder' Alder"),
        (r"\nMara came,\tmara", r"\nAlder came,\talder"),
        ("Ellison of Mara, Mara\nEllison, Mara/Ellison", "Alder, Alder, Alder"),
        ("Mara Mara, Mara Ellison Mara", "Alder Alder, Alder Alder"),
        ("wtalbot1 and xwtalbot", "elan1 and xelan"),
        ("M A R A, m-a-r-a!", "alder, alder!"),
        ("Zoë, ZOË, Zoe, zoe", "Briar, BRIAR, Briar, briar"),
        (unicodedata.normalize("NFD", "Zoë Müller"), "Briar"),
        ("Mueller and Muller", "Briar and Briar"),
        (r"Zo\u00eb and zo%c3%ab", "briar and briar"),
        ("Ana de la Cruz and Cruz", "Frey and Frey"),
        (f"user {WREN} wrote", f"user {KEYED.uuid('person', WREN)} wrote"),
        ("node 146dc54f", f"node {KEYED.uuid('person', WREN)[:8]}"),
    ],
)
def test_every_form_of_a_name_is_replaced(text, shared):
    assert redact(text) == shared


@pytest.mark.parametrize(
    "text",
    ["kohlrabi", "Markdown", "Samara", "amaranth", "Tamara", "marathon", "Ellisonia", "a Kestrel",
     "I will go, and you may come.", "Will you come?", "May I ask?", "in May", "May 5", "I hope so.",
     "dearmaraqq", "marasx", "AMara", "0ma1ra", "146dc54", f"f{WREN[:8]}",
     "Hope you are well", "where there is a will", "the will of the people", "146dc54fa1", "de la", "WILL YOU COME"],
)  # fmt: skip
def test_words_that_only_look_like_names_stay(text):
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("I asked Will about it.", "I asked Cedar about it."),
        ("Will said yes.", "Cedar said yes."),
        ("Will, come here.", "Cedar, come here."),
        ("Will May", "Cedar"),
        ("Will's bike", "Cedar's bike"),
        ("talk to Hope today", "talk to Darcey today"),
        ("@will", "@cedar"),
        ("/home/will/x", "/home/cedar/x"),
        ("will_may", "cedar"),
        ("and Will will, too", "and Cedar will, too"),
    ],
)
def test_a_name_that_is_also_a_word_is_replaced_where_it_stands_as_a_name(text, shared):
    assert redact(text) == shared


def found_by(*people: Person) -> PeopleFinder:
    return PeopleFinder(people, KEYED)


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("q hope", "alder"),
        ("so said Q. Hope", "so said Alder"),
        ("notes/q_hope.md", "notes/alder.md"),
        ("with hope", "with hope"),
        ("iq hope", "iq hope"),
        ("q, of all the letters; hope", "q, of all the letters; hope"),
    ],
)
def test_a_name_of_a_letter_and_a_word_is_found_as_a_whole(text, shared):
    assert redact(text, found_by(Person("q", ("Q Hope",), pseudonym="Alder"))) == shared


def test_neighbours_are_two_people():
    assert redact("Mara Zoë and Wren") == "Alder Briar and Elan"
    assert redact("mara-zoe.md") == "alder-briar.md"


def test_a_name_of_two_letters_is_replaced_where_it_stands_as_a_name():
    finder = found_by(Person("al", ("Al",), pseudonym="Alder"))
    assert redact("I asked Al about it, et al. and al dente", finder) == "I asked Alder about it, et al. and al dente"


def test_an_id_that_is_a_word_is_none_in_a_text():
    finder = found_by(Person("default", ids=("default",), pseudonym="Alder"))
    assert redact("the default mode", finder) == "the default mode"
    assert finder.id_for("default") == KEYED.uuid("person", "default")


def test_an_exact_name_is_known_even_if_it_is_a_word():
    assert FINDER.pseudonym_for("hope") == "Darcey"
    assert FINDER.pseudonym_for("Nobody") is None


def test_pseudonyms_are_stable_distinct_and_no_word_of_the_roster():
    people = [Person(str(n), (f"{name} Surname{n}",)) for n, name in enumerate(words().pseudonyms[:40])]
    found = with_pseudonyms(people, KEYED, taken=["alder"])
    names = [person.pseudonym for person in found]
    assert names == [person.pseudonym for person in with_pseudonyms(reversed(people), KEYED, taken=["alder"])]
    assert len(set(names)) == len(people)
    assert not {name.casefold() for name in names} & ({run for p in people for run in runs(p.names[0])} | {"alder"})


def test_no_pseudonym_is_a_word_of_every_day():
    """One that is would be replaced only where it stands as a name, and an export would leave its other places."""
    assert [name for name in words().pseudonyms if is_ordinary(fold(name))] == []


def test_there_is_a_pseudonym_for_more_people_than_names():
    people = [Person(str(n)) for n in range(len(words().pseudonyms) + 5)]
    assert len({person.pseudonym for person in with_pseudonyms(people, KEYED)}) == len(people)


def test_another_key_gives_other_pseudonyms():
    people = [Person(str(n)) for n in range(20)]
    one, other = ([p.pseudonym for p in with_pseudonyms(people, Keyed(bytes([n] * 32)))] for n in (1, 2))
    assert one != other


LETTERLESS = st.text(alphabet=" .,;:!?()[]{}<>\"'/\\|@#_-0123456789\n\t“”\0\u200b\u00ad", max_size=6)


@given(before=LETTERLESS, after=LETTERLESS, name=st.sampled_from(["Mara Ellison", "mara", "ELLISON", "Zoë", "wtalbot"]))
def test_a_name_between_whatever_is_no_letter_never_stays(before, after, name):
    assert name.casefold() not in redact(before + name + after).casefold()


@given(st.text())
def test_mentions_lie_inside_the_text_in_order(text):
    mentions = FINDER.find(text)
    ends = [0, *(mention.end for mention in mentions)]
    assert all(end <= m.start < m.end <= len(text) for end, m in zip(ends, mentions, strict=False))


@given(st.text())
def test_folding_tells_the_place_of_every_character(text):
    plain, places = folded(text)
    assert places is None or len(places) == len(plain) + 1


FOLDING = st.text() | st.text(alphabet="aÉßé\u0301ﬁ\u0130ıKſΣσςΑ한がガ\ud800\U0001f331ёЙ \n", max_size=12)


@given(FOLDING)
def test_folding_is_done_character_by_character(text: str) -> None:
    each = [
        "".join(c for c in unicodedata.normalize("NFD", one) if not unicodedata.combining(c)).casefold().lower()
        for one in text
    ]
    each = [FAR.get(one, one) for one in each]
    plain, places = folded(text)
    assert plain == "".join(each)
    expected = [place for place, one in enumerate(each) for _ in one]
    assert (places or list(range(len(text) + 1))) == [*expected, len(text)]


NEEDLES = sorted(map(str, FINDER._needles.keys()))
BESIDE = st.sampled_from(
    ["", " ", "a", "S", "é", "1", "_", "'s", "Я", ", it is ", "\\n", "\n", "用", "**", "\u00ad", "“", "❤\ufe0f"]
)
SHARED = TextRedactor(FINDER, (), KEYED)


@given(st.sampled_from(NEEDLES), BESIDE, BESIDE, st.sampled_from([str, str.title, str.upper]))
@settings(max_examples=500)
def test_what_is_not_looked_at_closely_names_nobody(needle, before, behind, cased):
    text = f"yo la {before}{cased(needle)}{behind}"
    told = SHARED.redact(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FINDER._any, "may_be_in", lambda text: True)
        patch.setattr(SHARED._gate, "seen", lambda text: EVERYTHING)
        assert SHARED.redact(text) == told
