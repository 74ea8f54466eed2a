"""Whatever a crash, a hand or an attacker did to a tree, it builds or is refused, in both modes, and loses nothing.

Each example takes a full tree, changes a few of its files and builds it. `make hostile` tries 5,000.
"""

from __future__ import annotations

import codecs
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from conftest import KEY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.planted import PLANTED
from support.trees import TREES, changed, places
from support.vector_store import make_vector_store

from build_db import BuildOptions, CheckFailed, UsageError, build
from build_db.witness.unchanged import digests_of

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "25"))
MARKS = (
    *(codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE),
    *(b"\0", b"\xff", b"PK\x03\x04", b"SQLite format 3\0"),
)
CONTENTS = (b"", b" \n", b"\0" * 4096, b"[" * 100_000, b"{}", b"[]", b"null", b'"x"', b"1", b"- " * 9)
MOST_CHANGES = 6
# Planted where secrets stand; in no shared file.
SECRET = "hunter2-Xq7vT9pL4zKw"
LEAKED = "a secret is in a shared file"
BRANCH = "[" * 900 + "1" + "]" * 900
# Written out as they are: a name for what cannot be a Python value.
RAW = {"@nan": "NaN", "@huge": "9" * 4301, "@more": "1" + "0" * 400, "@deep": BRANCH, "@half": '"\\ud800"'}
WRONG: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**63, 2**64, 1e308, "", " ", "x", "\0", "\x1b[2J", "2025-13-45", "0000-00-00", "NaN"),
    *([], {}, [[]], [None], {"": None}, {"a": {"b": []}}, ["x", 1, None, {}], "y" * 20_000, "\u202e\ufeff", *RAW),
)
ENCODINGS = ("utf-16", "utf-32", "utf-8-sig", "cp1252", "utf-16-be", "utf-7")
TAGS = (
    "!!python/object/apply:os.system [x]",
    "&a [*a]",
    "&a {<<: *a}",
    "!!binary x",
    "!!set {a, b}",
    "? [a]\n: b",
    "a: b: c",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    return make_whole(tmp_path_factory.mktemp("whole") / "data")


def make_whole(root: Path) -> Path:
    """A tree with every kind of file."""
    shutil.copytree(TREES / "full", root)
    make_vector_store(root / "chroma/chroma.sqlite3", yaml.safe_load((root / "chroma.yml").read_text(encoding="utf-8")))
    (root / "chroma.yml").unlink()
    (root / "daedalus_credentials.json").write_text(json.dumps({"display_name": "Daedalus", "token": SECRET}))
    return root


def leaf(place: Path, rng: Random) -> None:
    """One value of a document becomes another; one key goes."""
    text = place.read_text(encoding="utf-8")
    try:
        value = json.loads(text) if ".json" in place.suffixes else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError):
        return
    way = rng.choice(places(value))
    new = changed(value, way, rng.choice(WRONG))
    if ".json" in place.suffixes:
        text = json.dumps(new)
        for name, raw in RAW.items():
            text = text.replace(f'"{name}"', raw)
        place.write_text(text, encoding="utf-8")
    else:
        place.write_text(yaml.safe_dump(new, allow_unicode=True), encoding="utf-8")


def cut(place: Path, rng: Random) -> None:
    data = place.read_bytes()
    place.write_bytes(data[: rng.randrange(len(data) + 1)])


def flip(place: Path, rng: Random) -> None:
    data = bytearray(place.read_bytes())
    for _ in range(rng.choice((1, 1, 8))):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    place.write_bytes(data)


def encode(place: Path, rng: Random) -> None:
    text = place.read_bytes().decode("utf-8", "replace")
    place.write_bytes(text.encode(rng.choice(ENCODINGS), "replace"))


def mark(place: Path, rng: Random) -> None:
    place.write_bytes(rng.choice(MARKS) + place.read_bytes())


def tag(place: Path, rng: Random) -> None:
    place.write_text(rng.choice(TAGS), encoding="utf-8")


