"""How long the pages take on a large file: `python benchmarks/pages.py [messages]`.

The demo tree is joined with a generated one, so that every kind of page is there and the lists are long. Each address
is asked several times, in the process and without a network; the median is printed, the slowest page first.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml
from build import DEFAULT_MESSAGES
from daemon_look.kinds import KINDS, TALKS
from daemon_pages.ask import path_to
from datasette.app import Datasette
from generate import generate_around_demo

from build_db import BuildOptions, build
from build_db.metadata import DATABASE, metadata

KEY = bytes(32)
ROUNDS = 5
OWN = ("self", "people", "timeline", TALKS)
SEARCHES = (
    *("kettle", "the", '"slow train"', "th&daemon=aria", "kettle&kind=message&page=50"),
    *(
        "the+kettel",
        "the+kettle+snow+zeppelin&daemon=aria",
        "the+kettle+snow+roof+train+zeppelin",
    ),  # nothing has them all
)


def addresses(conn: sqlite3.Connection, daemon: str) -> Iterator[str]:
    """One address of every kind of page."""
    yield from ("/", "/downloads", "/questions", *(f"/search?q={typed}" for typed in SEARCHES), path_to(daemon))
    yield from (path_to(daemon, name) for name in (*OWN, *KINDS))
    its_own = "= (SELECT id FROM daemons WHERE name = ?)"
    (longest,) = conn.execute(
        f"SELECT id FROM conversations WHERE daemon_id {its_own}"
        " ORDER BY (SELECT count(*) FROM messages WHERE conversation_id = conversations.id) DESC, id",
        [daemon],
    ).fetchone()
    yield path_to(daemon, TALKS, longest)
    yield f"{path_to(daemon, TALKS)}?page=90"
    for kind in KINDS.values():
        row = conn.execute(f"SELECT id FROM {kind.table} WHERE {kind.of} {its_own}", [daemon]).fetchone()
        if row:
            yield path_to(daemon, kind.slug, str(row[0]))


async def times(site: Datasette, paths: list[str]) -> dict[str, float]:
    """The median time of each page in seconds."""
    found = {}
    for path in paths:
        taken = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            response = await site.client.get(path)
            taken.append(time.perf_counter() - started)
            if response.status_code != 200:
                raise SystemExit(f"{path}: {response.status_code}")
        found[path] = statistics.median(taken)
    return found


def main(messages: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        tree, output = Path(folder, "data"), Path(folder, f"{DATABASE}.db")
        generate_around_demo(tree, messages)
        build(tree, output, BuildOptions(key=KEY))
        conn = sqlite3.connect(output)
        paths = list(dict.fromkeys(path for daemon in ("cass", "aria") for path in addresses(conn, daemon)))
        (talks,) = conn.execute("SELECT count(*) FROM conversations").fetchone()
        conn.close()
        found = asyncio.run(times(Datasette([str(output)], metadata=yaml.safe_load(metadata())), paths))
    print(f"{messages:,} messages in {talks:,} conversations, {len(found)} pages, median of {ROUNDS}")
    for path, seconds in sorted(found.items(), key=lambda item: -item[1]):
        print(f"{seconds * 1000:8.1f} ms  {path}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else DEFAULT_MESSAGES)
