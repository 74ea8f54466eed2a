"""What Datasette shows with nothing but `metadata.yml`."""

from __future__ import annotations

import asyncio

import pytest
import yaml
from conftest import ROOT
from datasette.app import Datasette
from test_formats import build_fixture

from build_db.metadata import metadata
from build_db.schema import schema

WRITTEN = (ROOT / "metadata.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    path = build_fixture("full", tmp_path_factory.mktemp("served")).path
    path = path.rename(path.with_name("cass.db"))
    app = Datasette([str(path)], metadata=yaml.safe_load(WRITTEN))

    def get(url: str):
        return asyncio.run(app.client.get(url))

    return get


def test_the_file_is_up_to_date():
    assert metadata() == WRITTEN, "run: python -m build_db metadata > metadata.yml"


def test_every_table_that_others_refer_to_has_a_label():
    for table in schema().values():
        for column in table.columns:
            if column.references:
                target = schema()[column.references]
                assert target.label in target.names, target.name


@pytest.mark.parametrize("table", [name for name, table in schema().items() if not table.hidden])
def test_every_table_has_a_page(served, table):
    response = served(f"/cass/{table}")
    assert response.status_code == 200
    assert schema()[table].about.split(";")[0][:20] in response.text.replace("&#39;", "'")


def test_machinery_is_hidden(served):
    tables = {table["name"]: table["hidden"] for table in served("/cass.json").json()["tables"]}
    assert tables["search_documents"]
    assert tables["_sqlite_migrations"]
    assert not tables["conversations"]
