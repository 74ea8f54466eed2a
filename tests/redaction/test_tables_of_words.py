"""The tables that the rules are made of: read into types that nothing changes afterwards and that know every key."""

from __future__ import annotations

import sys
from collections.abc import Callable

import msgspec
import pytest

from build_db.redaction import policy, words
from build_db.redaction.contacts import columns, contact_table, cued
from build_db.redaction.people import scripts
from build_db.redaction.secrets import asked, beside, formats, named, near, tabular, told

READ = {
    policy: lambda: policy.policy.__wrapped__(),
    words: lambda: words.words.__wrapped__(),
    columns: lambda: columns._by_heading.__wrapped__(),
    contact_table: lambda: contact_table.table.__wrapped__(),
    cued: lambda: list(cued._table(cued.TABLES[0])),
    scripts: lambda: scripts.table.__wrapped__(),
    asked: lambda: asked._table.__wrapped__(),
    beside: lambda: beside._words(),
    formats: lambda: formats.groups.__wrapped__(),
    named: lambda: named.names.__wrapped__(),
    near: lambda: near._table.__wrapped__(),
    tabular: lambda: tabular.headings(),
    told: lambda: told.table.__wrapped__(),
}
# Made from what was read, and not read itself.
MADE = (columns.Column,)


@pytest.mark.parametrize("module", READ, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_table_is_read_into_types_that_nothing_changes_and_that_know_every_key(module) -> None:
    read: Callable[[], object] = READ[module]
    assert read()
    types = [one for one in vars(sys.modules[module.__name__]).values() if _is_declared_in(module.__name__, one)]
    assert types
    for one in types:
        assert one.__struct_config__.frozen, one
        assert one.__struct_config__.forbid_unknown_fields is (one not in MADE), one


def _is_declared_in(module: str, one: object) -> bool:
    return isinstance(one, type) and issubclass(one, msgspec.Struct) and one.__module__ == module
