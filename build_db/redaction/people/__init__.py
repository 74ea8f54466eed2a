"""Finds known people in text, in every script and spelling."""