def fill(place: Path, rng: Random) -> None:
    place.write_bytes(rng.choice(CONTENTS))


def twice(place: Path, rng: Random) -> None:
    """A crash while it was saved: the beginning of a longer file is left behind the new one."""
    data = place.read_bytes()
    place.write_bytes(data + data[len(data) // 2 :])


def turn(place: Path, rng: Random) -> None:
    """Something else has its name."""
    place.unlink()
    kind = rng.randrange(5)
    if kind == 0:
        os.mkfifo(place)
    elif kind == 1:
        place.symlink_to(place)
    elif kind == 2:
        place.symlink_to("/dev/zero")
    elif kind == 3:
        place.mkdir()
    else:
        place.symlink_to(place.parent)


def rename(place: Path, rng: Random) -> None:
    odd = rng.choice((b"\xff\xfe", b"a\nb", b"\x1b[2J", "e\u0301".encode(), b"%2e%2e", b"~", b" (1)"))
    place.rename(place.with_name(os.fsdecode(odd) + place.name))


def plant(place: Path, rng: Random) -> None:
    """Something is put beside it: a socket, a device, a hostile archive, a database in any state."""
    rng.choice(PLANTED)(place, rng)


CHANGES: tuple[Callable[[Path, Random], None], ...] = (
    *(leaf, leaf, leaf, leaf, leaf, leaf), cut, flip, encode, mark, tag, fill, twice, turn, rename, plant, plant,
)  # fmt: skip


def spoiled(root: Path, rng: Random) -> Iterator[str]:
    """Change a few files; what was done, for who looks at a failure."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    for place in rng.sample(files, rng.randint(1, MOST_CHANGES)):
        change = rng.choice([cut, flip, fill, turn] if place.suffix == ".sqlite3" else CHANGES)
        if place.is_file() and not place.is_symlink():
            change(place, rng)
            yield f"{change.__name__} {place.relative_to(root)}"


@pytest.mark.parametrize("private", [True, False])
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_any_tree_builds_or_is_refused(whole, private, seed):
    try_tree(whole, private=private, seed=seed)


def try_tree(whole: Path, *, private: bool, seed: int) -> bool:
    """Whether a tree, of which a few files are changed, is built; if it is not, it was refused and nothing is left."""
    with tempfile.TemporaryDirectory() as folder:
        root, target = Path(folder, "data"), Path(folder, "out.db")
        shutil.copytree(whole, root)
        done = list(spoiled(root, Random(seed)))
        before = digests_of([root])
        options = BuildOptions(KEY, private)
        refused = built_or_refused(root, target, options)
        assert digests_of([root]) == before, (done, "the tree was written to")
        if refused is not None:
            assert not private, (done, refused)
            assert len(refused.splitlines()) == 1
            assert os.listdir(folder) == ["data"], "something was left behind"
            return False
        assert_sound(target, done)
        first = target.read_bytes()
        assert private or SECRET.encode() not in first, (done, LEAKED)
        assert built_or_refused(root, target, options) is None
        assert target.read_bytes() == first, (done, "another file the second time")
        return True


def built_or_refused(root: Path, target: Path, options: BuildOptions) -> str | None:
    """Why a build was refused; None if it was not. Anything else that is raised is a fault."""
    try:
        build(root, target, options)
    except (UsageError, CheckFailed) as refused:
        return str(refused)
    return None


def assert_sound(target: Path, done: list[str]) -> None:
    """Keys that lead somewhere, and a word on every file that was not taken in."""
    conn = sqlite3.connect(target)
    try:
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == [], done
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",), done
        silent = (
            "SELECT path, outcome FROM source_files AS file WHERE outcome IN ('unreadable', 'unread', 'unknown')"
            " AND NOT EXISTS (SELECT 1 FROM problems WHERE source_path = file.path)"
        )
        assert conn.execute(silent).fetchall() == [], done
    finally:
        conn.close()
