"""Feeds the parsers and the redactor with bytes that atheris finds by what they run: `python tests/fuzz.py TARGET`.

`python tests/fuzz.py all SECONDS` takes each in turn, so long each, and ends with 1 if one breaks its promise. What
follows a target goes to libFuzzer: `-runs=500 -seed=1`, or the file of a finding to see it again. Every target begins
with the files of `tests/trees` that are for it. Findings and what was learned are kept in `.fuzz/`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

try:
    import atheris
except ModuleNotFoundError:
    sys.exit("no atheris here: it comes for Python 3.11 to 3.13 on Linux with an Intel processor, and for no other")
from support.vessel import archive as archived
from support.vessel import columns, small

with atheris.instrument_imports(include=["build_db"]):
    from build_db.errors import Unreadable
    from build_db.household.cache import default_cache
    from build_db.ingest.archives import archive_rows, archive_tables
    from build_db.ingest.daemons import find_trees
    from build_db.ingest.extraction import take_in
    from build_db.ingest.reading import decoded, parse_json, parse_yaml
    from build_db.ingest.survey import SourceFile, survey
    from build_db.ingest.vessel import vessel_daemons
    from build_db.records import FileKind, as_json
    from build_db.redaction.contacts.contact_finder import ContactFinder
    from build_db.redaction.keyed import Keyed
    from build_db.redaction.people.people_finder import PeopleFinder
    from build_db.redaction.people.pseudonyms import Person, with_pseudonyms
    from build_db.redaction.secrets.secret_finder import SecretFinder
    from build_db.redaction.text_redactor import Literals, TextRedactor
    from build_db.sources import catalogue

    catalogue()

ROOT = Path(__file__).parent.parent
KEPT = Path(os.environ.get("FUZZ_KEPT", ROOT / ".fuzz"))
LONGEST = 4096
SECRET, NAME, MAIL = "hunter2-Xq7vT9pL4zKw", "Wrenna Talbot", "wren.talbot@post.example"
TOKEN = "ghp_EXAMPLEexampleEXAMPLEexample01234567"


def plain(value: Any) -> None:
    """A value that can travel on: JSON's types, text that SQLite takes."""
    as_json(value).encode()


