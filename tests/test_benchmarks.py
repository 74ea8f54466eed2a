"""Every benchmark finds what it measures: nothing else would notice that something has been moved away from it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from conftest import ROOT

BENCHMARKS = sorted((ROOT / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_a_benchmark_can_be_loaded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(path.parent))
    monkeypatch.delitem(sys.modules, path.stem, raising=False)
    assert importlib.import_module(path.stem).__doc__


def test_the_table_of_stages_is_the_benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    build, stages = importlib.import_module("build"), importlib.import_module("stages")
    table = build.STAGES_TABLE.search(build.DOCUMENT.read_text(encoding="utf-8"))[0]
    assert [line.split("|")[1].strip() for line in table.splitlines()[2:-1]] == [*stages.STAGES, stages.REST]


def test_every_stage_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    stages = importlib.import_module("stages")
    for places in stages.STAGES.values():
        for place, functions in places.items():
            assert all(hasattr(stages._owner(place), function) for function in functions.split()), place
