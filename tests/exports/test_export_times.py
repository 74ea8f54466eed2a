"""How finely an export tells times: what is cut and moved, what keeps its order, what becomes opaque, what stays."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest
from conftest import KEY
from hypothesis import given
from hypothesis import strategies as st

from build_db.exports.choices import Times
from build_db.exports.run import ExportOptions, export
from build_db.exports.times import Told
from build_db.exports.treatments import export_policy
from build_db.redaction.keyed import Keyed
from build_db.redaction.rows import TIME
from build_db.schema import schema

KEYED = Keyed(KEY)
LOWERED = [times for times in Times if times is not Times.FULL]
CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|(?<!\d)20\d{6}[_T-]\d{6}(?!\d)")
LONGEST = {Times.DAY: (10, 10), Times.MONTH: (7, 10), Times.SHIFTED: (10, 10)}


def cells(path: Path, *, of_time: bool | None = None):
    """Every text of a database with the table and the column it stands in."""
    with closing(sqlite3.connect(path)) as conn:
        for name in export_policy().treatments:
            for column in schema()[name].columns:
                if column.type in ("TEXT", "JSON") and of_time in (None, export_policy().is_time(column)):
                    for (value,) in conn.execute(f"SELECT {column.name} FROM {name} WHERE {column.name} NOTNULL"):
                        yield name, column, value


@pytest.mark.parametrize("times", LOWERED)
def test_no_clock_is_left_anywhere(by_times, times):
    assert sum(1 for *_, value in cells(by_times[Times.FULL]) if CLOCK.search(value)) > 500
    assert [(table, column.name) for table, column, value in cells(by_times[times]) if CLOCK.search(value)] == []


@pytest.mark.parametrize("times", LOWERED)
def test_what_tells_of_people_is_told_as_asked_and_a_daemons_own_by_days(by_times, times):
    of_people, own = LONGEST[times]
    seen = defaultdict(set)
    for name, column, value in cells(by_times[times], of_time=True):
        if not schema()[name].tells_apart(column):
            seen[export_policy().is_of_people(schema()[name])].add(len(value))
    assert max(seen[True]) <= 10
    assert max(seen[False]) == own
    with closing(sqlite3.connect(by_times[times])) as conn:
        assert {len(time) for (time,) in conn.execute("SELECT timestamp FROM messages")} == {of_people}
        assert {len(time) for (time,) in conn.execute("SELECT date FROM journals")} == {own}


@pytest.mark.parametrize("times", Times)
def test_references_and_the_order_in_a_conversation_survive(served, by_times, query, times):
    assert query(by_times[times], "PRAGMA foreign_key_check") == []
    sql = (
        "SELECT conversation_id, length(content) - length(replace(content, ' ', '')) FROM messages JOIN conversations"
        " AS c ON c.id = conversation_id JOIN daemons AS d ON d.id = daemon_id WHERE name = 'cass' ORDER BY messages.id"
    )

    def talks(path: Path) -> list[tuple[int, ...]]:
        found = defaultdict(list)
        for conversation, blanks in query(path, sql):
            found[conversation].append(blanks)
        return sorted(map(tuple, found.values()))

    assert talks(by_times[times]) == talks(served)


def test_everybody_is_moved_by_a_number_of_days_of_their_own(served, by_times, query):
    """Conversations are paired by their words, as whoever holds both files would do it."""
    sql = (
        "SELECT group_concat(blanks), user_id, substr(min(timestamp), 1, 10) FROM (SELECT conversation_id AS c,"
        " timestamp, length(content) - length(replace(content, ' ', '')) AS blanks FROM messages ORDER BY 1, id)"
        " JOIN conversations AS v ON v.id = c GROUP BY c"
    )
    before = {words: day for words, _, day in query(served, sql)}
    moved = defaultdict(set)
    for words, person, day in query(by_times[Times.SHIFTED], sql):
        moved[person].add((date.fromisoformat(day) - date.fromisoformat(before[words])).days)
    assert len(moved) > 3
    assert all(len(days) == 1 for days in moved.values())
    found = [next(iter(days)) for days in moved.values()]
    assert len(set(found)) == len(found)
    assert all(0 < abs(days) <= 182 for days in found)


def test_another_key_moves_otherwise(served, by_times, query, tmp_path):
    options = ExportOptions(formats=("sqlite",), times=Times.SHIFTED)
    export(served, tmp_path, key=bytes(32), daemons=["cass"], options=options)
    days = "SELECT timestamp FROM messages ORDER BY 1"
    assert query(tmp_path / "cass" / "cass.db", days) != query(by_times[Times.SHIFTED], days)


ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=-3, minutes=-30))])
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31))


def told(times: Times, *, of_people: bool = True, person: str | None = "mara") -> Told:
    teller = Told(times, KEYED, of_people=of_people)
    teller.turn_to(person)
    return teller


@given(MOMENTS, ZONES, st.sampled_from(["auto", "seconds", "minutes"]))
def test_any_time_is_cut_and_never_more_than_cut(moment, zone, precision):
    text = moment.replace(tzinfo=zone).isoformat(timespec=precision)
    assert told(Times.FULL).cell(text) == text
    assert told(Times.DAY).cell(text) == text[:10]
    assert told(Times.MONTH).cell(text) == text[:7]
    assert told(Times.MONTH, of_people=False).cell(text) == text[:10]
    assert told(Times.DAY).words(f"at {text}, so") == f"at {text[:10]}, so"
    assert told(Times.DAY).json(f'{{"a":["{text}"]}}') == f'{{"a":["{text[:10]}"]}}'


@given(st.dates(date(1950, 1, 1), date(2050, 1, 1)), st.integers(0, 400), st.text(min_size=1))
def test_the_days_between_stay_where_days_are_moved(day, apart, person):
    teller = told(Times.SHIFTED, person=person)
    first, second = (date.fromisoformat(teller.cell(str(d))) for d in (day, day + timedelta(days=apart)))
    assert (second - first).days == apart
    assert first != day


@given(st.integers(10**9, 2 * 10**9 - 1), st.sampled_from([1, 1000]))
def test_an_epoch_stays_a_number_and_loses_its_clock(seconds, unit):
    moment = datetime.fromtimestamp(seconds, UTC)
    midnight = int(moment.replace(hour=0, minute=0, second=0).timestamp()) * unit
    text = str(seconds * unit)
    assert told(Times.FULL).cell(text) == text
    assert told(Times.DAY).cell(text) == str(midnight)
    assert told(Times.DAY).json(f'{{"at":{text},"n":12}}') == f'{{"at":{midnight},"n":12}}'
    assert told(Times.DAY).json(f'{{"created_at":"{text}","id":"{text}"}}') == (
        f'{{"created_at":"{midnight}","id":"{text}"}}'
    )
    month = moment.replace(day=1, hour=0, minute=0, second=0)
    assert int(told(Times.MONTH).cell(text)) // unit == int(month.timestamp())


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("", ""),
        ("07:30", "07:30"),
        ("before Easter", "before Easter"),
        ("2025", "2025"),
        ("2025-03", "2025-03"),
        ("20250313T181445Z", "2025-03-13"),
        ("2025-03-13T18:14:45.023926123", "2025-03-13"),
        ("13 March, 18:14", None),
        ("2025-02-31T10:00:00", "2025-02-31"),
    ],
)
def test_what_cannot_be_read_as_a_time_is_withheld_if_it_may_hold_one(value, day):
    assert told(Times.DAY).cell(value) == day


def test_a_day_that_no_calendar_has_cannot_be_moved():
    assert told(Times.SHIFTED).cell("2025-02-31T10:00:00") == ""


def test_a_time_in_an_id_becomes_opaque_the_same_everywhere():
    teller = told(Times.DAY)
    id = teller.id("reflect_20250330_213005_4be1a9")
    assert re.fullmatch(r"reflect_[0-9a-f]{16}_4be1a9", id)
    assert teller.words("after reflect_20250330_213005_4be1a9.") == f"after {id}."
    assert teller.id("2025-03-30") == "2025-03-30"
    assert teller.id("claude-opus-4-5-20251101") == "claude-opus-4-5-20251101"
    assert told(Times.MONTH).id("2025-03-30") != "2025-03-30"
    assert told(Times.MONTH, of_people=False).id("2025-03-30") == "2025-03-30"


def test_days_that_people_name_stay():
    for times in Times:
        assert told(times).words("We met on 2025-05-09, at 18:40.") == "We met on 2025-05-09, at 18:40."


@pytest.fixture
def changed(served, tmp_path):
    """A copy of the served file after some SQL, exported with times as they are."""

    def run(sql: str, times: Times = Times.FULL) -> Path:
        copy = tmp_path / "changed.db"
        copy.write_bytes(served.read_bytes())
        with closing(sqlite3.connect(copy)) as conn:
            conn.executescript(sql)
        options = ExportOptions(formats=("sqlite", "parquet"), times=times)
        export(copy, tmp_path / "x", key=KEY, daemons=["cass"], options=options)
        return tmp_path / "x" / "cass"

    return run


@pytest.mark.parametrize("times", [Times.FULL, Times.DAY])
def test_epochs_never_become_opaque(changed, query, times):
    made = changed(
        "UPDATE opinions SET last_updated = '1741193796', evolution_json = '[{\"at\":1741193796.25}]';", times
    )
    told = "1741193796" if times is Times.FULL else str(1741193796 // 86400 * 86400)
    assert set(query(made / "cass.db", "SELECT last_updated FROM opinions")) == {told}
    at = set(query(made / "cass.db", "SELECT json_extract(evolution_json, '$[0].at') FROM opinions"))
    assert at == ({1741193796.25} if times is Times.FULL else {int(told)})


def kinds(folder: Path, table: str) -> dict[str, str]:
    shape = pyarrow.parquet.read_schema(folder / "parquet" / f"{table}.parquet")
    return {field.name: str(field.type) for field in shape}


def test_times_are_times_in_parquet_and_texts_in_sqlite(changed, query):
    made = changed(
        "UPDATE messages SET timestamp = substr(timestamp, 1, 19) || '+02:00';"
        "UPDATE marks SET created_at = '2025-06-01T10:00:00Z' WHERE rowid = 1;"
        "UPDATE journals SET created_at = 'one evening' WHERE rowid = 1;"
    )
    assert kinds(made, "messages")["timestamp"] == "timestamp[us, tz=UTC]"
    assert kinds(made, "conversations")["created_at"] == "timestamp[us]"
    assert kinds(made, "journals")["date"] == "date32[day]"
    assert kinds(made, "journals")["created_at"] == kinds(made, "marks")["created_at"] == "string"
    texts = query(made / "cass.db", "SELECT timestamp FROM messages ORDER BY id")
    assert all(text.endswith("+02:00") for text in texts)
    read = f"SELECT timestamp FROM '{made}/parquet/messages.parquet' ORDER BY id"
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        assert [row[0].astimezone(UTC) for row in db.execute(read).fetchall()] == [
            datetime.fromisoformat(text).astimezone(UTC) for text in texts
        ]
    card = (made / "README.md").read_text(encoding="utf-8")
    assert "| timestamp | time with zone | When it was said. With its zone. |" in card
    assert "Local time, zone unknown. |" in card


def test_every_column_that_holds_times_is_known_as_one(by_times):
    """A column of times that is not listed would be told less finely by what stands in it only, and never be typed."""
    found, listed = defaultdict(list), set()
    for name, column, value in cells(by_times[Times.FULL]):
        if export_policy().is_time(column):
            listed.add((name, column.name))
        elif column.type == "TEXT" and not schema()[name].tells_apart(column):
            found[name, column.name].append(bool(value) and TIME.fullmatch(value) is not None)
    # Pages of the wiki may be called after a day.
    assert {place for place, of_time in found.items() if all(of_time)} == set()
    assert len(listed) > 80
