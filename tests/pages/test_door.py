"""What is closed is closed, and what is described is described, under whatever name a file is served."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from daemon_pages import hosts
from datasette.app import Datasette
from datasette.utils import tilde_encode
from support.site import METADATA, Site, serving

from build_db.schema.searched import create_statements

NAMES = ("cass", "home", "Our house (2025)")
QUESTIONS = METADATA["databases"]["cass"]["queries"]
ASKED = "sql=select+41000%2B1369+as+answer&_where=1=1"
ANSWER = 42369


@pytest.fixture(scope="module", params=[*((name,) for name in NAMES), ("home", "away")], ids=" and ".join)
def names(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return request.param


@pytest.fixture(scope="module")
def files(demo: Path, tmp_path_factory: pytest.TempPathFactory, names: tuple[str, ...]) -> list[Path]:
    folder = tmp_path_factory.mktemp("served")
    return [Path(shutil.copy(demo, folder / f"{name}.db")) for name in names]


@pytest.fixture(scope="module")
def site(files: list[Path]) -> Site:
    return Site(*files)


def addresses(datasette: Datasette, database: str) -> list[str]:
    """One address for each route that Datasette knows, all of them asking for SQL."""
    known = {"database": tilde_encode(database), "table": "messages", "pks": "1", "daemon": "cass", "kind": "dreams"}
    found = []
    for route, _ in datasette._routes():
        path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda group: known.get(group[1], "x"), route.pattern)
        path = re.sub(r"\(\\\.[^)]*\)\??", "", path).strip("^").replace("/?$", "").replace("$", "").replace("\\", "")
        found += [f"{path}{end}?{ASKED}" for end in ("", ".json") if route.fullmatch(path + end)]
    return found


def test_no_route_runs_the_sql_of_a_stranger(site: Site, names: tuple[str, ...]) -> None:
    site.ok("/")
    for name in names:
        asked = addresses(site.datasette, name)
        assert f"/{tilde_encode(name)}/messages.json?{ASKED}" in asked
        for address in asked:
            answer = site.get(address)
            assert answer.status_code < 500, address
            assert str(ANSWER) not in answer.text, address
        place = f"/{tilde_encode(name)}"
        for closed in (
            f"{place}?{ASKED}",
            f"{place}.json?{ASKED}",
            f"{place}/messages?{ASKED}",
            f"{place}/search_text",
        ):
            assert site.get(closed, follow_redirects=True).status_code == 403, closed


def test_root_may(site: Site, names: tuple[str, ...]) -> None:
    site.ok("/")
    for name in names:
        address = f"/{tilde_encode(name)}.json?{ASKED}&_shape=arrays"
        answer = site.get(address, actor={"id": "root"}, follow_redirects=True)
        assert answer.json()["rows"] == [[ANSWER]]


@pytest.mark.parametrize("metadata", [{}, {**METADATA, "databases": {}}], ids=["none", "without a description"])
def test_the_pages_close_what_metadata_forgets(files: list[Path], metadata: dict[str, object]) -> None:
    site = Site(*files)
    site.datasette = serving(files, metadata)
    for path in files:
        place = f"/{tilde_encode(path.stem)}"
        for closed in (f"{place}?{ASKED}", f"{place}/daemons?{ASKED}", f"{place}/search_text"):
            assert site.get(closed, follow_redirects=True).status_code == 403, closed


def test_the_metadata_closes_files_of_any_name_by_itself() -> None:
    assert METADATA["allow_sql"] == {"id": "root"}


def test_a_foreign_file_beside_ours_is_closed_too_and_described_by_nobody(files: list[Path], tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "recipes.db") as conn:
        conn.execute("CREATE TABLE daemons (id TEXT)")
    site = Site(*files, tmp_path / "recipes.db")
    assert site.get(f"/recipes?{ASKED}", follow_redirects=True).status_code == 403
    assert site.get("/recipes/latest_conversations").status_code == 404
    assert "AI companions" not in site.ok("/recipes/daemons")


def test_words_labels_and_questions_are_there(site: Site, names: tuple[str, ...]) -> None:
    for name in names:
        place = f"/{tilde_encode(name)}"
        html = unescape(site.ok(place))
        assert all(question["title"] in html for question in QUESTIONS.values())
        assert METADATA["databases"]["cass"]["tables"]["dreams"]["description"] in site.ok(f"{place}/dreams")
        (row, *_) = site.get(f"{place}/conversations.json?_labels=on&_shape=array&user_id__notblank=1").json()
        assert set(row["user_id"]) == {"value", "label"}


def test_the_answers_lead_to_pages(site: Site, names: tuple[str, ...]) -> None:
    for name in names:
        for question in QUESTIONS:
            links = re.findall(r'<a href="([^"]+)">Open</a>', site.ok(f"/{tilde_encode(name)}/{question}"))
            assert links, question
            assert site.get(unescape(links[-1]), follow_redirects=True).status_code == 200, links[-1]


def test_what_the_owner_says_of_a_file_wins(files: list[Path]) -> None:
    own = {**METADATA["databases"], files[0].stem: {"title": "Our days"}}
    assert "Our days" in Site(*files, databases=own).ok(f"/{tilde_encode(files[0].stem)}")


def test_what_sqlite_keeps_the_index_in_is_closed(demo: Path) -> None:
    with closing(sqlite3.connect(demo)) as conn:
        shadows = {row[1] for row in conn.execute("PRAGMA table_list") if row[2] == "shadow"}
    assert "search_data" in shadows
    site, html = Site(demo), Site(demo).ok("/cass")
    for table in (*shadows, *hosts.INNER_TABLES):
        assert site.get(f"/cass/{table}").status_code == site.get(f"/cass/{table}.json").status_code == 403, table
        assert f'/cass/{table}"' not in html


def test_the_inner_tables_have_the_names_that_the_builder_gives_them() -> None:
    made = " ".join(create_statements())
    assert all(f"VIEW {inner} " in made or f"TABLE {inner} " in made for inner in hosts.INNER_TABLES)
