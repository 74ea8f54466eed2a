"""What Datasette shows with nothing but `metadata.yml`."""

from __future__ import annotations

import asyncio
import re
import sqlite3

import pytest
import yaml
from conftest import ROOT
from datasette.app import Datasette
from support.trees import build_fixture

from build_db.metadata import DATABASE, metadata
from build_db.redaction.policy import policy
from build_db.schema import column_descriptions, describe_columns, schema

WRITTEN = (ROOT / "metadata.yml").read_text(encoding="utf-8")
PARSED = yaml.safe_load(WRITTEN)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    path = build_fixture("full", tmp_path_factory.mktemp("served"), private=False).path
    path = path.rename(path.with_name("cass.db"))
    app = Datasette([str(path)], metadata=PARSED)

    def get(url: str):
        return asyncio.run(app.client.get(url))

    get.path = path
    return get


def test_the_file_is_up_to_date():
    assert metadata() == WRITTEN, "run: python -m build_db metadata > metadata.yml"


def test_every_table_that_others_refer_to_has_a_label():
    for table in schema().values():
        for column in table.columns:
            if column.references:
                target = schema()[column.references]
                assert target.label in target.names, target.name


def described(table: str) -> dict:
    return PARSED["databases"][DATABASE]["tables"][table]


def test_every_column_is_described_in_one_line():
    for name, table in schema().items():
        columns = described(name)["columns"]
        assert list(columns) == list(table.names)
        assert all(line and len(line) <= 100 and "\n" not in line and line.endswith(".") for line in columns.values())


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"everywhere": {"id": "Its id."}}, "without description: ['notes.text']"),
        ({"everywhere": {"id": "Its id.", "text": "It.", "gone": "It."}}, "without column: ['everywhere.gone']"),
        ({"everywhere": {"id": "Its id."}, "notes": {"text": "It.", "gone": "It."}}, "without column: ['notes.gone']"),
        ({"everywhere": {"text": "It."}, "notes": {"id": "Its id.", "text": "It."}}, "['everywhere.text']"),
    ],
)
def test_a_missing_or_stale_description_is_an_error(said, complaint):
    with pytest.raises(ValueError, match=re.escape(complaint)):
        describe_columns(said, {"notes": ("id", "text")})


def test_a_description_says_what_privacy_does_to_the_column():
    users, calendar = described("users")["columns"], described("calendar_events")["columns"]
    assert users["display_name"].endswith(" Pseudonym.")
    assert users["password_hash"].endswith(" Removed.")
    assert calendar["description"].endswith(" Withheld.")
    assert calendar["start_time"].endswith(" Only the day.")
    assert column_descriptions()["messages"]["timestamp"] == described("messages")["columns"]["timestamp"]
    assert policy().rules["messages"]["timestamp"] == "keep"


def test_facets_are_columns():
    for name, table in schema().items():
        assert set(described(name).get("facets", [])) <= set(table.names), name


def test_large_tables_are_sorted_by_an_index(served):
    with sqlite3.connect(served.path) as conn:
        for table in ("conversations", "token_usage_records"):
            sql = f"SELECT * FROM {table} ORDER BY {described(table)['sort_desc']} DESC LIMIT 101"
            (plan,) = conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
            assert "USING INDEX" in plan[3], table


def test_a_length_of_time_is_shown_with_its_unit(served):
    assert re.search(r"class=\"col-duration_ms [^>]*>[\d.]+&nbsp;m?s<", served(f"/{DATABASE}/token_usage_records").text)


def test_every_table_has_a_page(served):
    for name, table in schema().items():
        if not table.hidden:
            response = served(f"/cass/{name}")
            assert response.status_code == 200, name
            assert table.about.split(";")[0][:20] in response.text.replace("&#39;", "'"), name


def test_what_is_listed_is_what_is_described(served):
    page = served(f"/{DATABASE}.json").json()
    assert {table["name"] for table in page["tables"] if not table["hidden"]} == {
        name for name, table in schema().items() if not table.hidden
    }
    assert page["views"] == []
