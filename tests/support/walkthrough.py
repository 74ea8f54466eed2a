"""The steps of docs/adding-a-kind.md, as data: what goes into which file, and where."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from support.shown import DOCS, ROOT

TEXT = (DOCS / "adding-a-kind.md").read_text(encoding="utf-8")
# "Write `file`:", "At the end of `file`:", "In `file`, before `line`:", and below it what goes in.
STEP = re.compile(
    r"(?P<how>Write|[Aa]t the end of|In)\s+`(?P<path>[^`\s]+)`(?:,\s+before\s+`(?P<before>[^`]+)`)?:\n\n"
    r"```\w+\n(?P<added>.*?)^```$",
    re.M | re.S,
)
TOOL = ("build_db", "plugins")
PROJECT = (*TOOL, "tests", "docs", "pyproject.toml", "metadata.yml")


class Step(NamedTuple):
    """What goes into a file: the whole of it, at its end, or before the line that begins with `before`."""

    how: str
    path: str
    before: str | None
    added: str

    def applied(self, text: str) -> str:
        """The file with it."""
        if self.how == "Write":
            assert not text, self.path
            return self.added
        if not self.before:
            return text + self.added
        assert text.count(f"\n{self.before}") == 1, f"{self.path}: one line begins with {self.before}"
        return text.replace(f"\n{self.before}", f"\n{self.added}{self.before}")


def steps() -> list[Step]:
    """Every step, in order."""
    return [Step(*match.groups()) for match in STEP.finditer(TEXT)]


def project(folder: Path, parts: Iterable[str] = PROJECT, *, without: Iterable[str] = ()) -> Path:
    """A copy of the project, or of parts of it, in which the steps were done, but for those in some files."""
    for name in parts:
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, folder / name, ignore=shutil.ignore_patterns("__pycache__", "screenshots"))
        else:
            shutil.copy(place, folder / name)
    for step in steps():
        path = folder / step.path
        if step.path not in without:
            path.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            path.write_text(step.applied(text), encoding="utf-8")
    return folder
