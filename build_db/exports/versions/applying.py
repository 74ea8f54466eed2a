"""`apply-withdrawals`: an older archive becomes one without what was withdrawn since. Needs no key and no other file.

Every file is made anew from what is left of the rows, but for the figures of attacks, which need the served file: they
stay, and say so. What comes out is the same bytes for everybody who does it with the same version of the tool.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import fill
from typing import Any, NamedTuple

import msgspec

from build_db.contract import Fact
from build_db.database.soundness import check_soundness
from build_db.errors import CheckFailed, UsageError
from build_db.exports.archive import BROKEN, sha256, write_archive, write_checksums
from build_db.exports.cards import removed as removed_card
from build_db.exports.cards import risk as risk_card
from build_db.exports.cards import write_cards
from build_db.exports.cards.subject import Subject, look
from build_db.exports.choices import FORMATS, LICENCES, Times
from build_db.exports.formats import check_formats, write_formats
from build_db.exports.linkage import LinkageWitness, Served
from build_db.exports.risk.attacks import ATTACKS, ATTRIBUTES, RARE_WORDS
from build_db.exports.risk.measure import Figure, Share
from build_db.exports.versions.copies import Copy, database_of, unpacked
from build_db.exports.versions.taking import Taken, dataset_without, take
from build_db.exports.versions.told import (
    CHANGES,
    TOMBSTONES,
    WIDTH,
    WORDS,
    Settings,
    Stone,
    Stones,
    write_settings,
)
from build_db.scratch import scratch, sync
from build_db.witness.check import check_clean
from build_db.witness.lists import common, everyday
from build_db.witness.needles import Needle, Needles
from build_db.witness.writing import plain

LARGEST_LIST = 64 << 20
BEFORE = (
    "What was withdrawn since was taken out later. The figures here are those of the dataset `{}`, from before, and"
    " count what is no more here: they cannot be made again without the file that it was made from."
)
NOT_COUNTED = (
    "What was withdrawn since was taken out of the dataset `{}`. Placeholders below are counted in what is left; how"
    " often names were replaced is not counted again."
)


class Applied(NamedTuple):
    """What was done to a copy.

    :param removed: how many conversations, people and rows went; nothing if nothing was to be taken out
    :param checked: whether what is left was compared with what its owner expects
    :param sha256: of the new archive
    """

    removed: dict[str, int]
    checked: bool
    sha256: str


def apply(old: Path, newer: Path) -> Applied:
    """Take out of an older archive what a newer one says was withdrawn, and put it in its place in one step.

    :param newer: a newer archive of the same daemon, or the `TOMBSTONES.json` of one
    :raises UsageError: one of them is something else, or they do not belong together; nothing was changed
    :raises CheckFailed: what came out is not as it must be; nothing was changed
    """
    stones = read_stones(newer)
    with scratch(old) as workbench:
        for name in ("old", "rows", "new"):
            (workbench / name).mkdir()
        copy = unpacked(old, workbench / "old")
        stone = _stone(old, copy, newer, stones)
        if not stone.gone or copy.settings.dataset == dataset_without(copy, stone.gone):
            return Applied({}, False, sha256(old))
        check_formats(copy.settings.formats)
        database, by = database_of(copy, workbench / "rows")
        taken = take(copy, database, by, stone.gone, workbench / "left.db")
        checked = _check_left(old, stone, taken)
        made = workbench / "new" / copy.folder.name
        made.mkdir()
        _write(copy, taken, stones, workbench / "left.db", made)
        archive = workbench / "new.zip"
        write_archive(made, archive, made.name)
        _check_gone(archive, taken)
        archive.chmod(old.stat().st_mode & 0o777)
        sync(archive)
        digest = sha256(archive)
        archive.replace(old)
    return Applied(taken.removed, checked, digest)


def read_stones(path: Path) -> Stones:
    """The tombstones that an archive holds, or a file out of one.

    :raises UsageError: there are none
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such file; name a newer archive, or its {TOMBSTONES}")
    try:
        return msgspec.json.decode(_list_in(path), type=Stones)
    except (msgspec.MsgspecError, UnicodeDecodeError, *BROKEN):
        raise UsageError(f"{path}: is no {TOMBSTONES} of an export, and no archive with one") from None


def _list_in(path: Path) -> bytes:
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            return file.read(LARGEST_LIST)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.count("/") == 1 and name.endswith(f"/{TOMBSTONES}"):
                with archive.open(name) as packed:
                    return packed.read(LARGEST_LIST)
    return b""


def _stone(old: Path, copy: Copy, newer: Path, stones: Stones) -> Stone:
    settings = copy.settings
    if settings.daemon != stones.daemon:
        raise UsageError(f"{newer}: is of {stones.daemon}, and {old} of {settings.daemon}; name a newer one of hers")
    if settings.origin == stones.dataset:
        raise UsageError(f"{newer}: tells of versions before {old}, which is the same one; name a newer archive")
    for stone in stones.versions:
        if stone.dataset == settings.origin:
            return stone
    raise UsageError(f"{newer}: does not know {old}: it is the older of the two, or comes from another folder")


