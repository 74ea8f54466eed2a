"""What is tried to break the tool, and what came of it.

`python benchmarks/reliability.py [faults] [trees] [--ledger FILE] [--minutes N] [--write]` makes the table of
`docs/reliability.md`, and with `--write` puts it there. `faults` is how many calls of each command fail, or `all`;
`trees` how many trees are mutated. The seeds of the trees are 0, 1, 2 and so on; every other one is built as it is
shared. A line of which nothing was tried stays as it was. `--ledger` keeps what came of each case, so that a run that
was ended goes on where it was; `--minutes` begins no new case after so many. Trees come first: they are the quicker.
Needs gcc and Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "reliability.md"
TABLE = re.compile(r"^\| what is tried .*?(?=\n\n|\Z)", re.M | re.S)
HEADINGS = ("what is tried", "cases", "faults injected", "refused", "losses", "leaks", "tracebacks", "untrue words")
MOST_TOLD = 20

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "hostile")]
from support.faults.trial import LEAK, LOSS, RAISED, Case, World, cases, tried  # noqa: E402 - found by the line above
from support.faults.world import scenarios  # noqa: E402
from test_trees import LEAKED, make_whole, try_tree  # noqa: E402


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


class Outcome(NamedTuple):
    """What came of one case: whether it was refused, and the sorts of what went wrong."""

    refused: bool
    wrong: list[str]


class Ledger:
    """What came of each case, kept in a file if there is one: whatever is in it is not tried again.

    :param minutes: so long new cases are begun
    """

    def __init__(self, path: Path | None, minutes: float) -> None:
        self._path, self._end = path, time.monotonic() + 60 * minutes
        lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
        self._known = {(what, case): Outcome(*outcome) for what, case, *outcome in map(json.loads, lines)}

    def outcomes(self, what: str, each: Iterable[str], trial: Callable[[str], Outcome]) -> list[Outcome]:
        """What came of each case, known or tried now, until the time is up."""
        found = []
        for case in each:
            outcome = self._known.get((what, case))
            if outcome is None and time.monotonic() > self._end:
                continue
            found.append(outcome or self._keep(what, case, trial(case)))
        return found

    def _keep(self, what: str, case: str, outcome: Outcome) -> Outcome:
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([what, case, *outcome]) + "\n")
        return outcome


def faults(folder: Path, how_many: str, ledger: Ledger) -> list[Line]:
    """Calls of each command that fail."""
    if how_many == "0":
        return [Line(name, 0, 0, 0) for name in scenarios(folder)]
    world = World(folder)
    lines = []
    for name, scenario_cases in ((name, cases(world.known(name))) for name in world.scenarios):
        chosen = scenario_cases if how_many == "all" else islice(scenario_cases, int(how_many))
        known = {f"{case.how} {case.which}": case for case in chosen}
        outcomes = ledger.outcomes(name, known, partial(failed, world, name, known))
        sorts = Counter(sort for outcome in outcomes for sort in outcome.wrong)
        told = sorts[LOSS], sorts[LEAK], sorts[RAISED]
        of = f"of {len(world.known(name).log):,} and {world.known(name).allocations:,} for memory"
        refused = sum(outcome.refused for outcome in outcomes)
        number = len(outcomes)
        line = Line(f"{name}: a call fails, {of}", number, number, refused, *told, sorts.total() - sum(told))
        print(line, flush=True)
        lines.append(line)
    world.server.close()
    return lines


def failed(world: World, name: str, known: dict[str, Case], case: str) -> Outcome:
    """What came of one call of a command that failed."""
    done, wrong = tried(world, name, known[case])
    for one in wrong:
        tell(f"{name}: {case} at {done.failed}: {one.what}: {done.said[-200:]!r}")
    return Outcome(done.code in (2, 3), [one.sort for one in wrong])


def trees(folder: Path, how_many: int, ledger: Ledger) -> list[Line]:
    """Trees in which a few files are changed."""
    whole = make_whole(folder / "data")

    def trial(seed: str) -> Outcome:
        try:
            return Outcome(not try_tree(whole, private=int(seed) % 2 == 0, seed=int(seed)), [])
        except AssertionError as error:
            tell(f"tree {seed}: {error}")
            return Outcome(False, ["leak" if LEAKED in str(error) else "loss"])
        except Exception:
            tell(f"tree {seed}: {traceback.format_exc()}")
            return Outcome(False, ["traceback"])

    outcomes = ledger.outcomes("tree", map(str, range(how_many)), trial)
    lines = []
    for first, words in enumerate(("built for its owner", "built to be shared")):
        alike = outcomes[first::2]
        sorts = Counter(sort for outcome in alike for sort in outcome.wrong)
        refused = sum(outcome.refused for outcome in alike)
        counts = sorts["loss"], sorts["leak"], sorts["traceback"]
        lines.append(Line(f"a mutated tree, {words}", len(alike), 0, refused, *counts))
        print(lines[-1], flush=True)
    return lines


def tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def table(lines: list[Line]) -> str:
    """The lines and their sums, in Markdown."""
    sums = [sum(column) for column in zip(*(line[1:] for line in lines), strict=True)]
    rows = [HEADINGS, ["---", *["--:"] * len(sums)], *lines, ["**in all**", *sums]]
    return "\n".join(f"| {' | '.join(f'{c:,}' if isinstance(c, int) else str(c) for c in row)} |" for row in rows)


def told_before(text: str) -> dict[str, Line]:
    """The lines of the table in a text, by what was tried."""
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in TABLE.search(text)[0].splitlines()[2:-1]]
    return {what_of(row[0]): Line(row[0], *(int(cell.replace(",", "")) for cell in row[1:])) for row in rows}


def what_of(tried: str) -> str:
    return tried.partition(":")[0]


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("faults", nargs="?", default="all")
    asked.add_argument("trees", nargs="?", type=int, default=10_000)
    asked.add_argument("--ledger", type=Path)
    asked.add_argument("--minutes", type=float, default=float("inf"))
    asked.add_argument("--write", action="store_true")
    wanted = asked.parse_args()
    ledger = Ledger(wanted.ledger, wanted.minutes)
    with tempfile.TemporaryDirectory() as folder:
        spoiled = trees(Path(folder, "trees"), wanted.trees, ledger)
        lines = faults(Path(folder, "faults"), wanted.faults, ledger) + spoiled
    print(table(lines))
    if wanted.write:
        text = DOCUMENT.read_text(encoding="utf-8")
        before = told_before(text)
        made = table([line if line.cases else before.get(what_of(line.tried), line) for line in lines])
        DOCUMENT.write_text(TABLE.sub(lambda _: made, text), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    main()
