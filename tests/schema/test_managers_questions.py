"""What the vessel's managers can be asked: each question answers with the rows of the vessel's own database.

The database is read by plain SQL, without anything of the tool; that is the oracle.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Built
from daemon_pages.ask import Ask
from daemon_pages.search_found import Within, look, shown
from daemon_pages.search_index import terms_of
from support.asked import life_of_two
from support.site import Site
from support.vessel import ARIA, CASS, OTHER, TALK, TOBIN, WILMA

from build_db.canned import canned_queries
from build_db.schema import schema

QUERIES = {query.name: query for query in canned_queries()}
PAGE = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
LABELS = "SELECT label FROM daemons WHERE daemons.id = "

Rows = list[dict[str, Any]]


class Asked:
    """A vessel's tree, what was built from it for the owner and to be shared, and the vessel's database itself."""

    def __init__(self, folder: Path) -> None:
        self.tree = life_of_two(folder / "data")
        self.private = Built(self.tree, folder / "private.db", private=True)
        self.shared = Built(self.tree, folder / "shared.db", private=False)
        for built in (self.private, self.shared):
            built.conn.row_factory = sqlite3.Row

    def answer(self, name: str, *, built: Built | None = None, **params: object) -> Rows:
        """What a question answers; fields that are not given are empty."""
        query = QUERIES[name]
        assert params.keys() <= set(query.params)
        values = {**dict.fromkeys(query.params, ""), **params}
        return [dict(row) for row in (built or self.private).conn.execute(query.sql, values)]

    def truth(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of the vessel's own database."""
        with closing(sqlite3.connect(self.tree / "cass.db")) as conn:
            return conn.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def asked(tmp_path_factory) -> Iterator[Asked]:
    asked = Asked(tmp_path_factory.mktemp("asked"))
    yield asked
    asked.private.conn.close()
    asked.shared.conn.close()


