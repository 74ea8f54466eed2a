"""Applies the policy to rows, column by column."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from build_db.contract import UUID, WITHHELD
from build_db.records import Hint, Item, Row
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.policy import Policy
from build_db.redaction.text_redactor import Known, TextRedactor, redact_json
from build_db.redaction.words import words

if TYPE_CHECKING:
    from build_db.schema import Column, Table


TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?")
BLANK = re.compile(r"\s")
WORDS = re.compile(r"[^\s.:+/#_-]+")
# A number, a hexadecimal id, or digits with a letter or two such as 4o, q8 and 03T08.
MACHINE_WORD = re.compile(r"\d+|[0-9a-f]{6,32}|[A-Za-z]{0,2}\d+[A-Za-z]{0,2}\d*[A-Za-z]?")
LONGEST_KEPT = 120
PROGRAM_WORD = re.compile(r"[a-z]+(?:_[a-z]+){0,4}|[a-z]+(?:[A-Z][a-z]+){0,4}")
# Where it stands what a person is called.
PEOPLE, NAME = "users", "display_name"
RULES_OF_WORDS = ("text", "json")
OTHER_KEYS = "other keys"

Step = Callable[[Any], Any]


@dataclass(frozen=True)
class Exclusions:
    """What the owner takes back on top of the policy: whole conversations, or all that people themselves wrote."""

    conversations: frozenset[str] = frozenset()
    user_messages: bool = False


class Redactor:
    """Applies the policy to rows.

    :param tables: the schema
    :param keyed: makes new ids and opaque tokens
    :param people: knows everybody's pseudonym and new id
    :param text: redacts words
    """

    def __init__(
        self,
        policy: Policy,
        tables: Mapping[str, Table],
        *,
        keyed: Keyed,
        people: PeopleFinder,
        text: TextRedactor,
        exclusions: Exclusions = Exclusions(),
    ) -> None:
        self._policy = policy
        self._keyed = keyed
        self._people = people
        self._text = text
        self._exclusions = exclusions
        self.removed: dict[str, Counter[str]] = {}
        self.counts: Counter[tuple[str, str]] = Counter()
        self._steps: dict[str, dict[str, Step]] = {}
        self._silenced: dict[str, dict[str, Step]] = {}
        self._silent_elsewhere: set[tuple[str, ...]] = set()
        self._conversation: dict[str, tuple[str, ...]] = {}
        for name, table in tables.items():
            rules = policy.rules[name]
            self._steps[name] = {c.name: self._step(rules[c.name], c, table) for c in table.columns}
            self._silenced[name] = {
                c.name: self._withhold(c, table) if rules[c.name] in RULES_OF_WORDS else self._steps[name][c.name]
                for c in table.columns
            }
            named = [c.name for c in table.columns if c.references == "conversations" or c.name == "conversation_ref"]
            self._conversation[name] = ("id",) if name == "conversations" else tuple(named)

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

    @property
    def silent_elsewhere(self) -> list[tuple[str, ...]]:
        """By what the rows are known that a copy says are silent, in order."""
        return sorted(self._silent_elsewhere)

    @property
    def pseudonyms(self) -> list[str]:
        """Every pseudonym that a shared file may hold, in order."""
        return self._people.pseudonyms

    def account(self) -> dict[str, dict[str, int]]:
        """What was done so far, without a value: mentions by pseudonym, findings by rule, the rest by place."""
        people = {name: n for (kind, name), n in self._text.counts.items() if kind == "person"}
        findings = {f"{kind}: {rule}": n for (kind, rule), n in self._text.counts.items() if kind != "person"}
        withheld = {table: n for (_, table), n in self.counts.items()}
        removed: Counter[str] = Counter()
        for column, keys in self.removed.items():
            for key, n in keys.items():
                removed[f"{column}: {self.told(key)}"] += n
        told = {
            "mentions of people": people,
            "secrets and contacts": findings,
            "values withheld": withheld,
            "undeclared keys left out": removed,
        }
        return {name: dict(sorted(counts.items())) for name, counts in told.items()}

    def told(self, key: str) -> str:
        """What an account says of a key that was left out: itself if it is a word of a program, and nobody's name."""
        return key if PROGRAM_WORD.fullmatch(key) and not self._people.find(key) else OTHER_KEYS

    def _redacted(self, table: str, values: dict[str, Any]) -> dict[str, Any]:
        if self._is_guarded(table, values):
            flag = self._policy.guards[table].flag
            values = {**values, flag: True} if flag else values
            steps = self._silenced[table]
        else:
            steps = (self._silenced if self._is_excluded(table, values) else self._steps)[table]
        redacted = {name: None if value is None else steps[name](value) for name, value in values.items()}
        if table == PEOPLE and values.get(NAME) is None and isinstance(values.get("id"), str):
            # Whom nothing in the tree calls by name, the owner may.
            called = self._people.pseudonym_of(values["id"])
            return {**redacted, NAME: called} if called else redacted
        return redacted

    def note_copy(self, item: Row | Hint) -> None:
        """Take what a copy of a file says must be silent: then it is silent in the original, too."""
        guard = self._policy.guards.get(item.table)
        if guard and isinstance(item, Row) and guard.silences(item.values):
            self._silent_elsewhere |= self._marks(item.table, item.values)

    def _is_guarded(self, table: str, values: dict[str, Any]) -> bool:
        """Whether a row loses its words by the policy's guards."""
        guard = self._policy.guards.get(table)
        if not guard:
            return False
        return guard.silences(values) or (
            bool(self._silent_elsewhere) and not self._silent_elsewhere.isdisjoint(self._marks(table, values))
        )

    def _marks(self, table: str, values: dict[str, Any]) -> set[tuple[str, ...]]:
        """By what a row is known again in another copy of its file: its id, or its place with its time or its words."""
        place = str(values.get("conversation_id"))
        said = {
            (table, place, name, str(values[name])) for name in ("timestamp", "date", "content") if values.get(name)
        }
        return said | ({(table, "id", str(values["id"]))} if values.get("id") else set())

    def _is_excluded(self, table: str, values: dict[str, Any]) -> bool:
        """Whether a row loses its words by the owner's wish."""
        if self._exclusions.user_messages and table == "messages" and values.get("role") != "assistant":
            return True
        return bool(self._exclusions.conversations) and any(
            values.get(column) in self._exclusions.conversations for column in self._conversation[table]
        )

    def _step(self, rule: str, column: Column, table: Table) -> Step:
        withheld = self._withhold(column, table)
        is_key = column.type == "TEXT" and table.tells_apart(column)
        text = self._text.redact_key if is_key else self._text.redact
        if rule == "ours":
            return lambda value: value
        if rule == "drop":
            return lambda value: None
        if rule == "keep":
            return lambda value: self._kept(value, text)
        if rule == "day":
            return lambda value: value[:10] if isinstance(value, str) and TIME.fullmatch(value) else withheld(value)
        if rule == "person":
            is_id = column.references == "users" or column.key
            return lambda value: self._person(value, is_id)
        if rule == "text":
            return lambda value: text(as_words(value))
        if rule == "json":
            name = f"{table.name}.{column.name}"
            known, removed = Known(self._policy.json_keys[name]), self.removed.setdefault(name, Counter())
            return lambda value: redact_json(value, self._text, known, removed)
        return withheld

    def _withhold(self, column: Column, table: Table) -> Step:
        if column.type == "TEXT" and table.tells_apart(column):
            return lambda value: self._keyed.token("id", str(value))
        constant = WITHHELD if column.required and column.type in ("TEXT", "JSON") else None

        def withhold(value: Any) -> Any:
            self.counts["withheld", table.name] += 1
            return constant

        return withhold

    def _kept(self, value: Any, text: Callable[[str], str]) -> Any:
        if isinstance(value, (int, float)):
            return value
        if isinstance(value, str):
            new_id = self._people.id_for(value)
            if new_id is not None:
                return new_id
        return value if self._is_machine_made(value) else text(as_words(value))

    def _person(self, value: Any, is_id: bool) -> str:
        text = as_words(value)
        if is_id or UUID.fullmatch(text):
            return self._people.id_for(text) or self._keyed.uuid("person", text)
        if text.casefold() in words().nobody:
            return text
        return self._people.pseudonym_for(text) or f"Person {self._keyed.token('name', text.casefold())[:4]}"

    def _is_machine_made(self, value: Any) -> bool:
        if not isinstance(value, str) or len(value) > LONGEST_KEPT:
            return False
        if not value or value in self._policy.vocabulary or TIME.fullmatch(value) or UUID.fullmatch(value):
            return True
        return not BLANK.search(value) and all(
            MACHINE_WORD.fullmatch(word) or word.rstrip("0123456789") in self._policy.vocabulary
            for word in WORDS.findall(value)
        )


def as_words(value: Any) -> str:
    """Text of whatever stands in a column of words."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
