"""What a page costs the server: `python benchmarks/pages.py [messages] [file]`.

The demo tree is joined with a generated one of varied text, so that every kind of page is there and the lists are long.
It is built with `--private`, which takes a million messages in minutes, and then shown all the same: nobody is in it.
Each address is asked several times inside one process, without a network, and the CPU time of all its threads is
taken; the median is printed, the costliest page first. Then 20 visitors ask a server for the home page at once.

A file that is named is kept, and used again if it is there.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import varied
import yaml
from build import DEFAULT_MESSAGES
from daemon_look.kinds import KINDS
from daemon_pages.ask import path_to
from daemon_pages.places import TALKS
from datasette.app import Datasette
from generate import DEMO, generate

from build_db import BuildOptions, build
from build_db.metadata import DATABASE, metadata

ROUNDS = 5
OWN = ("self", "people", "timeline", "calendar", "on-this-day", TALKS)
# The three most frequent words of the generated texts; one of the demo's; beginnings; and what no text has.
FREQUENT = varied.lexicon("latin").words[:3]
SEARCHES = (
    *FREQUENT,
    " ".join(FREQUENT[:2]),
    f'"{" ".join(FREQUENT[:2])}"',
    f"{FREQUENT[0]}&daemon=cass",
    f"{FREQUENT[0]}&kind=message&page=50",
    *("the", "the kettle", "kettle", "th", "st", "str", "kettel", "kettle snow zeppelin"),
)
# Datasette's own pages of the same file.
OF_DATASETTE = ("", *(f"/{table}" for table in ("messages", "conversations", "token_usage_records", "journals")))
VISITORS, VISITS = 20, 1_000


def addresses(conn: sqlite3.Connection, daemon: str) -> Iterator[str]:
    """One address of every kind of page."""
    yield from ("/", "/about", "/downloads", "/questions", *(f"/search?q={typed}" for typed in SEARCHES))
    yield from (f"/{DATABASE}{place}" for place in OF_DATASETTE)
    yield path_to(daemon)
    yield from (path_to(daemon, name) for name in (*OWN, *KINDS))
    its_own = "= (SELECT id FROM daemons WHERE name = ?)"
    (talk,) = conn.execute(f"SELECT max(id) FROM conversations WHERE daemon_id {its_own}", [daemon]).fetchone()
    yield path_to(daemon, TALKS, talk)
    yield f"{path_to(daemon, TALKS)}?page=90"
    (day,) = conn.execute(f"SELECT max(day) FROM day_counts WHERE daemon_id {its_own}", [daemon]).fetchone()
    yield path_to(daemon, "on", day)
    for kind in KINDS.values():
        row = conn.execute(f"SELECT id FROM {kind.table} WHERE {kind.of} {its_own}", [daemon]).fetchone()
        if row:
            yield path_to(daemon, kind.slug, str(row[0]))


async def status(app: Any, address: str) -> int:
    """Ask an ASGI application for an address; the status of its answer."""
    path, _, query = address.replace(" ", "+").partition("?")
    told: list[int] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        told.append(message.get("status", 0))

    scope = {
        **{"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http"},
        **{"path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": [(b"host", b"demo")]},
        **{"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)},
    }
    await app(scope, receive, send)
    return told[0]


async def costs(site: Datasette, paths: list[str]) -> dict[str, float]:
    """The median CPU time of each page in seconds."""
    await site.invoke_startup()
    app, found = site.app(), {}
    for path in paths:
        taken = []
        for _ in range(ROUNDS):
            started = time.process_time()
            code = await status(app, path)
            taken.append(time.process_time() - started)
            if code != 200:
                raise SystemExit(f"{path}: {code}")
        found[path] = statistics.median(taken)
    return found


def make(file: Path, messages: int) -> None:
    """Build the file that is shown."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        tree = Path(folder, "data")
        tree.mkdir()
        generate(tree, messages, write=varied.written)
        shutil.copytree(DEMO, tree, dirs_exist_ok=True)
        build(tree, file, BuildOptions(private=True))
    with closing(sqlite3.connect(file)) as conn, conn:
        conn.execute("UPDATE build_info SET value = 'redacted' WHERE key = 'privacy'")


@contextmanager
def serving(file: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server of the file, and its port."""
    described = file.with_suffix(".yml")
    described.write_text(metadata(), encoding="utf-8")
    place = Path(sys.executable).with_name("datasette")
    port = 20_000 + os.getpid() % 20_000
    server = subprocess.Popen([place, "serve", file, "-m", described, "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        yield server, port
    finally:
        server.terminate()
        server.wait()
        described.unlink()


async def visit(port: int, visits: int) -> None:
    """Ask for the home page so many times."""
    for _ in range(visits):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n")
        head = await reader.readline()
        await reader.read()
        writer.close()
        if b" 200 " not in head:
            raise SystemExit(f"home page: {head!r}")


def cpu_of(process: int) -> float:
    """CPU seconds that a process has used (proc(5): fields 14 and 15 of `stat`)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def crowd(process: int, port: int) -> tuple[float, float]:
    """Wall and CPU seconds of the server while a crowd visits."""
    while True:
        try:
            await visit(port, 1)
            break
        except ConnectionError:
            await asyncio.sleep(0.2)
    wall, cpu = time.perf_counter(), cpu_of(process)
    await asyncio.gather(*(visit(port, VISITS // VISITORS) for _ in range(VISITORS)))
    return time.perf_counter() - wall, cpu_of(process) - cpu


def main(messages: int, kept: Path | None) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        file = kept or Path(folder, f"{DATABASE}.db")
        if not file.exists():
            make(file, messages)
        with closing(sqlite3.connect(file)) as conn:
            paths = list(dict.fromkeys(path for daemon in ("cass", "aria") for path in addresses(conn, daemon)))
            (said,) = conn.execute("SELECT count(*) FROM messages").fetchone()
            (talks,) = conn.execute("SELECT count(*) FROM conversations").fetchone()
        link = Path(folder, f"{DATABASE}.db")
        if link != file:
            link.symlink_to(file.resolve())
        found = asyncio.run(costs(Datasette([str(link)], metadata=yaml.safe_load(metadata())), paths))
        print(f"{said:,} messages in {talks:,} conversations, {len(found)} pages, CPU of a request, median of {ROUNDS}")
        for path, seconds in sorted(found.items(), key=lambda item: -item[1]):
            print(f"{seconds * 1000:8.1f} ms  {path}")
        with serving(link) as (server, port):
            wall, cpu = asyncio.run(crowd(server.pid, port))
        print(f"home page, {VISITORS} visitors at once: {VISITS / wall:.0f} a second, {VISITS / cpu:.0f} a CPU second")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else DEFAULT_MESSAGES, Path(sys.argv[2]) if sys.argv[2:] else None)