def _check_left(old: Path, stone: Stone, taken: Taken) -> bool:
    """Whether the rows that are left are what the owner found to be left of the same archive.

    :raises CheckFailed: they are others
    """
    expected = stone.left
    if expected is None or expected.by != taken.left.by:
        return False
    if expected != taken.left:
        raise CheckFailed(
            f"{old}: what is left is not what must be left of it; use the tool's version that exported it"
        )
    return True


def _check_gone(archive: Path, taken: Taken) -> None:
    """Nothing that was named is in any byte of what came out.

    :raises Leaked: it is
    """
    gone = taken.withdrawal
    ids = {id.lower().encode(): "id" for id in (*gone.conversations, *gone.people)}
    # As in an export: a pseudonym that is also a word is replaced only where it stands as a name.
    names = frozenset(plain(name) for name in gone.pseudonyms) - everyday() - common()
    needles = Needles({}, {id.decode(): Needle("withdrawn id") for id in ids})
    check_clean([archive], LinkageWitness(needles, Served(ids, names, frozenset())))


def _write(copy: Copy, taken: Taken, stones: Stones, database: Path, made: Path) -> None:
    """Every file of the new archive."""
    check_soundness(database)
    settings = _settings(copy.settings, taken)
    subject = _subject(copy, taken, settings, database)
    write_formats(settings.formats, database, made)
    write_cards(subject, made)
    _say_before(made / risk_card.IN_WORDS, BEFORE.format(copy.settings.dataset))
    _say_before(made / removed_card.FILE, NOT_COUNTED.format(copy.settings.dataset))
    told = json.loads((made / risk_card.FILE).read_text(encoding="utf-8"))
    told["measured"] = {"dataset": copy.settings.dataset, "note": BEFORE.format(copy.settings.dataset)}
    _write_json(made / risk_card.FILE, told)
    write_settings(settings, made)
    if (copy.folder / TOMBSTONES).is_file():
        (made / TOMBSTONES).write_bytes((copy.folder / TOMBSTONES).read_bytes())
    by = {"dataset": stones.dataset, "withdrawals": taken.left.of}
    origin = {"dataset": settings.dataset, "made_from": copy.settings.dataset, "told_by": by, "removed": taken.removed}
    _write_json(made / CHANGES, origin)
    (made / WORDS).write_text(_in_words(copy.settings, settings, stones, taken), encoding="utf-8", newline="\n")
    write_checksums(made)


def _settings(old: Settings, taken: Taken) -> Settings:
    removed = {what: old.removed.get(what, 0) + number for what, number in taken.removed.items()}
    return msgspec.structs.replace(old, dataset=taken.facts[Fact.EXPORT], removed=removed)


def _subject(copy: Copy, taken: Taken, settings: Settings, database: Path) -> Subject:
    (first, last), tables, figures, start = look(database)
    facts = taken.facts
    times = Times(facts[Fact.TIMES])
    return Subject(
        daemon=settings.daemon,
        dataset=settings.dataset,
        licence=LICENCES[settings.licence],
        language=facts[Fact.LANGUAGE],
        formats=tuple(name for name in FORMATS if name in settings.formats),
        with_usage=facts[Fact.USAGE] == "kept",
        times=times,
        words=facts[Fact.WORDS] == "kept",
        people_told=facts[Fact.PEOPLE] == "kept",
        first=first,
        last=last,
        tables=tables,
        figures=figures,
        counts=taken.counts,
        k=int(facts[Fact.K]),
        people=taken.written.people,
        removed=settings.removed,
        start=start,
        risk=_risk(copy),
        # Its owner signed and named another one.
        publisher=replace(settings.publisher, doi=""),
        built=settings.built,
        looked_for=settings.looked_for,
        with_tree=settings.with_tree,
        signed_by="",
    )


def _risk(copy: Copy) -> Sequence[Figure]:
    """The figures of the older copy."""
    known = {attack.name: attack for attack in (*ATTACKS, RARE_WORDS, ATTRIBUTES)}
    try:
        told = json.loads((copy.folder / risk_card.FILE).read_text(encoding="utf-8"))["attacks"]
        return [
            Figure(known[one["attack"]], *(Share(part["joined"], part["records"]) for part in (one, one["control"])))
            for one in told
        ]
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(f"{copy.folder.name}: {risk_card.FILE} is missing or damaged; download it once more") from None


def _say_before(path: Path, note: str) -> None:
    """Put a note below the title of a card."""
    title, rest = path.read_text(encoding="utf-8").split("\n", 1)
    path.write_text(f"{title}\n\n{fill(note, WIDTH)}\n{rest}", encoding="utf-8", newline="\n")


def _in_words(old: Settings, new: Settings, stones: Stones, taken: Taken) -> str:
    rows = "\n".join(f"| {what} | {number:,} |" for what, number in taken.removed.items())
    told = (
        f"This copy was made from the dataset `{old.dataset}` by taking out what was withdrawn since, as `{TOMBSTONES}`"
        f" of the dataset `{stones.dataset}` says. It is the dataset `{new.dataset}`."
    )
    return f"# What changed\n\n{fill(told, WIDTH)}\n\n| taken out | |\n|---|---:|\n{rows}\n"


def _write_json(path: Path, told: Any) -> None:
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
