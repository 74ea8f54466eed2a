"""Rows in, rows out that may be shared. Knows columns and rules; no files, no SQLite, no formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from build_db.records import Hint, Item, Row
from build_db.redaction.keyed import Keyed
from build_db.redaction.policy import Policy

if TYPE_CHECKING:
    from build_db.schema import Column, Table

__all__ = ["WITHHELD", "Redactor"]

WITHHELD = "[withheld]"

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?")
WORDS = re.compile(r"[^\s.:+/#_-]+")
# A number, a hexadecimal id, or digits with a letter or two such as 4o, q8 and 03T08.
MACHINE_WORD = re.compile(r"\d+|[0-9a-f]{6,32}|[A-Za-z]{0,2}\d+[A-Za-z]{0,2}\d*[A-Za-z]?")
LONGEST_KEPT = 120

Step = Callable[[Any], Any]


class Redactor:
    """Applies the policy to rows.

    :param tables: the schema: name to a table with `columns` and `soft`
    :param keyed: makes pseudonyms and opaque ids
    """

    def __init__(self, policy: Policy, tables: Mapping[str, Table], keyed: Keyed) -> None:
        self._policy = policy
        self._keyed = keyed
        self._steps: dict[str, dict[str, Step]] = {}
        self._silenced: dict[str, dict[str, Step]] = {}
        for name, table in tables.items():
            rules = policy.rules[name]
            self._steps[name] = {c.name: self._step(rules[c.name], c, table) for c in table.columns}
            self._silenced[name] = {
                c.name: self._withhold(c, table) if rules[c.name] in ("text", "json") else self._steps[name][c.name]
                for c in table.columns
            }

    def redact(self, item: Item) -> Item:
        """The item as it may be shared: same table, same columns, values as the policy says.

        Problems and containers pass: they become rows of their own, and those come by here, too.
        """
        if isinstance(item, Row):
            return Row(item.table, self._redacted(item.table, item.values))
        if isinstance(item, Hint):
            values = self._redacted(item.table, {"id": item.id, **item.values})
            return Hint(item.table, values.pop("id"), values)
        return item

    def _redacted(self, table: str, values: dict[str, Any]) -> dict[str, Any]:
        guard = self._policy.guards.get(table)
        steps = (self._silenced if guard and values.get(guard) else self._steps)[table]
        return {name: None if value is None else steps[name](value) for name, value in values.items()}

    def _step(self, rule: str, column: Column, table: Table) -> Step:
        withheld = self._withhold(column, table)
        if rule == "ours":
            return lambda value: value
        if rule == "drop":
            return lambda value: None
        if rule == "keep":
            return lambda value: value if self._is_machine_made(value) else withheld(value)
        if rule == "day":
            return lambda value: value[:10] if isinstance(value, str) and TIME.fullmatch(value) else withheld(value)
        if rule == "person":
            is_id = column.references == "users" or column.key
            return lambda value: self._person(value, is_id)
        # The text redactor does not exist yet, and unknown means withheld.
        return withheld

    def _withhold(self, column: Column, table: Table) -> Step:
        tells_apart = column.scoped or column.key or column.references or column.name in (*table.soft, *table.unique)
        if column.type == "TEXT" and tells_apart:
            return lambda value: self._keyed.token("id", str(value))
        constant = WITHHELD if column.required and column.type in ("TEXT", "JSON") else None
        return lambda value: constant

    def _person(self, value: Any, is_id: bool) -> str:
        text = str(value)
        if is_id or UUID.fullmatch(text):
            return self._keyed.uuid("person", text)
        return text if text in self._policy.nobody else f"Person {self._keyed.token('name', text.casefold())[:4]}"

    def _is_machine_made(self, value: Any) -> bool:
        if isinstance(value, (bool, int, float)):
            return True
        if not isinstance(value, str) or len(value) > LONGEST_KEPT:
            return False
        if TIME.fullmatch(value) or UUID.fullmatch(value) or value in self._policy.vocabulary or not value:
            return True
        words = WORDS.findall(value)
        return not re.search(r"\s", value) and all(
            MACHINE_WORD.fullmatch(word) or word.rstrip("0123456789") in self._policy.vocabulary for word in words
        )
