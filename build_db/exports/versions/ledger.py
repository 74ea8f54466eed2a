"""The ledger of a daemon's versions, `.<daemon>.versions.json` beside its archives: for its owner alone.

It holds no word and no id of anybody: what it knows things by is keyed (see `known.py`). It is not for giving away all
the same, and readable by its owner only.

Its first line is an object with everything but the rows of the last version; each further line is one with some rows of
a table, so that nobody needs to hold them all. Before, they were in the first line, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from build_db.errors import UsageError
from build_db.exports.versions.known import Entity
from build_db.exports.versions.rows import Change, Rows

Told = TypeVar("Told")


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
    :param withdrawn: what its owner had taken back by then
    """

    versions: list[Version]
    changes: dict[str, Change] | None
    withdrawn: list[str]


def ledger_name(daemon: str) -> str:
    """The name of a ledger; `daemon` is what its files are called."""
    return f".{daemon}.versions.json"


def read_ledger(folder: Path, daemon: str) -> Ledger | None:
    """The ledger of a daemon, None if it was never exported here.

    :raises UsageError: it is damaged
    """
    path = folder / ledger_name(daemon)
    return _decoded(path, _first(path), Ledger) if path.exists() else None


def rows_in(folder: Path, daemon: str) -> Iterator[tuple[str, str]]:
    """The rows of the last version in a daemon's ledger.

    :raises UsageError: it is damaged
    """
    path = folder / ledger_name(daemon)
    yield from _decoded(path, _first(path), _WithRows).rows.items()
    with path.open("rb") as file:
        for line in islice(file, 1, None):
            yield from _decoded(path, line, dict[str, str]).items()


def write_ledger(path: Path, ledger: Ledger, rows: Rows) -> None:
    """Write it.

    :param rows: those of the last version
    """
    with path.open("wb") as file:
        file.write(msgspec.json.encode(ledger) + b"\n")
        file.writelines(msgspec.json.encode({table: tokens}) + b"\n" for table, tokens in rows)


class _WithRows(msgspec.Struct, frozen=True):
    """What the first line of a ledger held before."""

    rows: dict[str, str] = {}


def _first(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline()


def _decoded(path: Path, line: bytes, type: type[Told]) -> Told:
    try:
        return msgspec.json.decode(line, type=type)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        way_out = "take it from a backup, or move it away; without it older copies cannot be told what was withdrawn"
        raise UsageError(f"{path}: is no ledger of versions; {way_out}") from None
