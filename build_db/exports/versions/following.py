"""A new version follows the one on offer: what changed, and for each earlier one what is to be taken out of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from build_db.errors import NotNow, UsageError
from build_db.exports.choices import Times
from build_db.exports.rekey import Rekeyer
from build_db.exports.select import Selection
from build_db.exports.steps import Manner, steps_of
from build_db.exports.versions.known import CONVERSATION, NAME, PERSON, Keys, Present, digest_of, entities, gone, tokens
from build_db.exports.versions.ledger import Ledger, Left, Version
from build_db.exports.versions.rows import Noted, Rows, changes
from build_db.exports.versions.taking import left_of
from build_db.exports.withdrawal import FILE, Withdrawal
from build_db.schema import Table

# Reads the rows of an earlier archive without what tombstones name; None if it cannot be had.
Remake = Callable[[Version], Left | None]


class Origin(NamedTuple):
    """What an export was made of, and how."""

    selection: Selection
    rekeyer: Rekeyer
    manner: Manner

    @property
    def ids_told(self) -> bool:
        """Whether changes may name rows: where days are moved, which rows are new would tell how far."""
        return self.manner.times is not Times.SHIFTED

    def new_id(self, table: Table, value: Any) -> str:
        """What the id of a row is in the export."""
        (place,) = (place for place, column in enumerate(table.columns) if column.key)
        step = steps_of(table, self.rekeyer, self.manner)[place]
        return str(step(value) if step else value)


class New(NamedTuple):
    """A new version, as far as it is made."""

    dataset: str
    archive: str
    noted: Noted
    of: Origin


def present_in(
    conn: sqlite3.Connection, selection: Selection, pseudonyms: Iterable[str], withdrawal: Withdrawal
) -> Present:
    """What is in an export.

    :param conn: the served database; `selection` is the last one that was made of it
    :param pseudonyms: those that the build gave
    """
    ids_of: dict[str, tuple[str, ...]] = {}
    for id, name in conn.execute("SELECT id, display_name FROM main.users ORDER BY id"):
        if id in withdrawal.people:
            continue
        ids_of[name] = (*ids_of.get(name, ()), id)
    names = frozenset(pseudonyms) - withdrawal.pseudonyms
    return Present(selection.kept("conversations"), selection.kept("users"), names, ids_of)


def left_here(folder: Path, version: Version) -> Left | None:
    """What is left of an earlier version, if its archive is still in the folder and holds rows.

    :raises NotNow: that cannot be told at the moment
    """
    try:
        return left_of(folder / version.archive, version.dataset, version.gone)
    except NotNow:
        raise
    except UsageError:
        return None


def check_nobody_returns(
    keys: Keys, earlier: Ledger | None, present: Present, withdrawal: Withdrawal, file: Path
) -> None:
    """What the last version took back is taken back for good: a list that was lost or mistyped brings nobody back.

    :param file: `withdrawn.yml`
    :raises UsageError: somebody or something would return, and `restored` does not say so
    """
    if earlier is None or keys.own != earlier.versions[-1].own:
        return
    withdrawn = {*earlier.withdrawn}
    back = [value for kind, value in present.entities() if keys.token("withdrawn", kind, value) in withdrawn]
    if any(value not in withdrawal.restored for value in back):
        raise UsageError(
            f"{file}: {FILE} and redaction.yml no longer name all that an earlier export took back; name it again, or,"
            " if it may come back, list it under `restored`"
        )


def followed(
    keys: Keys,
    earlier: Ledger | None,
    earlier_rows: Rows,
    made: New,
    present: Present,
    withdrawal: Withdrawal,
    remake: Remake,
) -> Ledger:
    """The ledger in which the new version is the last one.

    The same version once more changes nothing.

    :param earlier_rows: those of the last version in the earlier ledger
    """
    versions = [version for version in earlier.versions if version.dataset != made.dataset] if earlier else []
    # Of all earlier archives only the one that is still on offer can be read.
    on_offer = earlier.versions[-1].dataset if earlier else None
    versions = [_without(keys, one, present, remake if one.dataset == on_offer else _lost) for one in versions]
    salt = "".join(made.of.manner.keyed.token("tombstones", half) for half in ("1", "2"))
    renamed = partial(_renamed, made.of.rekeyer)
    own = Version(made.dataset, made.archive, keys.own, salt, entities(keys, salt, salt, present, renamed))
    withdrawn = _withdrawn(keys, earlier, withdrawal)
    if earlier and earlier.versions[-1].dataset == made.dataset:
        return Ledger([*versions, own], earlier.changes, withdrawn)
    told = None
    if earlier and earlier.versions[-1].own == keys.own:
        told = changes(earlier_rows, made.noted, made.of.selection, made.of.new_id, ids_told=made.of.ids_told)
    return Ledger([*versions, own], told, withdrawn)


def _without(keys: Keys, version: Version, present: Present, remake: Remake) -> Version:
    """An earlier version, with what of it is gone by now. What was made with another key stays as it was told."""
    if version.own != keys.own:
        return version
    named = gone(version.entities, tokens(keys, version.salt, present))
    if version.left and version.left.of == digest_of(*named):
        return msgspec.structs.replace(version, gone=named)
    lacking = msgspec.structs.replace(version, gone=named, left=None)
    return msgspec.structs.replace(lacking, left=remake(lacking) if named else None)


def _lost(_: Version) -> None:
    return None


def _renamed(rekeyer: Rekeyer, kind: str, value: str) -> str:
    if kind == CONVERSATION:
        return rekeyer.handle(value)
    return rekeyer.person(value)


def _withdrawn(keys: Keys, earlier: Ledger | None, withdrawal: Withdrawal) -> list[str]:
    """What is taken back by now, and what was before and has not been restored."""
    kinds = ((CONVERSATION, withdrawal.conversations), (PERSON, withdrawal.people), (NAME, withdrawal.pseudonyms))
    now = {keys.token("withdrawn", kind, value) for kind, values in kinds for value in values}
    back = {keys.token("withdrawn", kind, value) for kind, _ in kinds for value in withdrawal.restored}
    return sorted(({*earlier.withdrawn} if earlier else set()) - back | now)
