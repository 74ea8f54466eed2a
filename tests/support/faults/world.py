"""A small household to try faults on, the commands that are tried, and what their folders hold."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from conftest import DEMO, KEY, conversation
from support.vector_store import make_vector_store

STAYS, GOES = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537", "6e10c5d3-b824-4f7a-91d6-a35b0e7f2c22"
FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
# Planted where people, contacts and secrets stand: in nothing that is left of a shared build.
CANARIES = ("Vantbridge", "Thornquay", "quorrel.v@post.example", "hunter2-Xq7vT9pL4zKw")
# Where a program writes: the products, the key, what is temporary, what is kept from run to run.
PLACES = ("out", "home", "tmp", "cache")
MARK = ".building-"
# What Python's tempfile writes to find out whether it can.
PROBE = b"blat"

State = dict[str, str]


@dataclass(frozen=True)
class Scenario:
    """A program that is tried.

    :param before: programs that make what was there before
    :param pieces: its products below `out` and `home`, each of which appears whole
    :param stays: what was made stays, also if the command fails afterwards
    """

    program: str
    before: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ("out/cass.db",)
    is_private: bool = False
    stays: bool = False


def command(*arguments: str) -> str:
    """A program that is a command of the tool."""
    return f"from build_db.cli import cli; cli.main({list(arguments)!r}, prog_name='build_db')"


def part_of_a_command(*lines: str) -> str:
    """A program that does what commands do on their way, and ends as they do."""
    begin = ("from pathlib import Path", "from build_db.errors import UsageError", "from build_db.terminal import *")
    body = "".join(f"    {line}\n" for line in (*begin, *lines))
    end = "    fail(error if isinstance(error, UsageError) else unforeseen(error), 3)\n"
    return f"try:\n{body}except Exception as error:\n{end}"


def scenarios(root: Path) -> dict[str, Scenario]:
    """Everything that writes."""
    data, out, wishes, home = (f"{root}/{name}" for name in ("data", "out", "wishes.yml", "home"))
    key = ("--key-file", f"{home}/key", "--quiet")
    build = command(data, f"{out}/cass.db", *key)
    export = command("export", f"{out}/cass.db", f"{out}/exports", "--tree", data, *key)
    listed = (
        f"import sqlite3; name = sqlite3.connect('{out}/cass.db')"
        f".execute('SELECT display_name FROM users ORDER BY id').fetchone()[0]; from pathlib import Path; "
        f"Path('{out}/exports/withdrawn.yml').write_text(f'people: [{{name}}]')"
    )
    archive = f"{out}/exports/cass-v1-2025-11.zip"
    downloaded = f"import shutil; shutil.copyfile('{archive}', '{out}/older.zip')"
    exports = tuple(
        f"out/exports/{name}"
        for name in ("cass", "cass-v1-2025-11.zip", "index.json", "dataset", ".cass.versions.json")
    )
    return {
        "build": Scenario(command(data, f"{out}/cass.db", "--report", f"{out}/report.json", *key)),
        "rebuild that withdraws": Scenario(
            command(data, f"{out}/cass.db", "--redaction", wishes, "--report", f"{out}/report.json", *key), (build,)
        ),
        "private build": Scenario(
            command(data, f"{out}/own.db", "--private", "--quiet"), pieces=("out/own.db",), is_private=True
        ),
        "export": Scenario(export, (build,), exports),
        "export that withdraws": Scenario(export, (build, export, listed), exports),
        "older copy": Scenario(
            command("apply-withdrawals", f"{out}/older.zip", archive, "--quiet"),
            (build, export, downloaded, listed, export),
            ("out/older.zip",),
        ),
        "key": Scenario(
            part_of_a_command("from build_db.household.keyfile import load_key", f"load_key(Path('{home}/new/key'))"),
            pieces=("home/new/key",),
            stays=True,
        ),
        "signing key": Scenario(
            part_of_a_command(
                "from build_db.household.signing_key import load_signer, make_key",
                f"place = Path('{home}/new/signing.key')",
                "place.exists() or make_key(place)",  # `keygen` refuses where a key is
                "load_signer(place, str)",
            ),
            pieces=("home/new/signing.key",),
            stays=True,
        ),
        "cache": Scenario(
            part_of_a_command(
                "from build_db.household.cache import FolderCache",
                f"cache = FolderCache(Path('{root}/cache'))",
                "cache.put('a' * 64, b'x' * 100_000)",
                "assert cache.get('a' * 64) in (None, b'x' * 100_000)",
            ),
            pieces=(),
        ),
        "metadata": Scenario(command("metadata", "--output", f"{out}/metadata.yml"), pieces=("out/metadata.yml",)),
        "review": Scenario(
            command("review", data, "--write", "--redaction", f"{out}/redaction.yml"),
            pieces=("out/redaction.yml",),
            is_private=True,
        ),
        "build by workers": Scenario(
            "from build_db.ingest import groups; groups.PORTION = 1; "
            + command(data, f"{out}/cass.db", "--report", f"{out}/report.json", "--jobs", "2", *key)
        ),
    }


def make_world(root: Path) -> None:
    """A household of two, one of whom wants to be in it no more; the vessel's database is in use."""
    for place in PLACES:
        (root / place).mkdir(parents=True)
    (root / "home/key").write_text(KEY.hex(), encoding="ascii")
    (root / "home/key").chmod(0o600)
    (root / "wishes.yml").write_text("withdraw: [Ibsel Thornquay]\n", encoding="utf-8")
    said = [
        {"role": "user", "content": f"Ibsel Thornquay and I: {CANARIES[2]}.", "timestamp": "2025-11-30T18:03:47"},
        {"role": "assistant", "content": f"The password is {CANARIES[3]}.", "timestamp": "2025-11-30T18:03:48"},
    ]
    files = {
        f"users/{STAYS}/profile.yaml": json.dumps({"user_id": STAYS, "display_name": "Quorrel Vantbridge"}),
        f"users/{GOES}/profile.yaml": json.dumps({"user_id": GOES, "display_name": "Ibsel Thornquay"}),
        f"users/{STAYS}/auth.json": json.dumps({"email": CANARIES[2], "password": CANARIES[3]}),
        f"conversations/{FIRST}.json": json.dumps(conversation(FIRST, user_id=STAYS, messages=said)),
        f"conversations/{SECOND}.json": json.dumps(conversation(SECOND, user_id=GOES)),
        "wiki/concept/Kites.md": "# Kites\n\nQuorrel Vantbridge flies [[Kites]].\n",
    }
    for name, text in files.items():
        place = root / "data" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    make_vector_store(root / "data/chroma/chroma.sqlite3", [])
    make_used_database(root / "data/cass.db")


