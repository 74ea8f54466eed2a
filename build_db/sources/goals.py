"""Goals: working questions, a research agenda, initiatives, a progress log, and the links between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_list, first, latest, objects, text_id

QUESTION = Mapping(
    same="created_at status",
    renamed={"question": "title", "context": "description"},
    folded={"progress_json": "related_artifacts related_agenda_items insights next_steps"},
    read="id",
)
AGENDA = Mapping(
    same="created_at status",
    renamed={"topic": "title", "why": "description"},
    folded={"progress_json": "priority sources_reviewed key_findings blockers related_questions"},
    read="id",
)
INITIATIVE = Mapping(
    same="description created_at status",
    renamed={"responded_at": "updated_at"},
    folded={"progress_json": "goal_context urgency response"},
    read="id",
)
ENTRY = Mapping(
    same="description outcome",
    renamed={"timestamp": "created_at", "type": "entry_type"},
    lists={"related_items": "related_items_json"},
    read="id",
)

# file stem -> key of its list, goal type, mapping, keys of lists whose entries carry times
LISTS = {
    "working_questions": ("questions", "question", QUESTION, ("insights",)),
    "research_agenda": ("items", "research_agenda", AGENDA, ("sources_reviewed", "key_findings", "blockers")),
    "initiatives": ("initiatives", "initiative", INITIATIVE, ()),
}
TITLE_LENGTH = 120


def merge(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """`goals` of all three lists, then `goal_links` as the union of both directions."""
    links: list[tuple[Document, Row]] = []
    taken: set[str] = set()
    for document in documents:
        under, goal_type, mapping, timed = LISTS[document.stem]
        for entry in objects(document.value, under):
            if isinstance(entry, Problem):
                yield document, entry
                continue
            source, place = entry
            values = goal(source, goal_type, mapping, timed)
            if values["id"] in taken:
                # The three lists draw their random ids apart from each other.
                values["id"] = f"{goal_type}:{values['id']}"
            taken.add(values["id"])
            yield document, Row("goals", values)
            for problem in mapping.unknown(source, place):
                yield document, problem
            links.extend((document, link) for link in related(source, values["id"]))
    yield from links


def goal(source: dict[str, Any], goal_type: str, mapping: Mapping, timed: tuple[str, ...]) -> dict[str, Any]:
    """The columns of one goal; initiatives have no title but the first line of their description."""
    values = mapping.values(source)
    values["id"] = text_id(source.get("id"))
    values["goal_type"] = goal_type
    if goal_type == "initiative":
        lines = str(source.get("description") or "").strip().splitlines()
        values["title"] = lines[0][:TITLE_LENGTH] if lines else None
    values["title"] = first(values["title"], "(untitled)")
    if timed:
        entries = [e for key in timed for e in as_list(source.get(key)) if isinstance(e, dict)]
        values["updated_at"] = latest(e.get(key) for e in entries for key in ("timestamp", "resolved_at"))
    return values


def related(source: dict[str, Any], goal_id: str) -> Iterator[Row]:
    """The links that one entry names; the question is always the source."""
    for item in as_list(source.get("related_agenda_items")):
        yield link(goal_id, item, "question_agenda")
    for slug in as_list(source.get("related_artifacts")):
        yield link(goal_id, slug, "question_artifact")
    for question in as_list(source.get("related_questions")):
        yield link(question, goal_id, "question_agenda")


def link(source_id: Any, target_id: Any, link_type: str) -> Row:
    """One `goal_links` row."""
    return Row("goal_links", {"source_id": text_id(source_id), "target_id": text_id(target_id), "link_type": link_type})


def progress(document: Document) -> Iterator[Item]:
    """One `goal_progress` row per entry of the log."""
    for entry in objects(document.value, "entries"):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        yield Row("goal_progress", {**ENTRY.values(source), "id": text_id(source.get("id")) or place})
        yield from ENTRY.unknown(source, place)


KINDS = (
    FileKind("goals", tuple(f"goals/{stem}.json" for stem in sorted(LISTS)), "json", merge=merge),
    FileKind("goal progress", ("goals/progress_log.json",), "json", progress),
)
