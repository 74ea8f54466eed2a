"""What tables with one row per person tell of somebody, set beside what another file tells.

An export tells it more coarsely: a day, a month, a year or nothing. Somebody of the served file may be meant if
everything told agrees; they are joined if nobody else may be.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from random import Random
from typing import Any

from build_db.contract import WITHHELD

Known = dict[str, Any]
# Of more people than this only so many are looked for, evenly chosen.
MOST = 1_000


def known_of_people(conn: sqlite3.Connection, listed: Mapping[str, Sequence[str]]) -> list[Known]:
    """What is known of everybody in a file, by table and column.

    :param listed: the columns that tell of people, by table with one row per person
    """
    people: dict[str, Known] = {id: {} for (id,) in conn.execute("SELECT id FROM users ORDER BY id")}
    for table, columns in listed.items():
        key = "id" if table == "users" else "user_id"
        for id, *values in conn.execute(f"SELECT {key}, {', '.join(columns)} FROM {table} ORDER BY rowid"):
            people.get(id, {}).update((f"{table}.{name}", value) for name, value in zip(columns, values, strict=True))
    return list(people.values())


def dealt(people: Sequence[Known]) -> list[Known]:
    """The control: as many people, each with what is known of several others."""
    random = Random(0)
    names = sorted(set(chain.from_iterable(people)))
    columns = {name: [person.get(name) for person in people] for name in names}
    return [{name: columns[name][int(random.random() * len(people))] for name in names} for _ in people]


def looked_for(people: Sequence[Known]) -> Sequence[Known]:
    """Those whom the attack looks for."""
    return people[:: len(people) // MOST + 1]


def joined(exported: Sequence[Known], served: Sequence[Known]) -> int:
    """How many people of the export may be one person of the served file alone, who may be nobody else."""
    candidates = [[number for number, other in enumerate(served) if _may_be(one, other)] for one in exported]
    meant = Counter(chain.from_iterable(candidates))
    return sum(1 for found in candidates if len(found) == 1 and meant[found[0]] == 1)


def _may_be(coarse: Known, fine: Known) -> bool:
    return all(_agrees(value, fine.get(name)) for name, value in coarse.items())


def _agrees(coarse: Any, fine: Any) -> bool:
    if coarse in (None, WITHHELD):
        return True
    return str(fine).startswith(coarse) if isinstance(coarse, str) else bool(coarse == fine)
