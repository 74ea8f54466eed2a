"""The witness learns the same from a long file, bit by bit, as from the whole of it."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from build_db.witness import long_files, raw
from build_db.witness.long_files import LongFile, entries_of
from build_db.witness.needles import gather

EXAMPLES = int(os.environ.get("LONG_LISTS_EXAMPLES", "100"))
MAIL, TOKEN = "mira.vant@post.example", "ghp_" + "a1B2" * 9


@pytest.fixture(autouse=True)
def bits_are_small(monkeypatch):
    monkeypatch.setattr(long_files, "BIT", 7)


def learnt(monkeypatch: Any, root: Path, long: int) -> Any:
    """Every needle, in the order in which they were met, with its rule and its file."""
    monkeypatch.setattr(raw, "LONG", long)
    found = gather([root], ["Cass"])
    return list(found.names.items()), list(found.values.items())


def check_same(monkeypatch: Any, root: Path) -> Any:
    whole = learnt(monkeypatch, root, 1 << 40)
    assert learnt(monkeypatch, root, 0) == whole
    return whole


private = st.sampled_from(
    [MAIL, TOKEN, "Mira Vant", "Oriane", "/home/mirav/x", "x", f"see {MAIL}, \n{TOKEN}", "é", "\\"]
)
keys = st.sampled_from(
    ["display_name", "user_id", "email", "api_key", "repos", "name", "role", "x", "working_directory"]
)
values = st.recursive(
    private | st.integers() | st.none() | st.just("user"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=10,
)


@st.composite
def written(draw) -> bytes:
    value = draw(values | st.lists(values, max_size=4))
    text = json.dumps(value, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1])))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    data = text.encode(encoding)
    cut = draw(st.integers(0, len(data) * 3))
    return data[:cut]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=written())
@example(data=b'[{"display_name": "Mira Vant"}, {"display_name": "Oriane"')
@example(data=b'{"display_name": "Mira Vant", "repos": ["oriane/trays"], "x": [{"user_id": "ab12cd34ef"}]}')
@example(data=b'[{"name": "Mira Vant", "role": "user"}] x')
@example(data=b"")
def test_it_learns_the_same(tmp_path, monkeypatch, data):
    (tmp_path / "conversations").mkdir(exist_ok=True)
    (tmp_path / "conversations" / "a.json").write_bytes(data)
    check_same(monkeypatch, tmp_path)


def entries(text: str) -> list[Any]:
    return list(LongFile(lambda: io.BytesIO(text.encode()), "utf-8").entries())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[]", []),
        (' [1, [2, 3], {"a": [4]}] ', [1, [2, 3], {"a": [4]}]),
        ("{}", [{}]),
        ('{"a": [1, 2], "b": "c", "d": [], "e": {"f": [3]}}', [{"a": [1]}, {"a": [2]}, {"b": "c", "e": {"f": [3]}}]),
        ('"a longer text"', ["a longer text"]),
        ("12345678901", [12345678901]),
    ],
)
def test_each_kind_of_value_is_taken_apart(text, parts):
    assert entries(text) == parts == list(entries_of(json.loads(text)))


@pytest.mark.parametrize(
    "text",
    [
        "{1: 2}",
        '{"a" 1}',
        '{"a": 1 "b": 2}',
        '["a" "b"]',
        "[1}",
        '{"a": 1]',
        "[1] x",
        "{} {}",
        "1 2",
        "[1",
        "[1,",
        "{",
        "",
    ],
)
def test_what_is_no_json_is_said_to_be_none(text):
    with pytest.raises(ValueError, match=r"key|comma|behind|no value"):
        entries(text)


def test_it_learns_from_a_long_file_at_all(tmp_path, monkeypatch):
    text = json.dumps(
        [{"text": f"{MAIL} {TOKEN}", "account": {"display_name": "Mira Vant", "email": "m@post.example"}}]
    )
    (tmp_path / "conversations.json").write_text(text)
    names, held = check_same(monkeypatch, tmp_path)
    assert {"mira vant", "miravant"} == {name for name, _ in names}
    assert {MAIL, TOKEN, "m@post.example"} <= {value for value, _ in held}


def test_inside_a_zip_and_up_to_its_damage(tmp_path, monkeypatch):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", json.dumps([{"display_name": "Oriane"}] * 9))
        archive.writestr("b.json", json.dumps([{"display_name": "Mira Vant"}] * 9))
    assert "mira vant" in dict(check_same(monkeypatch, path)[0])
    data = bytearray(path.read_bytes())
    data[data.index(b"b.json") + 12] ^= 255
    path.write_bytes(data)
    names = dict(check_same(monkeypatch, path)[0])
    assert "oriane" in names
    assert "mira vant" not in names


def test_a_long_file_is_never_whole_in_memory(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"a": "b" * 30}] * 400))
    file = LongFile(lambda: path.open("rb"), "utf-8")
    assert max(map(len, file.texts())) < 100
    assert "".join(file.texts()) == path.read_text()
    entries = file.entries()
    assert next(entries) == {"a": "b" * 30}


def test_no_more_of_a_long_file_is_read_than_its_next_entry_needs(tmp_path):
    path, read = tmp_path / "a.json", []
    path.write_text(json.dumps([{"a": "b" * 30}] * 400))

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            read.append(size)
            return super().read(size)

    entries = LongFile(lambda: Watched(path.read_bytes()), "utf-8").entries()
    for number in range(1, 9):
        next(entries)
        assert sum(read) < 40 * number + 4 * long_files.NEAR


@given(value=values)
def test_a_value_in_parts_loses_none(value):
    def leaves(value: Any) -> list[str]:
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
        return [repr(value)] if inner is None else [leaf for entry in inner for leaf in leaves(entry)]

    assert sorted(leaf for part in entries_of(value) for leaf in leaves(part)) == sorted(leaves(value))
