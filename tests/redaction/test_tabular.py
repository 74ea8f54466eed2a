"""Secrets in tables: the cells below a heading such as "password" leave, the other cells stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_db.redaction.secrets import SecretFinder
from build_db.redaction.tabular import in_columns

FINDER = SecretFinder()


def redact(text: str) -> str:
    for span in reversed(FINDER.find(text)):
        text = text[: span.start] + "[S]" + text[span.end :]
    return text


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        (
            "| site | password | for |\n|---|:---:|---|\n| trays | Quiet7Evening | us |\n| post | blue42 | |\n\nSo.",
            "| site | password | for |\n|---|:---:|---|\n| trays | [S] | us |\n| post | [S] | |\n\nSo.",
        ),
        ("name,api_key\ntrays,x7Quiet3\npost,b1ue42\n", "name,api_key\ntrays,[S]\npost,[S]\n"),
        ('login;Passwort\nmara;"Garten7zaun"', 'login;Passwort\nmara;"[S]"'),
        ("user\tPIN\nwren\t4821\r\nmara\t9030", "user\tPIN\nwren\t[S]\r\nmara\t[S]"),
    ],
)
def test_what_stands_below_a_telling_heading_goes(text, shared):
    assert redact(text) == shared


@pytest.mark.parametrize(
    "text",
    [
        "| site | password |\n|---|---|\n| trays | none |\n| post | <your password> |",
        "| model | input tokens |\n|---|---|\n| haiku | many |",
        "She lost the key, the token, and her hat\nand so, in the end, we went home2",
        "name,author\ntrays,wren7",
        "password",
        "a | token |\n",
    ],
)
def test_other_tables_and_sentences_stay(text):
    assert redact(text) == text


@given(st.text(alphabet="a|,;\t\n\"' 7-password", max_size=80))
def test_cells_lie_inside_the_text_and_hold_no_line_end(text):
    for start, end in in_columns("password," + text):
        assert "\n" not in ("password," + text)[start:end]
