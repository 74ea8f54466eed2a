"""Reads `policy.yml` and holds it against the schema: every column has exactly one rule, and no rule is stale."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml


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


@dataclass(frozen=True)
class Guard:
    """Rows whose `column` holds one of `values` lose their words."""

    column: str
    values: tuple[object, ...]


@dataclass(frozen=True)
class Policy:
    """The rules by table and column, the keys of JSON columns, the guards, and the words that `keep` passes."""

    rules: Mapping[str, Mapping[str, str]]
    json_keys: Mapping[str, tuple[str, ...]]
    guards: Mapping[str, Guard]
    vocabulary: frozenset[str]
    digest: str


@cache
def policy() -> Policy:
    """The policy that ships with the tool."""
    here = files(__package__)
    texts = [here.joinpath(name).read_text(encoding="utf-8") for name in ("policy.yml", "json_keys.yml")]
    return parse_policy(*texts)


def parse_policy(text: str, json_keys: str = "{}") -> Policy:
    """A policy from its YAML texts.

    :raises ValueError: an unknown rule, or a column with two
    """
    source = yaml.safe_load(text)
    return Policy(
        rules={table: _by_column(table, rules) for table, rules in source["tables"].items()},
        json_keys={column: tuple(keys.split()) for column, keys in yaml.safe_load(json_keys).items()},
        guards={table: Guard(column, tuple(values)) for table, (column, values) in source["guards"].items()},
        vocabulary=frozenset(source["vocabulary"].split()),
        digest=hashlib.sha256((text + json_keys).encode()).hexdigest(),
    )


def _by_column(table: str, rules: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule, columns in rules.items():
        if rule not in RULES:
            raise ValueError(f"policy.yml: {table}: unknown rule {rule}; known: {', '.join(RULES)}")
        for column in columns.split():
            if column in found:
                raise ValueError(f"policy.yml: {table}.{column} has two rules, {found[column]} and {rule}")
            found[column] = rule
    return found


def complaints(policy: Policy, tables: Mapping[str, Any]) -> list[str]:
    """What keeps the policy from covering the schema exactly; empty if it does.

    :param tables: name to an object with `names`, the table's columns
    """
    rules = policy.rules
    wanted = {f"{name}.{column}" for name, table in tables.items() for column in table.names}
    given = {f"{name}.{column}" for name, columns in rules.items() for column in columns}
    missing = [f"{column} has no rule in policy.yml" for column in sorted(wanted - given)]
    stale = [f"{column} has a rule in policy.yml but does not exist" for column in sorted(given - wanted)]
    listed = {
        f"{name}.{column}" for name, columns in rules.items() for column, rule in columns.items() if rule == "json"
    }
    odd = [f"{column} is in one of policy.yml and json_keys.yml" for column in sorted(listed ^ policy.json_keys.keys())]
    return missing + stale + odd
