"""No combination of what is known of people is held by fewer than k of them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_db.exports.smallgroups import coarsen
from build_db.exports.treatments import export_policy
from build_db.schema import schema

USERS = schema()["users"]
KNOWN = export_policy().one_row_a_person["users"]
PLACES = [USERS.names.index(name) for name in KNOWN]


def person(number: int, is_admin: int, created: str, updated: str = "2025-06-01") -> tuple:
    values = {"id": str(number), "display_name": f"P{number}", "is_admin": is_admin}
    values |= {"created_at": created, "updated_at": updated}
    return tuple(values.get(name) for name in USERS.names)


def known(rows: list[tuple]) -> list[tuple]:
    return [tuple(row[place] for place in PLACES) for row in rows]


def test_people_who_share_a_day_keep_it():
    people = [person(n, 0, "2025-02-01") for n in range(3)]
    assert coarsen(USERS, KNOWN, people, 3) == (people, {"day": 3})


def test_people_who_share_a_month_keep_the_month():
    people = [person(n, 0, f"2025-02-0{n + 1}") for n in range(3)]
    coarse = coarsen(USERS, KNOWN, people, 3)
    assert known(coarse.rows) == [(0, "2025-02", "2025-06")] * 3
    assert coarse.people == {"month": 3}


def test_people_who_share_a_year_keep_the_year():
    people = [person(n, 0, f"2025-0{n + 1}-01") for n in range(3)]
    assert known(coarsen(USERS, KNOWN, people, 3).rows) == [(0, "2025", "2025")] * 3


def test_the_only_administrator_takes_company_into_silence():
    """Alone among withheld ones she would still be the one who is withheld."""
    people = [person(0, 1, "2025-02-01"), *(person(n, 0, f"2025-0{n}-01") for n in range(1, 5))]
    coarse = coarsen(USERS, KNOWN, people, 3)
    assert known(coarse.rows) == [(None, "[withheld]", "[withheld]")] * 5


def test_fewer_people_than_k_are_all_withheld():
    people = [person(0, 0, "2025-02-01"), person(1, 0, "2025-02-01")]
    assert known(coarsen(USERS, KNOWN, people, 3).rows) == [(None, "[withheld]", "[withheld]")] * 2


def test_k_of_one_changes_nothing():
    people = [person(n, n % 2, f"202{n}-02-01") for n in range(4)]
    assert coarsen(USERS, KNOWN, people, 1).rows == people


def test_nobody_is_nothing():
    assert coarsen(USERS, KNOWN, [], 3) == ([], {})


@given(
    st.lists(st.tuples(st.integers(0, 1), st.dates(), st.sampled_from(["2025-06-01", "2025-06-02", ""])), max_size=25),
    st.integers(1, 6),
)
def test_no_group_is_smaller_than_k_and_nothing_else_changes(people, k):
    rows = [person(n, admin, day.isoformat(), updated) for n, (admin, day, updated) in enumerate(people)]
    coarse = coarsen(USERS, KNOWN, rows, k)
    groups = Counter(known(coarse.rows))
    withheld = (None, "[withheld]", "[withheld]")
    assert all(count >= k or (group == withheld and len(rows) < k) for group, count in groups.items())
    assert sum(coarse.people.values()) == len(rows)
    others = [place for place in range(len(USERS.names)) if place not in PLACES]
    for before, after in zip(rows, coarse.rows, strict=True):
        assert [before[place] for place in others] == [after[place] for place in others]


@pytest.mark.parametrize("table", export_policy().one_row_a_person)
def test_an_export_holds_no_small_group(exports, query, table):
    columns = ", ".join(export_policy().one_row_a_person[table])
    for daemon in ("cass", "aria"):
        made = exports / daemon / f"{daemon}.db"
        (people,) = query(made, f"SELECT count(*) FROM {table}")
        for *combination, held in query(made, f"SELECT {columns}, count(*) FROM {table} GROUP BY {columns}"):
            assert held >= 3 or (held == people and set(combination) <= {None, "[withheld]"})
