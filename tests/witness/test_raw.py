"""What the witness reads of a tree, by a way of its own, and what it makes of each file."""

from __future__ import annotations

import base64
import codecs
import csv
import io
import struct
import zipfile
from pathlib import Path

import pytest

from build_db.witness import raw
from build_db.witness.lists import keys
from build_db.witness.long_files import LongFile
from build_db.witness.raw import folders, inside, parsed, raw_files

ITSELF = ("a: &a {b: *a}", "&a [*a]", "a: [1, &a {b: [*a]}]", "a: {b: &a [x, {c: *a}]}")
NINES = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10))


@pytest.mark.parametrize("text", [*ITSELF, f"a0: &a0 [x]\n{NINES}", f"a0: &a0 {{x: y}}\n{NINES}"])
def test_yaml_without_end_is_no_value(text):
    assert parsed(Path("profile.yaml"), text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: {b: [c, {d: e}]}", {"a": {"b": ["c", {"d": "e"}]}}),
        ("[a, [b, {c: d}]]", ["a", ["b", {"c": "d"}]]),
        ("a: &a [x]\nb: *a", {"a": ["x"], "b": ["x"]}),
    ],
)
def test_other_yaml_is_read_as_it_stands(text, value):
    assert parsed(Path("profile.yaml"), text) == value


def texts(root: Path) -> list[tuple[str, str]]:
    """What is read of a tree: the place of each file in it, and its text."""
    return [
        (
            path.relative_to(root).as_posix() if path != root else ".",
            text if isinstance(text, str) else "".join(text.texts()),
        )
        for path, text in raw_files(root)
    ]


def packed(members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", how) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def picture(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of chunks alone; none is looked at but for its kind and length."""
    parts = (struct.pack(">I4s", len(held), kind) + held + b"CRC!" for kind, held in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def bearing(text: str) -> tuple[bytes, bytes]:
    return b"tEXt", b"chara\0" + base64.b64encode(text.encode())


READ = ["json", "yaml", "yml", "md", "migrated", "txt", "jsonl", "ndjson", "csv", "tsv"]


def test_every_form_of_text_is_read_in_order_of_path_and_nothing_else(tree):
    files = {f"{end}/a.{end}": end for end in [*READ, "py", "db", "html", "jpg"]}
    root = tree({**files, ".git/a.json": "x", "b/.git/c.json": "x"})
    (root / "link.json").symlink_to(root / "json" / "a.json")
    (root / "folder.json").mkdir()
    assert texts(root) == [(f"{end}/a.{end}", end) for end in sorted(READ)]


def test_a_file_that_is_given_by_its_name_is_read_whatever_it_is_called(tree):
    root = tree({"talk.export": '{"a": 1}'})
    assert texts(root / "talk.export") == [(".", '{"a": 1}')]


def test_more_than_the_build_reads_of_any_file_is_not_read(tree, monkeypatch):
    monkeypatch.setattr(raw, "MOST_BYTES", 5)
    assert texts(tree({"a.json": "12345", "b.json": "123456"})) == [("a.json", "12345")]


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ("Zoë".encode(), ["Zoë"]),
        ("Zoë".encode("utf-8-sig"), ["Zoë"]),
        (codecs.BOM_UTF16_LE + "Zoë".encode("utf-16-le"), ["Zoë"]),
        (codecs.BOM_UTF16_BE + "Zoë".encode("utf-16-be"), ["Zoë"]),
        (codecs.BOM_UTF32_LE + "Zoë".encode("utf-32-le"), ["Zoë"]),
        (codecs.BOM_UTF32_BE + "Zoë".encode("utf-32-be"), ["Zoë"]),
        ("Zoë".encode("cp1252"), ["Zo\ufffd", "Zoë"]),
        (b"\x81", ["\ufffd", "\ufffd"]),
    ],
)
@pytest.mark.parametrize("long", [True, False])
def test_bytes_are_read_by_their_mark_and_where_they_are_no_utf8_also_as_older_programs_write(
    tree, monkeypatch, data, read, long
):
    monkeypatch.setattr(raw, "LONG", 0 if long else 1 << 40)
    assert [text for _, text in texts(tree({"a.json": data}))] == read


@pytest.mark.parametrize("name", ["index.json", *sorted(keys().secret_files | keys().account_files)])
def test_what_tells_by_its_name_is_never_read_bit_by_bit(tree, monkeypatch, name):
    monkeypatch.setattr(raw, "LONG", 0)
    kinds = {path.name: type(text) for path, text in raw_files(tree({name: "{}", "other.json": "{}", "a.md": "x"}))}
    assert kinds == {name: str, "other.json": LongFile, "a.md": str}


def test_a_zip_is_read_like_a_folder_whatever_it_is_called(tree):
    members = {"b/x.json": b"2", "a.md": b"1", "c.py": b"no", "/d.txt": b"3"}
    root = tree({"export.zip": packed(members), "named.json": packed(members)})
    inside = [("a.md", "1"), ("b/x.json", "2"), ("d.txt", "3")]
    assert sorted(texts(root)) == sorted(
        (f"{zip}/{name}", text) for zip in ("export.zip", "named.json") for name, text in inside
    )
    assert [text for _, text in texts(root / "export.zip")] == ["3", "1", "2"]  # in order of their names


def test_a_member_that_is_packed_beyond_measure_is_not_read(tree):
    bomb = packed({"a.json": b"0" * 10_000_000, "b.json": b"1", "c.md": b"0" * 10_000_000})
    assert texts(tree({"a.zip": bomb})) == [("a.zip/b.json", "1")]