def make_used_database(place: Path) -> None:
    """A small database of the vessel's as it lies there while the vessel runs: half of it in a log beside it."""
    begun = place.with_name("begun.db")
    with closing(sqlite3.connect(begun)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.executescript(
            "CREATE TABLE schema_version (version, applied_at); CREATE TABLE daemons (id, label, name, status);"
            "CREATE TABLE conversations (id, daemon_id, user_id, title, created_at, updated_at);"
            "CREATE TABLE messages (id INTEGER PRIMARY KEY, conversation_id, role, content, timestamp, user_id);"
            "INSERT INTO daemons VALUES ('d1', 'cass', 'Cass', 'active');"
            f"INSERT INTO conversations VALUES ('c1', 'd1', '{STAYS}', 'Kites', '2025-11-30', '2025-11-30');"
            f"INSERT INTO messages VALUES (1, 'c1', 'user', 'I am Quorrel Vantbridge.', '2025-11-30', '{STAYS}');"
        )
        for end in ("", "-wal"):
            shutil.copyfile(begun.with_name(begun.name + end), place.with_name(place.name + end))
    begun.unlink()


def make_demo(root: Path) -> None:
    """The demo as a household."""
    make_world(root)
    shutil.rmtree(root / "data")
    shutil.copytree(DEMO, root / "data")
    (root / "wishes.yml").write_text("withdraw: [Averill]\n", encoding="utf-8")


def state(root: Path) -> State:
    """Every file below the places in which programs write, with a digest of its content."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for place in PLACES
        for path in sorted((root / place).rglob("*"))
    }


def piece(of: State, name: str) -> State:
    """A file, or a folder with all that is in it."""
    return {path: digest for path, digest in of.items() if path == name or path.startswith(f"{name}/")}


def save(root: Path, to: Path) -> None:
    """Keep what is there."""
    for place in PLACES:
        shutil.copytree(root / place, to / place, symlinks=True)


def restore(root: Path, kept: Path) -> None:
    """Have it again as it was kept."""
    for place in PLACES:
        shutil.rmtree(root / place)
        shutil.copytree(kept / place, root / place, symlinks=True)


def leaking(root: Path, left: Iterator[str] | list[str]) -> list[str]:
    """The files among those left that hold a canary."""
    found = []
    for name in left:
        path = root / name
        data = path.read_bytes() if path.is_file() else b""
        if any(canary.encode() in data for canary in CANARIES):
            found.append(name)
    return found
