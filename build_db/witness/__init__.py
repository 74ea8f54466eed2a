"""Searches finished files for what must not be in them, without any trust in the redactor; shares no code with it."""
