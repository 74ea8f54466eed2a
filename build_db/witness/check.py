"""The witness has the last word: a finished file that holds what it must not does not get its name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from build_db.errors import CheckFailed
from build_db.ingest.tree import Tree
from build_db.witness.needles import Needle, Needles, gather
from build_db.witness.search import Hit, Part, Witness
from build_db.workers import InOrder

WAY_OUT = "List the missed form under `people` or `terms` in redaction.yml."
MOST_TOLD = 10


class Leaked(CheckFailed):
    """Something private is in a finished file. The message names rules and places, never a value.

    `hits` hold the values, and `witness` looks for them: both are for the owner alone.
    """

    def __init__(self, hits: list[Hit], witness: Witness) -> None:
        places = sorted({f"{hit.rule} in {hit.place}" for hit in hits})
        more = f"; and {len(places) - MOST_TOLD} more" if len(places) > MOST_TOLD else ""
        super().__init__(f"leak check: {'; '.join(places[:MOST_TOLD])}{more}. {WAY_OUT}")
        self.hits, self.witness = hits, witness

    def explained(self) -> list[str]:
        """For the owner's terminal: each value, where it stands, the file it is from, a line for redaction.yml."""
        lines = []
        for value in sorted({hit.value for hit in self.hits if hit.value}):
            places = ", ".join(sorted({hit.place for hit in self.hits if hit.value == value})[:3])
            needle = self.witness.needle(value)
            lines.append(f"{value!r} in {places}; from {needle.source}; in redaction.yml: {_line(value, needle)}")
        return lines


def _line(value: str, needle: Needle) -> str:
    if needle.rule == "name":
        return f"people: {{{value}: {{aliases: [the form that was missed]}}}}"
    return f"terms: [{value!r}]"


def check_nothing_leaked(outputs: Iterable[Path], trees: Iterable[Tree], wishes: Path | None) -> None:
    """No name, contact, user id, path or secret of the raw trees is in any byte of the outputs.

    :param wishes: the owner's `redaction.yml`, if there is one
    :raises Leaked: it is
    """
    check_clean(outputs, Witness(needles_of(trees, wishes)))


def _hits(part: Part) -> list[Hit]:
    return list(part())


def needles_of(trees: Iterable[Tree], wishes: Path | None) -> Needles:
    """What the raw trees and the owner's `redaction.yml` forbid."""
    trees = list(trees)
    return gather([tree.root for tree in trees], [name for tree in trees for _, name in tree.daemons], wishes)


def check_clean(outputs: Iterable[Path], witness: Witness, in_order: InOrder = map) -> None:
    """The witness finds nothing in any of the outputs.

    :param in_order: looks into the parts of an output
    :raises Leaked: it does
    :raises CheckFailed: it cannot look
    """
    try:
        found = (hits for path in outputs for hits in in_order(_hits, witness.parts(path)))
        hits = sorted({hit for part in found for hit in part})
    except ModuleNotFoundError as error:
        raise CheckFailed(f"leak check: {error}; run: pip install 'build-db[exports]'") from None
    if hits:
        raise Leaked(hits, witness)
