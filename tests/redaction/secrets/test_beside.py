"""Runs without a name go where the words beside them tell of a key or a slip; others stay. Lists of logins as well."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.findings import marked

from build_db.redaction.secrets.beside import CORES_OF_BESIDE, IN_RUN, find_alone, find_beside
from build_db.redaction.secrets.secret_finder import SecretFinder

FINDER = SecretFinder()
RUN = "exa7Mple2Exa9mPle4eXam1"


def redact(text: str) -> str:
    return marked(text, FINDER.find(text))


@pytest.mark.parametrize(
    "text",
    ["I pasted {} by mistake", "oops, that was {}", "don't share {}!", "please rotate {}, it leaked",
     "{} is my api key", "our token is {} for now", "ich habe {} aus Versehen gezeigt",
     "случайно вставил {}", "不小心把 {} 发了", "keep {} secret"],
)  # fmt: skip
def test_a_run_in_such_company_goes(text: str) -> None:
    assert redact(text.format(RUN)) == text.format("[secret]")


@pytest.mark.parametrize(
    "text",
    ["the file {} is large", "I pasted the commit 3f2a9b1c4d5e6f708192a3b4c5d6e7f8091a2b3c by mistake",
     "the message id {} was sent by mistake", "oops, wrong file: holiday-photos-2025-2.zip", "rotate the picture",
     "I pasted https://trays.example/a/{} by mistake", "don't share 01234567-89ab-cdef-0123-456789abcdef"],
)  # fmt: skip
def test_other_runs_stay(text: str) -> None:
    assert redact(text.format(RUN)) == text.format(RUN)


def test_groups_of_one_length_are_a_license() -> None:
    assert redact("I pasted aBcDe-12345-FgHiJ-67890 by mistake") == "I pasted [secret] by mistake"
    assert redact("the licence key is EXAMP-LE123-EXAMP-LE456") == "the licence key is [secret]"
    assert redact("the flight is EXAMP-LE123-EXAMP-LE456") == "the flight is EXAMP-LE123-EXAMP-LE456"


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        (
            "My passwords:\n- Trays: mara / quiet7\n- Post - eve8ning",
            "My passwords:\n- Trays: mara / [secret]\n- Post - [secret]",
        ),
        ("- Trays: mara / quiet7\n(logins)", "- Trays: mara / [secret]\n(logins)"),
        ("Пароли:\nTrays: quiet7", "Пароли:\nTrays: [secret]"),
        ("Accounts:\n- savings: 300 euros\n- rent: monthly", "Accounts:\n- savings: 300 euros\n- rent: monthly"),
        ("Shopping:\n- Trays: mara / quiet7", "Shopping:\n- Trays: mara / quiet7"),
        ("logins for when I am gone:\n- gas: Ember,Kettle5", "logins for when I am gone:\n- gas: [secret]"),
        ("mara / Quiet-Radish-9\nwren / evening33", "mara / [secret]\nwren / [secret]"),
        ("mara@post.example | quiet_77\nwren | Eve!ning", "mara@post.example | [secret]\nwren | [secret]"),
        ("mara / Quiet-Radish-9\nand so on", "mara / Quiet-Radish-9\nand so on"),
        ("v1 / v2.0.1\nv2 / v3.1.0", "v1 / v2.0.1\nv2 / v3.1.0"),
        ("Mon / 12:30pm\nTue / 14:00pm", "Mon / 12:30pm\nTue / 14:00pm"),
    ],
)
def test_what_ends_the_lines_of_a_list_of_logins_goes(text: str, shared: str) -> None:
    assert redact(text) == shared


TURN = st.text(string.digits, min_size=1, max_size=12) | st.text(string.ascii_lowercase, min_size=1, max_size=12)
TURNS = st.lists(TURN | TURN.map(str.upper), min_size=6, max_size=40).map("".join)


@given(before=st.sampled_from(["", "sk_live_", "acme_key_"]), run=TURNS)
def test_the_gate_sees_every_run_that_is_a_key_whatever_is_said(before: str, run: str) -> None:
    text = f"here: {before}{run[:64]}"
    assert re.search(IN_RUN, text) or not list(find_alone(text))


GROUPS = st.lists(st.from_regex(r"[A-Za-z0-9]{3,8}", fullmatch=True), min_size=3, max_size=8).map("-".join)
HASHES = st.sampled_from([32, 40, 64]).flatmap(lambda size: st.text("0123456789abcdef", min_size=size, max_size=size))
SIGNED = st.lists(TURN | st.text("_+/=.~%-", min_size=1, max_size=3), min_size=8, max_size=30).map("".join)


@given(st.one_of(GROUPS, HASHES, SIGNED, TURNS, st.from_regex(r"\d{12,40}|[a-f]{31}\d|\d[a-f]{31}", fullmatch=True)))
@settings(max_examples=1000)
def test_a_core_is_in_every_run_that_such_words_stand_beside(run: str) -> None:
    found = list(find_beside(f"the token is {run} and no more"))
    assert all(re.search("|".join(CORES_OF_BESIDE), run[span.start - 13 : span.end - 13]) for span in found)


def test_letters_alone_are_no_hash() -> None:
    assert redact("the token is " + "abcdefab" * 4) == "the token is " + "abcdefab" * 4
