"""Datasette pages about daemons: what a family reads, and what they search."""
