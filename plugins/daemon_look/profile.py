"""What a daemon says of itself in its profile."""

from __future__ import annotations

import sqlite3
from typing import Any

from markupsafe import Markup

from daemon_look.language import t
from daemon_look.rendering import WITHHELD, anything, parsed

# Parts of the profile below the statements, and what stands above them.
PARTS = (
    ("Values", "values_json"), ("Ways of talking", "communication_patterns_json"), ("Able to", "capabilities_json"),
    ("Not able to", "limitations_json"), ("Open questions", "open_questions_json"), ("Notes", "notes"),
)  # fmt: skip


def statements(profile: sqlite3.Row | None) -> list[dict[str, Any]]:
    """What a daemon says that it is, the surest first."""
    found = parsed(profile["identity_statements_json"]) if profile else None
    kept = [entry for entry in found if _says(entry)] if isinstance(found, list) else []
    return sorted(kept, key=_doubt)


def _doubt(statement: dict[str, Any]) -> float:
    confidence = statement.get("confidence")
    return -confidence if isinstance(confidence, (int, float)) else 0.0


def _says(entry: Any) -> bool:
    return isinstance(entry, dict) and bool(entry.get("statement")) and entry["statement"] != WITHHELD


def parts_of(profile: sqlite3.Row | None, *, below: int) -> list[tuple[str, Markup]]:
    """The other parts of a profile that hold something, each with its heading.

    :param below: the level of the heading above
    """
    parts = [(t(name), anything(_value(profile, column), below=below)) for name, column in PARTS] if profile else []
    return [(name, part) for name, part in parts if part]


def _value(profile: sqlite3.Row, column: str) -> Any:
    return parsed(profile[column]) if column.endswith("_json") else profile[column]
