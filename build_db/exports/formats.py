"""The formats by name. Each is a function from the export's database to files in its folder."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from build_db.exports.choices import SQLITE
from build_db.exports.writers import chat, csv, jsonl, parquet, sql

WRITERS: dict[str, Callable[[Path, Path], None]] = {
    "sql": sql.write,
    "jsonl": jsonl.write,
    "csv": csv.write,
    "parquet": parquet.write,
    "conversations": chat.write,
}


def check_formats(names: Collection[str]) -> None:
    """Whether all that these formats need is installed.

    :raises UsageError: naming what is missing
    """
    if "parquet" in names:
        parquet.check_installed()


def write_formats(names: Collection[str], database: Path, folder: Path) -> None:
    """Write the formats into a folder that is called as the daemon's files. The database itself is moved there last."""
    for name, write in WRITERS.items():
        if name in names:
            write(database, folder)
    if SQLITE in names:
        database.rename(folder / f"{folder.name}.db")
