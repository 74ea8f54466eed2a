"""Finds contacts and identifiers in text: by their shape, by words beside them, by their columns."""
