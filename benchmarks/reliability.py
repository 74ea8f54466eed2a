"""What is tried to break the tool, and what came of it: `python benchmarks/reliability.py [faults] [trees] [--write]`.

Makes the table of `docs/reliability.md`, and with `--write` puts it there. `faults` is how many calls of each command
fail, or `all`; `trees` how many trees are mutated. The seeds of the trees are 0, 1, 2 and so on; every other one is
built as it is shared. Needs gcc and Linux.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import traceback
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "reliability.md"
TABLE = re.compile(r"^\| what is tried .*?(?=\n\n|\Z)", re.M | re.S)
HEADINGS = ("what is tried", "cases", "faults injected", "refused", "losses", "leaks", "tracebacks", "untrue words")
MOST_TOLD = 20

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "hostile")]


class Line(NamedTuple):
    """One line of the table. What is neither a loss nor a leak, nor a traceback, is in `words`."""

    tried: str
    cases: int
    faults: int
    refused: int
    losses: int = 0
    leaks: int = 0
    tracebacks: int = 0
    words: int = 0


def faults(folder: Path, how_many: str) -> list[Line]:
    """Calls of each command that fail."""
    from support.faults.trial import LEAK, LOSS, RAISED, World, cases, tried

    world = World(folder)
    lines = []
    for name in world.scenarios:
        every = cases(world.known(name))
        sorts: Counter[str] = Counter()
        number = refused = 0
        for case in every if how_many == "all" else islice(every, int(how_many)):
            done, wrong = tried(world, name, case)
            number, refused = number + 1, refused + (done.code in (2, 3))
            sorts.update(one.sort for one in wrong)
            for one in wrong:
                tell(f"{name}: {case.how} at {done.failed or case}: {one.what}: {done.said[-200:]!r}")
        known = sorts[LOSS], sorts[LEAK], sorts[RAISED]
        calls = (
            f"{name}: a call fails, of {len(world.known(name).log):,} and {world.known(name).allocations:,} for memory"
        )
        lines.append(Line(calls, number, number, refused, *known, sorts.total() - sum(known)))
        print(lines[-1], flush=True)
    world.server.close()
    return lines


def trees(folder: Path, how_many: int) -> list[Line]:
    """Trees in which a few files are changed."""
    from test_trees import LEAKED, make_whole, try_tree

    whole = make_whole(folder / "data")
    lines = []
    for private in (True, False):
        seeds = range(0 if private else 1, how_many, 2)
        refused, counts = 0, Counter[str]()
        for seed in seeds:
            try:
                refused += not try_tree(whole, private=private, seed=seed)
            except AssertionError as error:
                counts["leak" if LEAKED in str(error) else "loss"] += 1
                tell(f"tree {seed}: {error}")
            except Exception:
                counts["traceback"] += 1
                tell(f"tree {seed}: {traceback.format_exc()}")
        of = "a mutated tree, built for its owner" if private else "a mutated tree, built to be shared"
        lines.append(Line(of, len(seeds), 0, refused, counts["loss"], counts["leak"], counts["traceback"]))
        print(lines[-1], flush=True)
    return lines


def tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def table(lines: list[Line]) -> str:
    """The lines and their sums, in Markdown."""
    sums = [sum(column) for column in zip(*(line[1:] for line in lines), strict=True)]
    rows = [HEADINGS, ["---", *["--:"] * len(sums)], *lines, ["**in all**", *sums]]
    return "\n".join(f"| {' | '.join(f'{c:,}' if isinstance(c, int) else str(c) for c in row)} |" for row in rows)


def main(how_many_faults: str = "all", how_many_trees: str = "10000", *options: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = faults(Path(folder, "faults"), how_many_faults) + trees(Path(folder, "trees"), int(how_many_trees))
    made = table(lines)
    print(made)
    if "--write" in options:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(TABLE.sub(lambda _: made, text), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    main(*sys.argv[1:])
