"""Four plain lists beside the self-profile: disagreements, reflections on questions, growth evaluations and
proposed growth edges. One entry is one row; only the keys differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, first, objects, text_id

LISTS = {
    "differentiation_log": (
        "disagreements",
        Mapping(
            same="topic their_position my_position rationale resolved resolution_notes",
            renamed={"with_user_name": "user_name"},
            read="id timestamp with_user_id source_conversation_id",
        ),
    ),
    "question_reflections": (
        "question_reflections",
        Mapping(
            same="question journal_date reflection_type reflection confidence evidence_summary", read="id timestamp"
        ),
    ),
    "growth_evaluations": (
        "growth_evaluations",
        Mapping(same="growth_edge_area journal_date evaluation progress_indicator evidence", read="id timestamp"),
    ),
    "potential_growth_edges": (
        "potential_growth_edges",
        Mapping(
            same="area current_state source_journal_date confidence impact_assessment evidence status",
            read="id timestamp",
        ),
    ),
}

# What the vessel's own reader assumes when a key is absent.
ABSENT: dict[str, dict[str, Any]] = {
    "question_reflections": {"reflection_type": "new_perspective", "confidence": 0.5},
    "growth_evaluations": {"progress_indicator": "unclear"},
    "potential_growth_edges": {"confidence": 0.5, "impact_assessment": "medium"},
}


def reader(name: str) -> Callable[[Document], Iterator[Item]]:
    """The function that turns the file `name` into rows."""
    table, mapping = LISTS[name]

    def rows(document: Document) -> Iterator[Item]:
        for entry in objects(document.value):
            if isinstance(entry, Problem):
                yield entry
                continue
            source, place = entry
            values = mapping.values(source)
            for column, default in ABSENT.get(name, {}).items():
                values[column] = default if values[column] is None else values[column]
            dates = (source.get("timestamp"), source.get("journal_date"), source.get("source_journal_date"))
            values["created_at"] = first(*dates)
            values["id"] = text_id(source.get("id"))
            if table == "disagreements":
                values["user_id"] = text_id(source.get("with_user_id"))
                values["source_conversation_id"] = text_id(source.get("source_conversation_id"))
                values["conversation_ref"] = values["source_conversation_id"]
            yield Row(table, values)
            yield from mapping.unknown(source, place)

    return rows


KINDS = tuple(
    FileKind(name.replace("_", " "), (f"{{self}}/{name}.json",), "json", reader(name), records=("",))
    for name in sorted(LISTS)
)
