"""Finds secrets in text: by their form, by what is said beside them, by where they stand."""
