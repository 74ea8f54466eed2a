"""What the witness still finds is taken out of the cells, and it looks once more."""

from __future__ import annotations

import base64
import json
import sqlite3
import urllib.parse
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import KEY, conversation, told
from hypothesis import given
from hypothesis import strategies as st

from build_db import BuildOptions, build
from build_db.redaction.text_redactor import TextRedactor
from build_db.witness.needles import Needle, Needles
from build_db.witness.search import Witness
from build_db.witness.strip import strip

WREN, FIRST = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537", "11111111-1111-4111-8111-111111111111"
NAMES = ("wrenna", "zoe", "wrenna talbot")
VALUES = {"ghp_EXAMPLEexampleEXAMPLEexample01234567": "secret", "wren@post.example": "mail address", WREN: "user id"}
WITNESS = Witness(
    Needles({name: Needle("name") for name in NAMES}, {value: Needle(rule) for value, rule in VALUES.items()})
)
MAIL = "wren@post.example"


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("Wrenna came.", "[stripped] came."),
        ("Zo\u00eb\u2019s and zoe\u0308, ZOE!", "[stripped]\u2019s and [stripped], [stripped]!"),
        ("wrenna_talbot.md", "[stripped].md"),
        (f"write to {MAIL}, {WREN}", "write to [stripped], [stripped]"),
        (f"?to={urllib.parse.quote(MAIL, safe='')}&x=1", "?to=[stripped]&x=1"),
        ("nothing here, wrennas' nest is not it: wrennanest", "nothing here, [stripped]s' nest is not it: wrennanest"),
    ],
)
def test_what_is_found_goes_and_what_stands_around_stays(text: str, stripped: str) -> None:
    assert strip(WITNESS, text)[0] == stripped


def test_json_stays_json() -> None:
    new, found = strip(WITNESS, json.dumps({"who": "Wrenna", "mail": [MAIL]}))
    assert json.loads(new) == {"who": "[stripped]", "mail": ["[stripped]"]}
    assert sorted(needle.rule for needle in found) == ["mail address", "name"]


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ('["quiet tea"]', '"[stripped]"'),
        ('["quiet tea', "[stripped] tea"),
        ('{"a": ["quiet tea"]}', '"[stripped]"'),
        ('"a[\\"quiet"', '"a[stripped]"'),
        ("481516234215", "[stripped]"),
        ('{"n": 481516234215}', '"[stripped]"'),
        ("[481516234215] and more", "[[stripped]] and more"),
    ],
)
def test_json_that_breaks_is_stripped_whole_and_other_text_is_not(text: str, stripped: str) -> None:
    witness = Witness(Needles({}, {'["quiet': Needle("secret"), "481516234215": Needle("phone number")}))
    assert strip(witness, text)[0] == stripped


def test_base64_loses_enough() -> None:
    hidden = base64.b64encode(b"x" + MAIL.encode() + b"y").decode()
    new, _ = strip(WITNESS, f"see {hidden}!")
    assert new.startswith("see ")
    assert not list(WITNESS.byte_hits(new.encode()))


ODD = ("Zo\u00cb", "zoe\u0308", "'s", "_", " ", "\n", "\u00df", "\u0130", '"', "\\", "a", "7")
PIECES = st.sampled_from([*NAMES, *VALUES, *ODD])


@given(st.lists(PIECES, max_size=8).map("".join))
def test_nothing_is_found_afterwards(text: str) -> None:
    new, found = strip(WITNESS, text)
    assert not list(WITNESS.text_hits(new))
    assert not list(WITNESS.byte_hits(new.encode("utf-8", "replace")))
    assert bool(found) == (new != text)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A redactor that sees nothing."""
    monkeypatch.setattr(TextRedactor, "redact", lambda self, text: text)


@pytest.fixture
def data(tree) -> Path:
    said = [{"role": "user", "content": f"Yours, Wrenna <{MAIL}>", "timestamp": "2025-01-01", "user_id": WREN}]
    page = "# Wrenna Talbot\n\nSee [[Wrenna Talbot]] and [[Tea]]."
    return tree(
        {
            f"users/{WREN}/profile.yaml": {"user_id": WREN, "display_name": "Wrenna Talbot"},
            f"conversations/{FIRST}.json": conversation(FIRST, messages=said, user_id=WREN),
            "wiki/entity/Wrenna_Talbot.md": page,
            "wiki/concept/Tea.md": "# Tea\n\nTold by [[Wrenna Talbot]].",
        }
    )


@pytest.fixture
def built_blind(blind: None, data: Path, tmp_path: Path) -> Iterator[tuple[sqlite3.Connection, dict[str, int]]]:
    report = build(data, tmp_path / "out.db", BuildOptions(key=KEY))
    with closing(sqlite3.connect(tmp_path / "out.db")) as conn:
        yield conn, json.loads(report.as_json())["stripped"]


def test_a_blind_redactor_publishes_nothing_private(built_blind) -> None:
    conn, stripped = built_blind
    assert conn.execute("SELECT content FROM messages").fetchone() == ("Yours, [stripped] <[stripped]>",)
    assert stripped["name in messages.content"] == 1
    assert stripped["mail address in messages.content"] == 1


def test_references_still_hold(built_blind) -> None:
    conn, _ = built_blind
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    (id,) = conn.execute("SELECT id FROM wiki_pages WHERE title LIKE '[stripped]%'").fetchone()
    targets = conn.execute("SELECT target_page_id FROM wiki_links WHERE target_page_id NOTNULL ORDER BY 1").fetchall()
    assert targets == [("concept/Tea",), (id,), (id,)]
    assert "wrenna" not in id.lower()


def test_what_was_stripped_is_searched_as_it_stands(built_blind) -> None:
    conn, _ = built_blind
    assert conn.execute("SELECT count(*) FROM search WHERE search MATCH 'wrenna'").fetchone() == (0,)
    assert conn.execute("SELECT count(*) > 0 FROM search WHERE search MATCH 'stripped'").fetchone() == (1,)


def test_the_file_itself_tells_how_much_was_stripped(built_blind) -> None:
    """An export is made from the file alone, and tells it on."""
    conn, stripped = built_blind
    (stated,) = conn.execute("SELECT value FROM build_info WHERE key = 'stripped'").fetchone()
    assert json.loads(stated) == stripped


def test_the_summary_tells_how_much_redaction_had_missed(blind: None, data: Path, tmp_path: Path) -> None:
    said = told(build(data, tmp_path / "out.db", BuildOptions(key=KEY)))
    assert "redaction had missed it: 1 mail address in messages.content, 1 name in messages.content" in said
    assert "wrenna" not in said.lower()


@pytest.mark.parametrize("mark", ["\u202e", "\u202c", "\u2066", "\u061c", "\u034f"])
def test_a_name_that_a_mark_of_direction_parts_is_not_published(tree, built, mark):
    """The pages leave such marks out: what they part would be shown whole."""
    words = {"role": "user", "content": f"Then Ma{mark}ra came.", "timestamp": "2025-11-30T18:03:47.100004"}
    db = built(
        tree(
            {
                "users/u1/profile.yaml": {"user_id": "u1", "display_name": "Mara Ellison"},
                "conversations/a.json": conversation(user_id="u1", messages=[words]),
            }
        ),
        private=False,
    )
    assert "mara" not in db.one("SELECT content FROM messages").replace(mark, "").lower()
