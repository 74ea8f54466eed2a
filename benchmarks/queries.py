"""How long the demo's questions take on a large file: `python benchmarks/queries.py [messages]`.

The demo tree is joined with a generated one, and every canned query and some searches run as the server would run
them. The best of several runs is printed, for all daemons and for the one that the rest of the file does not belong to.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from build import DEFAULT_MESSAGES
from daemon_pages.ask import Ask
from daemon_pages.search_found import Within, look
from daemon_pages.search_index import terms_of
from generate import generate_around_demo

from build_db import BuildOptions, build
from build_db.canned import canned_queries
from build_db.metadata import DATABASE

ROUNDS = 5
DAEMONS = ("", "aria")

# Words of which the generator makes its sentences (in half of all texts), their beginnings, and one that is rare.
SEARCHES = ("kettle", "kettle snow", '"slow train"', "the", "th", "bean")


def best(ask: Callable[[], int]) -> str:
    """Milliseconds and rows, whose number `ask` tells."""
    times, rows = [], 0
    for _ in range(ROUNDS):
        started = time.perf_counter()
        rows = ask()
        times.append(time.perf_counter() - started)
    return f"{min(times) * 1000:8.1f} ms {rows:5} rows"


def answers(conn: sqlite3.Connection, sql: str, values: Mapping[str, object]) -> int:
    """How many rows answer a query."""
    return len(conn.execute(sql, values).fetchall())


def findings(ask: Ask, typed: str, within: Within) -> int:
    """How many texts a search finds, as far as it counts them."""
    return look(ask, terms_of(typed), within).count("")


def main(messages: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        tree, output = Path(folder, "data"), Path(folder, f"{DATABASE}.db")
        generate_around_demo(tree, messages)
        build(tree, output, BuildOptions(private=True))
        conn = sqlite3.connect(output)
        conn.row_factory = sqlite3.Row
        print(f"{messages:,} messages, best of {ROUNDS}: {'all daemons':>25}{DAEMONS[1]:>24}")
        for query in canned_queries():
            values = [{**dict.fromkeys(query.params, ""), "daemon": name} for name in DAEMONS]
            print(f"{query.name:32}", *(best(partial(answers, conn, query.sql, given)) for given in values))
        ask = Ask(conn, {}, {}, str, DATABASE)
        for typed in SEARCHES:
            within = [Within(name) for name in DAEMONS]
            print(f"{f'search {typed}':32}", *(best(partial(findings, ask, typed, where)) for where in within))
        conn.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else DEFAULT_MESSAGES)
