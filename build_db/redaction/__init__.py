"""Rows in, rows out that may be shared. Knows columns and rules; no files, no SQLite, no formats."""

from build_db.redaction.rows import Redactor

__all__ = ["Redactor"]
