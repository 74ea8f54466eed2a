"""What many trees cost: `python benchmarks/scale.py [--messages N]`.

Trees of varied text with N messages in all, as eight trees and as one, are built and exported in all formats by one
worker; then the dataset of many daemons is made of links to the last one's, and DuckDB is asked the ten questions of
docs/scale.md. CPU seconds of all processes, peak memory of the largest, bytes in and out.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import varied
from generate import generate

from build_db.many.one import Outcome
from build_db.many.run import renew

ROOT = Path(__file__).parent.parent
DAEMONS, PARTS = 400, (10, 100)


def used(who: int) -> float:
    spent = resource.getrusage(who)
    return spent.ru_utime + spent.ru_stime


def size(folder: Path) -> int:
    """Bytes below a folder; what has two names counts once."""
    found = {(file.st_dev, file.st_ino): file.st_size for path in folder.rglob("*") if (file := path.stat())}
    return sum(found.values())


def made(folder: Path, trees: int, messages: int) -> Path:
    """Build and export so many trees; returns where that is."""
    lines = []
    for number in range(trees):
        (folder / f"t{number}").mkdir(parents=True)
        generate(folder / f"t{number}", messages // trees, seed=number + 1, write=varied.written)
        lines.append(f"- {{name: t{number}, path: t{number}}}\n")
    (folder / "TREES.yml").write_text(f"trees:\n{''.join(lines)}")
    command = [sys.executable, "-m", "build_db", "many", "TREES.yml", "../out", "--jobs", "1", "--quiet"]
    out, before = folder.parent / "out", used(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env={**os.environ, "XDG_CONFIG_HOME": str(folder.parent)}, check=True)
    cpu, peak = used(resource.RUSAGE_CHILDREN) - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    amounts = f"{size(folder) / 1e6:.0f} MB in, {size(out) / 1e6:.0f} MB out"
    print(f"{trees} trees, {messages:,} messages: {cpu:.1f} CPU s, {peak:.0f} MB, {amounts}")
    return out.rename(folder.parent / f"out-{trees}")


def linked(one: Path, folder: Path, daemons: int) -> Path:
    """The dataset of so many daemons, all of them the one of a tree."""
    folder.mkdir()
    for number in range(daemons):
        (folder / f"t{number}").symlink_to(one)
    before = used(resource.RUSAGE_SELF)
    renew(folder, [Outcome(f"t{number}", "built", daemons=("cass",)) for number in range(daemons)])
    print(f"dataset of {daemons} daemons: {used(resource.RUSAGE_SELF) - before:.1f} CPU s")
    return folder


def asked(folder: Path) -> float:
    """CPU seconds that DuckDB takes for the ten questions."""
    text = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    program = re.findall(r"^```python\n(.*?)^```$", text.partition("### DuckDB")[2], re.M | re.S)[0]
    questions = re.findall(r"^```sql\n(.*?)^```$", text.partition("## Ten questions")[2], re.M | re.S)
    os.chdir(folder)
    known: dict[str, Callable] = {}
    exec(program, known)
    before = time.process_time()
    for question in questions:
        known["ask"](question)
    return time.process_time() - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=20_000)
    messages = parser.parse_args().messages
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder).resolve()
        made(place / "eight", 8, messages)  # first: peaks are those of all that ran so far
        one = made(place / "one", 1, messages)
        linked(one / "t0", place / "links", DAEMONS)
        for parts in PARTS:
            wide = linked(one / "t0", place / f"wide{parts}", parts)
            print(f"ten questions, {parts} parts of {messages:,} messages: {asked(wide):.1f} CPU s")
        os.chdir("/")


if __name__ == "__main__":
    main()
