"""The word lists of `words.yml`: what is no name although it is written like one, and the names that are given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class Words:
    """The word lists, folded, but for the pseudonyms."""

    ordinary: frozenset[str]
    particles: frozenset[str]
    nobody: frozenset[str]
    calendar: frozenset[str]
    before_thing: frozenset[str]
    after_name: frozenset[str]
    pseudonyms: tuple[str, ...]


@cache
def words() -> Words:
    """The word lists that ship with the tool."""
    lists = yaml.safe_load(files(__package__).joinpath("words.yml").read_text(encoding="utf-8"))
    told = {name: frozenset(text.split()) for name, text in lists.items() if name != "pseudonyms"}
    return Words(**told, pseudonyms=tuple(lists["pseudonyms"].split()))
