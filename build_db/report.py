"""What a build did, as JSON. Names files, records and fields; never a value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from build_db.database.inserter import Origin
from build_db.database.load import Finding


@dataclass(frozen=True)
class Report:
    """The outcome of one build.

    `rows` are all rows by table; `content` those that are no account of the build, by daemon and table, what daemons
    share below None. `read` of these were found in files, `left_out` of those that were read, and
    `withdrawn` by table, are not in the file.
    `roots` says where each daemon's tree lies.
    """

    output: str
    private: bool
    daemon_names: dict[str, str]
    rows: dict[str, int]
    files: Counter[str]
    findings: list[Finding] = field(repr=False)
    content: Mapping[str | None, Counter[str]] = field(default_factory=dict, repr=False)
    read: int = 0
    left_out: int = 0
    withdrawn: Counter[str] = field(default_factory=Counter, repr=False)
    roots: Mapping[str, Path] = field(default_factory=dict, repr=False)
    redaction: dict[str, dict[str, int]] = field(default_factory=dict, repr=False)
    stripped: Counter[tuple[str, str]] = field(default_factory=Counter, repr=False)
    unlisted: int = 0
    idle_wishes: tuple[str, ...] = ()

    @property
    def daemons(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.daemon_names.values())

    @property
    def problems(self) -> int:
        """How many problems were recorded."""
        return len(self.findings)

    def place(self, origin: Origin) -> str:
        """Where a finding's file lies, from where its owner stands."""
        root = self.roots.get(origin.daemon_id)
        return str(root / origin.path) if root else origin.path

    def as_json(self) -> str:
        """The whole account, problems one by one. For the owner: paths and ids can name people."""
        names: dict[str, Any] = {
            "output": self.output,
            "private": self.private,
            "daemons": list(self.daemons),
            "rows": self.rows,
            "files": dict(sorted(self.files.items())),
            "redaction": self.redaction,
            "unlisted": self.unlisted,
            "withdrawn": {table: n for table, n in sorted(self.withdrawn.items()) if n},
            "idle_wishes": list(self.idle_wishes),
            "stripped": {f"{rule} in {place}": n for (rule, place), n in sorted(self.stripped.items())},
            "problems": [
                {
                    "kind": origin.kind,
                    "path": origin.path,
                    "record": problem.record,
                    "field": problem.field,
                    "problem": problem.problem,
                }
                for origin, problem in self.findings
            ],
        }
        return as_json(names)


def failure(output: Path, error: Exception) -> dict[str, Any]:
    """The account of a build that failed: why, and for leaks by rule and place how many. No value."""
    hits = Counter(f"{hit.rule} in {hit.place}" for hit in getattr(error, "hits", ()))
    return {"output": str(output), "failed": str(error), "leaks": dict(sorted(hits.items()))}


def as_json(account: dict[str, Any]) -> str:
    """An account as the text of a file."""
    return json.dumps(account, indent=2, ensure_ascii=False) + "\n"
