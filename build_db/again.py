"""The witness called again for a finished file, and a look whether a folder is a vessel's at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from build_db.database.publish import is_ours, is_private
from build_db.database.soundness import check_soundness
from build_db.errors import UsageError
from build_db.household.completeness import check_is_vessel
from build_db.household.wishes import wishes_beside
from build_db.ingest.daemons import find_trees
from build_db.ingest.survey import survey
from build_db.ingest.tree import Tree
from build_db.progress import SILENT, Progress
from build_db.sources import catalogue
from build_db.witness.check import check_clean, needles_of
from build_db.witness.search import Witness


def check_again(
    output: Path, data: Path, exports: Path | None, redaction: Path | None, progress: Progress = SILENT
) -> int:
    """Prove once more that a file is sound and holds nothing that it must not, and so for every file of its exports.

    :returns: how many files were looked at
    :raises UsageError: one of the places is not what it has to be
    :raises CheckFailed: something was found
    """
    trees = vessel(data)
    if not is_ours(output):
        raise UsageError(f"{output}: is no database of this tool; build one first")
    if is_private(output):
        raise UsageError(f"{output}: is private and holds everything; check a file that was built without --private")
    if exports is not None and not exports.is_dir():
        raise UsageError(f"{exports}: no such folder; give the folder of the exports")
    files = [output, *sorted(path for path in exports.rglob("*") if path.is_file())] if exports else [output]
    # Reading the tree takes about as long as searching a file that was made of it.
    sizes = [path.stat().st_size for path in files]
    progress.started(2 * sizes[0] + sum(sizes))
    check_soundness(output)
    progress.advanced(sizes[0])
    witness = Witness(needles_of(trees, redaction or wishes_beside(data)))
    progress.advanced(sizes[0])
    check_clean(_each(files, sizes, progress), witness)
    return len(files)


def _each(files: list[Path], sizes: list[int], progress: Progress) -> Iterator[Path]:
    for file, size in zip(files, sizes, strict=True):
        yield file
        progress.advanced(size)


def vessel(data: Path) -> list[Tree]:
    """The trees of a folder that is a vessel's: with any other, all would seem to be well.

    :raises UsageError: it is none
    """
    trees = find_trees(data)
    check_is_vessel(data, [(tree, list(survey(tree, catalogue()))) for tree in trees])
    return trees
