"""The text redactor joins what its finders find; JSON loses the keys that nobody declared."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import Mention, PeopleFinder
from build_db.redaction.people.pseudonyms import Person
from build_db.redaction.samples import Samples
from build_db.redaction.spans import Span, without_overlaps
from build_db.redaction.text_redactor import Known, Literals, TextRedactor, redact_json

KEYED = Keyed(bytes(32))
SECRET = "correct-horse-battery"


@pytest.fixture
def text() -> TextRedactor:
    people = PeopleFinder([Person("mara", ("Mara Ellison",), pseudonym="Alder")], KEYED)
    return TextRedactor(people, [Literals([SECRET], "secret"), Literals(["Larkmeadow"], "term")], KEYED)


def test_the_words_stay_and_the_rest_goes(text):
    secret, term = KEYED.token("secret", SECRET)[:4], KEYED.token("term", "larkmeadow")[:4]
    shared = text.redact(f"Mara wrote {SECRET} on the board in larkmeadow.")
    assert shared == f"Alder wrote [secret {secret}] on the board in [term {term}]."


@pytest.mark.parametrize("said", ["Larkmeadow", "LARKMEADOW", "larkmeadow", "İzmir, Larkmeadow", "İZMİR LARKMEADOW"])
def test_a_term_goes_in_any_case_whatever_stands_around_it(text, said):
    assert "larkmeadow" not in text.redact(said).lower()


@pytest.mark.parametrize("said", ["İzmir", "İZMİR", "izmir", "IZMIR"])
def test_a_term_may_begin_with_a_letter_that_is_longer_in_lower_case(said):
    assert [(span.start, span.end) for span in Literals(["İzmir"], "term").find(f"in {said}.")] == [(3, 8)]


def test_a_secret_goes_in_its_own_case_only(text):
    assert text.redact(SECRET.upper()) == SECRET.upper()


def test_a_short_value_is_no_secret_but_may_be_a_term():
    assert Literals(["12345"], "secret").find("on 12345") == []
    assert [(span.start, span.end) for span in Literals(["Q"], "term").find("so q said")] == [(3, 4)]


def test_the_same_value_has_the_same_placeholder(text):
    one, other = text.redact(f"{SECRET} {SECRET}").split("] [")
    assert one.strip("[]") == other.strip("[]")


def test_a_secret_wins_over_a_name_inside_it():
    finder = Literals(["Mara:hunter2"], "secret")
    people = PeopleFinder([Person("mara", ("Mara",), pseudonym="Alder")], KEYED)
    assert "Alder" not in TextRedactor(people, [finder], KEYED).redact("login Mara:hunter2")


def test_clean_text_is_untouched(text):
    said = "A quiet evening; 12 trays, 3 of them dry.\n\n```py\nx = {'a': 1}\n```"
    assert text.redact(said) is said


def test_an_id_that_changed_keeps_a_tail_of_its_own(text):
    one, other = text.redact_key("entity/Mara"), text.redact_key("entity/Mara_Ellison")
    assert one.startswith("entity/Alder-")
    assert one != other
    assert text.redact_key("entity/Tides") == "entity/Tides"


def test_what_was_done_is_counted_without_values(text):
    text.redact(f"Mara and Mara and {SECRET}")
    assert text.counts == {("person", "Alder"): 2, ("secret", "known"): 1}


def test_json_is_redacted_to_the_last_string_and_key(text):
    removed: Counter[str] = Counter()
    value = {"note": ["Mara", {"note": "Ellison"}], "mood": "Mara", "topics": {"Mara": 1}, "state": "tired"}
    shared = redact_json(value, text, Known(["note", "topics*", "-state"]), removed)
    assert shared == {"note": ["Alder", {"note": "Alder"}], "topics": {"Alder": 1}}
    assert removed == {"mood": 1}


def test_numbers_and_truth_pass_through_json(text):
    assert redact_json([1, 2.5, True, None, 123], text, Known(["*"]), Counter()) == [1, 2.5, True, None, 123]


def test_what_is_neither_text_nor_number_nor_holds_any_passes_through_json(text):
    assert redact_json(b"Mara", text, Known(["*"]), Counter()) == b"Mara"


def test_every_changed_text_is_shown_to_who_picks_samples_and_no_other():
    people = PeopleFinder([Person("mara", ("Mara Ellison",), pseudonym="Alder")], KEYED)
    samples = Samples(9, KEYED)
    redactor = TextRedactor(people, (), KEYED, samples)
    for said in ("Then we met Mara again.", "Then we met nobody at all."):
        redactor.redact(said)
    assert samples.sentences() == [("Then we met Mara again.", "Then we met Alder again.")]


@pytest.mark.parametrize(("number", "goes"), [(10**8 - 1, False), (10**8, True), (-(10**8), True), (1e9, False)])
def test_a_whole_number_so_long_may_be_somebody_s(number, goes):
    finder = Literals([str(number)], "phone")
    redactor = TextRedactor(PeopleFinder([], KEYED), [finder], KEYED)
    assert (redact_json(number, redactor, Known(["*"]), Counter()) != number) is goes


def test_a_value_is_known_from_six_characters_on_and_to_its_end():
    assert Literals(["12345"], "secret").values == []
    long = "ab" * 150
    known = Literals(["123456", long, long + "c", ""], "secret")
    assert known.values == ["123456", long, long + "c"]
    assert [(span.start, span.end) for span in known.find(f"x {long}d 123456")] == [(2, 302), (304, 310)]
    assert [(span.start, span.end) for span in known.find(f"x {long}c")] == [(2, 303)]
    assert known.find(long[:-1]) == []
    assert known.met == {"123456", long, long + "c"}
    assert Literals([""], "term").values == []


def test_names_that_names_leave_behind_are_looked_for_three_times():
    asked: list[str] = []

    class Growing(PeopleFinder):
        """Finds somebody in whatever there is."""

        def find(self, text: str, *, otherwise: bool = True, beyond: bool = True) -> list[Mention]:
            asked.append(text)
            return [Mention(0, 1, Person("one", pseudonym="Alder"), f"{len(asked)}x")]

    assert TextRedactor(Growing([], KEYED), (), KEYED).redact("a") == "3xxx"
    assert asked == ["a", "1x", "2xx"]


SPANS = st.lists(st.builds(Span, st.integers(0, 30), st.integers(0, 30), st.just("x"), st.just("r")))


@given(SPANS)
def test_spans_are_made_apart_and_cover_no_less(spans):
    apart = without_overlaps(spans)
    assert all(one.end <= other.start for one, other in pairwise(apart))
    covered = {place for span in apart for place in range(span.start, span.end)}
    assert covered == {place for span in spans for place in range(span.start, span.end)}
