"""What stands below a heading in every kind of table that people paste."""

from __future__ import annotations

import pytest

from build_db.redaction.tables import Tables, _cells

# The bounds in numbers: who moves one changes what is found.
LONGEST_CELL, LONGEST_HEADING, CELLS = 40, 80, 30
MEANINGS = {"phone": "P", "mail address": "M", "x" * LONGEST_HEADING: "L", "x" * (LONGEST_HEADING + 1): "L", "y": "Y"}
MEANINGS["one of the four words"] = "W"
TABLES = Tables(lambda heading: MEANINGS.get(heading.lower()))


def below(text: str) -> list[tuple[str, str, bool]]:
    """Each cell that was found, what its heading means, and whether it is plainly in a table."""
    return [(text[cell.start : cell.end], cell.meaning, cell.plainly) for cell in TABLES.cells(text)]


@pytest.mark.parametrize(
    "text",
    [
        "name | phone\nMara | 12 34\nOren | 56",
        "| name | phone |\n|---|---|\n| Mara | 12 34 |\n| Oren | 56 |",
        "| name | **phone** |\n|:--|--:|\n| Mara | `12 34` |\n| Oren | _56_ |",
        "│ name │ phone │\n├──┼──┤\n│ Mara │ 12 34 │\n│ Oren │ 56 │",
        "name\tphone\nMara\t12 34\nOren\t56\r",
        "name;phone\nMara;12 34\nOren;56",
        "name,phone\nMara,12 34\nOren,56\n",
        '"name","phone"\n"Mara, Oren","12 34"\n"a ""b""","56"',
        "name    phone\nMara    12 34\nOren    56",
        "said:\n\nname  phone\nMara  12 34\nOren  56\n\nand more",
        "<table><tr><th>name</th><th>Phone</th></tr><tr><td>Mara</td><td>12 34</td></tr><tr><td>x</td><td>56</td></tr>",
        "<TABLE><TR class='a'><TD>name<TD><b>phone</b><TR><TD>Mara<TD id=x> 12 34 <TR><TD>x<TD>56",
    ],
)
def test_cells_are_found_below_their_heading_in_every_kind_of_table(text):
    assert below(text) == [("12 34", "P", True), ("56", "P", True)]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"a";"b"', ['"a"', '"b"']),
        ('"a";"b";', ['"a"', '"b"', ""]),
        ('"a";b', ['"a"', "b"]),
        ('"a";;', ['"a"', "", ""]),
        ('a;"b;c"', ["a", '"b;c"']),
        ("a;b;", ["a", "b", ""]),
    ],
)
def test_behind_the_last_separator_is_a_cell_and_between_quotes_there_is_none(line, cells):
    assert [line[begin:end] for begin, end in _cells(line, ";")] == cells


def test_several_columns_and_several_tables_are_told_apart():
    text = "phone | name | mail address\n1 | Mara | a@b\n2 | Oren | c@d\n\nphone;y z\n3;z"
    assert below(text) == [("1", "P", True), ("a@b", "M", True), ("2", "P", True), ("c@d", "M", True), ("3", "P", True)]


def test_a_table_ends_where_a_line_has_more_or_fewer_cells():
    assert below("name | phone\nMara | 1\nso it was\nOren | 2") == [("1", "P", True)]
    assert below("name | phone\nMara | 1 | 2\nOren | 3") == []


def test_behind_commas_and_blanks_it_may_be_a_sentence():
    assert below("name, phone\nMara, 1") == [("1", "P", False)]
    assert below("name; phone\nMara; 1") == [("1", "P", False)]
    assert below("name | phone\nMara | 1, 2") == [("1, 2", "P", True)]


def test_rules_and_empty_cells_hold_nothing():
    assert below("phone | a\n--- | ---\n | x\n=== | y\n7 | z") == [("7", "P", True)]


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [("x" * LONGEST_HEADING, "L"), ("x" * (LONGEST_HEADING + 1), None), ("y", None), ("one of the four words", "W")],
)
def test_a_heading_has_a_length(heading, meaning):
    assert below(f"a | {heading}\nb | 1") == ([("1", meaning, True)] if meaning else [])


def test_a_line_of_sentences_heads_nothing():
    assert below("I gave her my phone | and then a long story was told\nx | 1") == []
    assert below("phone | and then a long\n1 | 2") == []
    assert below("phone | and then so\n1 | 2") == [("1", "P", True)]
    long = "z" * LONGEST_CELL
    assert below(f"phone | {long[:-2]}\n1 | 2") == [("1", "P", True)]
    assert below(f"phone | {long}\n1 | 2") == []


def test_a_table_has_so_many_columns_at_most_to_either_side():
    for before, after, found in ((CELLS, 0, True), (CELLS + 1, 0, False), (0, CELLS, True), (0, CELLS + 1, False)):
        heads = ["a"] * before + ["phone"] + ["a"] * after
        row = ["1"] * len(heads)
        assert bool(below(f"{';'.join(heads)}\n{';'.join(row)}")) is found, (before, after)


def test_in_markup_the_text_of_a_cell_is_told_and_its_tags_are_not():
    text = "<tr><td>phone</td></tr><tr><td>\n <b>12</b>34 </td></tr><tr><td><i>5</i></td></tr><tr><td> </td></tr>"
    assert [cell for cell, _, _ in below(text)][1] == "5"
    assert below("<tr><td>y<td>phone<tr><td>phone") == []
