"""Looks at a finished file as a stranger would, before it gets its name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from build_db.errors import CheckFailed
from build_db.needles import Needles, gather
from build_db.tree import Tree
from build_db.witness import Witness

COUNTED = "rows."
WAY_OUT = "List the missed form under `people` or `terms` in redaction.yml, or under `keep` if it is nobody's name."


def check_soundness(path: Path) -> None:
    """Keys hold, pages are whole, and every table has the rows that the build counted.

    :raises CheckFailed: with the first thing that is wrong
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        broken = conn.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise CheckFailed(f"foreign key check: {broken[0]} row {broken[1]} refers to a missing row in {broken[2]}")
        found = conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise CheckFailed(f"integrity check: {found}")
        for key, value in conn.execute("SELECT key, value FROM build_info WHERE key LIKE ?", [f"{COUNTED}%"]):
            table = key.removeprefix(COUNTED)
            (rows,) = conn.execute(f"SELECT count(*) FROM [{table}]").fetchone()
            if rows != int(value):
                raise CheckFailed(f"count check: {table} has {rows} rows, {value} were taken in")


def check_nothing_leaked(outputs: Iterable[Path], trees: Iterable[Tree], wishes: Path | None) -> None:
    """No name, contact, user id, path or secret of the raw trees is in any byte of the outputs.

    :param wishes: the owner's `redaction.yml`, if there is one
    :raises CheckFailed: naming rules and places, never a value
    """
    check_clean(outputs, Witness(needles_of(trees, wishes)))


def needles_of(trees: Iterable[Tree], wishes: Path | None) -> Needles:
    """What the raw trees and the owner's `redaction.yml` forbid."""
    trees = list(trees)
    return gather([tree.root for tree in trees], [tree.name for tree in trees], wishes)


def check_clean(outputs: Iterable[Path], witness: Witness) -> None:
    """The witness finds nothing in any of the outputs.

    :raises CheckFailed: naming rules and places, never a value
    """
    try:
        hits = sorted({hit for path in outputs for hit in witness.search(path)})
    except ModuleNotFoundError as error:
        raise CheckFailed(f"leak check: {error}; run: pip install 'build-db[exports]'") from None
    if hits:
        shown = "; ".join(f"{hit.rule} in {hit.place}" for hit in hits[:10])
        more = f"; and {len(hits) - 10} more" if len(hits) > 10 else ""
        raise CheckFailed(f"leak check: {shown}{more}. {WAY_OUT}")
