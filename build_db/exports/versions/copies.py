"""An older copy of an export: unpacked, found whole, and its rows as a database, whichever formats it holds."""

from __future__ import annotations

import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import msgspec
import orjson

from build_db.contract import Fact
from build_db.database.publish import is_ours
from build_db.errors import UsageError
from build_db.exports.archive import BROKEN, CHECKSUMS, files_of, sha256
from build_db.exports.risk.again import made_again
from build_db.exports.versions.told import VERSION, Settings
from build_db.limits import MOST_PACKED
from build_db.schema import MADE_LAST, SCHEMA_VERSION, Table, create_schema, schema

CHUNK = 1 << 20
# How SQLite says that it was the machine that failed, and not the file.
MACHINE = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CANTOPEN)
ROWS, PARQUET = "rows", "parquet"
# RFC 4180: a quoted cell, in which a quote is doubled, or a bare one; then what ends it.
CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\Z)')


class Copy(NamedTuple):
    """An unpacked archive: where its files are, what it says of itself, and the signatures that no list holds."""

    folder: Path
    settings: Settings


def unpacked(archive: Path, place: Path) -> Copy:
    """Unpack an archive of an export, and find it whole.

    :param place: an empty folder
    :raises UsageError: it is something else, damaged, changed, or was made by another version of the tool
    """
    if not archive.is_file():
        raise UsageError(f"{archive}: no such file; name an older archive of an export")
    try:
        folder = _take_out(archive, place)
    except BROKEN as error:
        raise UsageError(f"{archive}: cannot be unpacked: {error}; download it once more") from None
    try:
        settings = msgspec.json.decode((folder / VERSION).read_bytes(), type=Settings)
    except OSError:
        raise UsageError(f"{archive}: does not say which version it is; it is no export of this version") from None
    except msgspec.MsgspecError:
        raise UsageError(f"{archive}: {VERSION} is damaged; download it once more") from None
    if settings.schema_version != SCHEMA_VERSION:
        raise UsageError(
            f"{archive}: has schema version {settings.schema_version}, this tool knows {SCHEMA_VERSION}; use the"
            " version of the tool that made it"
        )
    _check_whole(archive, folder)
    return Copy(folder, settings)


def _take_out(archive: Path, place: Path) -> Path:
    """The one folder that an archive holds, with all its files.

    :raises UsageError: it holds something else, or expands without end
    """
    with zipfile.ZipFile(archive) as packed:
        members = [member for member in packed.infolist() if not member.is_dir()]
        for member in members:
            path = PurePosixPath(member.filename)
            strange = path.is_absolute() or ".." in path.parts or len(path.parts) < 2 or "\\" in member.filename
            if strange or path.parts[0] != PurePosixPath(members[0].filename).parts[0]:
                raise UsageError(f"{archive}: holds files outside one folder; it is no export of this tool")
            if member.file_size > max(member.compress_size, 1) * MOST_PACKED:
                raise UsageError(f"{archive}: expands without end; it is no export of this tool")
            target = place / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(member) as source, target.open("xb") as file:
                shutil.copyfileobj(source, file, CHUNK)
    if not members:
        raise UsageError(f"{archive}: is empty")
    return place / PurePosixPath(members[0].filename).parts[0]


def _check_whole(archive: Path, folder: Path) -> None:
    """Every file is listed and as it is listed; what is added to the list itself, such as its signature, is not."""
    try:
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{archive}: has no list of checksums; it is no export of this tool") from None
    listed = {line[66:]: line[:64] for line in lines}
    found = {name for name in files_of(folder) if not name.startswith(CHECKSUMS)}
    if found != listed.keys() or any(sha256(folder / name) != digest for name, digest in listed.items()):
        raise UsageError(f"{archive}: is not as it was exported: its checksums do not fit; download it once more")


def database_of(copy: Copy, place: Path) -> tuple[Path, str]:
    """The rows of a copy as a database, from the first of its formats that holds them, and what they were read from.

    :param place: an empty folder
    :raises UsageError: it holds no rows, or they cannot be read
    """
    name = copy.folder.name
    try:
        if (copy.folder / f"{name}.db").is_file():
            return _ours(copy.folder / f"{name}.db"), ROWS
        if (copy.folder / f"{name}.sql").is_file():
            script = place / "copy.sql"
            shutil.copyfile(copy.folder / f"{name}.sql", script)
            return _ours(made_again(script)), ROWS
        for kind, read in READERS.items():
            if (copy.folder / kind).is_dir():
                return _filled(place / "copy.db", copy.folder / kind, kind, read), PARQUET if kind == PARQUET else ROWS
    except (sqlite3.Error, ValueError) as error:
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in MACHINE:
            raise
        raise UsageError(f"{name}: its rows cannot be read: {error}; download it once more") from None
    raise UsageError(f"{name}: holds no tables to take anything out of; delete this copy and take the newer archive")


def _ours(path: Path) -> Path:
    if not is_ours(path):
        raise UsageError(f"{path.name}: is no database of this tool")
    return path


def facts_of(conn: sqlite3.Connection) -> dict[str, str]:
    """What an export's database says of itself."""
    facts = dict(conn.execute("SELECT key, value FROM build_info"))
    if Fact.EXPORT not in facts:
        raise UsageError("its database is no export")
    return facts


def _filled(path: Path, folder: Path, kind: str, read: Callable[[Path, Table], Iterator[list[Any]]]) -> Path:
    with closing(sqlite3.connect(path)) as conn:
        from sqlite_utils import Database

        create_schema(Database(conn))
        for name, table in schema().items():
            place = folder / f"{name}.{kind}"
            if name not in MADE_LAST and place.is_file():
                marks = ", ".join("?" * len(table.names))
                conn.executemany(f"INSERT INTO {name} ({', '.join(table.names)}) VALUES ({marks})", read(place, table))
        conn.commit()
    return path


def _from_jsonl(path: Path, table: Table) -> Iterator[list[Any]]:
    with path.open("rb") as file:
        for line in file:
            row = orjson.loads(line)
            yield [row[name] for name in table.names]


def _from_csv(path: Path, table: Table) -> Iterator[list[Any]]:
    """Cells as they were: nothing is NULL, what is quoted is a text, everything else a number."""
    text = path.read_bytes().decode("utf-8")
    row: list[Any] = []
    is_head = True
    for match in CELL.finditer(text):
        quoted, bare, end = match.groups()
        row.append(quoted.replace('""', '"') if quoted is not None else _number(bare))
        if end != ",":
            if not is_head and len(row) == len(table.names):
                yield row
            row, is_head = [], False


def _number(bare: str) -> int | float | None:
    if not bare:
        return None
    return int(bare) if re.fullmatch(r"-?\d+", bare) else float(bare)


def _from_parquet(path: Path, table: Table) -> Iterator[list[Any]]:
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        for batch in file.iter_batches(use_threads=False):
            for row in batch.to_pylist():
                yield [_as_text(row[name]) for name in table.names]


def _as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


READERS = {"jsonl": _from_jsonl, "csv": _from_csv, PARQUET: _from_parquet}
