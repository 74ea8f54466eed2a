"""How long the demo's questions take on a large file: `python benchmarks/queries.py [messages]`.

The demo tree is joined with a generated one, and every canned query and some searches run as the server would run
them. The best of several runs is printed, for all daemons and for the one that the rest of the file does not belong to.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from build import DEFAULT_MESSAGES
from daemon_pages.search_index import COUNTS, RESULTS, parameters
from generate import generate_around_demo

from build_db import BuildOptions, build
from build_db.canned import canned_queries
from build_db.metadata import DATABASE

ROUNDS = 5
DAEMONS = ("", "aria")

# Words of which the generator makes its sentences (in half of all texts), their beginnings, and one that is rare.
SEARCHES = ("kettle", "kettle snow", '"slow train"', "the", "th", "bean")


def best(conn: sqlite3.Connection, sql: str, values: Mapping[str, object]) -> str:
    """Milliseconds and rows."""
    times, rows = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        rows = conn.execute(sql, values).fetchall()
        times.append(time.perf_counter() - started)
    return f"{min(times) * 1000:8.1f} ms {len(rows):5} rows"


def main(messages: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        tree, output = Path(folder, "data"), Path(folder, f"{DATABASE}.db")
        generate_around_demo(tree, messages)
        build(tree, output, BuildOptions(private=True))
        conn = sqlite3.connect(output)
        print(f"{messages:,} messages, best of {ROUNDS}: {'all daemons':>25}{DAEMONS[1]:>24}")
        for query in canned_queries():
            values = dict.fromkeys(query.params, "")
            print(f"{query.name:32}", *(best(conn, query.sql, {**values, "daemon": name}) for name in DAEMONS))
        for typed in SEARCHES:
            for what, sql in (("page", RESULTS), ("counts", COUNTS)):
                found = (best(conn, sql, parameters(typed, daemon=name) or {}) for name in DAEMONS)
                print(f"{f'search {typed}: {what}':32}", *found)
        conn.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else DEFAULT_MESSAGES)
