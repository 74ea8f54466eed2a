"""An export states how much of it can be joined with the served file, by attacks that join what is the same alone."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import KEY, ROOT
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from build_db.cli import cli
from build_db.errors import UsageError
from build_db.exports.cards.risk import as_json
from build_db.exports.choices import Times
from build_db.exports.index import read_index
from build_db.exports.risk import attributes, measure, words
from build_db.exports.risk.again import attack
from build_db.exports.risk.attacks import ATTACKS
from build_db.exports.risk.control import Habits
from build_db.exports.risk.levels import levels
from build_db.exports.risk.measure import Share, measured
from build_db.exports.risk.talks import Said, Talk, talks
from build_db.exports.run import ExportOptions, export

OF_TIMES = ("exact times", "first minute", "first day", "first month", "gaps", "days between", "hours", "rhythm")


@pytest.fixture(scope="module")
def risks(served, by_times) -> dict[Times, dict[str, Share]]:
    """What each attack joins of the demo's cass, by how finely times are told."""
    return {
        times: {figure.attack.name: figure.found for figure in measured_in(served, made)}
        for times, made in by_times.items()
    }


def measured_in(served: Path, database: Path):
    with closing(sqlite3.connect(f"file:{served}?mode=ro", uri=True)) as conn:
        return measured(conn, database)


def rates(shares: dict[str, Share], *names: str) -> dict[str, float]:
    return {name: round(shares[name].rate, 2) for name in names}


def test_a_plain_copy_is_joined_by_nearly_everything(risks):
    told = risks[Times.FULL]
    assert rates(
        told, "exact times", "first minute", "gaps", "lengths", "hours", "rhythm", "who talks"
    ) == dict.fromkeys(("exact times", "first minute", "gaps", "lengths", "hours", "rhythm", "who talks"), 1.0)
    assert told["exact text"].joined > 200
    assert told["rare words"].rate == 1.0


def test_by_default_no_attack_by_times_joins_anything_but_people_by_their_months(risks):
    assert {name: risks[Times.MONTH][name].joined for name in OF_TIMES} == dict.fromkeys(OF_TIMES, 0)
    assert risks[Times.MONTH]["months"].rate == 1.0


def test_days_keep_from_being_joined_by_clocks_and_not_by_days(risks):
    told = risks[Times.DAY]
    clocks = ("exact times", "first minute", "gaps", "hours")
    assert rates(told, *clocks) == dict.fromkeys(clocks, 0.0)
    assert told["first day"].rate > 0.5


def test_moved_days_keep_the_days_between(risks):
    told = risks[Times.SHIFTED]
    assert told["first day"].rate < 0.2
    assert told["rhythm"].rate == 1.0


def test_moving_without_cutting_would_hide_nothing(served, by_times, tmp_path):
    """Why `shifted` cuts to days: with the gaps kept, each conversation is known by them, and each person by hours."""
    made = tmp_path / "moved.db"
    made.write_bytes(by_times[Times.FULL].read_bytes())
    with closing(sqlite3.connect(made)) as conn:
        moved = "strftime('%Y-%m-%dT%H:%M:%f', timestamp, (SELECT rowid * 17 FROM conversations AS c WHERE c.id = m"
        conn.execute(f"UPDATE messages AS m SET timestamp = {moved}.conversation_id) || ' days')")
        conn.commit()
    told = {figure.attack.name: figure.found for figure in measured_in(served, made)}
    assert told["first day"].rate < 0.2
    assert told["gaps"].rate == 1.0
    assert told["hours"].rate == 1.0


def test_the_figures_in_the_docs_are_those_of_the_demo(risks):
    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    head, *rows = re.findall(r"^\| (.+) \|$", text[text.index("| attack | of |") :].split("\n\n")[0], re.M)
    assert head == "attack | of | " + " | ".join(f"`{times}`" for times in Times)
    told = {row.split(" | ")[0]: [int(number) for number in row.split(" | ")[2:]] for row in rows}
    assert told == {name: [risks[times][name].joined for times in Times] for name in risks[Times.FULL]}
    sizes = {name: share.records for name, share in risks[Times.FULL].items()}
    assert f"{sizes['exact times']} messages, {sizes['gaps']} conversations and {sizes['hours']} people" in text


def test_little_is_joined_by_chance(served, exports):
    for daemon in ("cass", "aria"):
        for figure in measured_in(served, exports / daemon / f"{daemon}.db"):
            allowed = 0.3 if figure.attack.name in ("turns", "who talks") else 0.1
            assert figure.control.rate <= allowed, figure.attack.name


