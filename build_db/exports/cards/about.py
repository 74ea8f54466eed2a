"""What a column holds, in one line. The only place that cards ask."""

from __future__ import annotations

from build_db.schema import schema

COMMON = {
    "id": "Identifies the row.",
    "daemon_id": "The daemon whose row this is.",
    "created_at": "When it was made.",
    "updated_at": "When it last changed.",
    "completed_at": "When it was finished.",
    "started_at": "When it began.",
    "timestamp": "When it happened.",
    "date": "The day.",
    "title": "Its title.",
    "content": "Its text.",
    "status": "How far it has come.",
    "confidence": "How sure the daemon is, from 0 to 1.",
    "role": "Who speaks: user, assistant or system.",
    "display_name": "The person's pseudonym in this dataset.",
    "excluded": "1 if the message was taken back; its text is withheld.",
    "model": "The language model.",
    "provider": "Who runs the language model.",
}


def column_about(table: str, column: str) -> str:
    """One sentence about a column; made from its name and type where nothing better is known."""
    described = next(c for c in schema()[table].columns if c.name == column)
    if column in COMMON:
        return COMMON[column]
    if described.references:
        return f"The row of {described.references} that it belongs to."
    words = column.removesuffix("_json").removesuffix("_at").replace("_", " ")
    if described.type == "JSON":
        return f"{words.capitalize()}, as JSON."
    if column.endswith("_at"):
        return f"When it was {words}."
    return f"{words.capitalize()}."
