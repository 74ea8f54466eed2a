"""The self-model graph: `self_model_graph.json`.

Eight node types exist nowhere else; the others repeat a record of another file and say which. All are kept, so that
every edge keeps both its ends; `mirrors` tells the repeated ones apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from build_db.records import Container, Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_mapping, container, first, objects, text_id

NODE = Mapping(same="node_type content created_at", read="id metadata")
EDGE = ("source_id", "target_id", "edge_type", "created_at")

# node type -> the table whose record it repeats
MIRRORS = {
    "observation": "self_observations",
    "milestone": "milestones",
    "growth_edge": "growth_edges",
    "opinion": "opinions",
    "mark": "marks",
    "conversation": "conversations",
    "user": "users",
    "user_observation": "user_observations",
    "solo_reflection": "solo_reflections",
    "daily_rhythm": "rhythm_records",
}

# A stub made for an edge names its original under another key.
STUB_KEYS = {"conversation": "conversation_id", "user": "user_id"}


def rows(document: Document) -> Iterator[Item]:
    """`self_model_nodes`, then `self_model_edges`; an edge's extra keys are its properties."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    yield Container({key: value for key, value in container(source, beside="nodes").items() if key != "edges"})
    for entry in objects(source, "nodes"):
        yield from (entry,) if isinstance(entry, Problem) else node(*entry)
    for entry in objects(source, "edges"):
        if isinstance(entry, Problem):
            yield entry
            continue
        edge, _ = entry
        values: dict[str, Any] = {key: text_id(edge.get(key)) for key in EDGE}
        values["properties_json"] = {key: value for key, value in edge.items() if key not in EDGE}
        yield Row("self_model_edges", values)


def archived(document: Document) -> Iterator[Item]:
    """The same of the graph that an archive holds beside its tables."""
    for graph in document.value:
        yield from rows(Document(document.path, graph))


def node(source: dict, place: str) -> Iterator[Item]:
    """One `self_model_nodes` row."""
    values = NODE.values(source)
    metadata = as_mapping(source.get("metadata"))
    node_type = str(source.get("node_type"))
    values["id"] = text_id(source.get("id"))
    values["metadata_json"] = metadata
    values["mirrors"] = MIRRORS.get(node_type)
    if values["mirrors"]:
        values["original_id"] = text_id(first(metadata.get("original_id"), metadata.get(STUB_KEYS.get(node_type, ""))))
    yield Row("self_model_nodes", values)
    yield from NODE.unknown(source, place)


KINDS = (
    FileKind("self-model graph", ("{self}/self_model_graph.json",), "json", rows),
    FileKind("vessel: self-model graph", ("cass.db/self_model_graph",), "vessel table", archived),
)
