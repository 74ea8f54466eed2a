"""Every command line in every document."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from support.shown import ROOT

DOCUMENTS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("[pde]*/README.md"))
    if ".venv" not in path.parts
)
FENCE = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
INDENTED = re.compile(r"(?<=\n\n)(?: {4}\S.*\n|\n(?= {4}))+")
INLINE = re.compile(r"`((?:python -m build_db|build-db|make|datasette|pip) [^`]+)`")
ASSIGNED = re.compile(r"^\w+=\S* ")


class Line(NamedTuple):
    """One command line of a document; `block` is what it stands in, or nothing if it stands in a sentence."""

    document: str
    text: str
    block: str | None

    @property
    def words(self) -> list[str]:
        """As a shell splits it: without a remark, without what is assigned before it, without what comes behind it."""
        words = shlex.split(ASSIGNED.sub("", self.text), comments=True)
        end = next((at for at, word in enumerate(words) if word in ("|", "&&", ">", "<")), len(words))
        return words[:end]


def lines() -> Iterator[Line]:
    """The lines of programs for a shell, of indented blocks, and commands inside sentences."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        for block in (*FENCE.findall(text), *INDENTED.findall(re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))):
            for line in block.replace("\\\n", "").splitlines():
                if line.strip():
                    yield Line(name, line.strip(), block)
        for command in INLINE.findall(text):
            yield Line(name, " ".join(command.split()), None)


def relative_links(path: Path) -> Iterator[tuple[str, str]]:
    """File and heading of each link of a document that leads to another place in the project."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target:
            file, _, heading = target.partition("#")
            yield file, heading


def headings(path: Path) -> set[str]:
    """What links may name behind `#`, as GitHub makes it of headings."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}
