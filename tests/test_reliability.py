"""What docs/reliability.md says was tried is what `benchmarks/reliability.py` tries, and nothing came of it."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT
from support.faults.world import scenarios

TEXT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("reliability")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_table_is_the_benchmarks_and_adds_up(benchmark):
    heading, _, *rows, sums = (cells(line) for line in benchmark.TABLE.search(TEXT)[0].splitlines())
    assert tuple(heading) == benchmark.HEADINGS
    figures = [[int(cell.replace(",", "")) for cell in row[1:]] for row in (*rows, sums)]
    assert [sum(column) for column in zip(*figures[:-1], strict=True)] == figures[-1]
    assert {row[0].partition(":")[0] for row in rows} >= set(scenarios(Path("/")))
    assert all(row[0] > 0 for row in figures)


def test_nothing_was_lost_and_nothing_leaked(benchmark):
    *_, sums = benchmark.TABLE.search(TEXT)[0].splitlines()
    told = dict(zip(benchmark.HEADINGS, cells(sums), strict=True))
    assert {told[column] for column in ("losses", "leaks", "tracebacks", "untrue words")} == {"0"}


def test_a_table_takes_the_place_of_the_one_before(benchmark):
    made = benchmark.table([benchmark.Line("x", 1, 1, 0)])
    assert benchmark.TABLE.search(made)[0] == made
    assert benchmark.TABLE.sub("", made + "\n\nmore") == "\n\nmore"


def test_what_was_told_before_is_read_again(benchmark):
    lines = [benchmark.Line("build: a call fails, of 1,206", 1_000, 2, 3), benchmark.Line("a mutated tree", 1, 0, 0)]
    assert list(benchmark.told_before(benchmark.table(lines)).values()) == lines


def test_what_is_in_the_ledger_is_not_tried_again(benchmark, tmp_path):
    tried = []

    def trial(case: str):
        tried.append(case)
        return benchmark.Outcome(case == "1", [])

    for each in ("012", "0123"):
        outcomes = benchmark.Ledger(tmp_path / "ledger", 60).outcomes("x", each, trial)
        assert [outcome.refused for outcome in outcomes] == [case == "1" for case in each]
    assert tried == ["0", "1", "2", "3"]
    assert len(benchmark.Ledger(tmp_path / "ledger", 0).outcomes("x", "01234", trial)) == 4
