"""What becomes of each column of a table: its treatment, and how finely its times are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from build_db.contract import WITHHELD
from build_db.exports.choices import Times
from build_db.exports.rekey import Rekeyer
from build_db.exports.times import Told, is_epoch
from build_db.exports.treatments import export_policy
from build_db.redaction.keyed import Keyed
from build_db.redaction.rows import TIME
from build_db.schema import Column, Table, schema

Step = Callable[[Any], Any]
TIME_IN_JSON = re.compile(r'"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d[^"\s]*"')
OF_WORDS = ("text", "json", "json, days")


@dataclass(frozen=True)
class Manner:
    """How an export is made of the rows.

    :param keyed: the key of this export
    :param with_usage: token counts are kept
    :param k: fewer people than that share nothing that tells them apart
    :param times: how finely times are told
    :param words: what people and conversations are told of in words is kept
    :param people: it is told with whom a conversation was
    """

    keyed: Keyed
    with_usage: bool
    k: int
    times: Times
    words: bool = True
    people: bool = True
    _told: dict[bool, Told] = field(default_factory=dict, repr=False)

    def told(self, *, of_people: bool) -> Told:
        """How times are told in tables of people, and in all others."""
        if of_people not in self._told:
            self._told[of_people] = Told(self.times, self.keyed, of_people=of_people)
        return self._told[of_people]

    def as_told(self, people: Mapping[str, int]) -> dict[str, int]:
        """How finely people are told of, where days have become months before."""
        if self.times is not Times.MONTH or "day" not in people:
            return dict(people)
        months = people["day"] + people.get("month", 0)
        return {"month": months, **{step: number for step, number in people.items() if step not in ("day", "month")}}


def told_by(manner: Manner, table: Table) -> Told:
    """What tells the times of a table."""
    return manner.told(of_people=export_policy().is_of_people(table))


def steps_of(table: Table, rekeyer: Rekeyer, manner: Manner) -> list[Step | None]:
    """For each column what its values are made of; None leaves them as they are."""
    return [_step(table, column, rekeyer, manner) for column in table.columns]


def _step(table: Table, column: Column, rekeyer: Rekeyer, manner: Manner) -> Step | None:
    policy = export_policy()
    treatment = policy.treatments[table.name][column.name]
    if treatment in ("number", "empty") or (treatment == "usage" and not manner.with_usage):
        return lambda value: None
    if treatment in ("daemon", "usage") or column.type not in ("TEXT", "JSON"):
        return None
    constant = WITHHELD if column.required else None
    apart = table.tells_apart(column)
    if not manner.words and treatment in OF_WORDS and policy.is_of_people(table) and not apart:
        return lambda value: constant
    if not manner.people and (tie := _tie(table)) and (column.name == tie or _names_too(treatment, tie, table)):
        return lambda value: constant
    treated = _treated(treatment, rekeyer, constant)
    told = told_by(manner, schema()[column.references] if column.references else table)
    if policy.is_time(column) and not apart:
        return _of_time(treated, told, constant)
    if told.full or treatment == "as is":
        return treated
    after = told.json if column.type == "JSON" else told.words if treatment == "text" and not apart else told.id
    return _one_after_the_other(treated, after) if treated else after


def _tie(table: Table) -> str | None:
    """The column without which a row no longer ties a person to a conversation."""
    tied = (export_policy().person_of(table), export_policy().conversation_of(table))
    needed = {column.name for column in table.columns if column.required}
    return next((name for name in tied if name not in needed), None) if all(tied) else None


def _names_too(treatment: str, tie: str, table: Table) -> bool:
    """Whether a column names the person whom a row loses."""
    return treatment == "person" and tie == export_policy().person_of(table)


def _treated(treatment: str, rekeyer: Rekeyer, constant: str | None) -> Step | None:
    by_name: dict[str, Step | None] = {
        "as is": None,
        "text": rekeyer.text,
        "json": rekeyer.json,
        "json, days": lambda value: TIME_IN_JSON.sub(r'"\1"', rekeyer.json(value)),
        "person": rekeyer.person,
        "id": rekeyer.id,
        "handle": rekeyer.handle,
        "day": lambda value: value[:10] if not value or TIME.fullmatch(value) else constant,
    }
    return by_name[treatment]


def _of_time(treated: Step | None, told: Told, constant: str | None) -> Step:
    """A time stays one, also where it is an epoch, which an id might be; what is no time is treated as what it is."""

    def step(value: Any) -> Any:
        known = is_epoch(value) or (not told.full and TIME.fullmatch(value))
        if treated and not known:
            value = treated(value)
        cell = told.cell(value) if value is not None else None
        return constant if cell is None else cell

    return step


def _one_after_the_other(first: Step, second: Step) -> Step:
    return lambda value: second(first(value))
