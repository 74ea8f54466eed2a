"""Turns an AI companion's data tree into one SQLite file that can be shown and shared."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from build_db.errors import CheckFailed, UsageError
    from build_db.pipeline import BuildOptions, build
    from build_db.report import Report

__version__ = "0.2.0"

__all__ = ["BuildOptions", "CheckFailed", "Report", "UsageError", "__version__", "build"]

_PLACES = {
    "BuildOptions": "build_db.pipeline",
    "CheckFailed": "build_db.errors",
    "Report": "build_db.report",
    "UsageError": "build_db.errors",
    "build": "build_db.pipeline",
}


def __getattr__(name: str) -> Any:
    """What others import from here, when they do: a Python without our requirements gets as far as a clear message."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
