"""The responsible-AI fields of `croissant.json`: the words of `rai.yml` with the facts of one export."""

from __future__ import annotations

from functools import cache
from typing import Any

from build_db import __version__
from build_db.declared import declared, shipped
from build_db.exports.cards.risk import treated
from build_db.exports.cards.subject import UNDATED, Subject
from build_db.exports.publisher import NOT_STATED, PARAGRAPHS
from build_db.exports.rekey import MENTIONS
from build_db.exports.times import DAY

FILE = "rai.yml"
VERSION = "http://mlcommons.org/croissant/RAI/1.0"
# A period of time, which is no text.
PERIOD = "rai:dataCollectionTimeframe"


@cache
def fields() -> dict[str, str | list[str]]:
    """The whole of `rai.yml`."""
    return declared(FILE, shipped(__package__, FILE), dict[str, str | list[str]])


def filled(subject: Subject) -> dict[str, Any]:
    """Every field, by its name in Croissant."""
    facts = _facts(subject)
    told: dict[str, Any] = {
        f"rai:{name}": [line.format(**facts) for line in said] if isinstance(said, list) else said.format(**facts)
        for name, said in fields().items()
    }
    if UNDATED not in (subject.first, subject.last):
        told[PERIOD] = [day if len(day) == DAY else f"{day}-01" for day in (subject.first, subject.last)]
    return told


def _facts(subject: Subject) -> dict[str, str]:
    said, figures = subject.publisher, subject.figures
    counts = {name.replace(" ", "_"): f"{number:,}" for name, number in figures.items()}
    gone = {f"withdrawn_{what}": f"{subject.removed.get(what, 0):,}" for what in ("conversations", "people", "rows")}
    words = {key: said.told(key) for key in PARAGRAPHS}
    return {
        **counts,
        **gone,
        **words,
        "account": ", ".join(f"{what}: {count:,}" for what, count in subject.account.items()) or "nothing",
        "built": subject.built.tool,
        "called": subject.called,
        "contact": said.contact or NOT_STATED,
        "first": subject.first,
        "k": str(subject.k),
        "language": subject.language,
        "last": subject.last,
        "licence": f"{subject.licence.title} ({subject.licence.spdx})",
        "looked_for": f"{sum(subject.looked_for.values()):,}",
        "mentions": f"{subject.counts.get(MENTIONS, 0):,}",
        "searched": "the data tree and the served file" if subject.with_tree else "the served file",
        "times": treated(subject),
        "tool": f"build_db {__version__}",
        "withheld": f"{sum(told.withheld for told in subject.tables):,}",
    }
