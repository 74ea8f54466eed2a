"""The command's work: every tree made or kept, then one dataset of all that are finished."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from build_db.errors import UsageError
from build_db.exports.dataset import ABOUT, check_dataset, take_over
from build_db.exports.index import read_index
from build_db.exports.origin import DATASET
from build_db.exports.place import alone_in
from build_db.exports.swap import put
from build_db.many.engines import Engine
from build_db.many.listing import Listed
from build_db.many.one import EXPORTS, FINISHED, Manner, Outcome, Task, make
from build_db.scratch import scratch

TEXT = """# All daemons of all trees as one dataset

`<table>/daemon=<tree>.<daemon>/<table>.parquet`: every table for every daemon of every tree that is finished, with the
same columns and types, also where a table is empty. Times are texts. Ids are those of the archives: what is counted
from 1, such as the ids of messages, is so for each daemon, and `daemon` tells them apart.

```sql
SELECT daemon, role, count(*) FROM read_parquet('messages/*/*.parquet', hive_partitioning = true) GROUP BY ALL;
```

Licence, dataset card and what was removed: in each daemon's archive.
"""


class Result(NamedTuple):
    """Outcomes in the order of the list, the parts of the dataset, and folders of trees that are listed no more."""

    outcomes: list[Outcome]
    parts: list[str]
    unlisted: list[str]


def run(
    trees: Sequence[Listed],
    out: Path,
    manner: Manner,
    engine: Engine,
    finished: Callable[[Outcome], None] = lambda outcome: None,
) -> Result:
    """Make every tree, and the dataset of those that are finished.

    :param out: gets a folder for each tree, and `dataset/`
    :param finished: is told of each outcome as it comes
    :raises UsageError: nothing was touched
    :raises Busy: another run is at work in the folder, and nothing was touched
    :raises OSError: the dataset cannot be made; what is finished stays so
    """
    check_dataset(out)
    out.mkdir(exist_ok=True)
    with alone_in(out):
        outcomes = {}
        for outcome in engine(make, [Task(tree, out.resolve() / tree.name, manner) for tree in trees]):
            outcomes[outcome.name] = outcome
            finished(outcome)
        told = [outcomes[tree.name] for tree in trees]
        parts = renew(out, [outcome for outcome in told if outcome.state != "failed"])
        unlisted = sorted(path.parent.name for path in out.glob(f"*/{FINISHED}") if path.parent.name not in outcomes)
    return Result(told, parts, unlisted)


def check_place(out: Path) -> None:
    """Refuse a folder in which nothing can be made.

    :raises UsageError: it is none, or lies in none
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; name a folder")
    if not out.resolve().parent.is_dir():
        raise UsageError(f"{out}: its folder does not exist; make it first")


def renew(out: Path, outcomes: Sequence[Outcome]) -> list[str]:
    """Put the dataset of these trees in place, in one step; returns the names of its parts.

    Two trees may both have a daemon called so: a part is called by both names, always, so that none is ever renamed.
    """
    with scratch(out / DATASET) as workbench:
        made, parts = workbench / DATASET, list[str]()
        made.mkdir()
        (made / ABOUT).write_text(TEXT, encoding="utf-8", newline="\n")
        for outcome in outcomes:
            exports = out / outcome.name / EXPORTS
            entries = [entry for entry in read_index(exports) if entry.daemon in outcome.daemons]
            parts += take_over(exports / DATASET, made, entries, f"{outcome.name}.")
        if parts or (out / DATASET).exists():
            os.sync()  # every file in it is on the disk by another name; this is for as many folders
            put(made, out / DATASET)
    return parts
