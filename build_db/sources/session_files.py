"""What sessions of today's vessel leave in files: logs, visits to its simulated world, notes, writing, a homepage."""

from __future__ import annotations

import re
from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_list, first, text_id
from build_db.sources.markup import lines_of

LOG = Mapping(
    same="session_type started_at completed_at focus summary status",
    lists={"insights": "findings_json", "artifacts": "artifacts_json"},
    folded={"metadata_json": "max_turns turns total_turns error tokens cost duration_seconds"},
    read="session_id",
)
VISIT = Mapping(
    same="status started_at",
    renamed={"ended_at": "completed_at", "end_reason": "completion_reason", "goal": "focus"},
    folded={"metadata_json": "user_id daemon_id daemon_name events rooms_visited current_room"},
    read="session_id",
)
TITLE = re.compile(r"(?m)\A\s*# +(.+)$")
TAGS = re.compile(r"(?mi)^tags: *(.+)$")
# `{hex}_{title}` and `{day}_{hex}_{title}`.
NAME = re.compile(r"(?:(?P<day>\d{4}-\d\d-\d\d)_)?(?:(?P<id>[0-9a-f]{8})_)?(?P<title>(?s:.*))")


def log(document: Document) -> Iterator[Item]:
    """One `autonomous_sessions` row of a session's log."""
    yield from _session(document, LOG, document.path.split("/")[1])


def visit(document: Document) -> Iterator[Item]:
    """One `autonomous_sessions` row of a visit to the simulated world."""
    yield from _session(document, VISIT, "wonderland")


def _session(document: Document, mapping: Mapping, session_type: str) -> Iterator[Item]:
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    values = {column: value for column, value in mapping.values(source).items() if value is not None}
    values["session_type"] = first(values.get("session_type"), session_type)
    values["session_id"] = text_id(source.get("session_id")) or document.stem
    values["started_at"] = first(values.get("started_at"), values.get("completed_at")) or ""
    seconds = source.get("duration_seconds")
    values["duration_minutes"] = round(seconds / 60) if isinstance(seconds, (int, float)) else None
    yield Row("autonomous_sessions", values)
    yield from mapping.unknown(source, values["session_id"])


def note(document: Document) -> Iterator[Item]:
    """One `autonomous_works` row of a Markdown file; its first heading is its title, its name tells the day."""
    text = document.value
    named = NAME.fullmatch(document.stem)
    heading, tags = TITLE.search(text), TAGS.search(text)
    assert named
    yield Row(
        "autonomous_works",
        {
            "kind": document.path.split("/")[0].rstrip("s"),
            "work_id": document.path.removesuffix(".md").partition("/")[2],
            "title": heading[1].strip() if heading else named["title"].replace("_", " "),
            "content": text,
            "data_json": {"tags": [tag.strip() for tag in as_list(tags and tags[1].split(",")) if tag.strip()]},
            "created_at": named["day"] or "",
        },
    )


def page(document: Document) -> Iterator[Item]:
    """One `autonomous_works` row of a page of a homepage: its words."""
    words = "\n".join(lines_of(document.value))
    values = {"title": document.stem, "content": words, "data_json": {}, "created_at": ""}
    yield Row("autonomous_works", {"kind": "homepage", "work_id": document.path.partition("/")[2], **values})


KINDS = (
    FileKind("session log", ("session_logs/*/*.json", "session_logs/*/*/*.json"), "json", log),
    FileKind("visit to wonderland", ("wonderland/sessions/*.json",), "json", visit),
    FileKind("session note", ("session_notes/*.md",), "text", note),
    FileKind("creative output", ("creative_output/*.md", "creative_output/*/*.md"), "text", note),
    FileKind("homepage", ("homepages/*/index.html", "homepages/*/pages/*.html"), "text", page),
)
