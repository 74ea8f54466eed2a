"""The files by which an export describes itself, made from what is in it."""

from __future__ import annotations

from pathlib import Path

from build_db.exports.cards import citation, croissant, datapackage, datasette, licence, readme, removed, risk, rules
from build_db.exports.cards.subject import Subject


def write_cards(subject: Subject, folder: Path) -> None:
    """Describe the data files that are in the folder by now."""
    for card in (croissant, datapackage, citation, datasette, risk, rules, readme, removed, licence):
        card.write(subject, folder)
