"""An export describes itself, truly, in words that people, hubs and validators read."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import mlcroissant
import pytest
import yaml
from conftest import KEY
from frictionless import validate

from build_db.exports.cards import start
from build_db.exports.cards.account import PLACEHOLDERS, account
from build_db.exports.cards.dictionary import column_lines
from build_db.exports.choices import LICENCES
from build_db.exports.rekey import MENTIONS
from build_db.exports.run import ExportOptions, export
from build_db.redaction.contacts import columns
from build_db.redaction.contacts.contact_finder import shapes
from build_db.schema import column_descriptions

# Both validators bring libraries that warn of their own future.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(params=["cass", "aria"])
def made(request, exports) -> Path:
    return exports / request.param


@pytest.fixture
def db(made) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(made / f"{made.name}.db")) as conn:
        yield conn


def head(made: Path) -> dict:
    _, text, _ = (made / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(text)


def test_croissant_is_valid_and_leads_to_every_row(made, db):
    dataset = mlcroissant.Dataset(jsonld=str(made / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    assert not issues.errors
    assert not issues.warnings
    for record_set in dataset.metadata.record_sets:
        (rows,) = db.execute(f"SELECT count(*) FROM {record_set.name}").fetchone()
        assert sum(1 for _ in dataset.records(record_set.name)) == rows, record_set.name


def test_croissant_lists_every_data_file_with_its_checksum(made):
    listed = json.loads((made / "croissant.json").read_text(encoding="utf-8"))["distribution"]
    assert {f["contentUrl"].split("/")[0] for f in listed} == {
        "conversations.jsonl", "csv", "jsonl", "parquet", f"{made.name}.db", f"{made.name}.sql",
    }  # fmt: skip
    for file in listed:
        content = (made / file["contentUrl"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert f"{len(content)} B" == file["contentSize"]


def test_the_data_package_is_valid_with_keys_and_references(made):
    report = validate(str(made / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type"])[:5]
    resources = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    messages = next(r for r in resources if r["name"] == "messages")
    assert messages["schema"]["primaryKey"] == ["id"]
    assert {r["reference"]["resource"] for r in messages["schema"]["foreignKeys"]} == {"conversations", "users"}


def test_the_data_package_sees_a_broken_reference(made, tmp_path):
    copy = shutil.copytree(made, tmp_path / "copy")
    package = json.loads((copy / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        del resource["hash"], resource["bytes"]
    (copy / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    assert validate(str(copy / "datapackage.json")).valid
    path = copy / "csv" / "messages.csv"
    known = re.search(rb'1,"([0-9a-f-]{36})"', path.read_bytes()).group(1)
    path.write_bytes(path.read_bytes().replace(known, b"nowhere", 1))
    report = validate(str(copy / "datapackage.json"))
    assert {error for (error,) in report.flatten(["type"])} == {"foreign-key"}


def test_the_card_has_the_header_of_dataset_hubs(made):
    told = head(made)
    assert told["license"] == "cc-by-4.0"
    assert told["language"] == ["en"]
    assert told["size_categories"] == ["n<1K"]
    for config in told["configs"]:
        assert (made / config["data_files"]).is_file()
    assert [c["config_name"] for c in told["configs"] if c.get("default")] == ["chat"]
    names = [config["config_name"] for config in told["configs"]]
    assert len(names) == len(set(names))


def test_the_figures_of_the_card_are_those_of_the_data(made, db):
    card = (made / "README.md").read_text(encoding="utf-8")
    for name, sql in {
        "conversations": "SELECT count(*) FROM conversations",
        "messages": "SELECT count(*) FROM messages",
        "people": "SELECT count(*) FROM users",
        "dreams": "SELECT count(*) FROM dreams",
    }.items():
        assert f"| {name} | {db.execute(sql).fetchone()[0]:,} |" in card
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE name IN ('wiki_pages', 'marks', 'journals')"):
        for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", [table]):
            assert f"| {column} |" in card.split(f"### {table}\n")[1].split("###")[0]


def test_every_card_says_the_same_of_a_column(made):
    tables = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    packaged = {t["name"]: {f["name"]: f["description"] for f in t["schema"]["fields"]} for t in tables}
    sets = json.loads((made / "croissant.json").read_text(encoding="utf-8"))["recordSet"]
    assert packaged == {s["name"]: {f["name"]: f["description"] for f in s["field"]} for s in sets}
    shown = yaml.safe_load((made / "metadata.yml").read_text(encoding="utf-8"))["databases"][made.name]["tables"]
    card = (made / "README.md").read_text(encoding="utf-8")
    for table, lines in packaged.items():
        assert shown[table]["columns"] == lines
        section = card.split(f"### {table}\n")[1].split("###")[0]
        assert all(line in section for line in lines.values())


@pytest.mark.parametrize(
    ("table", "column", "told"),
    [
        ("messages", "id", "Counted anew"),
        ("messages", "input_tokens", "Left out"),
        ("messages", "timestamp", "Only the month"),
        ("journals", "date", "Only the day"),
        ("conversations", "id", "anew for this export"),
        ("conversations", "user_id", "Pseudonym"),
        ("calendar_events", "created_at", "Only the month"),
        ("calendar_events", "title", "Withheld"),
        ("users", "is_admin", "where few people share it"),
        ("wiki_pages", "content", "Redacted"),
    ],
)
def test_a_line_tells_what_was_done_to_the_column(table, column, told):
    line = column_lines(with_usage=False)[table][column]
    assert line.startswith(column_descriptions()[table][column])
    assert told in line


def test_token_counts_that_are_kept_are_not_said_to_be_left_out():
    assert column_lines(with_usage=True)["messages"]["input_tokens"] == "Tokens that the model read."


def test_nothing_is_said_twice_and_all_is_short():
    for table, lines in column_lines(with_usage=False).items():
        for column, line in lines.items():
            sentences = re.findall(r"[^.]+\.", line)
            assert len(sentences) == len(set(sentences)), (table, column)
            assert len(line) < 120, (table, column)


def test_datasette_is_told_the_licence_of_the_data_and_lets_its_owner_ask(made):
    told = yaml.safe_load((made / "metadata.yml").read_text(encoding="utf-8"))
    assert told["license_url"] == LICENCES["CC-BY-4.0"].url
    assert "demo" not in json.dumps({**told, "databases": None})
    assert told["databases"][made.name]["allow_sql"] is True


def test_queries_lead_to_records_of_this_database(made):
    metadata = ["-m", str(made / "metadata.yml")]
    command = [sys.executable, "-m", "datasette", str(made / f"{made.name}.db"), *metadata, "--get"]
    query = f"/{made.name}/latest_conversations.json?_shape=array&daemon={made.name}"
    answer = subprocess.run([*command, query], capture_output=True, text=True, check=True)
    pages = [row["page"] for row in json.loads(answer.stdout)]
    assert pages
    subprocess.run([*command, f"/{made.name}/{pages[0]}"], capture_output=True, check=True)


def test_what_was_withheld_is_counted(made, db):
    account = (made / "REDACTION.md").read_text(encoding="utf-8")
    (withheld,) = db.execute("SELECT count(*) FROM user_observations WHERE content_json LIKE '%[withheld]%'").fetchone()
    assert f"| user_observations | {withheld} |" in account
    assert "not promised" in account


def test_every_kind_of_placeholder_has_a_name_in_words():
    assert PLACEHOLDERS.keys() == {*(shape.kind for shape in shapes()), *columns.kinds(), "secret"}


def test_what_did_not_happen_is_not_told():
    assert account({}, 0, {}) == {}
    assert account({"email": 2, MENTIONS: 3}, 4, {"conversations": 1, "people": 0, "rows": 5}) == {
        "names of people changed": 3,
        "mail addresses taken out": 2,
        "texts and values withheld": 4,
        "conversations withdrawn": 1,
        "entries withdrawn": 5,
    }


def test_the_id_of_the_dataset_is_everywhere_the_same(made, db):
    (dataset,) = db.execute("SELECT value FROM build_info WHERE key = 'export'").fetchone()
    assert json.loads((made / "croissant.json").read_text())["identifier"] == dataset
    assert json.loads((made / "datapackage.json").read_text())["id"] == dataset
    assert dataset in (made / "README.md").read_text()
    assert dataset in (made / "LICENSE").read_text()


@pytest.mark.parametrize("licence", LICENCES)
def test_another_licence_is_told_in_every_card(served, tmp_path, licence):
    options = ExportOptions(formats=("csv",), licence=licence, language="de")
    export(served, tmp_path / "x", key=KEY, daemons=["aria"], options=options)
    made = tmp_path / "x" / "aria"
    assert head(made)["license"] == LICENCES[licence].hub
    assert head(made)["language"] == ["de"]
    assert f"SPDX-License-Identifier: {licence}\n" in (made / "LICENSE").read_text()
    assert json.loads((made / "datapackage.json").read_text())["licenses"][0]["name"] == licence
    assert json.loads((made / "croissant.json").read_text())["license"] == LICENCES[licence].url


@pytest.mark.parametrize(
    "formats", [("jsonl",), ("jsonl", "parquet"), ("sqlite",), ("sql", "conversations"), ("parquet",), ("csv",)]
)
def test_a_choice_of_formats_is_described_as_it_is(served, tmp_path, formats):
    export(served, tmp_path / "x", key=KEY, daemons=["aria"], options=ExportOptions(formats=formats))
    made = tmp_path / "x" / "aria"
    issues = mlcroissant.Dataset(jsonld=str(made / "croissant.json")).metadata.ctx.issues
    assert not (*issues.errors, *issues.warnings)
    packaged = {"csv", "jsonl"} & set(formats)
    assert (made / "datapackage.json").is_file() == bool(packaged)
    assert not packaged or validate(str(made / "datapackage.json")).valid
    card = (made / "README.md").read_text(encoding="utf-8").split("## Files")[1].split("##")[0]
    assert all((made / name).exists() for name in re.findall(r"^- `([\w./]+)`", card, re.M))
    # No list of configurations lets hubs look for themselves; an empty one lets them find nothing.
    assert head(made).get("configs", "absent")


def test_the_card_begins_with_a_row_ways_to_load_it_and_answers(made, db):
    text = (made / "README.md").read_text(encoding="utf-8")
    begin = text[text.index("## Start here") : text.index("## Files")]
    (example,) = re.findall(r"```json\n(.*?)\n```", begin, re.DOTALL)
    shown = json.loads(example)
    assert db.execute("SELECT content FROM messages WHERE id = ?", [shown["id"]]).fetchone() == (shown["content"],)
    assert len(re.findall(r"^- \[\w+\]\(#\w+\): ", begin, re.MULTILINE)) == 5
    for tool in start.table().tools:
        assert f"With {tool.name}:" in begin
    for question in start.table().questions:
        answer = begin[begin.index(question.asks) :].partition("```sql")[0]
        for row in db.execute(question.sql):
            assert f"| {' | '.join(map(str, row))} |" in answer


# No part of the environment of the tests; the files that they read are those that the others read.
NOT_HERE = ("R", "Polars")


@pytest.mark.parametrize(
    "tool", [tool for tool in start.table().tools if tool.name not in NOT_HERE], ids=lambda tool: tool.name
)
def test_what_the_card_says_of_python_and_the_shell_runs(made, tool):
    for code in tool.reads.values():
        if tool.name == "DuckDB":
            code = f"import duckdb; print(duckdb.sql({code!r}))"
        command = ["sh", "-c"] if tool.language == "sh" else [sys.executable, "-c"]
        code = code.replace("{daemon}", made.name).replace("new.db", ":memory:")
        done = subprocess.run([*command, code], cwd=made, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
