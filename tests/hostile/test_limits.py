"""A small file that grows, a number, a name or a nesting beyond all measure: told of, and no trouble."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from conftest import KEY, conversation

from build_db import BuildOptions, UsageError, build
from build_db.ingest.reading import parse_json
from build_db.limits import LONGEST_NAME, MOST_DEPTH
from build_db.witness.needles import gather

WREN, FIRST = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537", "11111111-1111-4111-8111-111111111111"
PROFILE = f"users/{WREN}/profile.yaml"
BASE = {
    PROFILE: {"user_id": WREN, "display_name": "Wren Okafor"},
    f"conversations/{FIRST}.json": conversation(FIRST, user_id=WREN),
}
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)
ENDLESS = {"list": "&a [*a]", "mapping": "&a {a: *a}", "merged": "&a {<<: *a, b: 1}", "bomb": BOMB}


def deep(levels: int) -> str:
    return "[" * levels + "1" + "]" * levels


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
@pytest.mark.parametrize("place", ["notes/x.yml", "cass/self_profile.yaml", f"users/{WREN}/user_model.yaml"])
@pytest.mark.parametrize("private", [True, False])
def test_yaml_that_holds_itself_comes_to_an_end(tree, built, place, text, private):
    db = built(tree({**BASE, place: text}), private=private)
    assert any(path == place for path, _, _ in db.problems())
    assert db.one("SELECT count(*) FROM conversations") == 1


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("9" * 4301, "number that JSON cannot hold replaced by null"),
        ("1" + "0" * 400, None),
        (deep(100_000), "unreadable: nested too deeply"),
        (deep(MOST_DEPTH + 1), "value nested too deeply replaced by null"),
        (deep(MOST_DEPTH - 8), None),
        ("NaN", "number that JSON cannot hold replaced by null"),
        ('1, "user_id": null', "a key stands twice: the last is kept"),
    ],
    ids=["4301 digits", "10^400", "100,000 deep", "too deep", "as deep as is read", "NaN", "twice"],
)
@pytest.mark.parametrize("key", ["updated_at", "unheard_of"])
def test_a_value_that_nobody_can_hold_is_a_problem(tree, built, private, value, problem, key):
    other = "22222222-2222-4222-8222-222222222222"
    text = json.dumps(conversation(other, **{key: "HERE"})).replace('"HERE"', value)
    db = built(tree({**BASE, f"conversations/{other}.json": text}), private=private)
    told = {problem for path, _, problem in db.problems() if other in path}
    assert problem is None or problem in told
    assert db.one("SELECT count(*) FROM conversations WHERE title = 'Greenhouse wiring'") >= 1


def test_the_witness_reads_what_the_build_reads(tree):
    """Where one of the two stopped earlier, the other would go on alone."""
    for value in ("9" * 4301, "NaN", "1e999", deep(MOST_DEPTH - 8), deep(MOST_DEPTH + 50), '"\\ud800"'):
        text = f'{{"display_name": "Mara Ellison", "other": {value}}}'
        assert parse_json(text, [])["display_name"] == "Mara Ellison"
        assert "ellison" in gather([tree({"a.json": text})], ()).names, value


@pytest.mark.parametrize("size", [LONGEST_NAME + 1, 1_000_000])
def test_nobody_is_called_by_a_megabyte(tree, tmp_path, size):
    name = ("Wrenly Bramble " * size)[:size]
    with pytest.raises(UsageError, match=f"longer than {LONGEST_NAME} characters"):
        build(tree({**BASE, PROFILE: {"user_id": WREN, "display_name": name}}), tmp_path / "out.db", BuildOptions(KEY))


@pytest.mark.parametrize("word", ["Brambly ", "brambly"], ids=["many words", "one word"])
def test_long_values_where_names_ids_and_secrets_stand_are_no_trouble(tree, tmp_path, word):
    """In a process of its own: what is thrown away at the end counts, and so does what an engine says on the way."""
    long = word * 40_000
    message = {"role": "user", "content": f"Brambly. {long}", "name": long, "timestamp": "2025-11-30T18:03:47"}
    root = tree(
        {
            **BASE,
            "users/index.json": {WREN: long, long: "Ida"},
            "conversations/x.json": conversation("x", messages=[message], user_id=long),
            f"users/{WREN}/auth.json": {"password": long, "email": f"{long}@post.example"},
        }
    )
    command = [sys.executable, "-m", "build_db", str(root), str(tmp_path / "out.db"), "--key-file", str(tmp_path / "k")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (word * 2).lower().encode() not in (tmp_path / "out.db").read_bytes().lower()
