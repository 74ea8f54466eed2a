"""`LICENSE`: under which terms the data may be used, and how to cite it."""

from __future__ import annotations

from pathlib import Path

from build_db.exports.cards.subject import Subject

FILE = "LICENSE"


def write(subject: Subject, folder: Path) -> None:
    """Write the notice."""
    text = f"""{subject.title}

SPDX-License-Identifier: {subject.licence.spdx}

This dataset is shared under the terms of
{subject.licence.title}: {subject.licence.url}

Please cite it as
{subject.citation}
"""
    (folder / FILE).write_text(text, encoding="utf-8", newline="\n")
