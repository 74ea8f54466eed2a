"""The command's work: one folder and one archive per daemon, checked before they get their names."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from build_db import __version__
from build_db.check import check_clean, check_soundness, needles_of
from build_db.errors import UsageError
from build_db.exports.archive import CHECKSUMS, sha256, write_archive, write_checksums
from build_db.exports.cards import write_cards
from build_db.exports.cards.subject import DEFAULT_LICENCE, LICENCES, Subject, look
from build_db.exports.database import Advance, Written, write_database
from build_db.exports.gather import Gathered, export_key, gather
from build_db.exports.index import Entry, read_index, write_index
from build_db.exports.linkage import LinkageWitness, gather_served
from build_db.exports.policy import export_policy
from build_db.exports.rekey import Rekeyer, new_values
from build_db.exports.select import Selection
from build_db.exports.served import Daemon, chosen_daemons, listed_pseudonyms, served
from build_db.exports.writers import chat, csv, jsonl, parquet, sql
from build_db.metadata import metadata
from build_db.publish import SHARED_MODE, publish, workshop
from build_db.redaction.keyed import Keyed
from build_db.redaction.people import PeopleFinder, Person, with_pseudonyms
from build_db.redaction.policy import policy
from build_db.schema import SCHEMA_VERSION
from build_db.tree import Tree
from build_db.witness import Needles

# A format is a function from the export's database to files in its folder.
FORMATS: dict[str, Callable[[Path, Path], None]] = {
    "sql": sql.write,
    "jsonl": jsonl.write,
    "csv": csv.write,
    "parquet": parquet.write,
    "conversations": chat.write,
}
SQLITE = "sqlite"


@dataclass(frozen=True)
class Options:
    """What the owner asked for.

    `formats` are names of `FORMATS` and `sqlite`; `trees` and `wishes` are what the first witness reads.
    """

    formats: tuple[str, ...] = (SQLITE, *FORMATS)
    with_usage: bool = False
    k: int = 3
    licence: str = DEFAULT_LICENCE
    language: str = "en"
    trees: tuple[Tree, ...] = ()
    wishes: Path | None = None


@dataclass(frozen=True)
class Exported:
    """One finished export."""

    daemon: str
    archive: Path
    rows: dict[str, int] = field(repr=False)


def export(
    database: Path,
    folder: Path,
    *,
    key: bytes,
    daemons: Sequence[str] = (),
    options: Options = Options(),
    started: Callable[[int], None] = lambda total: None,
    advanced: Advance = lambda rows: None,
) -> list[Exported]:
    """Export daemons of a served database.

    :param folder: gets a folder and an archive per daemon, and `index.json`; earlier ones of the same daemon go
    :param key: the owner's key
    :param daemons: their names; all without one
    :param started: called once with the number of rows to copy
    :param advanced: called with the number of rows copied since the last call
    :raises UsageError: nothing was touched
    :raises CheckFailed: an export was not sound or not clean and was thrown away; earlier ones in the list stay
    """
    if "parquet" in options.formats:
        parquet.check_installed()
    with served(database) as conn:
        chosen = chosen_daemons(conn, daemons)
        _check_folder(folder, chosen)
        needles = needles_of(options.trees, options.wishes) if options.trees else Needles({}, {})
        started(sum(_size(conn, daemon) for daemon in chosen))
        folder.mkdir(exist_ok=True)
        return [_export_one(conn, daemon, folder, key, options, needles, advanced) for daemon in chosen]


def _size(conn: sqlite3.Connection, daemon: Daemon) -> int:
    selection = Selection(conn, daemon)
    return sum(selection.count(table) for table in selection.tables)


def _check_folder(folder: Path, daemons: Iterable[Daemon]) -> None:
    if not folder.exists() and not folder.resolve().parent.is_dir():
        raise UsageError(f"{folder}: its folder does not exist; make it first")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; name a folder for the exports")
    for daemon in daemons:
        place = folder / daemon.name
        if place.exists() and not (place / CHECKSUMS).is_file():
            raise UsageError(f"{place}: exists and was not made by this tool; move it away or name another folder")


def _export_one(
    conn: sqlite3.Connection,
    daemon: Daemon,
    folder: Path,
    key: bytes,
    options: Options,
    needles: Needles,
    advanced: Advance,
) -> Exported:
    pseudonyms = listed_pseudonyms(conn)
    selection = Selection(conn, daemon)
    gathered = gather(selection)
    keyed = export_key(key, daemon, gathered.digest, f"usage {options.with_usage} k {options.k}")
    rekeyer = _rekeyer(conn, daemon, pseudonyms, gathered, keyed, options)
    facts = _facts(daemon, keyed, options)
    with workshop(folder / daemon.name) as workbench:
        made = workbench / daemon.name
        made.mkdir()
        written = write_database(
            workbench / "export.db",
            selection,
            rekeyer,
            facts,
            with_usage=options.with_usage,
            k=options.k,
            advanced=advanced,
        )
        check_soundness(workbench / "export.db")
        subject = _subject(workbench / "export.db", daemon, facts["export"], rekeyer.counts, written, options)
        for name in (name for name in FORMATS if name in options.formats):
            FORMATS[name](workbench / "export.db", made)
        if SQLITE in options.formats:
            (workbench / "export.db").rename(made / f"{daemon.name}.db")
            (made / "metadata.yml").write_text(metadata(daemon.name), encoding="utf-8")
        write_cards(subject, made)
        write_checksums(made)
        archive = workbench / f"{daemon.name}-v{SCHEMA_VERSION}-{subject.last}.zip"
        write_archive(made, archive, daemon.name)
        # The archive holds every file of the folder, so one look at it is a look at both.
        check_clean([archive], LinkageWitness(needles, gather_served(conn, daemon.id, pseudonyms)))
        entry = Entry(
            file=archive.name,
            daemon=daemon.name,
            bytes=archive.stat().st_size,
            sha256=sha256(archive),
            data_date=subject.last,
            schema_version=SCHEMA_VERSION,
            formats=list(subject.formats),
            removed={},
        )
        _publish(made, archive, folder, entry, workbench)
    return Exported(daemon.name, folder / entry.file, written.rows)


def _rekeyer(
    conn: sqlite3.Connection, daemon: Daemon, pseudonyms: list[str], gathered: Gathered, keyed: Keyed, options: Options
) -> Rekeyer:
    names = [name for (name,) in conn.execute("SELECT name FROM daemons ORDER BY rowid")]
    people = with_pseudonyms((Person(p, (p,)) for p in pseudonyms), keyed, {name.casefold() for name in names})
    left_out = () if options.with_usage else export_policy().usage_keys
    return Rekeyer(keyed, PeopleFinder(people, keyed, names), new_values(gathered.opaque, keyed), left_out)


def _subject(
    database: Path, daemon: Daemon, dataset: str, counts: Mapping[str, int], written: Written, options: Options
) -> Subject:
    (first, last), tables, figures = look(database)
    return Subject(
        daemon=daemon.name,
        dataset=dataset,
        licence=LICENCES[options.licence],
        language=options.language,
        formats=tuple(name for name in (SQLITE, *FORMATS) if name in options.formats),
        with_usage=options.with_usage,
        first=first,
        last=last,
        tables=tables,
        figures=figures,
        counts=counts,
        k=options.k,
        people=written.people,
    )


def _facts(daemon: Daemon, keyed: Keyed, options: Options) -> dict[str, Any]:
    return {
        "tool": f"build_db {__version__}",
        "schema_version": str(SCHEMA_VERSION),
        "privacy": "redacted",
        "policy": policy().digest,
        "daemons": daemon.name,
        "export": keyed.uuid("dataset", daemon.name),
        "usage": "kept" if options.with_usage else "left out",
        "k": str(options.k),
    }


def _publish(made: Path, archive: Path, folder: Path, entry: Entry, workbench: Path) -> None:
    """Give folder, archive and index their names. Each step is one rename: nothing half-written is ever visible."""
    index = read_index(folder)
    earlier = [e.file for e in index if e.daemon == entry.daemon and e.file != entry.file]
    write_index(workbench / "index.json", [*(e for e in index if e.daemon != entry.daemon), entry])
    place = folder / made.name
    for path in made.rglob("*"):
        path.chmod(0o755 if path.is_dir() else SHARED_MODE)
    made.chmod(0o755)
    if place.exists():
        place.rename(workbench / "earlier")
    made.rename(place)
    publish(archive, folder / entry.file, private=False)
    publish(workbench / "index.json", folder / "index.json", private=False)
    for name in earlier:
        (folder / name).unlink(missing_ok=True)
