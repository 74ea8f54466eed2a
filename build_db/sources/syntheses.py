"""Positions worked out over time: `goals/synthesis/<slug>.md`.

The header is written line by line, not as YAML, and may not be valid YAML: it is read the way the vessel reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from build_db.errors import Unreadable
from build_db.ingest.reading import parse_json
from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import as_list, first, text_id

KNOWN = {"title", "status", "created", "updated", "related_questions", "confidence"}
HISTORY = "## Revision History"
REVISION = re.compile(r"^### (.*)$", re.MULTILINE)


def rows(document: Document) -> Iterator[Item]:
    """One `synthesis_artifacts` row and a `goal_links` row per related question."""
    header, text = split(document.value)
    for key in sorted(header.keys() - KNOWN):
        yield Problem("unknown key", document.stem, key, header[key])
    questions, confidence = [], None
    try:
        questions = as_list(parse_json(header.get("related_questions") or "[]", []))
    except Unreadable:
        yield Problem("not valid JSON", document.stem, "related_questions", header["related_questions"])
    if header.get("confidence"):
        try:
            confidence = float(header["confidence"])
        except ValueError:
            yield Problem("not a number", document.stem, "confidence", header["confidence"])
    content, revisions = revised(text)
    yield Row(
        "synthesis_artifacts",
        {
            "id": document.stem,
            "title": first(header.get("title"), document.stem),
            "status": first(header.get("status")),
            "confidence": confidence,
            "content": content,
            "related_questions_json": questions,
            "revisions_json": revisions,
            "created_at": first(header.get("created"), header.get("updated"), *(r["date"] for r in revisions[-1:])),
            "updated_at": first(header.get("updated")),
        },
    )
    for question in questions:
        link = {"source_id": text_id(question), "target_id": document.stem, "link_type": "question_artifact"}
        yield Row("goal_links", link)


def split(text: str) -> tuple[dict[str, str], str]:
    """Header and body: the first two `---` anywhere, each header line cut at its first colon."""
    if not text.startswith("---") or text.count("---") < 2:
        return {}, text.strip()
    _, header, body = text.split("---", 2)
    found = {}
    for line in header.strip().splitlines():
        key, colon, value = line.partition(":")
        if colon:
            found[key.strip()] = value.strip().strip('"')
    return found, body.strip()


def revised(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Content and revisions; the last heading wins whose remainder is nothing but dated entries."""
    body, heading, remainder = text.rpartition(HISTORY)
    if not heading or not remainder.strip().startswith("### "):
        return text, []
    parts = REVISION.split(remainder)[1:]
    revisions = [{"date": d.strip(), "note": n.strip()} for d, n in zip(parts[::2], parts[1::2], strict=True)]
    return body.rstrip(), revisions


KINDS = (FileKind("synthesis", ("goals/synthesis/*.md",), "text", rows),)
