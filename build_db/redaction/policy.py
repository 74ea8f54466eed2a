"""Reads `policy.yml` and holds it against the schema: every column has exactly one rule, and no rule is stale."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import msgspec

from build_db.declared import declared, entries, parse_strictly
from build_db.errors import BadTable

FILE, KEYS_FILE = "policy.yml", "json_keys.yml"


class Rule(NamedTuple):
    """What a rule does: a word for readers of the finished column, and the effect in a sentence for accounts of it."""

    told: str
    effect: str


RULES = {
    "keep": Rule(
        "", "numbers, machine-made values and words of a closed vocabulary stay; anything else is treated as text"
    ),
    "text": Rule("Redacted.", "the words stay, without people, secrets and contacts"),
    "json": Rule("Redacted.", "the same for every string inside; a key that is not listed is left out"),
    "person": Rule("Pseudonym.", "the id is re-keyed, a name becomes the person's pseudonym"),
    "day": Rule("Only the day.", "a time is cut to its day"),
    "withhold": Rule("Withheld.", "the row stays, the words go"),
    "drop": Rule("Removed.", "never leaves the tree"),
    "ours": Rule("", "made by this tool"),
}
# A place where a person is called by name: `name`, `name of id`, `handle in a path`, two of them joined by `or`.
MARK = re.compile(
    r"(?P<what>name|handle|id|secret)(?: of (?P<owner>\w+)| in (?P<form>\w+ \w+))?(?: when (?P<where>\w+ is \w+))?"
)


PLAINLY_FALSE = frozenset(("", "false", "f", "no", "n", "off", "0", "0.0", "none", "null"))


class Guard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which rows lose their words: those whose `flag` is not plainly false, or whose `column` holds one of `values`."""

    flag: str = ""
    column: str = ""
    values: frozenset[str] = frozenset()

    def silences(self, values: Mapping[str, Any]) -> bool:
        """Whether a row loses its words."""
        if self.flag:
            value = values.get(self.flag)
            return not (value is None or (isinstance(value, (str, int, float)) and _is_plainly_false(value)))
        return str(values.get(self.column)).strip().casefold() in self.values


def _is_plainly_false(value: str | float) -> bool:
    return not value if not isinstance(value, str) else value.strip().casefold() in PLAINLY_FALSE


class Named(NamedTuple):
    """A place where a person is called by name: a column, or a key inside a JSON column (`*`: its keys).

    `what` is name, handle, id or secret; `owner` the column that holds the bearer's id; `form` what surrounds it;
    `where` a column and the value that it must hold.
    """

    column: str
    key: str | None
    what: str
    owner: str | None
    form: re.Pattern[str] | None
    where: tuple[str, str] | None = None

    def texts(self, values: Mapping[str, Any]) -> Iterator[str]:
        """What stands there in a row, blanks around it and what surrounds it left out."""
        if self.where and values.get(self.where[0]) != self.where[1]:
            return
        value = values.get(self.column)
        found: Any = (value,)
        if self.key:
            found = () if not isinstance(value, dict) else value if self.key == "*" else (value.get(self.key),)
        for text in found:
            if isinstance(text, str) and text.strip():
                inner = self._inside(text.strip())
                if inner:
                    yield inner

    def _inside(self, text: str) -> str | None:
        if self.form is None:
            return text
        match = self.form.search(text)
        return next((group for group in match.groups() if group), None) if match else None


class TableRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of `policy.yml`: the columns of each rule, where people are named, and where secrets are kept."""

    keep: str = ""
    text: str = ""
    json: str = ""
    person: str = ""
    day: str = ""
    withhold: str = ""
    drop: str = ""
    ours: str = ""
    names: dict[str, str] = {}
    secrets: str = ""


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `policy.yml`."""

    tables: dict[str, Any]
    guards: dict[str, Guard] = {}
    forms: dict[str, str] = {}
    vocabulary: str = ""


@dataclass(frozen=True)
class Policy:
    """The rules by table and column, the keys of JSON columns, the guards, where people are named in clear, where
    secrets are kept, and the words that `keep` passes.
    """

    rules: Mapping[str, Mapping[str, str]]
    json_keys: Mapping[str, tuple[str, ...]]
    guards: Mapping[str, Guard]
    names: Mapping[str, tuple[Named, ...]]
    secrets: Mapping[str, tuple[str, ...]]
    vocabulary: frozenset[str]
    digest: str


