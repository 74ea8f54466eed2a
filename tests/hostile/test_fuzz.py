"""No bytes break a parser or get something past the redactor: the first few hundred that `make fuzz` would try."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

RUNS = 300
# Not the redactor: its rules take seconds to compile.
TARGETS = ("json", "yaml", "texts", "documents", "companions", "archive", "cells")


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris comes for Python 3.11 to 3.13 on Linux with an Intel processor, and for no other",
)
@pytest.mark.parametrize("target", TARGETS)
def test_a_target_keeps_its_promise(target: str, tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "tests" / "fuzz.py", target, f"-runs={RUNS}", "-seed=1"]
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "plugins")))
    environment = {**os.environ, "PYTHONPATH": paths, "FUZZ_KEPT": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"Done {RUNS} runs" in done.stderr
