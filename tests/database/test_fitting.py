"""Every value gets the type of its column, or is told of and replaced by what can be stored."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_db.database.fitting import Fitting, Odd, as_iso, as_number, as_real, as_text, examined, scoped_id
from build_db.records import Problem, Row
from build_db.schema import Column, Table

UUID = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (True, 1),
        (False, 0),
        (2.0, 2),
        (2.5, 2.5),
        (-(2**63), -(2**63)),
        (2**63 - 1, 2**63 - 1),
        ("12", 12),
        (" -12 ", -12),
        ("+3", 3),
        ("2.50", 2.5),
        ("1e3", 1000),
        ("9" * 18, int("9" * 18)),
        (" True", 1),
        ("yes", 1),
        ("ON", 1),
        ("false", 0),
        ("No", 0),
        ("off", 0),
    ],
)
def test_a_number_is_one_also_as_text(value, number):
    found = as_number(value)
    assert (found, type(found)) == (number, type(number))
    assert (as_real(value), type(as_real(value))) == (float(number), float)


@pytest.mark.parametrize(
    "value", [2**63, -(2**63) - 1, 2.0**63, -(2.0**63), math.inf, math.nan, "many", "", "1 2", "nan", "1e99", None, [1]]
)
def test_what_sqlite_cannot_hold_as_a_number_is_odd(value):
    for fit in (as_number, as_real):
        with pytest.raises(Odd, match="not a number") as odd:
            fit(value)
        assert odd.value.kept is None


@given(st.integers(-(2**63), 2**63 - 1))
def test_no_digit_of_a_whole_number_is_lost(number):
    assert as_number(number) == number
    if abs(number) < 10**18:
        assert as_number(str(number)) == number


@pytest.mark.parametrize(
    ("value", "text"), [("a", "a"), ("", ""), (7, "7"), (2.5, "2.5"), (True, "true"), (None, "null")]
)
def test_a_scalar_becomes_text_as_json_writes_it(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize(("value", "kept"), [(["a"], '["a"]'), ({"a": 1}, '{"a":1}'), ([], "[]")])
def test_what_holds_others_is_no_text_and_kept_as_json(value, kept):
    with pytest.raises(Odd, match="not a text") as odd:
        as_text(value)
    assert odd.value.kept == kept


@pytest.mark.parametrize(("value", "kept"), [("in June", "in June"), (["June"], '["June"]'), (17, "17")])
def test_what_is_no_time_is_kept_as_it_was_written(value, kept):
    with pytest.raises(Odd, match="not a time") as odd:
        as_iso(value)
    assert odd.value.kept == kept


def test_an_id_of_one_daemon_bears_its_name_and_one_of_all_the_world_does_not():
    assert (scoped_id("2025-01-01", "aria:"), scoped_id(UUID, "aria:")) == ("aria:2025-01-01", UUID)


def test_before_redaction_texts_become_texts_and_numbers_stay_as_they_are():
    values = {"role": "user", "content": ["x"], "timestamp": 1748772000, "excluded": "perhaps", "model": None}
    row, problems = examined(Row("messages", values))
    assert row.values == {**values, "content": '["x"]', "timestamp": "2025-06-01T10:00:00Z"}
    assert problems == [Problem("not a text", field="content", value=["x"])]


def test_a_row_that_needs_nothing_is_the_very_row():
    row = Row("messages", {"role": "user", "content": "x", "timestamp": "2025-06-01"})
    assert examined(row) == (row, [])
    assert examined(row)[0] is row


def column(name: str, type: str = "TEXT", **more: Any) -> Column:
    plain = {"required": False, "default": None, "key": False, "references": None, "scoped": False}
    return Column(name=name, type=type, **{**plain, **more})


TABLE = Table(
    name="walks",
    title="Walks",
    about="Invented.",
    columns=(
        column("id", key=True, required=True, scoped=True),
        column("name", required=True),
        column("seen_at"),
        column("count", "INTEGER", required=True),
        column("least", "INTEGER", default=3),
        column("far", "INTEGER"),
        column("share", "REAL"),
        column("tags_json", "JSON", required=True),
        column("goal_id", references="goals", scoped=True),
    ),
)
WALK = {"id": "w1", "name": "Dawn", "seen_at": "2025-06-01", "count": 1, "least": 2, "far": 4, "share": 0.5}
WHOLE = {**WALK, "tags_json": ["a"], "goal_id": None, "unknown": "x"}
FITTED = ["w1", "Dawn", "2025-06-01", 1, 2, 4, 0.5, '["a"]', None]


def fitted(values: dict[str, Any], prefix: str = "", fitting: Fitting | None = None) -> tuple[list[Any], list[Problem]]:
    problems: list[Problem] = []
    return (fitting or Fitting(TABLE)).fit(values, prefix, problems), problems


def test_a_row_that_fits_is_taken_as_it_is():
    assert fitted(WHOLE) == (FITTED, [])


def test_ids_of_one_daemon_get_its_name_wherever_they_stand_and_whatever_they_were():
    found, problems = fitted({**WHOLE, "id": 7, "goal_id": "g1"}, "aria:")
    assert (found[0], found[-1], problems) == ("aria:7", "aria:g1", [])
    assert fitted(WHOLE, "aria:")[0] == ["aria:w1", *FITTED[1:]]


@pytest.mark.parametrize(
    ("name", "value", "stored", "problem"),
    [
        ("name", 7, "7", None),
        ("name", ["x"], '["x"]', "not a text"),
        ("name", None, "", "missing value"),
        ("seen_at", None, None, None),
        ("seen_at", 1748772000, "2025-06-01T10:00:00Z", None),
        ("seen_at", "in June", "in June", "not a time"),
        ("count", None, 0, "missing value"),
        ("count", "12", 12, None),
        ("count", True, 1, None),
        ("count", "many", 0, "not a number"),
        ("count", 2**63, 0, "not a number"),
        ("count", 2**63 - 1, 2**63 - 1, None),
        ("count", -(2**63), -(2**63), None),
        ("count", -(2**63) - 1, 0, "not a number"),
        ("least", None, 3, None),
        ("least", "few", 3, "not a number"),
        ("least", 2**70, 3, "not a number"),
        ("far", None, None, None),
        ("far", [1], None, "not a number"),
        ("far", 2**70, None, "not a number"),
        ("share", 1, 1.0, None),
        ("share", "half", None, "not a number"),
        ("tags_json", None, "null", "missing value"),
        ("tags_json", "a", '"a"', None),
        ("tags_json", {}, "{}", None),
    ],
)
def test_what_does_not_fit_is_told_of_and_the_row_is_kept(name, value, stored, problem):
    found, problems = fitted({**WHOLE, name: value})
    assert found == [stored if at == name else fits for at, fits in zip(Fitting(TABLE).names, FITTED, strict=True)]
    assert problems == ([Problem(problem, field=name, value=value)] if problem else [])


def test_rows_of_the_same_types_are_fitted_one_by_one():
    fitting = Fitting(TABLE)
    for count in ("1", "x", "3"):
        found, problems = fitted({**WHOLE, "count": count}, fitting=fitting)
        assert (found[3], len(problems)) == ((0, 1) if count == "x" else (int(count), 0))