def test_the_archive_tells_it_and_anybody_makes_the_same_figures_again(served, exports):
    for entry in read_index(exports):
        archive = exports / entry.file
        with zipfile.ZipFile(archive) as packed:
            told = packed.read(f"{entry.daemon}/RISK.json").decode()
            words = packed.read(f"{entry.daemon}/RISK.md").decode()
        assert as_json(attack(served, archive)) == told
        attacks = json.loads(told)["attacks"]
        assert len(attacks) >= 8
        for one in attacks:
            assert one["rate"] == round(one["joined"] / one["records"], 4)
            assert one["interval_95"][0] <= one["rate"] <= one["interval_95"][1]
            assert one["control"]["records"] == one["records"]
            assert f"| {one['attack']} | {one['by']} | {one['joined']} of {one['records']} {one['joins']} |" in words


def test_the_command_prints_the_figures(served, exports, tmp_path):
    run = CliRunner().invoke
    (entry,) = (entry for entry in read_index(exports) if entry.daemon == "aria")
    result = run(cli, ["attack", str(served), str(exports / entry.file), "--json"])
    assert result.output == (exports / "aria" / "RISK.json").read_text(encoding="utf-8")
    for wrong, said in [
        (exports / "cass" / "README.md", "is no export"),
        (served, "is no export of this version"),
        (tmp_path / "none.zip", "no such file"),
    ]:
        result = run(cli, ["attack", str(served), str(wrong)])
        assert (result.exit_code, said in result.output) == (2, True), result.output


def test_an_archive_without_a_database_is_refused_and_one_with_sql_is_attacked(served, tmp_path):
    for format, fails in (("sql", False), ("csv", True)):
        folder = tmp_path / format
        options = ExportOptions(formats=(format,))
        (made,) = export(served, folder, key=KEY, daemons=["aria"], options=options)
        result = CliRunner().invoke(cli, ["attack", str(served), str(made.archive), "--json"])
        assert result.exit_code == (2 if fails else 0)
        assert ("--format sqlite" in result.output) == fails
        assert fails or result.output == (folder / "aria" / "RISK.json").read_text(encoding="utf-8")


def test_of_a_large_export_a_part_is_attacked_and_people_by_all_they_said(monkeypatch, served, exports):
    whole, part = [], []
    for found, most in ((whole, measure.MOST_MESSAGES), (part, 100)):
        monkeypatch.setattr(measure, "MOST_MESSAGES", most)
        found += measured_in(served, exports / "cass" / "cass.db")
    for one, other in zip(whole, part, strict=True):
        fewer = one.attack.of != "people" and one.attack.name != "rare words"
        assert (other.found.records < one.found.records) == fewer
        assert fewer or other.found == one.found


def said(text: str, time: str = "2025-02-13T18:14:45.023926") -> Said:
    return Said(time, "user", len(text.split()), tuple(text.split()[:5]), text.encode())


def talk(number: int) -> Talk:
    times = [f"2025-02-{number + 1:02}T1{place}:{number:02}:00.5" for place in range(2 + number % 4)]
    return Talk(f"p{number % 3}", tuple(said(f"w{number} at {time} says so", time) for time in times))


TALKS = [talk(number) for number in range(20)]


def test_the_control_is_as_large_and_the_same_each_time():
    habits = Habits()
    for talk in TALKS:
        habits.learn(talk)
    dealt = list(habits.deal(len(TALKS)))
    assert dealt == list(habits.deal(len(TALKS)))
    assert len(dealt) == len(TALKS)
    assert {talk.person for talk in dealt} <= {talk.person for talk in TALKS}
    assert not {one.time for talk in dealt for one in talk.said} & {one.time for talk in TALKS for one in talk.said}
    assert list(Habits().deal(5)) == []


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_interval_is_the_one_of_statisticians(joined, more):
    share = Share(joined, joined + more)
    low, high = share.interval
    if share.records:
        theirs = binomtest(joined, share.records).proportion_ci(method="wilson")
        assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    else:
        assert (low, high) == (0, 1)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_what_tells_nothing_bears_no_mark(attack):
    """Withheld words and times without a clock, or a day, join nobody by accident."""
    silent = Talk("p", (Said("2025", "user", 0, (), None), Said("2025", "assistant", 0, (), None)))
    if attack.of == "messages":
        assert attack.mark(silent.said[0]) is None
    if attack.of == "conversations" and attack.name != "turns":
        assert attack.mark(silent) is None


