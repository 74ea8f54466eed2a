"""Fits one row to its table: every value gets the type of its column, or is recorded as odd."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import orjson

from build_db.records import Problem
from build_db.schema import Column, Table

SMALLEST, LARGEST = -(2**63), 2**63 - 1
TRUTH = {"true": 1, "yes": 1, "on": 1, "false": 0, "no": 0, "off": 0}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class Odd(Exception):
    """A value does not fit its column. `kept` is what can be stored in its place, None if nothing can."""

    def __init__(self, problem: str, kept: Any = None) -> None:
        super().__init__(problem)
        self.kept = kept


def as_json(value: Any) -> str:
    """Compact JSON, UTF-8, keys in the order of the source."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # an integer beyond 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_text(value: Any) -> str:
    """Text of a scalar.

    :raises Odd: a list or an object, kept as JSON text
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        raise Odd("not a text", as_json(value))
    return as_json(value)


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
    if isinstance(value, float) and abs(value) != float("inf") and value == value:
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
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


class Fitting:
    """Turns the values of rows of one table into tuples in the order of `columns`."""

    def __init__(self, table: Table) -> None:
        self.columns = table.inserted
        self.names = tuple(column.name for column in self.columns)
        self._steps = tuple((c.name, *_FITTED[c.type], c.scoped, c) for c in self.columns)

    def fit(self, values: dict[str, Any], prefix: str = "") -> tuple[tuple[Any, ...], list[Problem]]:
        """The tuple to insert, and a problem for each value that had to change.

        :param prefix: put before every id that is unique only inside one daemon
        """
        fitted: list[Any] = []
        problems: list[Problem] = []
        for name, plain, fit, scoped, column in self._steps:
            value = values.get(name)
            if value is None:
                value = self._absent(column, problems)
            elif type(value) is not plain or (type(value) is int and not SMALLEST <= value <= LARGEST):
                try:
                    value = fit(value)
                except Odd as odd:
                    problems.append(Problem(str(odd), field=name, value=value))
                    value = odd.kept if odd.kept is not None else self._absent(column, problems)
            if scoped and prefix and value is not None:
                value = scoped_id(value, prefix)
            fitted.append(value)
        return tuple(fitted), problems

    def _absent(self, column: Column, problems: list[Problem]) -> Any:
        if not column.required or column.default is not None:
            return column.default
        problems.append(Problem("missing value", field=column.name))
        return {"TEXT": "", "JSON": "null"}.get(column.type, 0)


def scoped_id(value: str, prefix: str) -> str:
    """An id that stays unique beside other daemons'; a UUID already is."""
    return value if UUID.fullmatch(value) else prefix + value
