"""Versions of an export: what came and went since the last one, and how older copies lose what was withdrawn."""
