"""The ledger of a daemon's versions, `.<daemon>.versions.json` beside its archives: for its owner alone.

It holds no word and no id of anybody: what it knows things by is keyed (see `known.py`). It is not for giving away all
the same, and readable by its owner only.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from build_db.errors import UsageError
from build_db.exports.versions.known import Entity
from build_db.exports.versions.rows import Change, Rows


class Left(msgspec.Struct, frozen=True):
    """The rows of a version without what was withdrawn, as one digest.

    :param of: for which withdrawals, as one digest
    :param by: what they were read from: `rows`, or `parquet`, which knows fewer ways to write a time
    """

    of: str
    by: str
    sha256: str


class Version(msgspec.Struct, frozen=True):
    """One version that was on offer.

    :param dataset: its id
    :param archive: what its archive was called
    :param own: with which key it was made
    :param salt: what its tombstones are salted with
    :param gone: the tombstones of what was withdrawn since
    """

    dataset: str
    archive: str
    own: str
    salt: str
    entities: list[Entity]
    gone: list[str] = []
    left: Left | None = None


class Ledger(msgspec.Struct, frozen=True):
    """All versions in order, the last of which is on offer.

    :param changes: since the version before the last; None if it cannot be told
    :param rows: those of the last version
    :param withdrawn: what its owner had taken back by then
    """

    versions: list[Version]
    changes: dict[str, Change] | None
    rows: Rows
    withdrawn: list[str]


def ledger_name(daemon: str) -> str:
    """The name of a ledger; `daemon` is what its files are called."""
    return f".{daemon}.versions.json"


def read_ledger(folder: Path, daemon: str) -> Ledger | None:
    """The ledger of a daemon, None if it was never exported here.

    :raises UsageError: it is damaged
    """
    path = folder / ledger_name(daemon)
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Ledger)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        way_out = "take it from a backup, or move it away; without it older copies cannot be told what was withdrawn"
        raise UsageError(f"{path}: is no ledger of versions; {way_out}") from None


def write_ledger(path: Path, ledger: Ledger) -> None:
    """Write it."""
    path.write_bytes(msgspec.json.encode(ledger) + b"\n")
