"""What the witness makes of a file of the tree: its value, or nothing if it has no end."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_db.witness.raw import parsed

ITSELF = ("a: &a {b: *a}", "&a [*a]", "a: [1, &a {b: [*a]}]", "a: {b: &a [x, {c: *a}]}")
NINES = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10))


@pytest.mark.parametrize("text", [*ITSELF, f"a0: &a0 [x]\n{NINES}", f"a0: &a0 {{x: y}}\n{NINES}"])
def test_yaml_without_end_is_no_value(text):
    assert parsed(Path("profile.yaml"), text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: {b: [c, {d: e}]}", {"a": {"b": ["c", {"d": "e"}]}}),
        ("[a, [b, {c: d}]]", ["a", ["b", {"c": "d"}]]),
        ("a: &a [x]\nb: *a", {"a": ["x"], "b": ["x"]}),
    ],
)
def test_other_yaml_is_read_as_it_stands(text, value):
    assert parsed(Path("profile.yaml"), text) == value
