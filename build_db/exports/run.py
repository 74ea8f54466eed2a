"""The command's work: one folder and one archive per daemon, checked before they get their names."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from build_db import __version__
from build_db.contract import WITHDRAWN as GONE
from build_db.contract import Fact, Privacy
from build_db.database.soundness import check_soundness
from build_db.errors import CheckFailed
from build_db.exports.archive import sha256, write_archive, write_checksums
from build_db.exports.cards import write_cards
from build_db.exports.cards.subject import Subject, look
from build_db.exports.choices import DEFAULT_LICENCE, DEFAULT_TIMES, FORMATS, LICENCES, SQLITE, Times
from build_db.exports.copying import Advance, Written, unheard, write_database
from build_db.exports.dataset import renewed
from build_db.exports.formats import check_formats, write_formats
from build_db.exports.index import Entry
from build_db.exports.linkage import LinkageWitness, gather_served
from build_db.exports.opaque import Opaque
from build_db.exports.origin import DATASET, Daemon, built, chosen_daemons, listed_pseudonyms, served
from build_db.exports.place import alone_in, archive_name, check_place, put_in_place
from build_db.exports.publisher import FILE as PUBLISHER
from build_db.exports.publisher import Publisher, check_names_nobody, read_publisher
from build_db.exports.rekey import Rekeyer
from build_db.exports.risk.levels import Level, holds, in_the_way, levels
from build_db.exports.risk.measure import Figure, measured
from build_db.exports.select import Selection
from build_db.exports.signing import sign_checksums
from build_db.exports.steps import Manner
from build_db.exports.survey import export_key, gather
from build_db.exports.treatments import export_policy
from build_db.exports.versions.following import New, Origin, check_nobody_returns, followed, left_here, present_in
from build_db.exports.versions.known import Keys
from build_db.exports.versions.ledger import Ledger, ledger_name, read_ledger, rows_in, write_ledger
from build_db.exports.versions.rows import Noted
from build_db.exports.versions.told import write_version
from build_db.exports.withdrawal import FILE as WITHDRAWN
from build_db.exports.withdrawal import Withdrawal, read_withdrawal
from build_db.heap import hand_back
from build_db.ingest.tree import Tree
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person, with_pseudonyms
from build_db.schema import SCHEMA_VERSION
from build_db.scratch import scratch
from build_db.signatures import Signer
from build_db.witness.check import check_clean, needles_of
from build_db.witness.needles import Needles


@dataclass(frozen=True)
class ExportOptions:
    """What the owner asked for.

    `k` people at least share what is told of them; no attack may join a larger share than `max_link`; `trees` and
    `wishes` (the owner's `redaction.yml`) are what the witness of the raw data reads; `publisher` is the file that says
    who gives it away, by default `publisher.yml` in the folder, and `signer` vouches for it.
    """

    formats: tuple[str, ...] = FORMATS
    with_usage: bool = False
    k: int = 3
    times: Times = DEFAULT_TIMES
    max_link: float | None = None
    licence: str = DEFAULT_LICENCE
    language: str = "en"
    trees: tuple[Tree, ...] = ()
    wishes: Path | None = None
    publisher: Path | None = None
    signer: Signer | None = None


@dataclass(frozen=True)
class Exported:
    """One finished export. `removed` counts what was withdrawn; `rows` are those that are left, by table.

    `remains` are earlier archives of its daemon that could not be removed: they may hold what was withdrawn since.
    `unfit` numbers are in the archive alone, and not in the dataset of all daemons, where a column has one type.
    """

    daemon: str
    archive: Path
    removed: dict[str, int]
    rows: dict[str, int] = field(repr=False)
    remains: tuple[Path, ...] = ()
    unfit: int = 0


@dataclass(frozen=True)
class _Source:
    """What all exports of one command share."""

    conn: sqlite3.Connection
    key: bytes
    options: ExportOptions
    pseudonyms: list[str]
    withdrawal: Withdrawal
    needles: Needles
    publisher: Publisher


def export(
    database: Path,
    folder: Path,
    *,
    key: bytes,
    daemons: Sequence[str] = (),
    options: ExportOptions = ExportOptions(),
    started: Callable[[int], None] = lambda total: None,
    advanced: Advance = unheard,
    finished: Callable[[Exported], None] = lambda exported: None,
) -> list[Exported]:
    """Export daemons of a served database.

    :param folder: gets a folder and an archive per daemon, and `index.json`; may hold a `withdrawn.yml`
    :param key: the owner's key
    :param daemons: their names; all without one
    :param started: called once with the number of rows to copy
    :param advanced: called with the number of rows copied since the last call
    :param finished: called with each export when it has its names
    :raises UsageError: nothing was touched
    :raises Busy: another export is being written into the folder, and nothing was touched
    :raises CheckFailed: an export was not sound, not clean, or joined too easily for `max_link`, and was thrown away;
        earlier ones in the list stay
    """
    check_formats(options.formats)
    with served(database) as conn:
        chosen = chosen_daemons(conn, daemons)
        check_place(folder, chosen)
        pseudonyms = listed_pseudonyms(conn)
        withdrawal = read_withdrawal(conn, folder / WITHDRAWN, pseudonyms, options.wishes)
        needles = needles_of(options.trees, options.wishes) if options.trees else Needles({}, {})
        publisher = _stated(options.publisher, folder / PUBLISHER)
        source = _Source(conn, key, options, pseudonyms, withdrawal, needles, publisher)
        started(sum(_rows_of(source, daemon, folder) for daemon in chosen))
        done = []
        with _existing(folder), alone_in(folder):
            for daemon in chosen:
                done.append(_export_one(source, daemon, folder, advanced))
                finished(done[-1])
        return done


def _rows_of(source: _Source, daemon: Daemon, folder: Path) -> int:
    """How many rows are to be copied.

    :raises UsageError: among them is what an earlier export took back
    """
    selection = Selection(source.conn, daemon, source.withdrawal)
    present = present_in(source.conn, selection, source.pseudonyms, source.withdrawal)
    earlier = read_ledger(folder, daemon.file_name)
    check_nobody_returns(Keys(source.key, daemon.id), earlier, present, source.withdrawal, folder / WITHDRAWN)
    return sum(_counts(selection).values())


def _stated(given: Path | None, usual: Path) -> Publisher:
    """What the owner says of the export: in the file that was named, or in the usual one if there is one."""
    return read_publisher(given or usual) if given or usual.exists() else Publisher()


@contextmanager
def _existing(folder: Path) -> Iterator[None]:
    """The folder is there; if nothing comes of it, it is there only if it was."""
    is_new = not folder.exists()
    folder.mkdir(exist_ok=True)
    try:
        yield
    finally:
        with suppress(OSError):  # whatever has come into it keeps it
            if is_new:
                folder.rmdir()


def _export_one(source: _Source, daemon: Daemon, folder: Path, advanced: Advance) -> Exported:
    options = source.options
    witness = LinkageWitness(source.needles, gather_served(source.conn, daemon.id, source.pseudonyms))
    hand_back()
    check_names_nobody(source.publisher, options.publisher or folder / PUBLISHER, witness)
    removed = _removed(source, daemon)
    keys = Keys(source.key, daemon.id)
    with (
        scratch(folder / daemon.file_name) as workbench,
        closing(Noted(keys)) as noted,
        closing(Opaque()) as opaque,
    ):
        database, made = workbench / "export.db", workbench / daemon.file_name
        made.mkdir()
        facts, counts, written, risk, made_of = _make_database(source, daemon, database, noted, opaque, advanced)
        subject = _subject(source, database, daemon, facts, counts, written, removed, risk, witness.looked_for())
        hand_back()
        write_formats(options.formats, database, made)
        written_database = made / f"{made.name}.db" if SQLITE in options.formats else database
        part = renewed(folder, written_database, made, workbench / DATASET, has_part="parquet" in options.formats)
        write_cards(subject, made)
        archive = workbench / archive_name(made.name, SCHEMA_VERSION, subject.last)
        new = New(subject.dataset, archive.name, noted, made_of)
        write_version(_ledger(source, daemon, folder, new, workbench / ledger_name(made.name)), made, subject)
        write_checksums(made)
        if options.signer:
            sign_checksums(made, options.signer, archive.name, subject.dataset)
        write_archive(made, archive, made.name)
        # The archive holds every file of the folder, and with it whatever has a second name in the dataset.
        shared = [workbench / ledger_name(made.name), *([workbench / DATASET] if part else [])]
        looked_at = [archive, shared[0], *(part.written if part else ())]
        witness.get_ready()  # what that takes is handed back before anything is searched
        hand_back()
        check_clean(looked_at, witness)
        remains = put_in_place(made, archive, _entry(archive, subject), folder, shared)
    return Exported(
        daemon.name, folder / archive.name, removed, written.rows, tuple(remains), part.unfit if part else 0
    )


def _ledger(source: _Source, daemon: Daemon, folder: Path, new: New, path: Path) -> Ledger:
    """Have the new version follow the one on offer, and write the ledger of both."""
    present = present_in(source.conn, new.of.selection, source.pseudonyms, source.withdrawal)
    earlier, rows = read_ledger(folder, daemon.file_name), rows_in(folder, daemon.file_name)
    keys, remake = Keys(source.key, daemon.id), partial(left_here, folder)
    ledger = followed(keys, earlier, rows, new, present, source.withdrawal, remake)
    write_ledger(path, ledger, new.noted.rows())
    return ledger


class _Made(NamedTuple):
    """A database of an export: what it tells of itself, what was replaced, what was written, how much is joined.

    `of` is what it was made of.
    """

    facts: dict[str, str]
    counts: Mapping[str, int]
    written: Written
    risk: list[Figure]
    of: Origin


def _make_database(
    source: _Source, daemon: Daemon, database: Path, noted: Noted, opaque: Opaque, advanced: Advance
) -> _Made:
    """Make the database, again and again if need be, until no attack joins more of it than its owner allows.

    :raises CheckFailed: it is not sound, or joined too easily whatever is left out
    """
    options = source.options
    selection = Selection(source.conn, daemon, source.withdrawal)
    rules, digest = built(source.conn).policy, gather(selection, opaque, noted.note)
    for level in levels(options.times, options.max_link):
        keyed = export_key(source.key, daemon, digest, _what_else_counts(source, level))
        manner = Manner(keyed, options.with_usage, options.k, level.times, level.words, level.people)
        rekeyer, facts = _rekeyer(source, keyed, opaque), _facts(daemon, manner, options.language, rules)
        database.unlink(missing_ok=True)
        written = write_database(database, selection, rekeyer, facts, manner, advanced)
        advanced = unheard
        check_soundness(database)
        risk = measured(source.conn, database)
        if holds(risk, options.max_link):
            return _Made(facts, dict(rekeyer.counts), written, risk, Origin(selection, rekeyer, manner))
    raise CheckFailed(f"--max-link {options.max_link}: {in_the_way(daemon.name, risk, options.max_link)}")


def _what_else_counts(source: _Source, level: Level) -> str:
    """What changes an export of the same rows: who is mentioned no more, and how columns are treated."""
    options = source.options
    gone = sorted(source.withdrawal.pseudonyms)
    treated = f"times {level.times} words {level.words} people {level.people} policy {export_policy().digest}"
    return f"usage {options.with_usage} k {options.k} gone {gone} {treated}"


def _counts(selection: Selection) -> dict[str, int]:
    return {table: selection.count(table) for table in selection.tables}


def _removed(source: _Source, daemon: Daemon) -> dict[str, int]:
    """How many conversations, people and rows are left out of its export."""
    if not source.withdrawal:
        return {}
    whole = _counts(Selection(source.conn, daemon))
    left = _counts(Selection(source.conn, daemon, source.withdrawal))
    gone = {table: whole[table] - left[table] for table in whole}
    return {"conversations": gone["conversations"], "people": gone["users"], "rows": sum(gone.values())}


def _rekeyer(source: _Source, keyed: Keyed, opaque: Opaque) -> Rekeyer:
    names = [daemon.name for daemon in chosen_daemons(source.conn)]
    gone = source.withdrawal.pseudonyms
    people = [Person(name, (name,), pseudonym=GONE if name in gone else None) for name in source.pseudonyms]
    # A new name that somebody really bears would be found by the witness, and rightly.
    taken = {*(name.casefold() for name in names), *source.needles.names}
    renamed = with_pseudonyms(people, keyed, taken)
    left_out = () if source.options.with_usage else export_policy().usage_keys
    opaque.rename(keyed)
    return Rekeyer(keyed, PeopleFinder(renamed, keyed, names), opaque.get, left_out)


def _facts(daemon: Daemon, manner: Manner, language: str, built_by: str) -> dict[str, str]:
    return {
        Fact.TOOL: f"build_db {__version__}",
        Fact.SCHEMA_VERSION: str(SCHEMA_VERSION),
        Fact.PRIVACY: Privacy.REDACTED,
        Fact.POLICY: built_by,
        Fact.DAEMONS: daemon.name,
        Fact.EXPORT: manner.keyed.uuid("dataset", daemon.name),
        Fact.LANGUAGE: language,
        Fact.USAGE: _kept(manner.with_usage),
        Fact.K: str(manner.k),
        Fact.TIMES: manner.times,
        Fact.WORDS: _kept(manner.words),
        Fact.PEOPLE: _kept(manner.people),
    }


def _kept(kept: bool) -> str:
    return "kept" if kept else "left out"


def _subject(
    source: _Source,
    database: Path,
    daemon: Daemon,
    facts: Mapping[str, str],
    counts: Mapping[str, int],
    written: Written,
    removed: Mapping[str, int],
    risk: Sequence[Figure],
    looked_for: Mapping[str, int],
) -> Subject:
    options = source.options
    (first, last), tables, figures, start = look(database)
    return Subject(
        daemon=daemon.name,
        dataset=facts[Fact.EXPORT],
        licence=LICENCES[options.licence],
        language=options.language,
        formats=tuple(name for name in FORMATS if name in options.formats),
        with_usage=options.with_usage,
        times=Times(facts[Fact.TIMES]),
        words=facts[Fact.WORDS] == _kept(True),
        people_told=facts[Fact.PEOPLE] == _kept(True),
        first=first,
        last=last,
        tables=tables,
        figures=figures,
        counts=counts,
        k=options.k,
        people=written.people,
        removed=removed,
        start=start,
        risk=risk,
        publisher=source.publisher,
        built=built(source.conn),
        looked_for=looked_for,
        with_tree=bool(options.trees),
        signed_by=options.signer.public if options.signer else "",
    )


def _entry(archive: Path, subject: Subject) -> Entry:
    return Entry(
        file=archive.name,
        daemon=subject.daemon,
        bytes=archive.stat().st_size,
        sha256=sha256(archive),
        data_date=subject.last,
        schema_version=SCHEMA_VERSION,
        formats=list(subject.formats),
        removed=subject.account,
        signed_by=subject.signed_by,
    )
