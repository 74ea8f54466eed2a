"""The vessel's own database, `cass.db`: a table is a kind, and `vessel_tables.yml` says what becomes of each.

A table's columns follow from the file's history, so nothing is expected of them: what is there is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any

import msgspec

from build_db.declared import entries, shipped
from build_db.records import Document, FileKind, Hint, Item, Row
from build_db.sources.mapping import Mapping, as_list, first, text_id

FILE = "vessel_tables.yml"
PLACE = "cass.db/{}"
STATES = "state_records"
# What a daemon is, beside what the list of daemons says.
DAEMON = ("activity_mode", "domain", "domain_description", "birth_type", "genesis_dream_id", "created_at")


class Landing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of one table; the header of `vessel_tables.yml` explains the keys."""

    same: str = ""
    table: str = ""
    renamed: dict[str, str] = {}
    lists: dict[str, str] = {}
    left: str = ""
    turn: int = -1
    kind: str = ""
    label: str = ""
    time: str = ""

    def mapping(self, name: str) -> Mapping:
        """The same for sources: an older version may have filled the columns that ours are called like."""
        read = f"{self.left} {' '.join(self.renamed.values())} {READ.get(name, '')}"
        return Mapping(same=self.same, renamed=self.renamed, lists=self.lists, read=read)


@cache
def landings() -> dict[str, Landing]:
    """The entries of the table that ships with the tool."""
    return entries(FILE, shipped(__package__, FILE), Landing)


@cache
def mappings() -> dict[str, Mapping]:
    """How rows of their tables become rows of ours."""
    return {name: landing.mapping(name) for name, landing in landings().items() if not landing.kind}


def rows(name: str, document: Document) -> Iterator[Item]:
    """The rows of one table as rows of ours; a state as a record of its kind."""
    convert = states if landings()[name].kind else records
    for number, source in enumerate(document.value):
        yield from convert(name, source, f"{name}[{number}]")


def records(name: str, source: dict[str, Any], place: str) -> Iterator[Item]:
    """One row, and a problem for whatever has no column in ours."""
    landing, mapping = landings()[name], mappings()[name]
    values = {column: value for column, value in mapping.values(source).items() if value not in (None, [])}
    for column in landing.renamed.values():
        if column not in landing.renamed:
            values[column] = first(values.get(column), source.get(column))
    for column in [column for column in values if column.endswith("_id")]:
        values[column] = text_id(values[column])
    if values.get("daemon_id") is None:
        values.pop("daemon_id", None)
    if name in MADE:
        MADE[name](values, source)
    yield Row(landing.table or name, values)
    yield from mapping.unknown(source, place)


def states(name: str, source: dict[str, Any], place: str) -> Iterator[Item]:
    """One `state_records` row, with the whole record beside what tells it apart."""
    landing = landings()[name]
    values = {
        "kind": landing.kind,
        "record_id": first(source.get("id"), source.get("daemon_id"), place),
        "label": source.get(landing.label),
        "timestamp": source.get(landing.time),
        "data_json": {k: v for k, v in source.items() if k not in ("id", "daemon_id", landing.label, landing.time)},
    }
    daemon_id = text_id(source.get("daemon_id"))
    yield Row(STATES, {**values, "daemon_id": daemon_id} if daemon_id else values)


def daemons(document: Document) -> Iterator[Item]:
    """What the database knows of its daemons; those without a life leave no row."""
    for source in document.value:
        known = {name: source[name] for name in DAEMON if source.get(name) not in (None, "")}
        yield Hint("daemons", str(source.get("id")), {**known, "entity_name": source.get("name")})


def research(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """Tasks and their history: a task that is only in the history is a task, too."""
    tables = {document.name: document for document in documents}
    tasks, history = tables.get("research_tasks"), tables.get("research_task_history")
    known = set()
    if tasks:
        known = {text_id(source.get("id")) for source in tasks.value}
        yield from ((tasks, item) for item in rows("research_tasks", tasks))
    for number, source in enumerate(history.value if history else ()):
        assert history
        if (task_id := text_id(source.get("id"))) not in known:
            known.add(task_id)
            task = {column: value for column, value in source.items() if column != "archived_at"}
            yield from ((history, item) for item in records("research_tasks", task, f"research_task_history[{number}]"))
        values = {column: source.get(column) for column in HISTORY}
        yield history, Row("research_task_history", {**values, "task_id": task_id, "seq": number})


HISTORY = ("daemon_id", "status", "started_at", "completed_at", "result_json", "exploration_json", "archived_at")


def _dream(values: dict[str, Any], source: dict[str, Any]) -> None:
    # Some have a time there.
    values["date"] = str(source.get("date") or "")[:10] or None
    told = source.get("integration_status")
    values["integration_status"] = told or ("integrated" if source.get("integrated") else "pending")


def _reflection(values: dict[str, Any], source: dict[str, Any]) -> None:
    thoughts = [thought for thought in as_list(source.get("thought_stream_json")) if isinstance(thought, dict)]
    said = "\n\n".join(str(thought["content"]) for thought in thoughts if thought.get("content"))
    values["content"] = first(source.get("content"), said, source.get("summary")) or ""
    values["themes_json"] = source.get("themes_json") or ([source["theme"]] if source.get("theme") else None)


def _event(values: dict[str, Any], source: dict[str, Any]) -> None:
    # The vessel's own rule: no end and no reminder means the whole day.
    values["all_day"] = int(source.get("end_time") is None and not source.get("is_reminder"))
    if source.get("recurrence") not in (None, "", "none"):
        values["recurrence_json"] = {"type": source["recurrence"], "end": source.get("recurrence_end")}


def _task(values: dict[str, Any], source: dict[str, Any]) -> None:
    values["priority"] = first(source.get("priority"))
    values["urgency"] = 0.0


# What no renaming can say, by table, and the columns that it reads.
MADE: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "dreams": _dream,
    "solo_reflections": _reflection,
    "calendar_events": _event,
    "tasks": _task,
}
READ = {
    "dreams": "integrated",
    "solo_reflections": "content themes_json",
    "calendar_events": "recurrence recurrence_end",
}
MERGED = ("research_tasks", "research_task_history")

KINDS = (
    FileKind("vessel: daemons", (PLACE.format("daemons"),), "vessel table", daemons, turn=-1),
    FileKind("vessel: research tasks", tuple(map(PLACE.format, MERGED)), "vessel table", merge=research, turn=-1),
    *(
        FileKind(f"vessel: {name}", (PLACE.format(name),), "vessel table", partial(rows, name), turn=landing.turn)
        for name, landing in landings().items()
        if name not in MERGED
    ),
)
