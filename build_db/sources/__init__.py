"""Every kind of file that a tree can hold. A module in this folder that defines `KINDS` is part of the catalogue."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from build_db.records import FileKind


@cache
def catalogue() -> tuple[FileKind, ...]:
    """All kinds, by turn and module name."""
    kinds: list[FileKind] = []
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        kinds.extend(getattr(importlib.import_module(f"{__name__}.{module}"), "KINDS", ()))
    return tuple(sorted(kinds, key=lambda kind: kind.turn))
