"""Tells in one pass which patterns a text may match."""