def test_conversations_are_joined_by_words_only_where_two_agree_and_most_do():
    ours = {"ab": "x", "cd": "x", "ef": "x", "gh": "y", "ij": "z", "kl": "z"}
    assert words.joined(ours, {"ab": "1", "cd": "1", "ef": "2", "gh": "3"}) == 1
    assert words.joined(ours, {"ab": "1", "cd": "2"}) == 0
    assert words.joined(ours, {"ab": "1", "cd": "1", "ij": "1", "kl": "1"}) == 0
    assert words.dealt(ours).keys() == ours.keys()


def test_people_are_joined_where_nobody_else_may_be_meant():
    served = [
        {"admin": 1, "since": "2025-02-07"},
        {"admin": 0, "since": "2025-02-09"},
        {"admin": 0, "since": "2025-02-11"},
    ]
    assert attributes.joined([{"admin": 1, "since": "2025"}], served) == 1
    assert attributes.joined([{"admin": 0, "since": "2025-02"}], served) == 0
    assert attributes.joined([{"admin": None, "since": "[withheld]"}], served) == 0
    assert attributes.joined([{"admin": 0, "since": "2025-02-09"}] * 2, served) == 0


def test_a_conversation_of_another_daemon_is_none_of_its(served):
    with closing(sqlite3.connect(f"file:{served}?mode=ro", uri=True)) as conn:
        counted = [sum(1 for _ in talks(conn, daemon)) for daemon in ("cass", "aria", "dora")]
    assert counted[0] > counted[1] > counted[2] == 0


@pytest.mark.parametrize("times", Times)
def test_less_is_told_step_by_step(times):
    told = list(levels(times, 0.5))
    assert told[0] == (times, True, True)
    assert told[-2:] == [(Times.MONTH, False, True), (Times.MONTH, False, False)]
    assert [level.times for level in told[:-2]] == {
        Times.FULL: [Times.FULL, Times.DAY, Times.MONTH],
        Times.DAY: [Times.DAY, Times.MONTH],
        Times.MONTH: [Times.MONTH],
        Times.SHIFTED: [Times.SHIFTED, Times.MONTH],
    }[times]
    assert list(levels(times, None)) == told[:1]


@pytest.mark.parametrize(
    ("rate", "facts"),
    [
        (1.0, {"times": "month", "words": "kept", "people": "kept"}),
        (0.7, {"times": "month", "words": "left out", "people": "left out"}),
    ],
)
def test_what_joins_more_than_its_owner_allows_is_told_less_finely_until_it_does_not(
    served, tmp_path, query, rate, facts
):
    options = ExportOptions(formats=("sqlite", "conversations", "jsonl"), max_link=rate)
    export(served, tmp_path / "x", key=KEY, daemons=["cass"], options=options)
    made = tmp_path / "x" / "cass" / "cass.db"
    told = dict(query(made, "SELECT key, value FROM build_info WHERE key IN ('times', 'words', 'people')"))
    assert told == facts
    assert all(one["rate"] <= rate for one in json.loads((made.parent / "RISK.json").read_text())["attacks"])
    assert query(made, "PRAGMA foreign_key_check") == []
    people, titles = query(made, "SELECT count(user_id), count(title) FROM conversations")[0]
    assert bool(people) == bool(titles) == (rate == 1.0)
    assert query(made, "SELECT count(*) > 0 FROM messages WHERE content <> '[withheld]'") == [rate == 1.0]


def test_what_cannot_be_told_less_finely_is_refused_and_what_stands_in_the_way_is_said(served, tmp_path):
    key = tmp_path / "key"
    key.write_text(KEY.hex())
    key.chmod(0o600)
    command = [
        "export",
        str(served),
        str(tmp_path / "x"),
        "--key-file",
        str(key),
        "--format",
        "csv",
        "--max-link",
        "0.1",
    ]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 3
    assert "nothing was changed: --max-link 0.1: cass: " in result.stderr
    assert "turns (how many messages it has, and who speaks after whom) joins 10 of 16 conversations" in result.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("ATTACH '{outside}' AS other; CREATE TABLE other.notes (a);", "cannot be unpacked"),
        ("CREATE TABLE notes (a); VACUUM INTO '{outside}';", "cannot be unpacked"),
        ("no SQL at all", "cannot be unpacked"),
        (" " * 10_000_000, "expands without end"),
    ],
    ids=["attach", "vacuum", "words", "bomb"],
)
def test_a_script_in_a_foreign_archive_touches_no_other_file(served, tmp_path, script, said):
    outside = tmp_path / "outside.db"
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cass/cass.sql", script.format(outside=outside))
    with pytest.raises(UsageError, match=said):
        attack(served, tmp_path / "foreign.zip")
    assert not outside.exists()
