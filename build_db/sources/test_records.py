"""Results of consistency tests: `testing/*.json`. Each entry is kept whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import first, objects, text_id

INGESTED = (
    "authenticity_alerts",
    "authenticity_scores",
    "baseline",
    "deploy_validations",
    "diff_reports",
    "drift_alerts",
    "drift_reports",
    "fingerprint_snapshots",
    "fingerprints",
    "memory_test_results",
    "probe_results",
    "self_reported_concerns",
    "temporal_metrics",
    "test_results",
    "cross_context/consistency_reports",
    "cross_context/context_samples",
    "longitudinal/longitudinal_results",
)


def rows(document: Document) -> Iterator[Item]:
    """One `test_records` row per entry; an object at the root is one entry."""
    kind = "experiment" if document.folder == "experiments" else document.stem
    if kind == "experiment" and document.stem.endswith("_results"):
        kind = "experiment_result"
    seen: Counter[str] = Counter()
    for entry in objects([document.value] if isinstance(document.value, dict) else document.value):
        if isinstance(entry, Problem):
            yield entry
            continue
        source, place = entry
        moment = first(source.get("timestamp"), source.get("created_at"))
        record_id = text_id(source.get("id")) or text_id(_own_id(kind, source, place)) or text_id(moment) or place
        seen[record_id] += 1
        if seen[record_id] > 1:
            # Ids made of a second's clock, or of nothing but the time, repeat within it.
            record_id = f"{record_id}:{seen[record_id]}"
        values = {"kind": kind, "record_id": record_id, "data_json": source, "timestamp": moment}
        values["label"] = first(source.get("label"), source.get("name"))
        yield Row("test_records", values)


def _own_id(kind: str, source: dict, place: str) -> str | None:
    return f"{source.get('experiment_id')}{place}" if kind == "experiment_result" else None


HEX = "[0-9a-f]" * 8
KINDS = (
    FileKind(
        "test record",
        (
            *(f"testing/{name}.json" for name in INGESTED),
            f"testing/experiments/{HEX}.json",
            f"testing/experiments/{HEX}_results.json",
        ),
        "json",
        rows,
    ),
)
