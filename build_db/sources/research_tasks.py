"""Research tasks: two queues, two histories and the tasks inside proposals speak of the same ids.

One `research_queue` row per task id. A task's latest status wins; its result comes from the latest entry that is not
the stub which running a proposal leaves behind. Every history entry is a row of its own, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from build_db.records import Container, Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_list, container, first, objects, text_id

TASK = Mapping(
    same="task_type target context priority created_at source_page scheduled_for started_at completed_at",
    renamed={"rationale": "rationale_json", "result": "result_json", "exploration": "exploration_json"},
    read="task_id status estimated_duration source_type",
)
PROPOSAL = Mapping(
    same="title theme rationale approved_by approved_at completed_at tasks_completed tasks_failed summary",
    lists={
        "tasks": "tasks_json",
        "key_insights": "key_insights_json",
        "new_questions": "new_questions_json",
        "pages_created": "pages_created_json",
        "pages_updated": "pages_updated_json",
    },
    read="proposal_id status created_at created_by",
)
STUB = "Executed in proposal"

Task = dict[str, Any]
Entry = tuple[Document, Task]


def merge(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """`research_proposals`, `research_queue` and `research_task_history`."""
    found = _Found()
    for document in sorted(documents, key=_age):
        under = _list_key(document)
        yield document, Container(container(document.value, beside=under))
        for position, entry in enumerate(objects(document.value, under)):
            if isinstance(entry, Problem):
                yield document, entry
            elif under == "proposals":
                yield from ((document, item) for item in found.proposal(document, *entry))
            else:
                yield from ((document, item) for item in found.task(document, under, position, *entry))
    yield from found.rows()


class _Found:
    """All that the files say of each task, by id, oldest file first."""

    def __init__(self) -> None:
        self.queued: dict[str, list[Entry]] = {}
        self.told: dict[str, list[Entry]] = {}
        self.embedded: dict[str, list[Entry]] = {}
        self.proposed: dict[str, str] = {}
        self.history: list[tuple[Document, Row]] = []

    def task(self, document: Document, under: str, position: int, source: Task, place: str) -> Iterator[Item]:
        """Take one task of a queue or a history."""
        yield from TASK.unknown(source, place)
        task_id = text_id(source.get("task_id"))
        if task_id is None:
            yield Problem("record without an id", place, "task_id", source)
        elif under == "history":
            self.told.setdefault(task_id, []).append((document, source))
            self.history.append((document, Row("research_task_history", _history(task_id, position, source))))
        else:
            self.queued.setdefault(task_id, []).append((document, source))

    def proposal(self, document: Document, source: Task, place: str) -> Iterator[Item]:
        """Take one proposal and the tasks inside it."""
        values = PROPOSAL.values(source)
        values["id"] = text_id(source.get("proposal_id")) or place
        values["status"] = first(source.get("status"), "draft")
        values["created_by"] = first(source.get("created_by"), "cass")
        values["created_at"] = first(source.get("created_at"), _time_in(values["id"]))
        yield Row("research_proposals", values)
        yield from PROPOSAL.unknown(source, place)
        for task in as_list(source.get("tasks")):
            task_id = text_id(task.get("task_id")) if isinstance(task, dict) else None
            if task_id:
                self.embedded.setdefault(task_id, []).append((document, task))
                self.proposed[task_id] = values["id"]

    def rows(self) -> Iterator[tuple[Document, Item]]:
        """One row per task id, then the history. A proposal's copy counts only where no other entry exists."""
        outside = {i: [*self.queued.get(i, []), *self.told.get(i, [])] for i in [*self.queued, *self.told]}
        inside = {i: entries for i, entries in self.embedded.items() if i not in outside}
        for task_id, entries in {**outside, **inside}.items():
            yield entries[0][0], Row("research_queue", _task(task_id, entries, self.proposed))
        yield from self.history


def _list_key(document: Document) -> str:
    return {"research_queue": "tasks", "research_history": "history"}.get(document.stem, "proposals")


def _age(document: Document) -> tuple[str, str]:
    saved = document.value.get("updated_at") if isinstance(document.value, dict) else None
    return str(saved or ""), document.path


def _time_in(proposal_id: str) -> str | None:
    """`proposal_20251103_110210_a41c7e` was made on 2025-11-03 at 11:02:10."""
    parts = proposal_id.split("_")
    if len(parts) < 3 or not (parts[1] + parts[2]).isdigit() or len(parts[1]) != 8 or len(parts[2]) != 6:
        return None
    day, time = parts[1], parts[2]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}"


def _task(task_id: str, entries: list[Entry], proposed: dict[str, str]) -> dict[str, Any]:
    """One row from all entries of a task, oldest file first."""
    sources = [source for _, source in entries]
    newest = max(sources, key=lambda s: str(s.get("completed_at") or ""))
    newest = sources[-1] if not newest.get("completed_at") else newest
    values = TASK.values(newest)
    told = [s for s in sources if not _is_stub(s)]
    for key in ("result", "exploration"):
        known = [s[key] for s in told if s.get(key)] or [s[key] for s in sources if s.get(key)]
        values[f"{key}_json"] = known[-1] if known else None
    for column in ("started_at", "scheduled_for", "source_page"):
        values[column] = first(values[column], *(s.get(column) for s in reversed(sources)))
    values["id"] = task_id
    values["status"] = first(newest.get("status"), "queued")
    values["source_type"] = first(newest.get("source_type"), "auto")
    values["estimated_duration"] = first(newest.get("estimated_duration"), "5m")
    values["proposal_id"] = proposed.get(task_id)
    return values


def _is_stub(source: dict[str, Any]) -> bool:
    result = source.get("result")
    return isinstance(result, dict) and str(result.get("summary") or "").startswith(STUB)


def _history(task_id: str, position: int, source: dict[str, Any]) -> dict[str, Any]:
    return {
        "task_id": task_id,
        "seq": position,
        "status": first(source.get("status"), "completed"),
        "started_at": source.get("started_at"),
        "completed_at": source.get("completed_at"),
        "result_json": source.get("result"),
        "exploration_json": source.get("exploration"),
    }


FILES = ("research_queue.json", "research_history.json", "wiki/research_queue.json", "wiki/research_history.json")

KINDS = (FileKind("research tasks", (*FILES, "wiki/research_proposals.json"), "json", merge=merge),)
