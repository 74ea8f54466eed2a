"""The programs that documents show, and what they print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", re.M | re.S)


class Snippet(NamedTuple):
    """A program in a document, and what it is said to print."""

    heading: str
    language: str
    program: str
    printed: str | None


def snippets(section: str, whole: str) -> list[Snippet]:
    """The programs below a heading and its subheadings, in order."""
    (text,) = (part for part in re.split(r"^## ", whole, flags=re.M) if part.startswith(section))
    found = []
    for part in re.split(r"^### ", text, flags=re.M):
        heading = part.splitlines()[0]
        found += [Snippet(heading, *match.groups()) for match in FENCED.finditer(part)]
    return found


def environment(home: Path, *paths: Path) -> dict[str, str]:
    """What a fresh process is given: the tools installed beside Python, an owner's home, and no network.

    :param paths: where Python looks before anywhere else
    """
    python = Path(sys.executable)
    found = [*map(str, paths), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "HF_HOME": str(home / "hub"),
        "HF_HUB_OFFLINE": "1",
        # The compiled rules of redaction: made once for all tests.
        "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
        **({"PYTHONPATH": os.pathsep.join(found)} if found else {}),
    }


def run(snippet: Snippet, folder: Path, home: Path, *paths: Path) -> str:
    """What a program prints in a fresh process (see `environment`)."""
    command = [sys.executable] if snippet.language == "python" else ["sh", "-e"]
    done = subprocess.run(
        command,
        input=snippet.program,
        cwd=folder,
        env=environment(home, *paths),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout[-1000:]}\n{done.stderr[-2000:]}"
    return done.stdout
