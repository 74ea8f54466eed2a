"""Secrets in tables: the cells below a heading such as "password" leave, the other cells stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.findings import marked

from build_db.redaction.secrets.secret_finder import SecretFinder
from build_db.redaction.secrets.tabular import in_columns

FINDER = SecretFinder()


def redact(text: str) -> str:
    return marked(text, FINDER.find(text))


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        (
            "| site | password | for |\n|---|:---:|---|\n| trays | Quiet7Evening | us |\n| post | blue42 | |\n\nSo.",
            "| site | password | for |\n|---|:---:|---|\n| trays | [secret] | us |\n| post | [secret] | |\n\nSo.",
        ),
        ("name,api_key\ntrays,x7Quiet3\npost,b1ue42\n", "name,api_key\ntrays,[secret]\npost,[secret]\n"),
        ('login;Passwort\nmara;"Garten7zaun"', 'login;Passwort\nmara;"[secret]"'),
        ("name,secret\ntrays,Mornings Lantern Kettle Marrow\n", "name,secret\ntrays,[secret]\n"),
        ("user\tPIN\nwren\t4821\r\nmara\t9030", "user\tPIN\nwren\t[secret]\r\nmara\t[secret]"),
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
        "  list-keys    List keys of a schema\n  range        Tell the range of a key\n  set          Set a value",
    ],
)
def test_other_tables_and_sentences_stay(text):
    assert redact(text) == text


@given(st.text(alphabet="a|,;\t\n\"' 7-password", max_size=80))
def test_cells_lie_inside_the_text_and_hold_no_line_end(text):
    for start, end, _ in in_columns("password," + text):
        assert "\n" not in ("password," + text)[start:end]


def below(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in in_columns(text)]


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