@cache
def policy() -> Policy:
    """The policy that ships with the tool."""
    here = files(__package__)
    return parse_policy(*(here.joinpath(name).read_text(encoding="utf-8") for name in (FILE, KEYS_FILE)))


def parse_policy(text: str, json_keys: str = "{}") -> Policy:
    """A policy from its YAML texts.

    :raises BadTable: an unknown rule, a column with two, or a mark without meaning; naming file, table and column
    """
    source = declared(FILE, parse_strictly(text), _Source)
    tables = entries(FILE, source.tables, TableRules)
    forms = {name: re.compile(pattern) for name, pattern in source.forms.items()}
    return Policy(
        rules={table: _by_column(table, rules) for table, rules in tables.items()},
        json_keys={c: tuple(keys.split()) for c, keys in entries(KEYS_FILE, parse_strictly(json_keys), str).items()},
        guards=source.guards,
        names={table: tuple(_marks(table, rules.names, forms)) for table, rules in tables.items() if rules.names},
        secrets={table: tuple(rules.secrets.split()) for table, rules in tables.items() if rules.secrets},
        vocabulary=frozenset(source.vocabulary.split()),
        digest=hashlib.sha256((text + json_keys).encode()).hexdigest(),
    )


def _by_column(table: str, rules: TableRules) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in RULES:
        for column in getattr(rules, rule).split():
            if column in found:
                raise BadTable(f"{FILE}: {table}.{column} has two rules, {found[column]} and {rule}")
            found[column] = rule
    return found


def _marks(table: str, marks: Mapping[str, str], forms: Mapping[str, re.Pattern[str]]) -> Iterator[Named]:
    for place, said in marks.items():
        column, _, key = place.partition(".")
        for mark in said.split(" or "):
            match = MARK.fullmatch(mark)
            if not match or (match["form"] and match["form"] not in forms):
                raise BadTable(f"{FILE}: {table}: names: {place}: {mark} is no name, handle or id in a known form")
            condition, _, wanted = (match["where"] or "").partition(" is ")
            where = (condition, wanted) if condition else None
            yield Named(column, key or None, match["what"], match["owner"], forms.get(match["form"] or ""), where)


def complaints(policy: Policy, tables: Mapping[str, Any]) -> list[str]:
    """What keeps the policy from covering the schema exactly; empty if it does.

    :param tables: name to an object with `columns`, each with `name`, `key` and `references`
    """
    rules = policy.rules
    wanted = {f"{name}.{column.name}" for name, table in tables.items() for column in table.columns}
    given = {f"{name}.{column}" for name, columns in rules.items() for column in columns}
    missing = [f"{column} has no rule in {FILE}" for column in sorted(wanted - given)]
    stale = [f"{column} has a rule in {FILE} but does not exist" for column in sorted(given - wanted)]
    listed = {
        f"{name}.{column}" for name, columns in rules.items() for column, rule in columns.items() if rule == "json"
    }
    odd = [f"{column} is in one of {FILE} and {KEYS_FILE}" for column in sorted(listed ^ policy.json_keys.keys())]
    return missing + stale + odd + _unmarked(policy, tables) + _astray(policy)


def _unmarked(policy: Policy, tables: Mapping[str, Any]) -> list[str]:
    """Columns that hold a person by name, of which the tool would not learn whom they name."""
    marked = {(table, named.column) for table, names in policy.names.items() for named in names}
    return [
        f"{table}.{column.name} is a person and no reference to users: say what stands there,"
        f" in {FILE} below {table}: names: {{{column.name}: name}}"
        for table, found in tables.items()
        for column in found.columns
        if policy.rules.get(table, {}).get(column.name) == "person"
        and column.references != "users"
        and (table, column.name) not in marked
    ]


def _astray(policy: Policy) -> list[str]:
    """Marks on columns that do not exist."""
    marked = [
        (table, c) for table, names in policy.names.items() for named in names for c in (named.column, named.owner)
    ]
    marked += [(table, column) for table, columns in policy.secrets.items() for column in columns]
    return [
        f"{table}.{column} is marked in {FILE} but does not exist"
        for table, column in marked
        if column and column not in policy.rules[table]
    ]
