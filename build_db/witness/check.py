"""The witness has the last word: a finished file that holds what it must not does not get its name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from build_db.errors import CheckFailed
from build_db.ingest.tree import Tree
from build_db.witness.needles import Needles, gather
from build_db.witness.search import Witness

WAY_OUT = "List the missed form under `people` or `terms` in redaction.yml, or under `keep` if it is nobody's name."


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
