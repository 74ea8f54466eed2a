"""How builds compare with their floor, measured in the same run: `python benchmarks/build.py [messages]`.

Once over varied text, once over the 74 words that the tree had before: those never leave a warm cache.

The floor does nothing but parse the same files with orjson and `executemany` them into the same tables with the same
indexes and the same search index. Each side runs in a process of its own, in turns; medians are printed.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from generate import Writer

ROUNDS = 3
DEFAULT_MESSAGES = 20_000
FLOOR = ("conversations", "messages", "token_usage_records")


def floor(tree: Path, output: Path) -> None:
    """The least that could be done with the same files and the same result."""
    import orjson
    from sqlite_utils import Database

    from build_db.database.load import DERIVED
    from build_db.database.new_file import CACHE_KIB
    from build_db.schema import create_schema, index_foreign_keys, schema
    from build_db.schema.searched import fill_statements, learn_words

    db = Database(sqlite3.connect(output, isolation_level=None))
    for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KIB}"):
        db.execute(f"PRAGMA {pragma}")
    create_schema(db)
    columns = {name: [column.name for column in schema()[name].inserted] for name in FLOOR}
    inserts = {
        name: f"INSERT INTO {name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        for name, names in columns.items()
    }
    json_columns = [(name, name.removesuffix("_json")) for name in columns["messages"] if name.endswith("_json")]
    daemon = "00000000-0000-0000-0000-000000000000"
    db.execute("BEGIN")
    db.execute("INSERT INTO daemons (id, name, created_at, status) VALUES (?, 'cass', '', 'active')", [daemon])
    for path in (tree / "conversations").iterdir():
        source = orjson.loads(path.read_bytes())
        rows = source["messages"]
        for row in rows:
            row["conversation_id"] = source["id"]
            for column, key in json_columns:
                row[column] = orjson.dumps(row[key]).decode() if row.get(key) is not None else None
        source["daemon_id"] = daemon
        db.conn.execute(inserts["conversations"], [source.get(name) for name in columns["conversations"]])
        db.conn.executemany(inserts["messages"], ([row.get(name) for name in columns["messages"]] for row in rows))
    for path in (tree / "usage").iterdir():
        records = orjson.loads(path.read_bytes())["records"]
        for record in records:
            record["daemon_id"] = daemon
        names = columns["token_usage_records"]
        db.conn.executemany(inserts["token_usage_records"], ([record.get(n) for n in names] for record in records))
    db.execute(DERIVED[0])
    index_foreign_keys(db)
    learn_words(db.conn)
    for statement in fill_statements():
        db.execute(statement)
    db.execute("COMMIT")
    db.close()


def measure(command: list[str], output: int | IO[str] = subprocess.DEVNULL) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of one process.

    :param output: where what it prints goes
    """
    process = subprocess.Popen(command, stdout=output)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main(messages: int) -> None:
    """Print the tables."""
    import varied

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    table("varied text", messages, varied.written)
    table("74 words", messages, None)


def table(name: str, messages: int, write: Writer | None) -> None:
    """Print what each side takes for a tree of so many messages."""
    from generate import generate

    with tempfile.TemporaryDirectory() as folder:
        tree, key = Path(folder, "data"), Path(folder, "key")
        tree.mkdir()
        generate(tree, messages, write=write)
        size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) / 1e6
        sides = {
            "floor": [sys.executable, __file__, "--floor", str(tree), f"{folder}/floor.db"],
            "private": [sys.executable, "-m", "build_db", str(tree), f"{folder}/private.db", "--private", "-q"],
            "redacted": [sys.executable, "-m", "build_db", str(tree), f"{folder}/red.db", "-q", "--key-file", str(key)],
        }
        results: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
        for _ in range(ROUNDS):
            for side, command in sides.items():
                Path(folder, "floor.db").unlink(missing_ok=True)
                results[side].append(measure(command))
    print(f"{name}: {messages:,} messages, {size:.0f} MB of JSON, median of {ROUNDS} runs in turns")
    print(f"{'':10}{'CPU s':>8}{'x floor':>9}{'x private':>11}{'peak MB':>9}")
    for side, runs in results.items():
        cpu, peak = statistics.median(run[0] for run in runs), max(run[1] for run in runs)
        floor, private = _ratio(runs, results["floor"]), _ratio(runs, results["private"])
        print(f"{side:10}{cpu:8.2f}{floor:9.2f}{private:11.2f}{peak:9.0f}")


def _ratio(runs: list[tuple[float, float]], base: list[tuple[float, float]]) -> float:
    """How many times as much CPU as in the same turn of another side."""
    return statistics.median(run[0] / other[0] for run, other in zip(runs, base, strict=True))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--floor"]:
        floor(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else DEFAULT_MESSAGES)
