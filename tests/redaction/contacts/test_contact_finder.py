"""Where a shape is looked for: around a literal, beside a number, where it may begin; and where the search goes on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from build_db.redaction.contacts import contact_finder
from build_db.redaction.contacts.contact_finder import (
    ContactFinder,
    Shape,
    _all,
    _anywhere,
    _beside,
    _checked,
    _look,
    _numbers,
)
from build_db.redaction.engine.gate import NOTHING_SEEN


def shape(pattern: str, check: Callable[[str, int, int], Any] | None = None, **more: Any) -> Shape:
    compiled = re.compile(pattern if "(?P<value" in pattern else f"(?P<value>{pattern})")
    plain = {"name": "toy", "kind": "id", "source": "", "near": (), "at": "", "begins": None, "back": 0, "reach": 0}
    groups = tuple(name for name in compiled.groupindex if name.startswith("value"))
    check = check or (lambda text, start, end: (start, end))
    return Shape(**{**plain, **more}, pattern=compiled, groups=groups, check=check, finds="", leaves="")


def places(text: str, *spans: Any) -> list[str]:
    return [text[span.start : span.end] for span in spans]


def test_every_place_of_a_literal_is_known_and_none_twice():
    assert list(_all("a@@b@", "@")) == [(1, 1), (2, 2), (4, 4)]
    assert list(_all("aaaa", "aa")) == [(0, 0), (2, 2)]
    assert list(_all("b", "a")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ab@cd", ["ab@cd"]),
        ("xxab@cdyy", ["ab@cd"]),
        ("ab@c", []),
        ("ab@cd ab@cd", ["ab@cd", "ab@cd"]),
        ("ab@cd" + " " * 50 + "ab@cd", ["ab@cd", "ab@cd"]),
    ],
)
def test_beside_a_place_a_shape_starts_some_letters_before_and_ends_within_reach(text, found):
    toy = shape("ab@cd", back=2, reach=3)
    assert places(text, *_beside(text, toy, list(_all(text, "@")))) == found


@pytest.mark.parametrize(("back", "reach", "found"), [(2, 3, True), (1, 3, False), (2, 2, False), (9, 9, True)])
def test_and_no_farther(back, reach, found):
    assert bool(list(_beside("ab@cd", shape("ab@cd", back=back, reach=reach), [(2, 2)]))) is found


def test_places_close_together_are_one_and_what_is_found_is_found_once():
    looked = []

    def check(text: str, start: int, end: int) -> tuple[int, int]:
        looked.append(start)
        return start, end

    text = "1a 1a" + " " * 9 + "1a"
    assert places(text, *_beside(text, shape("1a", check, reach=2), [(0, 1), (3, 4), (14, 15)])) == ["1a", "1a", "1a"]
    assert looked == [0, 3, 14]
    assert list(_beside(text, shape("1a", reach=2), [])) == []


def test_a_shape_that_starts_behind_the_place_is_not_of_it():
    assert places("x 1a", *_look("x 1a", shape("1a", reach=9), 0, 2)) == ["1a"]
    assert list(_look("x 1a", shape("1a", reach=9), 0, 1)) == []
    assert list(_look("x 1a", shape("1a", reach=1), 0, 2)) == []


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        ("abc", "abc"),
        ("a(?P<value>b)c", "b"),
        ("(?:a(?P<value>b)c|a(?P<value2>bd))", "b"),
        ("(?:a(?P<value>x)c|(?P<value2>ab)c)", "ab"),
    ],
)
def test_what_goes_is_the_value_that_was_found(pattern, kept):
    toy = shape(pattern)
    match = toy.pattern.search("abc")
    assert match
    end, span = _checked("abc", toy, match)
    assert span
    assert places("abc", span) == [kept]
    assert (end, span.kind, span.rule) == (span.end, "id", "toy")


@pytest.mark.parametrize(
    ("said", "goes_on"), [(None, 4), ((3, 3), 3), ((0, 0), 2), ((1, 1), 2), ((2, 2), 2), ((2, 4), 4)]
)
def test_the_search_goes_on_behind_what_was_found_or_where_the_check_says(said, goes_on):
    match = re.compile("(?P<value>abc)").search(" abc")
    assert match
    end, span = _checked(" abc", shape("abc", lambda *place: said), match)
    assert (end, span and (span.start, span.end)) == (goes_on, said)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12 Mill Lane", {"ahead", "behind"}),
        ("Mill Lane 12", {"ahead", "behind"}),
        ("aa:bb:cc:1d:ee", {"hex"}),
        ("1a:2b:3c:4d", {"hex"}),
        ("so 12 then", set()),
        ("no number", set()),
        ("12. Mill", set()),
    ],
)
def test_a_number_is_told_by_what_stands_beside_it(text, told):
    found = _numbers(text, frozenset(("hex", "ahead", "behind")))
    assert {at for at, numbers in found.items() if numbers} == told
    assert set(_numbers(text, frozenset(("hex",)))) == {"hex", "ahead", "behind"}


def test_where_only_pairs_are_wanted_streets_are_not_looked_for():
    assert _numbers("12 Mill Lane", frozenset(("hex",))) == {"hex": [], "ahead": [], "behind": []}
    assert _numbers("12 Mill Lane", frozenset(("hex", "ahead")))["ahead"] == [(0, 2)]


def test_a_shape_that_begins_somewhere_is_tried_there_and_not_inside_another():
    toy = shape(r"x?a\d+", begins=re.compile("a"), back=1)
    assert places("xa1 xa2", *_anywhere("xa1 xa2", [toy])) == ["xa1", "xa2"]
    assert places("xa1a2", *_anywhere("xa1a2", [toy])) == ["xa1"]


def test_a_shape_is_tried_only_where_the_gate_has_seen_it(monkeypatch):
    toy = shape(r"x?a\d+", begins=re.compile("a"), back=1)
    monkeypatch.setattr(contact_finder, "_named", lambda: {"toy": toy})
    monkeypatch.setattr(contact_finder, "_names", lambda: frozenset(("toy", "other")))
    assert places("xa1", *ContactFinder().find("xa1", frozenset(("toy",)))) == ["xa1"]
    assert ContactFinder().find("xa1", frozenset(("other",))) == []


def test_nothing_is_looked_for_where_nothing_of_ours_was_seen():
    finder = ContactFinder()
    assert finder.find("mail mara@post.example", NOTHING_SEEN) == []
    assert finder.find("mail mara@post.example", frozenset(("strong",))) == []
    assert [span.kind for span in finder.find("mail mara@post.example")] == ["email"]
    rule = finder.find("mail mara@post.example")[0].rule
    assert [span.rule for span in finder.find("mail mara@post.example", frozenset((rule,)))] == [rule]
    assert [span.kind for span in finder.find("name,phone\nmara,4155552671", frozenset(("contact column",)))] == [
        "phone"
    ]
