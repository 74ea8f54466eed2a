"""Turns an AI companion's data tree into one SQLite file that can be shown and shared."""

__version__ = "0.1.0"

from build_db.errors import CheckFailed, UsageError
from build_db.pipeline import BuildOptions, build
from build_db.report import Report

__all__ = ["BuildOptions", "CheckFailed", "Report", "UsageError", "__version__", "build"]
