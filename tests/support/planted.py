"""Files that nobody who writes a companion's tree would make: each is put beside one that is there."""

from __future__ import annotations

import os
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random

from support.vessel import ARIA, CASS, TALK, WILMA, archive, daemon, message, person, write_archive, write_vessel

LIFE = {
    "schema_version": [{"version": 27, "applied_at": "2026-01-01"}],
    "daemons": [daemon(CASS, "cass")],
    "users": [person(WILMA, "Wilma Tannhaus")],
    "conversations": [{"id": TALK, "daemon_id": CASS, "user_id": WILMA, "created_at": "2026-01-10", "title": "Bread"}],
    "messages": [message(TALK, "Wilma Tannhaus bakes.")],
}
# Names that lead out of an archive, or mean something else than they say.
CLIMBING = ("../../out.json", "/etc/out.json", "users/../../out.json", "C:\\out.json", "a\0b.json", "users/", "")


def free(place: Path, name: str) -> Path:
    """A place beside another; what was planted there before is gone."""
    found = place.with_name(name)
    found.unlink(missing_ok=True)
    return found


def socket(place: Path, rng: Random) -> None:
    os.mknod(free(place, "socket.json"), stat.S_IFSOCK | 0o600)


def device(place: Path, rng: Random) -> None:
    """One without end; who may not make it makes a pipe that nobody writes to."""
    try:
        os.mknod(free(place, "device.json"), stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        os.mkfifo(free(place, "device.json"))


def bomb(place: Path, rng: Random) -> None:
    with zipfile.ZipFile(place.with_name(rng.choice(("x.anima", "x.zip"))), "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("daemon_data.json", b"[" * 4_000_000)


def climb(place: Path, rng: Random) -> None:
    with zipfile.ZipFile(place.with_name(rng.choice(("x.anima", "x.zip"))), "w") as file:
        for name in CLIMBING:
            with suppress(UserWarning):
                file.writestr(zipfile.ZipInfo(name), '{"user_id": "x"}')
        link = zipfile.ZipInfo("daemon_data.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")


def broken_archive(place: Path, rng: Random) -> None:
    made = write_archive(place.with_name("y.anima"), archive({**LIFE, "daemons": [daemon(ARIA, "aria")]}))
    data = bytearray(made.read_bytes())
    for _ in range(rng.choice((0, 1, 8))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    made.write_bytes(data[: rng.choice((len(data), rng.randrange(len(data))))])


def in_use(place: Path, rng: Random) -> None:
    """A database with what is not written back yet beside it, whole or not."""
    made = database(place)
    with closing(sqlite3.connect(made)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("UPDATE messages SET content = content || '!'")
        conn.commit()
        kept = {end: made.with_name(made.name + end).read_bytes() for end in ("", "-wal")}
    wal = bytearray(kept["-wal"])
    for _ in range(rng.choice((0, 0, 3))):
        wal[rng.randrange(len(wal))] = rng.randrange(256)
    made.write_bytes(kept[""])
    made.with_name(f"{made.name}-wal").write_bytes(wal)


def odd_journal(place: Path, rng: Random) -> None:
    database(place).with_name("cass.db-journal").write_bytes(rng.randbytes(rng.choice((1, 512, 4096))))


def haunted(place: Path, rng: Random) -> None:
    """Tables that are views without end, and rows that a trigger eats."""
    script = rng.choice(
        (
            "DROP TABLE messages; CREATE VIEW messages AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n)"
            " SELECT x AS id, x AS conversation_id, x AS role, x AS content, x AS timestamp FROM n;",
            "CREATE TRIGGER eats AFTER UPDATE ON messages BEGIN DELETE FROM conversations; END;",
            "CREATE TABLE odd (id, x GENERATED ALWAYS AS (printf('%.*c', 100000000, 'x')) VIRTUAL);"
            " INSERT INTO odd (id) VALUES (1);",
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'CREATE TABLE m(' WHERE name = 'messages';",
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 2 WHERE type = 'table';",
            "DROP TABLE daemons; CREATE TABLE daemons (a);",
            "DELETE FROM daemons;",
        )
    )
    database(place, script)


def flipped(place: Path, rng: Random) -> None:
    made = database(place)
    data = bytearray(made.read_bytes())
    for _ in range(rng.choice((1, 8, 64))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    made.write_bytes(data)


def database(place: Path, script: str = "") -> Path:
    """A vessel's database at the top of the tree in which something lies."""
    root = next(parent for parent in place.parents if parent.name == "data")
    (root / "cass.db").unlink(missing_ok=True)
    return write_vessel(root / "cass.db", LIFE, script=script)


PLANTED: tuple[Callable[[Path, Random], None], ...] = (
    *(socket, device, bomb, climb, broken_archive),
    *(in_use, odd_journal, haunted, flipped),
)
