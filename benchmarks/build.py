"""How builds compare with their floor, measured in the same run: `python benchmarks/build.py [messages]`.

Once over varied text, once over the 74 words that the tree had before: those never leave a warm cache. With `--profile`
it tells where the CPU of a redacted build goes, at 20,000 and 100,000 messages or as many as are named; `--write` puts
that table into `docs/performance.md`.

The floor does nothing but parse the same files with orjson and `executemany` them into the same tables with the same
indexes and the same search index. Each side runs in a process of its own, in turns; medians are printed.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from generate import Writer

ROUNDS = 3
DEFAULT_MESSAGES = 20_000
PROFILED = (20_000, 100_000)
DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"
STAGES_TABLE = re.compile(r"^\| stage .*?(?=\n\n|\Z)", re.M | re.S)
# Redacted builds by so many workers.
JOBS = (1, 2)
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


class Cost(NamedTuple):
    """CPU seconds of a command with all its processes, the peak memory in MB of the largest of them, and seconds."""

    cpu: float
    peak: float
    wall: float


def measure(command: list[str], output: int | IO[str] = subprocess.DEVNULL) -> Cost:
    """What a command costs.

    :param output: where what it prints goes
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=output)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, time.perf_counter() - begun)


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
        }
        redacted = [sys.executable, "-m", "build_db", str(tree), f"{folder}/red.db", "-q", "--key-file", str(key)]
        redacted.append("--no-cache")  # every turn does all of it
        sides |= {f"redacted, jobs {jobs}": [*redacted, "--jobs", str(jobs)] for jobs in JOBS}
        results: dict[str, list[Cost]] = {name: [] for name in sides}
        for _ in range(ROUNDS):
            for side, command in sides.items():
                Path(folder, "floor.db").unlink(missing_ok=True)
                results[side].append(measure(command))
    print(f"{name}: {messages:,} messages, {size:.0f} MB of JSON, median of {ROUNDS} runs in turns")
    print(f"{'':18}{'CPU s':>8}{'x floor':>9}{'x private':>11}{'wall s':>8}{'x floor':>9}{'peak MB':>9}")
    for side, runs in results.items():
        cpu, wall = (statistics.median(getattr(run, what) for run in runs) for what in ("cpu", "wall"))
        floor, private = (_ratio(runs, results[other], "cpu") for other in ("floor", "private"))
        by_clock, peak = _ratio(runs, results["floor"], "wall"), max(run.peak for run in runs)
        print(f"{side:18}{cpu:8.2f}{floor:9.2f}{private:11.2f}{wall:8.2f}{by_clock:9.2f}{peak:9.0f}")


def _ratio(runs: list[Cost], base: list[Cost], what: str) -> float:
    """How many times as much CPU, or time, as in the same turn of another side."""
    return statistics.median(getattr(run, what) / getattr(other, what) for run, other in zip(runs, base, strict=True))


def profile(sizes: list[int]) -> str:
    """Where the CPU of a redacted build of varied text goes, as a table."""
    import varied
    from generate import generate

    found = []
    for messages in sizes:
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder, "data")
            tree.mkdir()
            generate(tree, messages, write=varied.written)
            # Once before, so that the compiled rules are kept.
            once = [sys.executable, "-m", "build_db", str(tree), f"{folder}/first.db", "-q", "--no-cache"]
            measure([*once, "--key-file", f"{folder}/key"])
            command = [sys.executable, str(Path(__file__).with_name("stages.py")), str(tree), f"{folder}/out.db"]
            found.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    heads = "".join(f" {size:,} messages, CPU s | share |" for size in sizes)
    lines = [f"| stage |{heads}", "| --- |" + " --: | --: |" * len(sizes)]
    for stage in found[0]:
        lines.append(
            f"| {stage} |" + "".join(f" {one[stage]:.2f} | {one[stage] / sum(one.values()):.1%} |" for one in found)
        )
    return "\n".join((*lines, "| **in all** |" + "".join(f" {sum(one.values()):.2f} | |" for one in found)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--floor"]:
        floor(Path(sys.argv[2]), Path(sys.argv[3]))
    elif "--profile" in sys.argv:
        made = profile([int(size) for size in sys.argv[1:] if size.isdecimal()] or list(PROFILED))
        print(made)
        if "--write" in sys.argv:
            text = DOCUMENT.read_text(encoding="utf-8")
            DOCUMENT.write_text(STAGES_TABLE.sub(lambda _: made, text), encoding="utf-8")
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else DEFAULT_MESSAGES)
