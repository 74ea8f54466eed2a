"""Where the CPU of a build by one process goes, stage by stage: `python benchmarks/build.py --profile` runs it.

What a function takes counts for its stage; what another one takes inside it, for that one's, unless the stage is whole.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator
from importlib import import_module
from pathlib import Path
from typing import Any

# Stage: the functions of modules or classes.
STAGES = {
    "survey": {"pipeline": "find_trees digests_of survey check_unchanged"},
    "roster": {"pipeline": "gather_roster check_complete items_of"},
    "making the redactor": {"pipeline": "make_household"},
    "parse": {"portions": "take_in called_otherwise _examined"},
    "redact: rows": {"redaction.rows.Redactor": "redact"},
    "redact: other readings, joining": {"redaction.text_redactor.TextRedactor": "redact"},
    "redact: people": {"redaction.people.people_finder.PeopleFinder": "find"},
    "redact: secrets": {"redaction.secrets.secret_finder.SecretFinder": "find"},
    "redact: contacts": {"redaction.contacts.contact_finder.ContactFinder": "find"},
    "redact: gate": {"redaction.engine.gate.Gate": "seen"},
    "redact: likely names": {"redaction.unlisted.Unlisted": "see learn likely"},
    "load": {
        "database.load.Loader": "add note hint withdraw settle content counts",
        "pipeline": "_load_group _account_for",
    },
    "indexes, search": {"database.load.Loader": "finish"},
    "proof that it is sound": {"pipeline": "check_soundness"},
    "witness: needles": {"pipeline": "needles_of Witness"},
    "witness: cells, search terms": {"witness.search.Witness": "_search_tables _search_index"},
    "witness: bytes": {"witness.search.Witness": "_search_bytes"},
    "publish": {"pipeline": "publish"},
}
# What is remembered from one build to the next, for `benchmarks/again.py`.
REMEMBERED = {
    "kept rows: found, read back, kept": {
        "remembered.Remembered": "__init__ _content _found _words _opened finish",
        "household.kept.Keeper": "__init__",
    }
}
WHOLE = frozenset(("roster", "making the redactor", "indexes, search", "witness: needles"))
REST = "the rest: imports, passing on"


class Clock:
    """CPU seconds by stage."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._stack = [REST]
        self._since = 0.0

    def turn(self) -> None:
        """What was taken since the last turn counts for the stage that is on."""
        now = time.process_time()
        self.seconds[self._stack[-1]] += now - self._since
        self._since = now

    def within(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, whose time counts for a stage; a generator's, when it is begun."""

        def timed(*args: Any, **named: Any) -> Any:
            if self._stack[-1] in WHOLE:
                return function(*args, **named)
            self.turn()
            self._stack.append(stage)
            try:
                result = function(*args, **named)
                return iter(list(result)) if isinstance(result, Generator) else result
            finally:
                self.turn()
                self._stack.pop()

        return timed


def profiled(data: Path, output: Path, *, remember: bool = False) -> dict[str, float]:
    """Build once; CPU seconds by stage, of everything since this process began."""
    from build_db import BuildOptions, pipeline

    clock = Clock()
    for stage, places in (STAGES | REMEMBERED).items():
        for place, functions in places.items():
            owner = _owner(place)
            for function in functions.split():
                setattr(owner, function, clock.within(stage, getattr(owner, function)))
    pipeline.build(data, output, BuildOptions(key=bytes(32), jobs=1, remember=remember))
    clock.turn()
    return {stage: clock.seconds[stage] for stage in (*STAGES, *(REMEMBERED if remember else ()), REST)}


def _owner(place: str) -> Any:
    """A module of the tool, or a class in one."""
    module, _, last = place.rpartition(".")
    return (
        getattr(import_module(f"build_db.{module}"), last) if last[0].isupper() else import_module(f"build_db.{place}")
    )


if __name__ == "__main__":
    print(json.dumps(profiled(Path(sys.argv[1]), Path(sys.argv[2]), remember="--remember" in sys.argv)))
