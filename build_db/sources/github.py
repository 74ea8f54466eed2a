"""Visits to watched repositories: `github/historical/<day>.json` and the newest snapshot in `github/current.json`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, differing, objects

SNAPSHOT = Mapping(same="timestamp api_calls_remaining error", renamed={"repos": "repos_json"})


def merge(documents: Sequence[Document]) -> Iterator[tuple[Document, Item]]:
    """One `github_metrics` row per snapshot; `current.json` only if no day file has its time."""
    known: dict[str, dict[str, Any]] = {}
    for document in sorted(documents, key=lambda d: (d.name == "current.json", d.path)):
        newest = document.name == "current.json"
        value = [document.value] if isinstance(document.value, dict) else document.value
        for entry in objects(value):
            if isinstance(entry, Problem):
                yield document, entry
                continue
            source, place = entry
            values = SNAPSHOT.values(source)
            if newest and (twin := known.get(str(values["timestamp"]))) is not None:
                yield from ((document, problem) for problem in differing(twin, source, place))
                continue
            known[str(values["timestamp"])] = source
            values["date"] = str(values["timestamp"] or "")[:10] if newest else document.stem
            values["repos_json"] = values["repos_json"] or {}
            yield document, Row("github_metrics", values)
            for problem in SNAPSHOT.unknown(source, place):
                yield document, problem


KINDS = (FileKind("repository metrics", ("github/historical/*.json", "github/current.json"), "json", merge=merge),)
