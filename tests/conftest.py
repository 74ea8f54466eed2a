"""What tests share: small trees, a key, and a database built from them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import settings

from build_db import BuildOptions, Report, build
from build_db.commands import NextSteps
from build_db.exports.run import ExportOptions, export
from build_db.exports.times import Times
from build_db.ingest.daemons import find_trees
from build_db.summary import summary

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "data"
KEY = bytes(range(32))

# How long an example takes says more of the machine than of the code. The same commit sees the same examples; new ones
# are tried by `make agreement`, and on demand: `HYPOTHESIS_PROFILE=search`.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

Rows = list[tuple[Any, ...]]


def pytest_configure(config: pytest.Config) -> None:
    """What is kept from one run of the tool to the next is kept in a folder of the tests' own.

    Whoever starts the tests in the background of a shell has them, and all that they start, ignore Ctrl-C.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = tempfile.TemporaryDirectory(prefix="build-db-cache-")
    config.add_cleanup(folder.cleanup)
    os.environ["XDG_CACHE_HOME"] = folder.name


class Built:
    """A built database and what its build reported."""

    def __init__(self, tree: Path, output: Path, *, private: bool, key: bytes = KEY) -> None:
        self.path = output
        self.report = build(tree, output, BuildOptions(private=private, key=None if private else key))
        self.conn = sqlite3.connect(output)

    def rows(self, sql: str, *values: object) -> Rows:
        return self.conn.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        (row,) = self.rows(sql, *values)
        return row[0] if len(row) == 1 else row

    def problems(self) -> list[tuple[str, str | None, str]]:
        """Path, field and problem of everything that was recorded."""
        return [(f.origin.path, f.problem.field, f.problem.problem) for f in self.report.findings]


def told(report: Report) -> str:
    """What an owner reads after a build."""
    return summary(report, NextSteps(Path("data"), Path(report.output)))


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[dict[str, Any]], Path]:
    """Writes a tree: path to text, bytes, or a value that is dumped as JSON or YAML. Called again, it adds to it."""

    def write(files: dict[str, Any]) -> Path:
        root = tmp_path / "data"
        root.mkdir(exist_ok=True)
        for path, content in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                place.write_bytes(content)
            elif isinstance(content, str):
                place.write_text(content, encoding="utf-8")
            else:
                dump = yaml.safe_dump if path.endswith(".yaml") or path.endswith(".yml") else json.dumps
                place.write_text(dump(content), encoding="utf-8")
        return root

    return write


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Callable[..., Built]]:
    """Builds a tree; private unless told otherwise."""
    made: list[Built] = []

    def run(tree: Path, *, private: bool = True, name: str = "out.db", key: bytes = KEY) -> Built:
        made.append(Built(tree, tmp_path / name, private=private, key=key))
        return made[-1]

    yield run
    for one in made:
        one.conn.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of an owner who has a key."""
    key = tmp_path / ".config" / "build-db" / "redaction.key"
    key.parent.mkdir(parents=True)
    key.write_text(KEY.hex())
    key.chmod(0o600)
    return tmp_path


@pytest.fixture(scope="session")
def exports(served, tmp_path_factory) -> Path:
    """Both daemons of the demo in every format."""
    folder = tmp_path_factory.mktemp("exported") / "exports"
    export(served, folder, key=KEY, options=ExportOptions(trees=tuple(find_trees(DEMO))))
    return folder


@pytest.fixture(scope="session")
def by_times(served, tmp_path_factory) -> dict[Times, Path]:
    """The database of an export of cass, for every way of telling times."""
    made = {}
    for times in Times:
        folder = tmp_path_factory.mktemp(times)
        export(served, folder, key=KEY, daemons=["cass"], options=ExportOptions(formats=("sqlite",), times=times))
        made[times] = folder / "cass" / "cass.db"
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real browser (`support/browsing.py`)."""
    from support.browsing import launched  # it takes a second, and most tests need none

    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def minisign() -> str:
    """The program with which receivers verify."""
    return _program("minisign")


@pytest.fixture(scope="session")
def shell() -> str:
    """The sqlite3 shell."""
    return _program("sqlite3")


def _program(name: str) -> str:
    """Where a program is, whose package has its name. Where everything has to be tried, its absence is an error."""
    found = shutil.which(name)
    if not found and os.environ.get("CI"):
        pytest.fail(f"no {name}; run: apt-get install {name}")
    return found or pytest.skip(f"no {name} here")


@pytest.fixture
def query() -> Iterator[Callable[..., list]]:
    opened = []

    def ask(path: Path, sql: str, *values: object) -> list:
        opened.append(sqlite3.connect(f"file:{path}?mode=ro", uri=True))
        found = opened[-1].execute(sql, values).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    yield ask
    for conn in opened:
        conn.close()


def conversation(id: str = "5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411", **changes: Any) -> dict[str, Any]:
    """A conversation of two messages as the vessel writes it."""
    message = {"role": "user", "content": "The humidity probe reads 0.", "timestamp": "2025-11-30T18:03:47.100004"}
    answer = {"role": "assistant", "content": "Check the resistor.", "timestamp": "2025-11-30T18:03:47.117903"}
    return {
        "id": id,
        "title": "Greenhouse wiring",
        "created_at": "2025-11-30T18:02:11.402981",
        "updated_at": "2025-11-30T18:03:47.118220",
        "messages": [message, answer],
        "user_id": None,
        "project_id": None,
        **changes,
    }


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as it is shared, built once. Not to be changed.

    Tests that run in another environment are told where it is (`test_next_datasette.py`).
    """
    if "DEMO_DATABASE" in os.environ:
        return Path(os.environ["DEMO_DATABASE"])
    output = tmp_path_factory.mktemp("demo") / "cass.db"
    build(DEMO, output, BuildOptions(key=KEY))
    return output


@pytest.fixture(scope="session")
def served(demo: Path) -> Path:
    """The demo, as exports call it."""
    return demo
