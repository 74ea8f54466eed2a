"""An owner vouches for an export: the checksums of its files, signed with the owner's key."""

from __future__ import annotations

from pathlib import Path

from build_db.exports.archive import CHECKSUMS
from build_db.signatures import SUFFIX, Signer

SIGNATURE = f"{CHECKSUMS}{SUFFIX}"


def sign_checksums(folder: Path, signer: Signer, archive: str, dataset: str) -> None:
    """Write the signature beside the checksums. It proves the name of the archive, too, and tells no time.

    :param archive: the name that the archive will have
    :param dataset: the id of the dataset
    """
    signature = signer.sign((folder / CHECKSUMS).read_bytes(), f"file:{archive}\tdataset:{dataset}")
    (folder / SIGNATURE).write_bytes(signature)
