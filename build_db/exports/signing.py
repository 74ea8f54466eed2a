"""An owner vouches for an export: the checksums of its files, signed with the owner's key."""

from __future__ import annotations

from pathlib import Path

from build_db.exports.archive import CHECKSUMS
from build_db.signatures import SUFFIX, Signer

SIGNATURE = f"{CHECKSUMS}{SUFFIX}"
# What a signature says besides the checksums.
NAMED, APART = "file:", "\t"


def sign_checksums(folder: Path, signer: Signer, archive: str, dataset: str) -> None:
    """Write the signature beside the checksums. It proves the name of the archive, too, and tells no time.

    :param archive: the name that the archive will have
    :param dataset: the id of the dataset
    """
    signature = signer.sign((folder / CHECKSUMS).read_bytes(), f"{NAMED}{archive}{APART}dataset:{dataset}")
    (folder / SIGNATURE).write_bytes(signature)


def name_in(comment: str) -> str:
    """The name under which an archive was signed; empty if the signature names none."""
    named = comment.partition(APART)[0]
    return named.removeprefix(NAMED) if named.startswith(NAMED) else ""
