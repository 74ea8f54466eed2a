"""Token usage: `usage/<day>.json`, one record per call to a language model. The daily sums are the loader's."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Container, Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, container, first, objects, text_id

RECORD = Mapping(
    same="input_tokens output_tokens total_tokens cache_read_tokens cache_write_tokens tool_name duration_ms"
    " estimated_cost_usd",
    read="id timestamp conversation_id user_id provider model category operation",
)
UNNAMED = ("provider", "model", "category", "operation")


def rows(document: Document) -> Iterator[Item]:
    """One `token_usage_records` row per record."""
    yield Container(container(document.value, beside="records"))
    for index, entry in enumerate(objects(document.value, "records")):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        values = RECORD.values(source)
        values["id"] = text_id(source.get("id")) or f"{document.stem}:{index}"
        values["timestamp"] = first(source.get("timestamp"), document.stem)
        values["conversation_id"] = text_id(source.get("conversation_id"))
        values["user_id"] = text_id(source.get("user_id"))
        for key in UNNAMED:
            values[key] = source.get(key) if source.get(key) is not None else "unknown"
        if values["total_tokens"] is None:
            values["total_tokens"] = sum(
                tokens for tokens in (values["input_tokens"], values["output_tokens"]) if isinstance(tokens, int)
            )
        yield Row("token_usage_records", values)
        yield from RECORD.unknown(source, place)


KINDS = (FileKind("token usage", ("usage/*.json",), "json", rows, records=("", "records")),)