def json_text(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        plain(parse_json(data, []))


def yaml_text(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        plain(parse_yaml(decoded(data)[0], []))


@cache
def kinds(*formats: str) -> list[FileKind]:
    return [kind for kind in catalogue() if kind.format in formats]


@cache
def scratch() -> Path:
    """A folder of this process's own, in memory where there is such a place."""
    memory = Path("/dev/shm")
    folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
    atexit.register(folder.cleanup)
    return Path(folder.name)


def taken(root: Path, kind: FileKind, path: str) -> None:
    """What a file of a kind holds; nothing may be raised."""
    for _, items in take_in(root, kind, [SourceFile(path, path, "ingested", kind=kind)]).items:
        for item in items:
            if hasattr(item, "values"):
                plain(item.values)


def files(*formats: str) -> Callable[[bytes], None]:
    """A file of any kind of some formats; the first byte tells which."""

    def one(data: bytes) -> None:
        kind = kinds(*formats)[data[0] % len(kinds(*formats))] if data else kinds(*formats)[0]
        path = kind.patterns[0].replace("{self}", "cass").replace("**", "a").replace("*", "a")
        place = scratch() / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data[1:])
        taken(scratch(), kind, path)

    return one


def archive(data: bytes) -> None:
    """An archive of a daemon, or a file that only looks like one."""
    place = scratch() / "x.anima"
    if data[:1] == b"{":
        with zipfile.ZipFile(place, "w") as packed:
            packed.writestr("daemon_data.json", data)
    else:
        place.write_bytes(data)
    with contextlib.suppress(Unreadable):
        vessel_daemons(place)
        for table in archive_tables(place):
            archive_rows(place, table)
            for kind in kinds("vessel table"):
                if kind.patterns[0].rpartition("/")[2] == table:
                    taken(scratch(), kind, f"x.anima/{table}")


def cells(data: bytes) -> None:
    """Cells of a table of the vessel's database: what lies between line breaks."""
    kind = kinds("vessel table")[data[0] % len(kinds("vessel table"))] if data else kinds("vessel table")[0]
    table = kind.patterns[0].rpartition("/")[2]
    names = columns().get(table, ("id",))
    place = scratch() / "cass.db"
    place.unlink(missing_ok=True)
    found = [cell.decode("utf-8", "surrogateescape") for cell in data[1:].split(b"\n")]
    with contextlib.closing(sqlite3.connect(place, isolation_level=None)) as conn:
        conn.execute(f"CREATE TABLE [{table}] ({', '.join(names)})")
        for start in range(0, len(found), len(names)):
            row = [cell.encode("utf-8", "surrogateescape") for cell in found[start : start + len(names)]]
            row += [b""] * (len(names) - len(row))
            casts = ", ".join("CAST(? AS TEXT)" for _ in names)
            conn.execute(f"INSERT INTO [{table}] VALUES ({casts})", row)
    taken(scratch(), kind, f"cass.db/{table}")


@cache
def redactor() -> TextRedactor:
    keyed = Keyed(bytes(32))
    people = PeopleFinder(with_pseudonyms([Person("w", (NAME,))], keyed, set()), keyed)
    finders = (Literals([SECRET], "secret"), Literals(["Larkmeadow"], "term"), SecretFinder(), ContactFinder())
    return TextRedactor(people, finders, keyed, store=default_cache())


def redacted(data: bytes) -> None:
    """A text, with things in its middle that must not be left, each as a word of its own."""
    text = data.decode("utf-8", "replace")
    middle = len(text) // 2
    for planted in (SECRET, f" {NAME} ", f"\n{MAIL}\n", f"\n{TOKEN}\n"):
        new = redactor().redact(text[:middle] + planted + text[middle:])
        new.encode()
        assert planted.strip() not in new, f"left: {planted!r}"


# Files of some formats, of any kind of these: the first byte tells which.
FORMATS = {
    "texts": ("text",),
    "documents": ("json", "yaml"),
    "companions": ("json lines", "csv", "character card"),
    "cells": ("vessel table",),
}
TARGETS: dict[str, Callable[[bytes], None]] = {
    "json": json_text,
    "yaml": yaml_text,
    **{name: files(*formats) for name, formats in FORMATS.items() if name != "cells"},
    "archive": archive,
    "cells": cells,
    "redactor": redacted,
}


def beginnings(target: str) -> Iterable[bytes]:
    """What a target begins with: files of a small tree, each with the byte that tells its kind where there is one."""
    formats = FORMATS.get(target, ())
    (tree,) = find_trees(ROOT / "tests" / "trees" / "full")
    for file in survey(tree, catalogue()):
        data = (tree.root / file.path).read_bytes() if file.kind else b""
        if file.kind in kinds(*formats):
            yield bytes([kinds(*formats).index(file.kind)]) + data
        elif data and not formats:
            yield data
    yield json.dumps(archived(small())).encode()
    for number, kind in enumerate(kinds(*formats)):
        if kind.format == "vessel table":
            rows = small().get(kind.patterns[0].rpartition("/")[2], ())
            yield bytes([number]) + b"\n".join(str(value).encode() for row in rows for value in row.values())


def begin(target: str) -> Path:
    """The folder of what a target has learned, with what it begins with."""
    folder = KEPT / target
    folder.mkdir(parents=True, exist_ok=True)
    for data in beginnings(target):
        (folder / sha256(data).hexdigest()[:16]).write_bytes(data[:LONGEST])
    return folder


def main(target: str, *options: str) -> None:
    if target == "all":
        seconds, *more = options
        rules = [f"-max_total_time={seconds}", *more]
        ended = [subprocess.run([sys.executable, __file__, name, *rules], check=False).returncode for name in TARGETS]
        sys.exit(any(ended))
    known = [] if any(not option.startswith("-") for option in options) else [str(begin(target))]
    rules = [f"-max_len={LONGEST}", "-rss_limit_mb=4096", "-timeout=60", f"-artifact_prefix={KEPT}/{target}-"]
    atheris.Setup([target, *rules, *known, *options], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
