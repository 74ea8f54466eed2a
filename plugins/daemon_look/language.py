"""In which language the pages speak.

English texts stand where they are used, in `t("…")`, and in `kinds.yml`; a translation is one file of English text to
translated text, `texts/<language>.yml`. What it lacks stays English; a test finds every text that a translation lacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

ENGLISH = "en"
FOLDER = "texts"
# How the thousands of a number are set apart.
THOUSANDS = {ENGLISH: ",", "de": "."}

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def languages() -> tuple[str, ...]:
    """English, and the languages that have a file of their own."""
    found = (entry.name for entry in files(__package__).joinpath(FOLDER).iterdir())
    return (ENGLISH, *sorted(name.removesuffix(".yml") for name in found if name.endswith(".yml")))


@cache
def translations(language: str) -> dict[str, str]:
    """English text to text in a language; nothing in one that has no file."""
    import yaml  # a command line asks for the names alone

    if language not in languages()[1:]:
        return {}
    return dict(yaml.safe_load(files(__package__).joinpath(FOLDER, f"{language}.yml").read_text(encoding="utf-8")))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within, texts are in this language."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The language that is spoken now."""
    return _spoken.get()


def t(text: str, **values: Any) -> str:
    """A text of the pages in the language that is spoken; `{name}` in it stands for a value.

    Markup among the values makes the whole markup, and escapes the others.
    """
    found = translations(_spoken.get()).get(text, text)
    if any(hasattr(value, "__html__") for value in values.values()):
        return Markup(found).format(**values)
    return found.format(**values) if values else found


def counted(count: int, one: str, many: str, **values: Any) -> str:
    """A text about a number of things; `{n}` in it stands for the number."""
    return t(one if count == 1 else many, n=number(count), **values)


def number(value: int) -> str:
    """A whole number with its thousands set apart."""
    return f"{value:,}".replace(",", THOUSANDS.get(_spoken.get(), ","))
