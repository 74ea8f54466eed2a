"""Reads `policy.yml` and holds it against the schema: every column has exactly one rule, and no rule is stale."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

RULES = ("keep", "text", "json", "person", "day", "withhold", "drop", "ours")


@dataclass(frozen=True)
class Policy:
    """The rules by table and column, the guards, and the two lists of words that pass."""

    rules: Mapping[str, Mapping[str, str]]
    guards: Mapping[str, str]
    nobody: frozenset[str]
    vocabulary: frozenset[str]
    digest: str


@cache
def policy() -> Policy:
    """The policy that ships with the tool."""
    return parse_policy(files(__package__).joinpath("policy.yml").read_text(encoding="utf-8"))


def parse_policy(text: str) -> Policy:
    """A policy from its YAML text.

    :raises ValueError: an unknown rule, or a column with two
    """
    source = yaml.safe_load(text)
    return Policy(
        rules={table: _by_column(table, rules) for table, rules in source["tables"].items()},
        guards=source["guards"],
        nobody=frozenset(source["nobody"]),
        vocabulary=frozenset(source["vocabulary"].split()),
        digest=hashlib.sha256(text.encode()).hexdigest(),
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


def complaints(rules: Mapping[str, Mapping[str, str]], tables: Mapping[str, Any]) -> list[str]:
    """What keeps the policy from covering the schema exactly; empty if it does.

    :param tables: name to an object with `names`, the table's columns
    """
    wanted = {f"{name}.{column}" for name, table in tables.items() for column in table.names}
    given = {f"{name}.{column}" for name, columns in rules.items() for column in columns}
    missing = [f"{column} has no rule in policy.yml" for column in sorted(wanted - given)]
    return missing + [f"{column} has a rule in policy.yml but does not exist" for column in sorted(given - wanted)]
