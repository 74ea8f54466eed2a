"""Times are stored in ISO 8601; epochs become such, and what is no time is told of, in shared builds, too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from conftest import conversation
from hypothesis import given
from hypothesis import strategies as st

from build_db.database.times import as_time, is_time


@pytest.mark.parametrize(
    ("value", "time"),
    [
        (1748772000, "2025-06-01T10:00:00Z"),
        (1748772000.5, "2025-06-01T10:00:00.500000Z"),
        ("1748772000", "2025-06-01T10:00:00Z"),
        ("1748772000.5", "2025-06-01T10:00:00.500000Z"),
        ("1748772000.5.5", None),
        ("1748772000." + "0" * 19, "2025-06-01T10:00:00Z"),
        ("1748772000." + "0" * 20, None),
        (10**9 - 1, None),
        (10**9, "2001-09-09T01:46:40Z"),
        (10**10 - 1, "2286-11-20T17:46:39Z"),
        (10**10, None),
        (10**12, "2001-09-09T01:46:40Z"),
        (10**15, "2001-09-09T01:46:40Z"),
        (10**18, "2001-09-09T01:46:40Z"),
        (10**19, None),
        ({"$date": "2025-06-01", "x": 1}, None),
        (1748772000123, "2025-06-01T10:00:00.123000Z"),
        (1748772000123456, "2025-06-01T10:00:00.123456Z"),
        (1748772000123456789, "2025-06-01T10:00:00.123457Z"),
        ({"$date": "2025-06-01T10:00:00Z"}, "2025-06-01T10:00:00Z"),
        ({"$date": 1748772000123}, "2025-06-01T10:00:00.123000Z"),
        ("2025-06-01", "2025-06-01"),
        ("2025-06-01 10:00:00", "2025-06-01 10:00:00"),
        ("2025-06-01T10:00:00.123456+02:00", "2025-06-01T10:00:00.123456+02:00"),
        ("", ""),
        ("June 1, 2025 6:06am", None),
        ("20250601", None),
        ("9" * 5000, None),
        ("1" * 400 + ".5", None),
        ("١٧٤٨٧٧٢٠٠٠", None),
        (20250601, None),
        (17, None),
        (True, None),
        (["2025-06-01"], None),
        ({"$date": "soon"}, None),
    ],
)
def test_a_time_is_known_by_its_form_or_its_size(value, time):
    assert as_time(value) == time


@given(st.datetimes(datetime(2001, 9, 10), datetime(2286, 1, 1), timezones=st.just(UTC)))
def test_an_epoch_in_any_unit_is_the_same_moment(moment):
    moment = moment.replace(microsecond=0)
    seconds = int(moment.timestamp())
    for unit in (1, 10**3, 10**6, 10**9):
        assert datetime.fromisoformat(as_time(seconds * unit) or "") == moment


@given(st.datetimes().map(datetime.isoformat))
def test_what_python_writes_is_a_time(text):
    assert is_time(text) == (text[4] == "-")


@pytest.mark.parametrize("private", [True, False])
def test_odd_values_are_told_of_once_in_every_build(tree, built, private):
    messages = [
        {"role": "user", "content": "one", "timestamp": 1748772000},
        {"role": "user", "content": "two", "timestamp": "in June", "input_tokens": "many"},
        {"role": "user", "content": {"odd": "three"}, "timestamp": "2025-06-01T11:00:00"},
    ]
    db = built(tree({"conversations/x.json": conversation("x", messages=messages)}), private=private)
    assert [time for (time,) in db.rows("SELECT timestamp FROM messages ORDER BY id")] == [
        *("2025-06-01T10:00:00Z", "in June", "2025-06-01T11:00:00"),
    ]
    assert sorted((field, problem) for _, field, problem in db.problems()) == [
        ("content", "not a text"),
        ("input_tokens", "not a number"),
        ("timestamp", "not a time"),
    ]


def test_a_message_of_blocks_is_its_words_and_what_stands_beside_them_is_silent(tree, built):
    blocks = [
        {"type": "thinking", "thinking": "Be kind."},
        {"type": "text", "text": "Of course."},
        {"type": "tool_use", "name": "search", "input": {"query": "kilns"}},
        {"type": "text", "text": "Here it is."},
    ]
    messages = [
        {"role": "assistant", "content": blocks, "timestamp": "2025-06-01T10:00:00"},
        {
            "role": "user",
            "content": {"content_type": "text", "parts": ["part one", "part two"]},
            "timestamp": "2025-06-02",
        },
    ]
    root = tree({"conversations/x.json": conversation("x", messages=messages)})
    spoken = "SELECT content FROM messages WHERE NOT excluded ORDER BY id"
    for private in (True, False):
        db = built(root, private=private, name=f"{private}.db")
        assert db.rows(spoken) == [("Of course.\n\nHere it is.",), ("part one\n\npart two",)]
        assert [role for (role,) in db.rows("SELECT role FROM messages WHERE excluded")] == ["thinking", "tool"]
        assert (b"Be kind" in db.path.read_bytes()) is private
