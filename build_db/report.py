"""What a build did, for the terminal and as JSON. Names files, records and fields; never a value."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from build_db.database.load import Finding


@dataclass(frozen=True)
class Report:
    """The outcome of one build."""

    output: str
    private: bool
    daemons: tuple[str, ...]
    rows: dict[str, int]
    files: Counter[str]
    findings: list[Finding] = field(repr=False)
    redaction: dict[str, dict[str, int]] = field(default_factory=dict, repr=False)
    stripped: Counter[tuple[str, str]] = field(default_factory=Counter, repr=False)
    unlisted: int = 0
    idle_wishes: tuple[str, ...] = ()

    @property
    def problems(self) -> int:
        """How many problems were recorded."""
        return len(self.findings)

    def summary(self) -> str:
        """A short account for people."""
        told = {name: n for name, n in self.rows.items() if name not in ("problems", "source_files", "build_info")}
        kind = "private: the whole truth, for you alone" if self.private else "redacted"
        lines = [
            f"{self.output} ({kind})",
            f"  daemons   {', '.join(self.daemons)}",
            f"  rows      {sum(told.values()):,} in {sum(1 for n in told.values() if n)} tables: "
            f"{told['conversations']:,} conversations, {told['messages']:,} messages, {told['users']:,} people",
            f"  files     {', '.join(f'{n:,} {outcome}' for outcome, n in sorted(self.files.items()))}",
        ]
        if self.redaction:
            told = {name: sum(counts.values()) for name, counts in self.redaction.items()}
            lines.append(f"  redacted  {', '.join(f'{n:,} {name}' for name, n in told.items() if n)}")
        if self.stripped:
            places = ", ".join(f"{n:,} {rule} in {place}" for (rule, place), n in sorted(self.stripped.items()))
            lines.append(f"  stripped  {self.stripped.total():,} that redaction had missed: {places}")
        if self.unlisted:
            lines.append(f"  unlisted  {self.unlisted:,} possible names that nobody listed: run review")
        if self.idle_wishes:
            lines.append(f"  idle      in redaction.yml, matched nothing: {', '.join(self.idle_wishes)}")
        lines.append(f"  problems  {self.problems:,}")
        counted = Counter((f.origin.kind, f.problem.problem) for f in self.findings)
        width = max((len(kind) for kind, _ in counted), default=0)
        lines += [f"    {n:>6,}  {kind:<{width}}  {problem}" for (kind, problem), n in sorted(counted.items())]
        return "\n".join(lines)

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
