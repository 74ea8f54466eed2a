"""How an export compares with its floor, measured in the same run: `python benchmarks/exports.py [--messages N]`.

A generated tree of varied text is built as it would be served, and its daemon exported in all formats. With
`--few-words` the tree is made of 74 words, which never leave a warm cache and flatter both sides, the export more.

The floor is bare SQLite plus compression. SQLite attaches the served file to a new one with the same tables, copies
every row with `INSERT ... SELECT`, makes the same indexes and the same search index, and vacuums. Then the bytes that
are published are compressed once, at the level that the export uses: what lies deflated in the archive by zlib, and,
for each file of Parquet, also for those of the dataset that are not the archive's own, its rows as CSV by zstd. The
floor changes no value, writes no format and looks for nothing.

Each side runs in a process of its own, in turns, and neither has pandas: it is no need of ours, and whoever has it
would see half a second more on both sides, for its import by libraries that offer to work with it. Medians are printed,
the greatest memory, and the time of each step.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from build import DEFAULT_MESSAGES, measure

ROUNDS = 3
DAEMON = "cass"
PIECE = 1 << 20
KEY = bytes(range(32))
# The steps of an export, by the names under which `run` calls them.
STEPS = {
    "needles_of": "read the raw tree",
    "gather": "read every row",
    "write_database": "copy with new names",
    "check_soundness": "check keys and pages",
    "look": "figures for the cards",
    "gather_served": "read what must not join",
    "measured": "attacks",
    "renewed": "dataset of all",
    "write_cards": "cards",
    "followed": "versions",
    "write_checksums": "checksums",
    "write_archive": "zip",
    "check_clean": "witness",
    "put_in_place": "put in place",
}


class Run(NamedTuple):
    """One process: CPU seconds, peak memory in MB, and the CPU seconds of its steps."""

    cpu: float
    peak: float
    seconds: dict[str, float]


def floor(served: Path, exported: Path, output: Path) -> None:
    """The least that could be done with the same rows and the same bytes.

    :param exported: the folder of the finished export
    """
    seconds: dict[str, float] = defaultdict(float)
    _timed(seconds, "copy, index, vacuum", _copy)(served, output)
    plain = [path for path in exported.rglob("*") if path.is_file() and path.suffix != ".parquet"]
    _timed(seconds, "deflate", _deflate)(plain)
    _timed(seconds, "zstd", _zstd)(_packed_as_csv(exported))
    print(json.dumps(seconds))


def _packed_as_csv(exported: Path) -> Iterator[Path]:
    """For each file of Parquet with rows its CSV; a second name of the same bytes does not count."""
    made = [*exported.glob("parquet/*"), *exported.parent.glob(f"dataset/*/daemon={exported.name}/*.parquet")]
    for _, path in sorted({path.stat().st_ino: path for path in made}.items()):
        as_csv = exported / "csv" / f"{path.stem}.csv"
        if as_csv.is_file():
            yield as_csv


def _copy(served: Path, output: Path) -> None:
    from build_db.database.new_file import complete, open_new, set_aside_indexes
    from build_db.exports.treatments import export_policy
    from build_db.schema import create_schema

    db = open_new(output)
    create_schema(db)
    indexes = set_aside_indexes(db)
    db.execute("ATTACH ? AS served", [str(served)])
    db.execute("BEGIN")
    for table in export_policy().treatments:
        db.execute(f"INSERT INTO main.{table} SELECT * FROM served.{table} ORDER BY rowid")
    db.execute("COMMIT")
    db.close()
    complete(output, indexes)
    conn = sqlite3.connect(output)
    conn.execute("VACUUM")
    conn.close()


def _deflate(paths: list[Path]) -> None:
    from build_db.zipping import LEVEL

    for path in paths:
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                packer.compress(piece)
        packer.flush()


def _zstd(paths: Iterable[Path]) -> None:
    from pyarrow import BufferOutputStream, CompressedOutputStream

    for path in paths:
        with path.open("rb") as file, CompressedOutputStream(BufferOutputStream(), "zstd") as packed:
            while piece := file.read(PIECE):
                packed.write(piece)


def export(served: Path, tree: Path, folder: Path) -> None:
    """The export, as the command does it; prints the seconds of each step."""
    from build_db.exports import formats, run
    from build_db.ingest.daemons import find_trees

    seconds: dict[str, float] = defaultdict(float)
    for name, step in STEPS.items():
        setattr(run, name, _timed(seconds, step, getattr(run, name)))
    for name, write in formats.WRITERS.items():
        formats.WRITERS[name] = _timed(seconds, f"write {name}", write)
    run.export(served, folder, key=KEY, options=run.ExportOptions(trees=tuple(find_trees(tree))))
    print(json.dumps(seconds))


def _timed(seconds: dict[str, float], step: str, work: Callable) -> Callable:
    def timed(*args: Any, **kwargs: Any) -> Any:
        started = time.process_time()
        try:
            return work(*args, **kwargs)
        finally:
            seconds[step] += time.process_time() - started

    return timed


class _NoPandas:
    """Says of one library that it is not installed."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def main(messages: int, rounds: int, *, few_words: bool) -> None:
    """Print the tables."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as name:
        tree, served, exports, bare = (Path(name, part) for part in ("data", "served.db", "exports", "floor.db"))
        # A process counts the memory of the one that started it as its own peak: this one has to stay small.
        _run("--prepare-few-words" if few_words else "--prepare", tree, served, str(messages))
        sides = {"floor": ("--floor", served, exports / DAEMON, bare), "export": ("--export", served, tree, exports)}
        runs: dict[str, list[Run]] = {side: [] for side in sides}
        _run(*sides["export"])
        for _ in range(rounds):
            for side, command in sides.items():
                bare.unlink(missing_ok=True)
                runs[side].append(_run(*command))
        size = sum(path.stat().st_size for path in (exports / DAEMON).rglob("*") if path.is_file()) / 1e6
        text = "74 words" if few_words else "varied text"
        print(f"{messages:,} messages of {text}, {size:.0f} MB of files, median of {rounds} runs in turns")
    print(f"{'':24}{'CPU s':>8}{'x floor':>9}{'peak MB':>9}")
    base = statistics.median(run.cpu for run in runs["floor"])
    for side, done in runs.items():
        cpu = statistics.median(run.cpu for run in done)
        print(f"{side:24}{cpu:8.1f}{cpu / base:9.2f}{max(run.peak for run in done):9.0f}")
        for step in done[0].seconds:
            spent = statistics.median(run.seconds[step] for run in done)
            print(f"  {step:22}{spent:8.1f}{spent / base:9.2f}")


def _prepare(tree: Path, served: Path, messages: int, *, few_words: bool = False) -> None:
    import varied
    from generate import generate

    from build_db import BuildOptions, build

    tree.mkdir()
    generate(tree, messages, write=None if few_words else varied.written)
    build(tree, served, BuildOptions(key=KEY))


def _run(mode: str, *arguments: Path | str) -> Run:
    """One side, in a process of its own."""
    with tempfile.TemporaryFile("w+") as said:
        cpu, peak, _ = measure([sys.executable, __file__, mode, *map(str, arguments)], said)
        said.seek(0)
        return Run(cpu, peak, json.loads(said.read() or "{}"))


if __name__ == "__main__":
    parts = {
        "--prepare": _prepare,
        "--prepare-few-words": partial(_prepare, few_words=True),
        "--floor": floor,
        "--export": export,
    }
    if sys.argv[1:2] and sys.argv[1] in parts:
        sys.meta_path.insert(0, _NoPandas())  # type: ignore[arg-type]
        *places, last = sys.argv[2:]
        parts[sys.argv[1]](*map(Path, places), int(last) if last.isdigit() else Path(last))
    else:
        parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--messages", type=int, default=DEFAULT_MESSAGES)
        parser.add_argument("--rounds", type=int, default=ROUNDS)
        parser.add_argument("--few-words", action="store_true", help="a tree of 74 words")
        asked = parser.parse_args()
        main(asked.messages, asked.rounds, few_words=asked.few_words)
