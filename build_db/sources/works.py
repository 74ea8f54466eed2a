"""What autonomous sessions leave behind: creative projects, writing, reading, views of the world, summaries.

Every work keeps its whole source object in `data_json`; title, status, content and times are lifted out of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from build_db.records import Container, Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import container, first, objects, text_id


class Work(NamedTuple):
    """One kind of work: the key of its list (None: the root is the list; "": the root is the work) and its id."""

    kind: str
    pattern: str
    under: str | None
    id_key: str | None = "id"


WORKS = (
    Work("creative_project", "creative/projects.json", "projects"),
    Work("creative_inspiration", "creative/inspirations.json", None, "timestamp"),
    Work("writing_project", "writing/index.json", "projects"),
    Work("reading_item", "knowledge/reading_queue.json", "items"),
    Work("world_observation", "world_state/observations.json", None, "timestamp"),
    Work("world_summary", "world_state/summary_*.json", "", None),
    Work("homepage_manifest", "homepages/*/manifest.json", "", "daemon_label"),
    Work("wonderland_exploration", "wonderland/exploration_logs/*.json", ""),
    Work("period_summary", "consolidation/[0-9][0-9][0-9][0-9]-*.json", ""),
)


def lifted(source: dict[str, Any]) -> dict[str, Any]:
    """The columns that works of every kind share."""
    summary = source.get("summary")
    return {
        "title": first(source.get("title"), source.get("topic"), source.get("source")),
        "status": source.get("status"),
        "content": first(
            source.get("content"),
            source.get("concept"),
            summary if isinstance(summary, str) else None,
            source.get("insight"),
            source.get("observation"),
        ),
        "session_id": text_id(source.get("session_id")),
        "data_json": source,
        "created_at": first(source.get("created_at"), source.get("added_at"), source.get("timestamp")),
        "updated_at": source.get("updated_at"),
        "completed_at": source.get("completed_at"),
    }


def reader(work: Work) -> Callable[[Document], Iterator[Item]]:
    """The function that turns files of one kind of work into `autonomous_works` rows."""

    def rows(document: Document) -> Iterator[Item]:
        if work.under:
            yield Container(container(document.value, beside=work.under))
        seen: Counter[str] = Counter()
        for entry in objects([document.value] if work.under == "" else document.value, work.under or None):
            if isinstance(entry, Problem):
                yield entry
                continue
            source, place = entry
            work_id = text_id(source.get(work.id_key)) if work.id_key else document.stem.removeprefix("summary_")
            work_id = work_id or (document.stem if work.under == "" else place)
            seen[work_id] += 1
            if seen[work_id] > 1 and work.id_key == "timestamp":
                # Two notes of one moment are two notes.
                work_id = f"{work_id}:{seen[work_id]}"
            yield Row("autonomous_works", {"kind": work.kind, "work_id": work_id, **lifted(source)})

    return rows


KINDS = tuple(FileKind(work.kind.replace("_", " "), (work.pattern,), "json", reader(work)) for work in WORKS)
