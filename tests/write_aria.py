"""Writes the demo's database of Aria, as the vessel keeps it, from the texts in `aria/`: `make aria`.

A database cannot be reviewed; the texts can. A test holds the two together.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import yaml
from support.vessel import Tables, columns, write_vessel

TEXTS = Path(__file__).parent / "aria"
DATABASE = Path(__file__).parent.parent / "data" / "daemons" / "aria" / "cass.db"
# A vessel that began with an older version has columns that a new one lacks.
MORE = {"daemons": "birth_type genesis_dream_id", "research_sessions": "findings_json sources_json"}


def aria_tables() -> Tables:
    """The rows that the texts tell of.

    Each text holds tables as lists of rows. What goes without saying is filled in: whose rows they are, the messages
    below a conversation as rows of their own, and an id for every name like `$thread-letters`.
    """
    tables: Tables = {}
    for path in sorted(TEXTS.glob("*.yml")):
        for table, rows in _named(yaml.safe_load(path.read_text(encoding="utf-8"))).items():
            tables.setdefault(table, []).extend(rows)
    (daemon,) = tables["daemons"]
    tables["messages"] = [_message(talk, told) for talk in tables["conversations"] for told in talk.pop("messages")]
    return {table: [_owned(table, row, daemon["id"]) for row in rows] for table, rows in tables.items()}


def write(path: Path) -> None:
    """Make the database anew."""
    path.unlink(missing_ok=True)
    write_vessel(path, aria_tables(), more=MORE)


def _message(talk: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    whose = {"user_id": talk.get("user_id")} if told["role"] == "user" else {}
    return {"conversation_id": talk["id"], "excluded": 0, **whose, **told}


def _owned(table: str, row: dict[str, Any], daemon_id: str) -> dict[str, Any]:
    return {"daemon_id": daemon_id, **row} if "daemon_id" in columns()[table] else row


def _named(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _named(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_named(entry) for entry in value]
    if isinstance(value, str) and value.startswith("$"):
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, value))
    return value


if __name__ == "__main__":
    write(DATABASE)
