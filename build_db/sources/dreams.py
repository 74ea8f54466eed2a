"""Dreams: `dreams/<YYYYMMDD_HHMMSS>.json`, a dialogue each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_list, as_mapping, first, text_id

DREAM = Mapping(
    same="discussed",
    renamed={"integration_insights": "integration_insights_json"},
    lists={"reflections": "reflections_json"},
    read="id date exchanges seeds metadata integrated system_prompts",
)
STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$")


def rows(document: Document) -> Iterator[Item]:
    """One `dreams` row. A copied test dream has neither id nor date; both follow from its file name."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    metadata = dict(as_mapping(source.get("metadata")))
    if "system_prompts" in source:
        metadata["system_prompts"] = source["system_prompts"]
    values = DREAM.values(source)
    values["id"] = text_id(source.get("id")) or document.stem
    if values["id"] != document.stem:
        yield Problem("id differs from the file name", values["id"], "id")
    values["created_at"] = first(source.get("date"), metadata.get("date"), _time(values["id"]), _time(document.stem))
    values["date"] = str(values["created_at"] or "")[:10]
    values["exchanges_json"] = as_list(source.get("exchanges"))
    values["seeds_json"] = as_mapping(first(source.get("seeds"), metadata.get("seeds")))
    values["metadata_json"] = metadata
    values["integration_status"] = "integrated" if source.get("integrated") else "pending"
    yield Row("dreams", values)
    yield from DREAM.unknown(source, values["id"])


def _time(stamp: str) -> str | None:
    match = STAMP.search(stamp)
    return "{}-{}-{}T{}:{}:{}".format(*match.groups()) if match else None


KINDS = (FileKind("dream", ("dreams/*.json",), "json", rows),)
