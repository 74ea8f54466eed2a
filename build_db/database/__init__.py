"""Rows into one SQLite file, and the way a finished file gets its name. Knows no formats and no privacy."""
