"""Where the CPU of a build goes, stage by stage. `benchmarks/build.py --profile` runs it.

Each stage is a list of functions. What one of them takes counts for its stage; what an inner one takes, for the inner
one's, unless the outer stage is a whole.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

# Stage: modules or classes, each with the functions in it.
STAGES = {
    "survey": ("pipeline:find_trees digests_of survey", "household.redactor:items_of"),
    "roster": ("pipeline:gather_roster check_complete",),
    "making the redactor": ("pipeline:make_household",),
    "parse": ("pipeline:take_in _examined",),
    "redact: rows": ("redaction.rows.Redactor:redact",),
    "redact: readings, gate": ("redaction.text_redactor.TextRedactor:redact",),
    "redact: people": ("redaction.people.people_finder.PeopleFinder:find",),
    "redact: secrets": ("redaction.secrets.secret_finder.SecretFinder:find",),
    "redact: contacts": ("redaction.contacts.contact_finder.ContactFinder:find",),
    "redact: unlisted names": ("redaction.unlisted.Unlisted:add",),
    "load": ("database.load.Loader:add note hint withdraw settle content counts", "pipeline:_account_for"),
    "indexes and search": ("database.load.Loader:finish",),
    "soundness": ("pipeline:check_soundness",),
    "witness: needles": ("witness.check:needles_of", "witness.search.Witness:__init__"),
    "witness: cells": ("witness.search.Witness:_search_cells",),
    "witness: bytes": ("witness.search.Witness:_search_stream",),
    "unchanged": ("pipeline:check_unchanged",),
    "publish": ("pipeline:publish",),
}
WHOLE = {"roster", "making the redactor", "indexes and search", "witness: needles", "witness: cells", "witness: bytes"}
GENERATORS = {"survey", "_examined", "_search_cells", "_search_stream"}


class Clock:
    """CPU seconds by stage."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._stack = ["the rest"]
        self._since = time.process_time()

    def _turn(self) -> None:
        now = time.process_time()
        self.seconds[self._stack[-1]] += now - self._since
        self._since = now

    def within(self, stage: str, function: Callable[..., Any], *, lazy: bool) -> Callable[..., Any]:
        """The function, whose time counts for a stage."""

        def timed(*args: Any, **named: Any) -> Any:
            if self._stack[-1] in WHOLE:
                return function(*args, **named)
            self._turn()
            self._stack.append(stage)
            try:
                return list(function(*args, **named)) if lazy else function(*args, **named)
            finally:
                self._turn()
                self._stack.pop()

        return timed

    def stop(self) -> None:
        """What comes now counts for nothing."""
        self._turn()


def profiled(data: Path, output: Path) -> dict[str, float]:
    """Build once; CPU seconds by stage."""
    clock = Clock()
    from build_db import pipeline

    for stage, places in STAGES.items():
        for place in places:
            name, _, functions = place.partition(":")
            try:
                owner = import_module(f"build_db.{name}")
            except ModuleNotFoundError:
                module, _, cls = name.rpartition(".")
                owner = getattr(import_module(f"build_db.{module}"), cls)
            for function in functions.split():
                if hasattr(owner, function):
                    setattr(owner, function, clock.within(stage, getattr(owner, function), lazy=function in GENERATORS))
    pipeline.build(data, output, pipeline.BuildOptions(key=bytes(32)))
    clock.stop()
    return dict(clock.seconds)


if __name__ == "__main__":
    import sys

    found = profiled(Path(sys.argv[1]), Path(sys.argv[2]))
    total = sum(found.values())
    for stage in (*STAGES, "the rest"):
        print(f"{stage:26}{found.get(stage, 0):8.2f}{found.get(stage, 0) / total:7.1%}")
    print(total)
