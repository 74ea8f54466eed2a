"""The demo as a family meets it: built, and served with the command of the README."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from build_db import BuildOptions, build
from build_db.exports.run import export

ROOT = Path(__file__).parent.parent.parent
KEY = bytes(range(32))
SOON = 30  # seconds


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Builds and exports the demo into a folder and serves it from there; gives its address."""
    build(ROOT / "data", folder / "cass.db", BuildOptions(key=KEY))
    export(folder / "cass.db", folder / "exports", key=KEY)
    with serving(folder) as address:
        yield address


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serves the `cass.db` of a folder; gives its address."""
    with running(folder) as (address, _):
        yield address


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, int]]:
    """Serves the `cass.db` of a folder; gives its address, and the id of the server's process."""
    shutil.copy(ROOT / "metadata.yml", folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("datasette")), "cass.db", "-m", "metadata.yml", "-p", str(port)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server, folder / "log")
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(SOON)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urlopen(address).close()
        except URLError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the demo does not answer: {log.read_text()}")
