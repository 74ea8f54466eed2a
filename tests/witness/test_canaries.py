"""Planted anywhere, nothing private comes through: names, secrets and contacts at random places of a whole tree."""

from __future__ import annotations

import json
import random
import shutil
import string
from pathlib import Path
from typing import Any

import pytest
from conftest import KEY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.trees import TREES, changed, places
from support.vector_store import make_vector_store

from build_db import BuildOptions, build

FULL = TREES / "full"
FILES = sorted(
    path for path in FULL.rglob("*.json") if path.name != "index.json" and "session_reflect" not in path.name
)
# What stands under these keys is a name, whatever it says: a sentence there would make people of its words.
NAMING = ("name", "assigned_to", "_by", "author", "formed_from", "repo", "repos", "path", "directory")
NAMES = ("Tamsin Orl", "tamsin_orl", "TAMSIN", "Tamsin's", "Bram Keel", "bram.keel", "@bramkeel", "Keels")
ALNUM = string.ascii_letters + string.digits


def canary(source: random.Random) -> tuple[str, list[str]]:
    """A sentence with something private in it, and what must not come through."""
    token = "ghp_" + "".join(source.choices(ALNUM, k=36))
    mail = "".join(source.choices(string.ascii_lowercase, k=8)) + "@post.example"
    name = source.choice(NAMES)
    phone = f"+44 7700 900{source.randrange(1000):03}"
    telling = {"Tamsin's": "Tamsin", "Keels": "Keel", "@bramkeel": "bramkeel"}.get(name, name)
    sentence, private = source.choice(
        [
            (f"Ask {name} about it.", telling),
            (f"the token is {token}.", token),
            (f"write to <{mail}>, please", mail),
            (f"call me on {phone}!", phone),
            (f"see /home/bramkeel/{name}/x", "bramkeel"),
        ]
    )
    return sentence, [private, private.lower(), private.upper()]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("canaries") / "data"
    shutil.copytree(FULL, root)
    (root / "chroma.yml").unlink()
    return root


def plant(root: Path, path: Path, source: random.Random) -> list[str]:
    """Put a canary into one value, or make it a key; returns what must not come through."""
    sentence, private = canary(source)
    value: Any = json.loads(path.read_text(encoding="utf-8"))
    spots = [place for place in places(value) if place and not str(place[-1]).endswith(NAMING)]
    place = source.choice(spots)
    new = {sentence: sentence} if source.random() < 0.2 else sentence
    (root / path.relative_to(FULL)).write_text(json.dumps(changed(value, place, new)), encoding="utf-8")
    return private


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_nothing_planted_in_a_tree_comes_through(tree, tmp_path_factory, seed):
    source = random.Random(seed)
    files = source.sample(FILES, 12)
    private = [word for path in files for word in plant(tree, path, source)]
    sentence, more = canary(source)
    journal = {"type": "journal", "journal_date": "2025-03-01", "timestamp": "2025-03-01"}
    document = {"collection": "cass_memory", "id": "5d1c0e9fa3b27746", "document": sentence, "metadata": journal}
    (tree / "chroma" / "chroma.sqlite3").unlink(missing_ok=True)
    make_vector_store(tree / "chroma" / "chroma.sqlite3", [document])
    output = tmp_path_factory.mktemp("out") / "out.db"
    build(tree, output, BuildOptions(key=KEY))
    data = output.read_bytes()
    assert [word for word in (*private, *more) if word.encode() in data] == []
    for path in files:
        shutil.copyfile(path, tree / path.relative_to(FULL))


def test_a_planted_canary_would_be_seen(tree, tmp_path):
    root = tmp_path / "data"
    shutil.copytree(tree, root)
    private = plant(root, FULL / "roadmap" / "milestones.json", random.Random(2))
    build(root, tmp_path / "out.db", BuildOptions(private=True))
    assert any(word.encode() in (tmp_path / "out.db").read_bytes() for word in private)
