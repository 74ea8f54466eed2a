"""Secrets in tables: below a heading, in whatever way the cells are set."""

from __future__ import annotations

import pytest

from build_db.redaction.tabular import in_columns


def below(text: str) -> list[str]:
    return [text[start:end] for start, end in in_columns(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("user,password\nmara,quiet7\nwren,evening8", ["quiet7", "evening8"]),
        ("| user | pin |\n|---|---|\n| mara | 4711 |", ["4711"]),
        ("api key\tfor\n'abc1'\tx", ["abc1"]),
        ("say\nuser;token\na;b1\nnothing;here;now\nc;d1", ["b1"]),
        ("password,user\nabc1,x\nuser,pin\ny,4711", ["abc1", "user", "y", "4711"]),
        ("password,user\nabc1,x|y\npassword|user\nb,2|z", ["abc1", "b,2"]),
        ("a password, they say,\nis never written, or told", []),
        ("password\nabc1", []),
        ("password," + "user," * 31 + "\n" + "abc1," * 32, []),
        ("user,password", []),
    ],
)
def test_what_stands_below_a_heading_is_found(text: str, values: list[str]) -> None:
    assert sorted(below(text)) == sorted(values)


def test_a_heading_on_every_other_line_is_read_once() -> None:
    assert len(below("password,user\nabc1,x\n" * 50)) == 99
