"""`index.html`: all that people read, in one page that opens by double click."""

from __future__ import annotations

from pathlib import Path

from build_db.reader import page
from build_db.reader.source import language_of, opened

FILE = "index.html"


def write(database: Path, folder: Path) -> None:
    """Write the page of the export's one daemon."""
    with opened(database) as conn:
        (daemon,) = conn.execute("SELECT id, name FROM daemons")
        page.write(conn, tuple(daemon), folder / FILE, language_of(conn))
