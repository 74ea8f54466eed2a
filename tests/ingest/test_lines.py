"""Files of one record a line: a broken one is told of, and spoils no other; the witness sees what is read."""

from __future__ import annotations

import csv

import pytest

from build_db.errors import Unreadable
from build_db.ingest.lines import read_csv, read_json_lines
from build_db.witness.needles import gather
from build_db.witness.raw import parsed

HI = {"role": "user", "content": "hi"}


def table(path, data: str | bytes):
    (path / "a.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    rows, problems = read_csv(path / "a.csv")
    return rows, [(problem.problem, problem.record) for problem in problems]


@pytest.mark.parametrize(
    "data",
    [
        "role,content\nuser,hi\n",
        "Role , CONTENT\r\nuser,hi\r\n",
        "role;content\n\nuser;hi",
        '"role"\t"content"\nuser\t"hi"\n',
        b"\xef\xbb\xbfrole|content\nuser|hi\n",
        "role,content\nuser,hi\n".encode("utf-16"),
    ],
)
def test_tables_as_programs_write_them(tmp_path, data):
    rows, problems = table(tmp_path, data)
    assert rows == [HI]
    assert {problem for problem, _ in problems} <= {"not UTF-8, read as utf-16-le"}


SPOILED = ("a quote in it is misplaced, or never closed", "row 2")


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ('user,"hi" there', ["user", "hi there"]),
        ('user,"never closed', ["user", '"never closed']),
        ('user,"two\nlines" there', ["user", "two\nlines there"]),
    ],
)
def test_a_misplaced_quote_spoils_its_own_row_and_no_other(tmp_path, row, cells):
    rows, problems = table(tmp_path, f'role,content\nuser,hi\n{row}\nuser,hi\nuser,"a\nb"\n')
    found = [list(one.values()) for one in rows]
    assert [found[0], *found[2:]] == [["user", "hi"], ["user", "hi"], ["user", "a\nb"]]
    assert found[1] == cells
    assert problems == [SPOILED]


def test_a_table_full_of_misplaced_quotes_is_read_in_one_go(tmp_path):
    rows, problems = table(tmp_path, "role,content\n" + 'user,"hi" there\n' * 20_000)
    assert len(rows) == len(problems) == 20_000


def test_columns_of_one_name_are_told_of(tmp_path):
    _, problems = table(tmp_path, "role,content,content\nuser,hi,ho\n")
    assert [problem for problem, _ in problems] == ["more than one column has this name"]


@pytest.mark.parametrize("data", ["role,content\n", b"\xff\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf"])
def test_a_head_alone_is_no_table_nor_is_a_mark_alone(tmp_path, data):
    with pytest.raises(Unreadable):
        table(tmp_path, data)


def test_a_line_that_was_cut_inside_a_character_leaves_the_others_as_they_are(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"content": "Zo\u00eb"}\n{"content": "Zo\u00eb'.encode()[:-1])
    values, problems = read_json_lines(path)
    assert values == [{"content": "Zo\u00eb"}]
    assert {problem.record for problem in problems} == {"line 2"}


def test_a_number_without_end_is_no_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"content": ' + "9" * 5000 + '}\n{"content": "hi"}\n')
    values, problems = read_json_lines(path)
    assert values == [{"content": None}, {"content": "hi"}]
    assert [problem.problem for problem in problems] == ["number that JSON cannot hold replaced by null"]


@pytest.mark.parametrize(
    "data",
    [
        "Role;Content;Name\nuser;hi;Zo\u00eb Fenwick\n",
        'role,content,name\nuser,"never closed,Zo\u00eb Fenwick\nuser,hi,\n',
        "role,content,name\nuser,hi,Zo\u00eb Fenwick\n".encode("cp1252"),
    ],
)
def test_whom_a_table_names_the_witness_knows(tmp_path, data):
    rows, _ = table(tmp_path, data)
    assert "Zo\u00eb Fenwick" in {row.get("name") for row in rows}
    assert {"zoe", "fenwick"} <= gather([tmp_path], ()).names.keys()


def test_the_witness_reads_a_sound_table_as_it_is_meant(tmp_path):
    """Each line by itself would make names of words."""
    assert parsed(tmp_path / "a.csv", 'role,content,name\nuser,"a\nb,c,Monday",Jo\n') == [
        {"role": "user", "content": "a\nb,c,Monday", "name": "Jo"}
    ]


def test_a_table_that_cannot_be_taken_apart_is_still_read_by_the_witness_line_by_line(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("role,content,name\nuser,hello,Mara Ellison\n", encoding="utf-8")

    def broken(*_, **__):
        raise csv.Error

    monkeypatch.setattr(csv, "reader", broken)
    assert "ellison" in gather([tmp_path], ()).names
