"""Memory does not grow with the rows of an export: what is known of each of them lies on disk."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from conftest import KEY

from build_db.exports.opaque import Opaque
from build_db.exports.versions.known import Keys
from build_db.exports.versions.ledger import Ledger, ledger_name, read_ledger, rows_in, write_ledger
from build_db.exports.versions.rows import Noted, _part
from build_db.redaction.keyed import Keyed
from build_db.schema import schema

FEW, MANY = 10_000, 50_000
WITH_IDS, WITHOUT = "token_usage_records", "messages"


def most_held(work: Callable[[int], None], number: int) -> int:
    """How many bytes of Python's were held at once, without what is made once."""
    work(1)
    tracemalloc.start()
    try:
        work(number)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def rename(number: int) -> None:
    with closing(Opaque()) as opaque:
        for place in range(number):
            opaque.add([f"{place:08x}"])
        opaque.rename(Keyed(KEY))
        assert all(opaque.get(f"{place:08x}") for place in range(number))


def noted(number: int, table: str = WITH_IDS, first: int = 0) -> Noted:
    """So many rows, of which no two are the same."""
    made = Noted(Keys(KEY, "cass"))
    for place in range(first, first + number):
        row = tuple(f"{place} {name}" for name in schema()[table].names)
        made.note(table, row, repr(row).encode())
    return made


def compare(number: int) -> None:
    with closing(noted(number)) as before, closing(noted(number)) as now:
        now.compare(before.rows())
        assert now.differ(WITH_IDS) == (0, 0, 0)


@pytest.mark.parametrize("work", [rename, compare])
def test_five_times_as_much_takes_no_more_memory(work):
    few = most_held(work, FEW)
    assert most_held(work, MANY) < 2 * few


def test_all_new_values_differ_and_none_is_an_old_one():
    old = {f"[email {place:04x}]" for place in range(0, 1 << 16, 3)}
    with closing(Opaque(old)) as opaque:
        opaque.rename(Keyed(KEY))
        new = {opaque.get(value) for value in old}
    assert len(new) == len(old)
    assert not new & old


def test_what_was_never_noted_has_no_new_value_and_another_key_gives_others():
    with closing(Opaque(["[email 3f9a]"])) as opaque:
        opaque.rename(Keyed(KEY))
        first = opaque.get("[email 3f9a]")
        opaque.rename(Keyed(KEY[::-1]))
        assert opaque.get("[email 3f9a]") != first
        assert opaque.get("[email 0000]") is None


@pytest.mark.parametrize("places", [[1, 2], [0, 2], [1], [2, 1]])
def test_a_part_of_a_row_is_written_as_a_list_of_it(places):
    row = (12, "it's\né\ud83d", None)
    whole = repr(row).encode("utf-8", "surrogatepass")
    assert _part(row, whole, places) == repr([row[place] for place in places]).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("table", [WITH_IDS, WITHOUT])
def test_rows_that_came_and_went_are_counted(table):
    with closing(noted(10, table)) as before, closing(noted(10, table, first=3)) as now:
        now.compare(before.rows())
        assert now.differ(table) == (3, 0, 3)


def test_a_row_with_its_id_and_another_content_has_changed():
    names = schema()[WITH_IDS].names
    with closing(noted(2)) as before, closing(noted(1)) as now:
        row = tuple(f"1 {name}" if name == "id" else "another" for name in names)
        now.note(WITH_IDS, row, repr(row).encode())
        now.compare(before.rows())
        assert now.differ(WITH_IDS) == (0, 1, 0)


def test_rows_lie_in_the_ledger_a_few_to_a_line_and_one_of_before_is_read_too(tmp_path: Path):
    ledger, path = Ledger([], None, []), tmp_path / ledger_name("cass")
    with closing(noted(FEW)) as made:
        rows = list(made.rows())
    write_ledger(path, ledger, rows)
    assert max(map(len, path.read_bytes().splitlines())) < 1 << 18
    assert read_ledger(tmp_path, "cass") == ledger
    assert list(rows_in(tmp_path, "cass")) == rows

    packed = "".join(tokens for _, tokens in rows)
    path.write_bytes(msgspec.json.encode({**msgspec.to_builtins(ledger), "rows": {WITH_IDS: packed}}) + b"\n")
    assert read_ledger(tmp_path, "cass") == ledger
    assert list(rows_in(tmp_path, "cass")) == [(WITH_IDS, packed)]
