"""Reads `export_policy.yml`: every column of every table has exactly one treatment, or nothing is exported."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from build_db.declared import declared, entries, parse_strictly
from build_db.errors import BadTable
from build_db.redaction.policy import policy
from build_db.schema import Column, Table, schema

FILE = "export_policy.yml"

# Each treatment, and what a reader of the finished column is told beyond what redaction did to it.
TREATMENTS = {
    "as is": "",
    "text": "",
    "json": "",
    "json, days": "Times in it are cut to days.",
    "person": "",
    "id": "",
    "handle": "Made anew for this export.",
    "daemon": "",
    "number": "Counted anew, from 1.",
    "day": "Only the day.",
    "usage": "Left out: it tells how long messages are.",
    "empty": "Removed.",
}
# An id may also be a date or a title: only what is opaque in it changes.
IDS = "Opaque ids are made anew for this export."
ONE_ROW_A_PERSON = "Coarser, or withheld, where few people share it."


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `export_policy.yml`; its comments explain the keys."""

    follows: dict[str, str]
    tables: dict[str, Any]
    made_anew: str
    usage_keys: str
    one_row_a_person: dict[str, str]
    times: str
    of_people: str


@dataclass(frozen=True)
class ExportPolicy:
    """The treatments by table and column, and what else `export_policy.yml` says."""

    treatments: Mapping[str, Mapping[str, str]]
    usage_keys: frozenset[str]
    one_row_a_person: Mapping[str, tuple[str, ...]]
    digest: str
    time_names: tuple[str, ...]
    told_of_people: frozenset[str]

    def is_time(self, column: Column) -> bool:
        """Whether a column holds times."""
        return column.type == "TEXT" and _is_like(column.name, self.time_names)

    def conversation_of(self, table: Table) -> str | None:
        """The column that says to which conversation a row belongs."""
        if table.name == "conversations":
            return "id"
        referring = [column.name for column in table.columns if column.references == "conversations"]
        treated = self.treatments.get(table.name, {})
        also = [c.name for c in table.columns if treated.get(c.name) == "handle" and "conversation" in c.name]
        return next(iter((*referring, *also)), None)

    def person_of(self, table: Table) -> str | None:
        """The column that says to which person a row belongs."""
        if table.name == "users":
            return "id"
        return next((column.name for column in table.columns if column.references == "users"), None)

    def is_of_people(self, table: Table) -> bool:
        """Whether the rows of a table hang on people or on conversations with them."""
        return bool(self.person_of(table) or self.conversation_of(table)) or table.name in self.told_of_people


@cache
def export_policy() -> ExportPolicy:
    """The policy that ships with the tool."""
    text = files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    tables = {name: table.names for name, table in schema().items()}
    return parse_export_policy(text, tables, policy().rules)


def parse_export_policy(
    text: str, tables: Mapping[str, tuple[str, ...]], rules: Mapping[str, Mapping[str, str]]
) -> ExportPolicy:
    """A policy from its YAML text.

    :param tables: the columns of every table
    :param rules: the redaction rule of every column
    :raises BadTable: a column has no treatment or two, a listed one does not exist, or one cut to days is no time
    """
    source = declared(FILE, parse_strictly(text), _Source)
    listed_tables = entries(FILE, source.tables, dict[str, str])
    anew = set(source.made_anew.split())
    wrong = [f"{name} does not exist" for name in sorted((listed_tables.keys() | anew) - tables.keys())]
    treatments: dict[str, dict[str, str]] = {}
    for name in (name for name in tables if name not in anew):
        listed = _by_column(name, listed_tables.get(name, {}), wrong)
        wrong += [f"{name}.{column} does not exist" for column in sorted(listed.keys() - set(tables[name]))]
        if "daemon_id" in tables[name]:
            listed.setdefault("daemon_id", "daemon")
        followed = {column: source.follows.get(rules.get(name, {}).get(column, "")) for column in tables[name]}
        treated = {**followed, **listed}
        wrong += [f"{name}.{column} has no treatment" for column in tables[name] if not treated[column]]
        treatments[name] = {column: treated[column] or "" for column in tables[name]}
    people = {name: tuple(columns.split()) for name, columns in source.one_row_a_person.items()}
    wrong += [f"{name}.{c} does not exist" for name, cs in people.items() for c in cs if c not in tables.get(name, ())]
    times = tuple(source.times.split())
    days = ((name, c) for name, columns in treatments.items() for c, treated in columns.items() if treated == "day")
    wrong += [f"{name}.{c} is cut to days, and no time by its name" for name, c in days if not _is_like(c, times)]
    of_people = frozenset(source.of_people.split())
    wrong += [f"of_people: {name} does not exist" for name in sorted(of_people - tables.keys())]
    if wrong:
        raise BadTable(f"{FILE}: {'; '.join(wrong)}")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return ExportPolicy(treatments, frozenset(source.usage_keys.split()), people, digest, times, of_people)


def _is_like(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _by_column(table: str, listed: dict[str, str], wrong: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for treatment, columns in listed.items():
        if treatment not in TREATMENTS:
            wrong.append(f"{table}: unknown treatment {treatment}")
        for column in columns.split():
            if column in found:
                wrong.append(f"{table}.{column} has two treatments")
            found[column] = treatment
    return found
