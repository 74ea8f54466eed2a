"""Likely names of people whom nobody listed: words with a capital inside a sentence, and never without."""

from __future__ import annotations

import pytest

from build_db.redaction.unlisted import Unlisted


def likely(*texts: str, spared: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    unlisted = Unlisted(spared)
    for text in texts:
        unlisted.see(text)
    return [(name, times) for name, times, _ in unlisted.likely()]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("then I met Oren there", ["Oren"]),
        ("then I met Oren Vale there", ["Oren Vale"]),
        ("then, Oren came; Vale left", ["Oren", "Vale"]),
        ("then I met Oren Vale Kiln there", ["Kiln", "Oren Vale"]),
        ("Oren came", []),
        ("so. Oren came", []),
        ("the Kiln is hot", []),
        ("a Kiln is hot", []),
        ("an Oven is hot", []),
        ("so the Kiln Yard is hot", ["Yard"]),
        ("I met Or there", []),
        ("I met OREN there", []),
        ("I met Oren-Vale there", []),
        ("I met ORen there", []),
        ("see Monday then", []),
    ],
)
def test_a_capital_inside_a_sentence_may_begin_a_name(text, names):
    assert [name for name, _ in likely(text)] == names


def test_who_is_spared_is_no_name():
    assert likely("then I met Oren there", "so did Vale then", spared=("OREN",)) == [("Vale", 1)]
    assert likely("then I met Oren Vale there", spared=("vale",)) == []


def test_a_word_that_comes_without_a_capital_is_none_whenever_it_does():
    assert likely("I met Oren there", "we like Kiln here", "so the kiln is hot", "I met Kiln there") == [("Oren", 1)]
    assert likely("so the kiln is hot", "we like Kiln here") == [("Kiln", 1)]  # looked for from the first time on
    assert likely("we like Kiln Vale here", "so the vale is wide") == []


def test_a_word_that_is_a_whole_text_is_a_tag():
    assert likely("we like Kiln here", "kiln") == likely("kiln", "we like Kiln here") == []
    assert likely("we like Kiln here", "Kiln", "kiln7", "KILN") == [("Kiln", 1)]


def test_who_does_something_comes_first_then_who_is_named_often_then_the_alphabet():
    texts = (
        "so I met Oren there",
        "so I met Vale there",
        "so I met Vale here",
        "so then Kiln said it",
        "so by Adan then",
    )
    assert likely(*texts) == [("Kiln", 1), ("Vale", 2), ("Adan", 1), ("Oren", 1)]


def test_the_first_place_is_shown_with_some_letters_around():
    unlisted = Unlisted(())
    unlisted.see("a" * 40 + " met Oren " + "b" * 40)
    unlisted.see("I met Oren again")
    ((_, _, snippet),) = unlisted.likely()
    assert snippet == "a" * 25 + " met Oren " + "b" * 29


def test_after_many_texts_it_is_looked_for_in_every_fifth():
    for texts, found in ((498, True), (499, True), (500, False), (503, False), (504, True)):
        unlisted = Unlisted(())
        unlisted.learn([("we like Kiln here", list(unlisted._sightings("we like Kiln here")))])
        unlisted.learn([("so it is", [])] * (texts - 1))
        unlisted.learn([("so the kiln is hot", [])])
        assert (unlisted.likely() == []) is found, texts


def test_what_was_seen_is_told_once():
    unlisted = Unlisted(())
    for text in ("I met Oren there", "kiln", "kiln", "Kiln"):
        unlisted.see(text)
    seen = unlisted.seen()
    assert [text for text, _ in seen] == ["I met Oren there", "kiln"]
    assert unlisted.seen() == []
    unlisted.see("kiln")
    assert unlisted.seen() == [("kiln", None)]
