"""Every benchmark finds what it measures: nothing else would notice that something has been moved away from it."""

from __future__ import annotations

import importlib
import subprocess
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


def test_a_build_after_a_change_is_measured_beside_a_whole_one() -> None:
    """It fails if the two files, or their accounts, differ."""
    command = [sys.executable, str(ROOT / "benchmarks" / "again.py"), "20"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "the same bytes, the same report" in told
    assert "| kept rows: found, read back, kept | 0.00 |" in told