def test_of_a_damaged_zip_the_members_before_the_damage_are_read(tree):
    data = bytearray(packed({"a.json": b"first", "b.json": b"second", "c.json": b"third"}, zipfile.ZIP_STORED))
    data[data.index(b"second")] ^= 1
    assert texts(tree({"a.zip": bytes(data), "b.zip": b"PK\x03\x04 and no more", "c.md": "x"})) == [
        *(("a.zip/a.json", "first"), ("c.md", "x")),
    ]


def test_a_character_card_is_read_wherever_it_is_hidden(tree):
    card = packed({"card.json": '{"name": "Zoë"}'.encode(), "other.json": b"no"})
    png = picture(
        (b"IHDR", b"x" * 13), bearing("one"), (b"tEXt", b"a\0abcde"), (b"iTXt", b"chara\0b25l"), bearing("two")
    )
    root = tree(
        {"mira.png": png, "in.zip": packed({"a.charx": card, "b.png": png, "c.png": card}), "no.png": b"\x89PNG"}
    )
    assert texts(root) == [
        ("in.zip/a.json", '{"name": "Zoë"}'),
        *(("in.zip/b.json", "one"), ("in.zip/b.json", "two")),
        ("in.zip/c.json", '{"name": "Zoë"}'),
        *(("mira.json", "one"), ("mira.json", "two")),
    ]


def test_a_card_that_is_a_broken_zip_bears_nothing(tree):
    members = {"a.png": b"PK\x03\x04 and no more", "b.charx": packed({"other.json": b"no"})}
    assert texts(tree({"in.zip": packed(members)})) == []


def test_a_picture_that_breaks_off_is_read_as_far_as_it_goes(tree):
    assert texts(tree({"a.png": picture(bearing("one"), bearing("two"))[:-20]}))[:1] == [("a.json", "one")]


def test_the_folders_at_the_top_are_those_of_a_zip_too(tree, tmp_path):
    root = tree({"a/b/c/d.json": "1", "a/x.json": "1", "e/y.json": "1", "z.json": "1"})
    assert folders(root) == ["a", "b", "e"]
    (tmp_path / "z.zip").write_bytes(packed({"a/b/c/d.json": b"1", "e/y.json": b"1", "z.json": b"1"}))
    assert folders(tmp_path / "z.zip") == ["a", "b", "e"]
    assert folders(root / "z.json") == []


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("a.json", '{"a": 1}', {"a": 1}),
        ("a.json.migrated", "[1]", [1]),
        ("a.json", "[NaN]", "nan"),
        ("a.json", "[1" + "0" * 5000 + ", 2]", [None, 2]),
        ("a.json", "{broken", None),
        ("a.md", "[1]", None),
        ("a.migrated", "[1]", None),
        ("a.jsonl", '{"a": 1}\n{broken\n\nword\n[2]', [{"a": 1}, [2]]),
        ("a.ndjson", '{"a": 1}', [{"a": 1}]),
        ("a.yml", "a: 1", {"a": 1}),
        ("a.yaml", "a: [", None),
        ("a.yaml", '"\\ud83d\\ude00 \\\\ud83d"', "\U0001f600 \\ud83d"),
        ("talk.export", '{"a": 1}', {"a": 1}),
        ("talk.export", '{"a": 1}\n{"b": 2}', [{"a": 1}, {"b": 2}]),
        ("talk.export", "words", []),
        ("a.csv", "Role, Name\nuser,Zoë\n", [{"role": "user", "name": "Zoë"}]),
        ("a.csv", "role;name\nuser;Zoë", [{"role": "user", "name": "Zoë"}]),
        ("a.tsv", "role\tname\nuser\tZoë", [{"role": "user", "name": "Zoë"}]),
        ("a.csv", "role|name\nuser|Zoë", [{"role": "user", "name": "Zoë"}]),
        ("a.csv", 'role,name\nuser,"a\nb"\n', [{"role": "user", "name": "a\nb"}]),
        ("a.csv", 'role,name\n"user","a",b\n', [{"role": "user", "name": "a"}] * 2),
        ("a.csv", "role,name\n\nuser,b\n", [{}, {"role": "user", "name": "b"}]),
        ("a.csv", "role,name", []),
        ("a.csv", "", []),
    ],
)
def test_a_file_is_parsed_by_the_end_of_its_name(name, text, value):
    found = parsed(Path(name), text)
    assert repr(found) == "[nan]" if value == "nan" else found == value


def test_a_cell_of_any_length_is_read():
    assert parsed(Path("a.csv"), f"name\n{'x' * 200_000}") == [{"name": "x" * 200_000}]


def test_a_table_whose_cells_are_beyond_measure_is_read_line_by_line(monkeypatch):
    before = csv.field_size_limit()
    monkeypatch.setattr(raw, "MOST_BYTES", 5)
    try:
        assert parsed(Path("a.csv"), "name,b\nMira V,x\nZoe,y") == [
            *({"name": "Mira V", "b": "x"}, {"name": "Zoe", "b": "y"}),
        ]
    finally:
        csv.field_size_limit(before)


@pytest.mark.parametrize(
    ("text", "value"),
    [("[1]", [1]), (' {"a": 1}', {"a": 1}), ("1", None), ('"a"', None), ("[", None), ("", None), ("[" * 100_000, None)],
)
def test_only_what_holds_others_is_inside_a_text(text, value):
    assert inside(text) == value
