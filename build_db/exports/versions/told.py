"""What an archive tells of its version: `VERSION.json`, `CHANGES.md`, `CHANGES.json` and `TOMBSTONES.json`."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import fill
from typing import Any

import msgspec

from build_db.exports.cards.subject import Subject
from build_db.exports.origin import Built
from build_db.exports.publisher import Publisher
from build_db.exports.versions.known import digest_of
from build_db.exports.versions.ledger import Ledger, Left
from build_db.exports.versions.rows import Change
from build_db.schema import SCHEMA_VERSION

VERSION, WORDS, CHANGES, TOMBSTONES = "VERSION.json", "CHANGES.md", "CHANGES.json", "TOMBSTONES.json"
WIDTH = 120
FIRST = "This is the first version, or the earlier ones are not known: there is nothing to compare it with."
OTHER_KEY = "The earlier version was made with another key, or before this could be told: the two cannot be compared."
COUNTED = """
A row with an id that is in both versions has stayed, and has changed if anything in it has, in the file that the
versions were made of: it may be less than this version tells. Rows without an id of their own, such as messages, are
the same if all of them is.
"""
IDS = "`CHANGES.json` also lists the ids of rows that came and changed in tables of the daemon's own writings."
PEOPLE = (
    "Of rows about people and conversations it is not told which came: it would tell when. Of what went, numbers alone."
)
TAKEN = """
`TOMBSTONES.json` names, salted, the conversations and people of earlier versions that are in this one no more. Whoever
holds an earlier archive takes them out of it, and needs this archive and no key:
"""


class Settings(msgspec.Struct, frozen=True):
    """What `VERSION.json` holds: which version it is, and how to make its files again.

    :param origin: the dataset that tombstones know it as: its own id, or that of the copy from which it was made
    :param predecessor: the dataset id and the archive of the version before, if one is known
    :param salt: what tombstones of this version are salted with
    :param removed: how many conversations, people and rows the owner took back
    :param built: what the served file says of its build
    :param looked_for: how many values the witness looked for, by rule; `with_tree` says whether of the data tree, too
    """

    dataset: str
    origin: str
    daemon: str
    schema_version: int
    salt: str
    formats: tuple[str, ...]
    licence: str
    removed: dict[str, int]
    publisher: Publisher
    built: Built
    looked_for: dict[str, int]
    with_tree: bool
    predecessor: dict[str, str] | None = None


class Stone(msgspec.Struct, frozen=True):
    """An earlier version in `TOMBSTONES.json`: what is to be taken out, and what must be left if that is known."""

    dataset: str
    archive: str
    gone: tuple[str, ...]
    left: Left | None = None


class Stones(msgspec.Struct, frozen=True):
    """What `TOMBSTONES.json` holds; `dataset` is the version that tells it."""

    daemon: str
    dataset: str
    versions: tuple[Stone, ...]


def write_version(ledger: Ledger, folder: Path, subject: Subject) -> None:
    """Write what the last version of a ledger, which is `subject`, tells."""
    *earlier, own = ledger.versions
    before = earlier[-1] if earlier else None
    predecessor = {"dataset": before.dataset, "archive": before.archive} if before else None
    settings = Settings(
        dataset=own.dataset,
        origin=own.dataset,
        daemon=subject.daemon,
        schema_version=SCHEMA_VERSION,
        salt=own.salt,
        formats=subject.formats,
        licence=subject.licence.spdx,
        removed=dict(subject.removed),
        publisher=subject.publisher,
        built=subject.built,
        looked_for=dict(subject.looked_for),
        with_tree=subject.with_tree,
        predecessor=predecessor,
    )
    stones = [Stone(one.dataset, one.archive, tuple(one.gone), one.left) for one in earlier]
    tables = ledger.changes or {}
    write_settings(settings, folder)
    _write(folder / TOMBSTONES, msgspec.to_builtins(Stones(subject.daemon, own.dataset, tuple(stones))))
    told = {"dataset": own.dataset, "predecessor": predecessor, "compared": ledger.changes is not None}
    _write(folder / CHANGES, {**told, "tables": {name: _as_told(one) for name, one in tables.items()}})
    (folder / WORDS).write_text(_in_words(ledger), encoding="utf-8", newline="\n")


def write_settings(settings: Settings, folder: Path) -> None:
    """Write `VERSION.json`."""
    _write(folder / VERSION, msgspec.to_builtins(settings))


def withdrawals(gone: list[str] | tuple[str, ...]) -> str:
    """Which withdrawals are meant, as one digest."""
    return digest_of(*gone)


def _as_told(change: Change) -> dict[str, Any]:
    counts = {"came": change.came, "changed": change.changed, "went": change.went}
    ids = {"came_ids": list(change.came_ids), "changed_ids": list(change.changed_ids)}
    return {**counts, **{name: listed for name, listed in ids.items() if listed}}


def _in_words(ledger: Ledger) -> str:
    *earlier, own = ledger.versions
    text = f"# What changed\n\nDataset `{own.dataset}`"
    text += f" follows `{earlier[-1].dataset}` (`{earlier[-1].archive}`).\n" if earlier else ".\n"
    if ledger.changes is None:
        text += f"\n{OTHER_KEY if earlier else FIRST}\n"
    else:
        rows = "\n".join(
            f"| {name} | {one.came:,} | {one.changed:,} | {one.went:,} |" for name, one in ledger.changes.items()
        )
        ids = IDS if any(one.came_ids or one.changed_ids for one in ledger.changes.values()) else ""
        table = f"| table | came | changed | went |\n|---|---:|---:|---:|\n{rows}\n" if rows else "No row differs.\n"
        text += f"\n{table}\n{fill(' '.join((COUNTED.strip().replace(chr(10), ' '), ids, PEOPLE)), WIDTH)}\n"
    taken = [one for one in earlier if one.gone]
    if taken:
        rows = "\n".join(f"| `{one.archive}` | `{one.dataset}` | {len(one.gone):,} |" for one in taken)
        text += f"""
## Taken back since

{fill(TAKEN.strip().replace(chr(10), " "), WIDTH)}

```sh
python -m build_db apply-withdrawals OLD.zip NEW.zip
```

| older copy | dataset | tombstones |
|---|---|---:|
{rows}
"""
    return text


def _write(path: Path, told: Any) -> None:
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
