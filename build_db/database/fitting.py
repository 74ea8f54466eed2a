"""Fits one row to its table: every value gets the type of its column, or is recorded as odd."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from build_db.contract import UUID
from build_db.database.times import as_time
from build_db.records import Problem, Row, as_json
from build_db.schema import Column, Table, schema

SMALLEST, LARGEST = -(2**63), 2**63 - 1
NOT_A_TIME = "not a time"
TRUTH = {"true": 1, "yes": 1, "on": 1, "false": 0, "no": 0, "off": 0}


class Odd(Exception):
    """A value does not fit its column. `kept` is what can be stored in its place, None if nothing can."""

    def __init__(self, problem: str, kept: Any = None) -> None:
        super().__init__(problem)
        self.kept = kept


def as_text(value: Any) -> str:
    """Text of a scalar.

    :raises Odd: a list or an object, kept as JSON text
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        raise Odd("not a text", as_json(value))
    return as_json(value)


def as_iso(value: Any) -> str:
    """A time as text.

    :raises Odd: it is none, and is kept as text
    """
    time = as_time(value)
    if time is None:
        raise Odd(NOT_A_TIME, value if isinstance(value, str) else as_json(value))
    return time


def is_of_time(column: Column) -> bool:
    """Whether a column holds a moment."""
    return column.type == "TEXT" and column.name.endswith(("_at", "timestamp"))


def as_number(value: Any) -> int | float:
    """A number that SQLite can hold, also from text that is one.

    :raises Odd: anything else
    """
    if isinstance(value, str):
        if value.strip().lower() in TRUTH:
            return TRUTH[value.strip().lower()]
        try:
            value = float(value) if not re.fullmatch(r"\s*[-+]?\d{1,18}\s*", value) else int(value)
        except ValueError:
            raise Odd("not a number") from None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int) and SMALLEST <= value <= LARGEST:
        return value
    if isinstance(value, float) and abs(value) < LARGEST:
        return int(value) if value.is_integer() else value
    raise Odd("not a number")


def as_real(value: Any) -> float:
    """As `as_number`, for REAL columns."""
    return float(as_number(value))


_FITTED: dict[str, tuple[type, Callable[[Any], Any]]] = {
    "TEXT": (str, as_text),
    "INTEGER": (int, as_number),
    "REAL": (float, as_real),
    "JSON": (type(None), as_json),
}

Step = tuple[int, Callable[[Any], Any], Column]
Plan = tuple[tuple[Step, ...], tuple[int, ...]]


@cache
def _texts(table: str) -> tuple[tuple[str, bool, Callable[[Any], Any]], ...]:
    """The text columns of a table, whether each holds times, and what fits them."""
    columns = (column for column in schema()[table].inserted if column.type == "TEXT")
    return tuple((c.name, is_of_time(c), as_iso if is_of_time(c) else as_text) for c in columns)


def examined(row: Row) -> tuple[Row, list[Problem]]:
    """A row whose texts are texts and times times, and a problem for each value that was none.

    What is redacted afterwards is text, and nobody could tell any more that it was not. Numbers are left as they are: a
    flag that is no number has a meaning for those who may not publish it, and the loader tells of it later.
    """
    values, new, problems = row.values, dict[str, Any](), list[Problem]()
    for name, of_time, fit in _texts(row.table):
        value = values.get(name)
        if value is None or (type(value) is str and not of_time):
            continue
        try:
            fitted = fit(value)
        except Odd as odd:
            problems.append(Problem(str(odd), field=name, value=value))
            fitted = odd.kept
        if fitted is not value:
            new[name] = fitted
    return (Row(row.table, {**values, **new}) if new else row), problems


class Fitting:
    """Turns the values of rows of one table into tuples in the order of `names`.

    Most rows of a table look alike. What has to be done to a row depends only on the types of its values, so it is
    worked out once per combination of types and remembered.
    """

    def __init__(self, table: Table) -> None:
        self.names = tuple(column.name for column in table.inserted)
        self._columns = table.inserted
        self._scoped = tuple(place for place, column in enumerate(table.inserted) if column.scoped)
        self._plans: dict[tuple[type, ...], Plan] = {}

    def fit(self, values: dict[str, Any], prefix: str, problems: list[Problem]) -> list[Any]:
        """The values to insert.

        :param prefix: put before every id that is unique only inside one daemon
        :param problems: gets an entry for each value that had to change
        """
        fitted: list[Any] = list(map(values.get, self.names))
        types = tuple(map(type, fitted))
        plan = self._plans.get(types)
        if plan is None:
            plan = self._plans[types] = self._plan(types)
        steps, integers = plan
        for place in integers:
            if not SMALLEST <= fitted[place] <= LARGEST:
                problems.append(Problem("not a number", field=self.names[place], value=fitted[place]))
                fitted[place] = _absent(self._columns[place])
        for place, fit, column in steps:
            value = fitted[place]
            try:
                fitted[place] = fit(value)
            except Odd as odd:
                problems.append(Problem(str(odd), field=column.name, value=value))
                fitted[place] = odd.kept if odd.kept is not None else _absent(column)
        if prefix:
            for place in self._scoped:
                if fitted[place] is not None:
                    fitted[place] = scoped_id(fitted[place], prefix)
        return fitted

    def _plan(self, types: tuple[type, ...]) -> Plan:
        """What to do to a row with values of these types, and which integers to hold against SQLite's range."""
        steps: list[Step] = []
        integers: list[int] = []
        for place, (column, found) in enumerate(zip(self._columns, types, strict=True)):
            plain, fit = _FITTED[column.type]
            if is_of_time(column) and found is not type(None):
                steps.append((place, as_iso, column))
            elif found is type(None):
                if column.required or column.default is not None:
                    steps.append((place, partial(_filled, column), column))
            elif found is not plain:
                steps.append((place, fit, column))
            elif found is int:
                integers.append(place)
        return tuple(steps), tuple(integers)


def _filled(column: Column, value: None) -> Any:
    if column.default is None:
        raise Odd("missing value", _absent(column))
    return column.default


def _absent(column: Column) -> Any:
    """What stands for a value that is not there: the column's default, else nothing, else the least of its type."""
    if column.default is not None or not column.required:
        return column.default
    return {"TEXT": "", "JSON": "null"}.get(column.type, 0)


def scoped_id(value: str, prefix: str) -> str:
    """An id that stays unique beside other daemons'; a UUID already is."""
    return value if UUID.fullmatch(value) else prefix + value
