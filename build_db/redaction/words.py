"""The word lists of `words.yml`: what is no name although it is written like one, and the names that are given."""

from __future__ import annotations

from functools import cache

import msgspec

from build_db.declared import declared, entries, shipped

FILE = "words.yml"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The word lists, folded, but for the pseudonyms and `beside_names`; `met` are patterns."""

    ordinary: frozenset[str]
    particles: frozenset[str]
    nobody: frozenset[str]
    titles: frozenset[str]
    beside_names: frozenset[str]
    kin: frozenset[str]
    calendar: frozenset[str]
    months: frozenset[str]
    before_month: frozenset[str]
    before_thing: frozenset[str]
    after_name: frozenset[str]
    speech: frozenset[str]
    met: tuple[str, ...]
    greetings: frozenset[str]
    in_code: frozenset[str]
    models: frozenset[str]
    model_parts: frozenset[str]
    accounts: frozenset[str]
    pseudonyms: tuple[str, ...]


@cache
def words() -> Words:
    """The word lists that ship with the tool."""
    lists = {name: text.split() for name, text in entries(FILE, shipped(__package__, FILE), str).items()}
    return declared(FILE, lists, Words)