def told(rows: Rows, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of an answer, in its order."""
    return [tuple(row[column] for column in columns) for row in rows]


class TestConversations:
    LISTED = """SELECT title, (SELECT count(*) FROM messages WHERE conversation_id = conversations.id)
        FROM conversations WHERE {} ORDER BY updated_at DESC"""

    @pytest.mark.parametrize(
        ("params", "where"),
        [
            ({}, "true"),
            ({"daemon": "cass"}, f"daemon_id = '{CASS}'"),
            ({"person": "wilma harrow"}, f"user_id = '{WILMA}'"),
            ({"project": "Oven log"}, "project_id = 'p1'"),
            ({"person": "Tobin Quill", "project": "Oven log"}, "false"),
        ],
    )
    def test_are_listed(self, asked, params, where):
        rows = asked.answer("latest_conversations", **params)
        assert told(rows, "title", "messages") == asked.truth(self.LISTED.format(where))

    def test_end_with_their_latest_messages(self, asked):
        sql = "SELECT content FROM messages WHERE conversation_id = ? AND excluded = 0 ORDER BY timestamp DESC LIMIT ?"
        for name, id in (("ovens", TALK), (OTHER, OTHER)):
            for number, count in (("", 10), ("3", 3), ("0", 10), ("-4", 1), ("many", 10), ("5000", 5000)):
                rows = asked.answer("latest_messages", conversation=name, number=number)
                assert told(rows, "said") == asked.truth(sql, id, count)[::-1], (name, number)

    def test_that_were_continued_last_are_the_ones_told_unasked(self, asked):
        for daemon, where in (("", "true"), ("cass", f"daemon_id = '{CASS}'"), ("aria", f"daemon_id = '{ARIA}'")):
            latest = asked.truth(f"SELECT title FROM conversations WHERE {where} ORDER BY updated_at DESC LIMIT 1")
            assert set(told(asked.answer("latest_messages", daemon=daemon), "conversation")) == set(latest)
        assert asked.answer("latest_messages", conversation="nothing of that name") == []

    @pytest.mark.parametrize("word", ["ovens", "crust", "rye", "nowhere"])
    def test_are_found_by_words_of_title_and_messages(self, asked, word):
        ask = Ask(asked.private.conn, {}, {}, str, "cass")
        found = [dict(row) for row in shown(ask, look(ask, terms_of(word), Within()).ids, 50_000)]
        ids = {row["record_id"] for row in found if row["kind"] == "conversation"}
        ids |= {row["conversation_id"] for row in found if row["kind"] == "message"}
        sql = """SELECT DISTINCT conversations.id
            FROM conversations LEFT JOIN messages ON conversation_id = conversations.id
            WHERE title LIKE ?1 OR content LIKE ?1"""
        assert ids == {id for (id,) in asked.truth(sql, f"%{word}%")}


class TestTheSelfModel:
    @pytest.mark.parametrize("category", ["pattern", "growth", "preference", "nothing"])
    def test_tells_observations_by_category(self, asked, category):
        sql = f"""SELECT ({LABELS} daemon_id), observation, confidence,
            json_extract(context_json, '$.developmental_stage'), json_extract(context_json, '$.superseded_by') IS NULL
            FROM self_observations WHERE category = ? ORDER BY 1, created_at DESC"""
        rows = asked.answer("self_observations_by_category", category=category)
        columns = ("daemon", "observation", "confidence", "stage", "still_held")
        assert told(rows, *columns) == asked.truth(sql, category)

    def test_tells_every_observation_unasked(self, asked):
        assert len(asked.answer("self_observations_by_category")) == len(asked.truth("SELECT * FROM self_observations"))

    def test_tells_an_opinion_and_how_it_changed(self, asked):
        sql = """SELECT topic, position, json_array_length(evolution_json) FROM opinions"""
        for topic, position, changes in asked.truth(sql):
            rows = asked.answer("opinions_and_changes", topic=topic.upper())
            assert {row["topic"] for row in rows} == {topic}
            assert rows[-1]["held_since"] == position
            assert len(rows) == 1 + changes
        (evolution,) = asked.truth(
            "SELECT json_extract(evolution_json, '$[0].old_position') FROM opinions WHERE topic = 'Rye'"
        )
        assert asked.answer("opinions_and_changes", topic="rye")[0]["held_since"] == evolution[0]

    @pytest.mark.parametrize("metric", ["avg_response_length", "question_frequency", "opinions_expressed"])
    def test_tells_the_trend_of_a_metric(self, asked, metric):
        sql = """SELECT timestamp, json_extract(metrics_json, '$.' || ?)
            FROM cognitive_snapshots WHERE daemon_id = ? ORDER BY timestamp"""
        rows = asked.answer("metric_trends", metric=metric, daemon="cass")
        expected = asked.truth(sql, metric, CASS)
        assert told(rows, "time", "value") == expected
        values = [value for _, value in expected]
        changes = [round(later - earlier, 6) for earlier, later in pairwise(values)]
        assert [row["change"] for row in rows] == [None, *changes]

    def test_tells_every_number_of_every_snapshot_and_nothing_else(self, asked):
        sql = f"""SELECT ({LABELS} daemon_id), key, timestamp, atom FROM cognitive_snapshots, json_each(metrics_json)
            WHERE type IN ('integer', 'real') ORDER BY 1, 2, 3"""
        assert told(asked.answer("metric_trends"), "daemon", "metric", "time", "value") == asked.truth(sql)

    @pytest.mark.parametrize(
        ("field", "key", "value"),
        [
            ("category", "category", "opinion"),
            ("category", "category", "stage"),
            ("kind", "milestone_type", "threshold"),
        ],
    )
    def test_tells_milestones_by_category_and_kind(self, asked, field, key, value):
        sql = """SELECT title, json_extract(evidence_json, '$.acknowledged') FROM milestones
            WHERE json_extract(evidence_json, '$.' || ?) = ? ORDER BY triggered_at"""
        expected = asked.truth(sql, key, value)
        assert expected
        assert told(asked.answer("milestones_timeline", **{field: value}), "title", "acknowledged") == expected

    def test_tells_every_milestone_unasked(self, asked):
        assert len(asked.answer("milestones_timeline")) == len(asked.truth("SELECT * FROM milestones"))


class TestPeople:
    COUNTED = f"""SELECT ({LABELS} daemon_id), display_name, observation_type, count(*), round(avg(confidence), 2),
        date(min(user_observations.created_at)), date(max(user_observations.created_at))
        FROM user_observations JOIN users ON users.id = user_id WHERE {{}}
        GROUP BY daemon_id, user_id, observation_type"""
    COLUMNS = ("daemon", "person", "category", "observations", "confidence", "first", "last")

    @pytest.mark.parametrize(
        ("params", "where"),
        [
            ({}, "true"),
            ({"person": "Tobin Quill"}, f"user_id = '{TOBIN}'"),
            ({"category": "preference"}, "observation_type = 'preference'"),
            ({"person": "Wilma Harrow", "category": "value"}, f"user_id = '{WILMA}' AND observation_type = 'value'"),
            ({"daemon": "aria"}, f"daemon_id = '{ARIA}'"),
        ],
    )
    def test_are_observed_by_category(self, asked, params, where):
        rows = asked.answer("observations_about_people", **params)
        assert sorted(told(rows, *self.COLUMNS)) == sorted(asked.truth(self.COUNTED.format(where)))

    def test_keep_their_counts_in_a_shared_file_and_lose_their_names_and_what_was_noted(self, asked):
        rows = asked.answer("observations_about_people", built=asked.shared)
        counts = [(row[0], *row[2:]) for row in asked.truth(self.COUNTED.format("true"))]
        assert sorted(told(rows, *(column for column in self.COLUMNS if column != "person"))) == sorted(counts)
        assert not {row["person"] for row in rows} & {"Wilma Harrow", "Tobin Quill"}
        named = asked.answer("observations_about_people", built=asked.shared, person=rows[0]["person"])
        assert named == [row for row in rows if row["person"] == rows[0]["person"]]
        assert {text for (text,) in asked.shared.rows("SELECT content_json FROM user_observations")} == {'"[withheld]"'}


class TestProjectsAndRoadmap:
    @pytest.mark.parametrize("params", [{}, {"project": "oven log"}, {"title": "PLAN"}, {"project": "Garden"}])
    def test_documents_of_a_project(self, asked, params):
        sql = """SELECT name, title, created_by, substr(content, 1, 200) FROM project_documents
            JOIN projects ON projects.id = project_id
            WHERE lower(name) LIKE ? AND lower(title) LIKE ? ORDER BY name, project_documents.updated_at DESC"""
        expected = asked.truth(sql, *(params.get(name, "%").lower() for name in ("project", "title")))
        assert expected
        rows = asked.answer("documents_of_projects", **params)
        assert told(rows, "project", "title", "written_by", "begins") == expected

    @pytest.mark.parametrize(
        "params",
        [
            {},
            {"status": "ready"},
            {"priority": "P1"},
            {"kind": "bug"},
            {"assigned_to": "Wilma Harrow"},
            {"project": "Oven log"},
            {"status": "backlog", "priority": "P2", "kind": "feature", "assigned_to": "cass", "project": "Oven log"},
            {"daemon": "aria"},
        ],
    )
    def test_roadmap_items_by_filters(self, asked, params):
        names = {"kind": "item_type", "project": "name", "daemon": "label"}
        wanted = " AND ".join(f"{names.get(name, name)} = '{value}'" for name, value in params.items())
        sql = f"""SELECT title FROM roadmap_items
            LEFT JOIN (SELECT id AS project, name FROM projects) ON project = project_id
            JOIN (SELECT id AS daemon, label FROM daemons) ON daemon = daemon_id
            WHERE {wanted or "true"}"""
        expected = asked.truth(sql)
        assert expected
        filed = [("In a file alone",)] if not params else []
        assert sorted(told(asked.answer("roadmap_by_status", **params), "title")) == sorted(expected + filed)

    def test_roadmap_items_of_a_milestone(self, asked):
        assert told(asked.answer("roadmap_by_status", milestone="a warm winter"), "title") == [("In a file alone",)]

    def test_links_of_a_roadmap_item_are_told_from_both_ends_and_once(self, asked):
        rows = told(asked.answer("roadmap_connections"), "item", "link", "other_item")
        title = "(SELECT title FROM roadmap_items WHERE id = {})"
        sql = f"SELECT {title.format('source_id')}, link_type, {title.format('target_id')} FROM roadmap_links"
        stored = asked.truth(sql)
        assert set(stored) <= set(rows)
        opposite = {"depends_on": "blocks", "blocks": "depends_on", "parent": "child", "child": "parent"}
        opposite |= {"related": "related", "doubts": "doubts (told by the other)"}
        assert sorted(rows) == sorted({*stored, *((b, opposite[link], a) for a, link, b in stored)})

    def test_a_roadmap_item_waits_for_what_is_not_done(self, asked):
        sql = """SELECT other.title FROM roadmap_links JOIN roadmap_items AS other ON other.id = target_id
            WHERE source_id = 'r1' AND link_type = 'depends_on' AND other.status <> 'done'"""
        for item in ("oven api", "r1"):
            rows = asked.answer("roadmap_connections", item=item)
            assert {row["item"] for row in rows} == {"Oven API"}
            assert [(row["other_item"],) for row in rows if row["has_to_wait"]] == asked.truth(sql)


@pytest.mark.parametrize(
    "name",
    [
        *("latest_conversations", "latest_messages", "self_observations_by_category", "opinions_and_changes"),
        *("metric_trends", "milestones_timeline", "observations_about_people", "documents_of_projects"),
        *("roadmap_by_status", "roadmap_connections"),
    ],
)
def test_a_shared_file_answers_with_as_many_rows(asked, name):
    assert len(asked.answer(name, built=asked.shared)) == len(asked.answer(name)) > 0


class TestThePage:
    """What `docs/questions.md` names is there."""

    ROWS = re.findall(r"^\| (.+?) \| (.+?) \|$", PAGE, re.M)
    NAMED = tuple(dict.fromkeys(name for _, answer in ROWS for name in re.findall(r"`(.+?)`", answer)))

    def test_every_manager_of_the_plan_is_told(self):
        managers = ["Conversation", "User", "SelfModel", "Project", "Roadmap"]
        assert re.findall(r"^## (\w+)Manager$", PAGE, re.M) == managers

    def test_every_name_is_a_question_a_table_a_field_or_a_column(self):
        columns = {column for table in schema().values() for column in table.names}
        fields = {field for query in QUERIES.values() for field in query.params}
        shown = {name for query in QUERIES.values() for name in re.findall(r"\bAS (\w+)", query.sql)}
        names = [name for name in self.NAMED if not name.startswith("/")]
        assert [name for name in names if name not in {*QUERIES, *schema(), *columns, *fields, *shown}] == []

    def test_every_question_is_told_but_those_about_single_days_and_moments(self):
        assert QUERIES.keys() - set(self.NAMED) == {"days_of_a_month", "marked_moments", "themes_over_time"}

    def test_a_question_takes_the_fields_that_it_is_named_with(self):
        told = re.compile(r"`(\w+)`, ((?:(?:, | and )?with `\w+`|(?:, | and )`\w+`)+)")
        named = [
            (name, field)
            for _, answer in self.ROWS
            for name, fields in told.findall(answer)
            for field in re.findall(r"`(\w+)`", fields)
        ]
        assert len(named) > 15
        assert [(name, field) for name, field in named if field not in QUERIES[name].params] == []

    def test_every_page_is_there(self, served, tmp_path):
        site = Site(served)
        for address in (name.removesuffix("/…") for name in self.NAMED if name.startswith("/")):
            assert site.get(address).status_code == 200, address
