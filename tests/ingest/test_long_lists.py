"""A long JSON list read a record at a time: the same values, the same problems, the same refusal as read whole."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from build_db.errors import Unreadable
from build_db.ingest import json_pieces, long_lists
from build_db.ingest.extraction import Taken, take_in
from build_db.ingest.reading import NO_ID, TWICE, read_json
from build_db.ingest.survey import SourceFile
from build_db.limits import MOST_DEPTH
from build_db.records import Document, Problem, Records
from build_db.sources import catalogue

PLACES = ("", "messages")
IN_FILES = settings(
    max_examples=int(os.environ.get("LONG_LISTS_EXAMPLES", "150")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def everything_is_long(monkeypatch):
    """Files of any size are read a record at a time, a few bytes at once."""
    monkeypatch.setattr(long_lists, "LONG", 0)
    monkeypatch.setattr(json_pieces, "BLOCK", 7)


def settled(value: Any) -> Any:
    """A value with its records in memory. As text: 1 and True are two values, and so are 1 and 1.0."""
    if isinstance(value, Records):
        assert list(value) == list(value)
        return list(value)
    return {key: settled(entry) for key, entry in value.items()} if isinstance(value, dict) else value


def outcome(read: Any) -> str:
    try:
        value, problems = read()
    except Unreadable as error:
        return str(error)
    return repr((settled(value), problems))


def check_same(path: Path) -> str:
    whole = outcome(lambda: read_json(path))
    assert outcome(lambda: long_lists.read_records(path, PLACES)) == whole
    return whole


texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(['a": b', "\\", '"', "\n", "é", "\0"])
keys = st.sampled_from(["id", "user_id", "x", "messages", "é", "x "]) | texts
numbers = st.integers() | st.floats() | st.just(10**25) | st.just(-(2**64))
values = st.recursive(
    st.none() | st.booleans() | numbers | texts | st.just("\ud83d"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
roots = (
    st.lists(values, max_size=5)
    | st.builds(lambda beside, records: {**beside, "messages": records}, st.dictionaries(keys, values, max_size=3),
                st.lists(values, max_size=5))
    | values
)  # fmt: skip


# What nobody means to write.
PUT = [b"\x00", b"\xff", b"\x81", b"NaN", b'"id":[1],', b'"id":1,"id":2,', b"9" * 1001, b"1.", b"\\ud800"]


@st.composite
def written(draw) -> bytes:
    """JSON as programs write it: with blanks or none, escapes or none, in any encoding; sometimes broken."""
    value = draw(roots)
    text = json.dumps(value, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, None, 1])),
                      separators=draw(st.sampled_from([None, (",", ":"), (" , ", " : ")])))  # fmt: skip
    encoding = draw(st.sampled_from(["utf-8"] * 4 + ["utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"]))
    data = text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "backslashreplace")
    change = draw(st.sampled_from(["none", "none", "cut", "take", "put", "replace"]))
    if change == "none" or not data:
        return data
    at = draw(st.integers(0, len(data)))
    if change == "cut":
        return data[:at]
    put = draw(st.sampled_from([*(bytes([one]) for one in b',]}[{":\n\\-'), b"", *PUT]))
    return data[:at] + put + data[at + (change != "put") :]


@IN_FILES
@given(data=written())
@example(data=b"[" + b'{"a":1},' * 9 + b"]")
@example(data=b'[{"a":1,"a":2},{"b":123456789012345678901234567890}]')
@example(data=b'[{"user_id":[1]},{"x":{"id":{"y":1}}}]')
@example(data=b'{"messages":[{"id":{"a":1}}],"messages":[]}')
@example(data=b'{"id":[1],"messages":[2]}')
@example(data=b'\n\n[{"a":1}\n , {"b" 1}]')
@example(data=b"[1,\n2 3]")
@example(data=b"[1] x")
@example(data=b'[{"a\\":1}:2}]')
def test_any_file_is_as_if_it_were_read_whole(tmp_path, data):
    path = tmp_path / "list.json"
    path.write_bytes(data)
    check_same(path)


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("depth", [MOST_DEPTH - 3, *range(MOST_DEPTH - 2, MOST_DEPTH + 2), 700, 990, 1030, 3000])
@pytest.mark.parametrize("form", ['[{"a": 1}, %s]', '{"x": 1, "messages": [2, %s]}', '{"x": %s, "messages": [2]}'])
@pytest.mark.parametrize("beside", ["", " NaN,"])
def test_the_depth_is_the_same(tmp_path, depth, form, beside):
    path = tmp_path / "list.json"
    path.write_text(form.replace("[2", f"[{beside} 2").replace("[{", f"[{beside} {{") % nested(depth))
    check_same(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"a": NaN}, {"a": 1}]', "number that JSON cannot hold"),
        (f'[{{"a": {"9" * 1001}}}]', "number that JSON cannot hold"),
        (r'[{"a": 1}, {"a": "\ud83d"}]', "broken character replaced"),
        ('[{"a": 1, "a": 2}, {}]', TWICE),
        ('[{}, {"user_id": [1]}]', NO_ID),
        (f"[{{}}, {nested(MOST_DEPTH)}]", "nested too deeply"),
        ('[{"a": 1},\n {"a": 1', "line 2, column 9"),
        ('[{"a": 1},\n {"a": tru}]', "line 2, column 8"),
    ],
)
def test_what_is_odd_in_one_record_is_told_of_the_file(tmp_path, text, told):
    path = tmp_path / "list.json"
    path.write_text(text)
    assert told in check_same(path)


def test_a_record_longer_than_what_is_read_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(json_pieces, "BLOCK", 100)
    path = tmp_path / "list.json"
    path.write_text(json.dumps([{"a": "é\n" * 4000}, {"b": list(range(999))}, "c"], ensure_ascii=False, indent=1))
    check_same(path)


def test_a_long_list_is_never_in_memory(tmp_path):
    path = tmp_path / "list.json"
    path.write_text('{"format": 1, "messages": [{"a": 1}, {"a": 2}]}')
    value, _ = long_lists.read_records(path, PLACES)
    assert isinstance(value["messages"], Records)
    assert value["format"] == 1
    assert next(iter(value["messages"])) == {"a": 1}


def test_inside_a_zip(tmp_path):
    path = tmp_path / "export.zip"
    data = json.dumps([{"a": "é" * 99}] * 50, ensure_ascii=False).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", data)
    assert "ééé" in check_same(path / "conversations.json")
    spoiled = bytearray(path.read_bytes())
    spoiled[70] ^= 255
    path.write_bytes(spoiled)
    assert check_same(path / "conversations.json") == "a damaged archive"


def test_an_archive_that_expands_without_end(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", "[" + " " * 9_000_000 + "]")
    assert check_same(path / "conversations.json") == "an archive that expands without end"


LONG_KINDS = [kind for kind in catalogue() if kind.records]


def taken(root: Path, kind: Any, names: list[str]) -> str:
    found = take_in(root, kind, [SourceFile(name, name, "ingested", kind=kind) for name in names])
    return repr([list(_told(found)), [(document.path, list(items)) for document, items in found.items]])


def _told(found: Taken) -> Iterator[tuple[Any, ...]]:
    for reading in found.readings:
        value = settled(reading.document.value) if reading.document else None
        yield reading.file, value, reading.problems, reading.unreadable


def sample(kind: Any) -> list[Any]:
    """Documents of a kind that its module can make something of, and one that it cannot."""
    message = {"role": "user", "content": "x", "timestamp": "2025-01-02T03:04:05", "odd": 1}
    told = {
        "id": "m",
        "author": {"role": "user"},
        "content": {"content_type": "text", "parts": ["x"]},
        "create_time": 5,
    }
    mapping = {"n": {"id": "n", "message": told, "parent": None, "children": []}}
    talk = {"conversation_id": "c1", "title": "t", "mapping": mapping, "uuid": "u", "chat_messages": [message]}
    entry = {"id": "e", "timestamp": "2025-01-02T03:04:05", "observation": "x", "content": "x", "input_tokens": 3}
    lists = {"conversations": [talk, None], "messages": [message, 8], "records": [entry, {}, []]}
    odd = {"mapping": [], "chat_messages": {"a": 1}, "timestamp": {"b": 2}, "version_history": [{}]}
    return [
        *([talk, 7, {**talk, "conversation_id": "c2", "new": 1}], [entry, {**entry, "id": "f"}], [], {}, [odd]),
        *({"id": "c", **lists}, [{"mapping": {"n": {"id": [1]}}}]),
    ]


@pytest.mark.parametrize("kind", LONG_KINDS, ids=lambda kind: kind.name)
def test_every_kind_of_long_files_holds_the_same(tmp_path, monkeypatch, kind):
    pattern = kind.patterns[0].replace("{self}", "cass").replace("*", "a")
    (tmp_path / pattern).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / pattern.replace(".json", "-b.json")).write_text('{"conversations": [], "records": [], "messages": []}')
    for value in sample(kind):
        (tmp_path / pattern).write_text(json.dumps(value))
        for names in ([pattern], [pattern, pattern.replace(".json", "-b.json")]):
            monkeypatch.setattr(long_lists, "LONG", 1 << 40)
            whole = taken(tmp_path, kind, names)
            monkeypatch.setattr(long_lists, "LONG", 0)
            assert taken(tmp_path, kind, names) == whole


def test_a_shape_that_nobody_knows_is_kept_as_it_is(tmp_path, monkeypatch):
    def rows(document: Document) -> Iterator[Problem]:
        for entry in document.value:
            yield Problem("met", entry["id"])

    kind = LONG_KINDS[0].__class__("made up", ("*.json",), "json", rows, records=("",))
    (tmp_path / "a.json").write_text('[{"id": "1"}, 2]')
    monkeypatch.setattr(long_lists, "LONG", 1 << 40)
    whole = taken(tmp_path, kind, ["a.json"])
    monkeypatch.setattr(long_lists, "LONG", 0)
    assert taken(tmp_path, kind, ["a.json"]) == whole
    assert "its shape is not known" in whole
