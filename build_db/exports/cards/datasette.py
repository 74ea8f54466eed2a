"""`metadata.yml`: how Datasette shows the export's database. Whoever has the file may ask it anything in SQL."""

from __future__ import annotations

from pathlib import Path

from build_db.exports.cards.subject import Subject
from build_db.metadata import as_text, described_database

FILE = "metadata.yml"


def write(subject: Subject, folder: Path) -> None:
    """Write the description, if there is a database for it to describe."""
    if "sqlite" not in subject.formats:
        return
    about = {
        "title": subject.title,
        "description": subject.about,
        "license": subject.licence.title,
        "license_url": subject.licence.url,
    }
    described = described_database(folder.name, about, subject.lines)
    (folder / FILE).write_text(as_text(described), encoding="utf-8", newline="\n")
