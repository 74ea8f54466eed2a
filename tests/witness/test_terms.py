"""A name that the search index holds one character a term is seen; the same characters in a word are not."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from conftest import KEY, conversation
from daemon_search import as_searched

from build_db import BuildOptions, build
from build_db.witness.needles import gather
from build_db.witness.search import Witness

PEOPLE = {"u-1": "斉藤 さくら", "u-2": "김 민준", "u-3": "วิชัย ทองดี"}
NAMES = ["斉藤", "さくら", "민준", "ทองดี"]
# Characters of the names side by side, which name nobody.
HARMLESS = ["김치가 맛있다", "斉。藤色の空", "さくらんぼ", "민주주의", "ทองคำ", "제민준비"]


def said(text: str) -> dict[str, str]:
    return {"role": "user", "content": text, "timestamp": "2025-01-01T10:00:00"}


@pytest.fixture
def output(tree, tmp_path):
    talk = conversation(messages=[*map(said, HARMLESS), *(said(f"{name} に会った") for name in NAMES)])
    data = tree({"users/index.json": PEOPLE, "conversations/a.json": talk})
    build(data, tmp_path / "out.db", BuildOptions(key=KEY))
    return tmp_path / "out.db"


@pytest.fixture
def witness(output, tree):
    return Witness(gather([tree({})], []))


def test_a_redacted_build_is_clean(output, witness):
    assert list(witness.search(output)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_the_index_alone_is_seen(output, witness, name):
    with closing(sqlite3.connect(output)) as conn:
        conn.execute("INSERT INTO search (rowid, title, text) VALUES (999, 'x', ?)", [as_searched(f"a {name} z")])
        conn.commit()
    assert {hit.place for hit in witness.search(output)} == {"search terms.term"}
