"""Bytes become plain values, whatever a crash or a hand edit left."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from build_db.errors import Unreadable
from build_db.ingest.reading import parse_yaml, read_json, read_text, read_typed, read_yaml


@pytest.fixture
def file(tmp_path):
    def write(content: bytes):
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return write


def told(problems) -> list[str]:
    return [problem.problem for problem in problems]


@pytest.mark.parametrize("read", [read_json, read_yaml])
@pytest.mark.parametrize("content", [b"", b"  \n"])
def test_an_empty_file_is_unreadable(file, read, content):
    with pytest.raises(Unreadable, match="empty"):
        read(file(content))


def test_a_missing_file_is_unreadable(tmp_path):
    with pytest.raises(Unreadable, match="No such file"):
        read_json(tmp_path / "gone.json")


@pytest.mark.parametrize(
    ("content", "where"),
    [(b'{"password": "hunter2', "line 1, column 14"), (b'{"a": 1}\n}', "line 2, column 1"), (b"[" * 100_000, "deeply")],
)
def test_broken_json_tells_where_and_quotes_nothing(file, content, where):
    with pytest.raises(Unreadable, match=where) as caught:
        read_json(file(content))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"a: [hunter2", b"a: b: c", b"\x00", b"a: !!python/object:os.system {}", b"d: 2025-13-45"]
)
def test_broken_yaml_is_unreadable_and_quotes_nothing(file, content):
    with pytest.raises(Unreadable) as caught:
        read_yaml(file(content))
    assert "hunter2" not in str(caught.value)


def test_a_byte_order_mark_is_no_part_of_json_or_yaml(file):
    assert read_json(file(b'\xef\xbb\xbf{"a": 1}')) == ({"a": 1}, [])
    assert read_yaml(file(b"\xef\xbb\xbfa: 1")) == ({"a": 1}, [])


def test_other_encodings_are_read_and_recorded(file):
    value, problems = read_json(file('{"name": "Zoë"}'.encode("latin-1")))
    assert (value, told(problems)) == ({"name": "Zoë"}, ["not UTF-8, read as cp1252"])
    value, problems = read_text(file(b"\x81"))
    assert (value, told(problems)) == ("\x81", ["not UTF-8, read as latin-1"])


WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (read_json, '{"name": "Zoë"}', {"name": "Zoë"}),
        (read_yaml, "name: Zoë", {"name": "Zoë"}),
        (read_text, "Zoë", "Zoë"),
    ],
)
def test_wide_characters_are_read_by_their_byte_order_mark_and_recorded(file, encoding, read, text, value):
    found, problems = read(file(f"\ufeff{text}".encode(encoding)))
    assert (found, told(problems)) == (value, [f"not UTF-8, read as {encoding}"])


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("read", [read_json, read_yaml, read_text, read_typed])
def test_wide_characters_without_a_mark_are_unreadable(file, encoding, read):
    with pytest.raises(Unreadable):
        read(file('{"name": "Zoe"}'.encode(encoding)))


def test_a_wide_text_that_was_cut_off_inside_a_character_is_unreadable(file):
    with pytest.raises(Unreadable):
        read_text(file("\ufeffZoë".encode("utf-16-le")[:-1]))


def test_a_text_with_nul_characters_is_none(file):
    with pytest.raises(Unreadable, match="NUL"):
        read_text(file(b"# Tea\n\n\0"))


@pytest.mark.parametrize("half", [rb"\ud800", rb"\udbff", rb"\udc00", rb"\udfff"])
def test_every_half_of_a_surrogate_pair_is_replaced(file, half):
    assert read_json(file(b'["' + half + b'"]'))[0] == ["\ufffd"]


def test_half_a_surrogate_pair_is_replaced(file):
    value, problems = read_json(file(rb'{"a": "x\ud83cy", "b": "\ud83c\udf31"}'))
    assert value == {"a": "x\ufffdy", "b": "\U0001f331"}
    assert told(problems) == ["broken character replaced"]


def test_numbers_that_json_cannot_hold_become_null(file):
    value, problems = read_json(file(b'{"a": NaN, "b": [Infinity]}'))
    assert value == {"a": None, "b": [None]}
    assert told(problems) == ["number that JSON cannot hold replaced by null"]


def test_yaml_dates_become_iso_text(file):
    value, _ = read_yaml(file(b"a: 2025-01-02\nb: 2025-01-02 03:04:05\nc: 2025-01-02T03:04:05+02:00\n1: true"))
    assert value == {"a": "2025-01-02", "b": "2025-01-02T03:04:05", "c": "2025-01-02T03:04:05+02:00", "1": True}


def test_a_yaml_bomb_is_refused(file):
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    with pytest.raises(Unreadable, match="expand"):
        read_yaml(file(bomb.encode()))


def test_a_yaml_knot_is_refused(file):
    with pytest.raises(Unreadable):
        read_yaml(file(b"a: &a [*a]"))


def test_an_empty_text_is_legal(file):
    assert read_text(file(b"")) == ("", [])


@pytest.mark.parametrize(
    "word", ["0451", "12:30", "1_000", "No", "yes", "null", "~", "2025-03-01", "1e5", ".inf", "0x1F", "007"]
)
def test_what_its_owner_typed_stays_as_it_was_typed(file, word):
    assert read_typed(file(f"{word}: [{word}]".encode())) == {word: [word]}


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"terms: [a]\nterms: [b]", "line 2, column 1"),
        (b"people: {Wren: {aliases: [x], aliases: [y]}}", "line 1, column 31"),
    ],
)
def test_a_key_that_stands_twice_in_an_owners_file_is_refused(file, content, where):
    with pytest.raises(Unreadable, match=f"a key stands twice at {where}"):
        read_typed(file(content))


@pytest.mark.parametrize("content", [b"", b"\n", b"# nothing yet\n", b"\xef\xbb\xbf"])
def test_an_owners_file_may_be_empty(file, content):
    assert not read_typed(file(content))


@pytest.mark.parametrize("content", [b"a: [hunter2", b"a: b: hunter2", b"\x00hunter2", b"[" * 100_000])
def test_an_owners_broken_file_is_refused_and_quotes_nothing(file, content):
    with pytest.raises(Unreadable, match="not valid YAML") as caught:
        read_typed(file(content))
    assert "hunter2" not in str(caught.value)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(value=VALUES.filter(lambda value: value is not None))
def test_what_the_vessel_writes_is_what_is_read(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("json") / "file.json"
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
    assert read_json(path)[0] == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        *(("1.10", "1.10"), ("12:30", "12:30"), ("0451", "0451"), ("1_000", "1_000"), ("0x1F", "0x1F"), ("no", "no")),
        *(("Yes", "Yes"), ("on", "on"), ("+1", "+1"), (".5", ".5"), ("1.0e-05", 1e-05), ("0.3", 0.3), ("-7", -7)),
        *(("true", True), ("False", False), ("null", None), ("2025-06-01", "2025-06-01")),
    ],
)
def test_yaml_keeps_what_was_typed_unless_a_program_would_write_it_so(typed, value):
    found = parse_yaml(f"key: {typed}", [])["key"]
    assert (found, type(found)) == (value, type(value))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.booleans() | st.none())
def test_what_a_program_writes_as_yaml_comes_back(value):
    assert parse_yaml(yaml.safe_dump({"key": value}), [])["key"] == value


def test_a_long_file_of_json_with_one_broken_character_is_read_whole(tmp_path, monkeypatch):
    """Only YAML can hold more than it is long."""
    monkeypatch.setattr("build_db.ingest.reading.MOST_VALUES", 100)
    (tmp_path / "x.json").write_text('["\\ud800"' + ", 1" * 500 + "]")
    value, problems = read_json(tmp_path / "x.json")
    assert (len(value), [problem.problem for problem in problems]) == (501, ["broken character replaced"])
