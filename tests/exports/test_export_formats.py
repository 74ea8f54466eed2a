"""Every format holds the same rows, and opens in the tools that people use."""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import datasets
import duckdb
import orjson
import pandas
import pyarrow.parquet
import pytest
from conftest import KEY, conversation
from sqlite_utils import Database

from build_db.exports.choices import FORMATS, SQLITE
from build_db.exports.formats import WRITERS
from build_db.exports.run import ExportOptions, export
from build_db.exports.writers import parquet, sql
from build_db.schema import MADE_LAST, schema

datasets.disable_progress_bars()

Rows = list[tuple[Any, ...]]


@pytest.fixture
def made(exports) -> Path:
    return exports / "cass"


@pytest.fixture
def tables(made) -> dict[str, Rows]:
    """Every table of the export's database that holds rows."""
    with closing(sqlite3.connect(made / "cass.db")) as conn:
        found = {name: conn.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall() for name in schema()}
    return {name: rows for name, rows in found.items() if rows and name not in MADE_LAST}


def as_texts(rows: Iterable[tuple[Any, ...]]) -> Rows:
    """Rows with days as the texts that they are in SQLite."""
    return [tuple(cell.isoformat() if isinstance(cell, date) else cell for cell in row) for row in rows]


def names(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()}


def test_json_lines(made, tables):
    assert names(made / "jsonl") == tables.keys()
    for name, rows in tables.items():
        lines = (made / "jsonl" / f"{name}.jsonl").read_bytes().splitlines()
        assert [tuple(orjson.loads(line).values()) for line in lines] == rows, name
        assert list(orjson.loads(lines[0])) == list(schema()[name].names)


def test_csv_tells_nothing_from_no_text(made, tables):
    assert names(made / "csv") == tables.keys()
    with duckdb.connect() as db:
        for name, rows in tables.items():
            path = made / "csv" / f"{name}.csv"
            with path.open(encoding="utf-8", newline="") as file:
                head, *body = csv.reader(file)
            assert head == list(schema()[name].names)
            assert body == [["" if cell is None else str(cell) for cell in row] for row in rows], name
            assert path.read_bytes().endswith(b"\r\n")
            read = f"SELECT * FROM read_csv('{path}', all_varchar = true, allow_quoted_nulls = false)"
            told = [tuple(None if cell is None else str(cell) for cell in row) for row in rows]
            assert db.execute(read).fetchall() == told, name


def test_parquet_is_typed(made, tables):
    assert names(made / "parquet") == tables.keys()
    for name, rows in tables.items():
        table = pyarrow.parquet.read_table(made / "parquet" / f"{name}.parquet")
        assert as_texts(zip(*(column.to_pylist() for column in table.columns), strict=True)) == rows, name
    types = pyarrow.parquet.read_schema(made / "parquet" / "token_usage_records.parquet")
    assert [str(types.field(name).type) for name in ("id", "input_tokens", "estimated_cost_usd")] == [
        "string", "int64", "double",
    ]  # fmt: skip


def test_parquet_comes_in_groups_of_rows(monkeypatch, made, tables, tmp_path):
    monkeypatch.setattr(parquet, "GROUP", 6)
    monkeypatch.setattr(parquet, "BATCH", 2)
    parquet.write(made / "cass.db", tmp_path)
    for name, rows in tables.items():
        file = pyarrow.parquet.ParquetFile(tmp_path / "parquet" / f"{name}.parquet")
        sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
        assert sizes == [6] * (len(rows) // 6) + [len(rows) % 6] * (len(rows) % 6 > 0)
        assert file.read().equals(pyarrow.parquet.read_table(made / "parquet" / f"{name}.parquet"))


@pytest.mark.parametrize("tool", ["python", "shell"])
def test_sql_makes_the_database_again(made, tables, tmp_path, tool, request):
    again = tmp_path / "again.db"
    if tool == "shell":
        with (made / "cass.sql").open("rb") as file:
            subprocess.run([request.getfixturevalue("shell"), "-bail", str(again)], stdin=file, check=True)
    with closing(sqlite3.connect(again)) as conn, closing(sqlite3.connect(made / "cass.db")) as original:
        if tool == "python":
            conn.executescript((made / "cass.sql").read_text(encoding="utf-8"))
        for name, rows in tables.items():
            assert conn.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall() == rows, name
        for asked in (
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2",
            "SELECT rowid FROM search WHERE search MATCH 'kitchen' ORDER BY 1",
            "PRAGMA user_version",
            "PRAGMA application_id",
            "PRAGMA foreign_key_check",
            "PRAGMA integrity_check",
        ):
            assert conn.execute(asked).fetchall() == original.execute(asked).fetchall(), asked


@pytest.mark.parametrize("tool", ["python", "shell"])
def test_sql_makes_the_same_search_again_in_every_script(tree, built, tmp_path, tool, request):
    texts = ["東京タワーの写真", "김치가 왔다", "Łódź, it's ёлка", "อากาศร้อน 🌱 \u115f", "plain kitchen\r\n"]
    messages = [{"role": "user", "content": text, "timestamp": "2025-01-01T10:00:00"} for text in texts]
    original = built(tree({"conversations/c.json": conversation(title="写真", messages=messages)})).path
    (tmp_path / "cass").mkdir()
    sql.write(original, tmp_path / "cass")
    again, written = tmp_path / "again.db", tmp_path / "cass" / "cass.sql"
    assert " 김 " not in written.read_text(encoding="utf-8")
    if tool == "shell":
        with written.open("rb") as file:
            subprocess.run([request.getfixturevalue("shell"), "-bail", str(again)], stdin=file, check=True)
    with closing(sqlite3.connect(again)) as conn, closing(sqlite3.connect(original)) as first:
        if tool == "python":
            conn.executescript(written.read_text(encoding="utf-8"))
        for db in (conn, first):
            db.execute("CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, search, instance)")
        places = "SELECT term, doc, col, offset FROM temp.places ORDER BY 1, 2, 3, 4"
        assert conn.execute(places).fetchall() == first.execute(places).fetchall() != []
        assert len(conn.execute("""SELECT 1 FROM search WHERE search MATCH '"写 真"'""").fetchall()) == 2


def test_sqlite_utils_inserts_json_lines(made, tables, tmp_path):
    insert = [sys.executable, "-m", "sqlite_utils", "insert", str(tmp_path / "new.db")]
    for name in ("messages", "wiki_pages", "token_usage_records"):
        subprocess.run([*insert, name, str(made / "jsonl" / f"{name}.jsonl"), "--nl"], check=True)
    with closing(Database(tmp_path / "new.db")) as db:
        assert [tuple(row.values()) for row in db["messages"].rows] == tables["messages"]
        assert [tuple(row.values()) for row in db["wiki_pages"].rows] == tables["wiki_pages"]


def test_duckdb_reads_json_lines_parquet_and_conversations(made, tables):
    with duckdb.connect() as db:
        for name, rows in tables.items():
            assert as_texts(db.execute(f"SELECT * FROM '{made}/parquet/{name}.parquet'").fetchall()) == rows
            (count,) = db.execute(f"SELECT count(*) FROM read_json_auto('{made}/jsonl/{name}.jsonl')").fetchone()
            assert count == len(rows)
        count = f"SELECT sum(len(messages)) FROM read_json_auto('{made}/conversations.jsonl')"
        said = [row for row in tables["messages"] if not row[5] and row[3] != "[withheld]"]
        assert db.execute(count).fetchone() == (len(said),)


def test_pandas_reads_json_lines_csv_and_parquet(made, tables):
    for name, rows in tables.items():
        for frame in (
            pandas.read_json(made / "jsonl" / f"{name}.jsonl", lines=True),
            pandas.read_csv(made / "csv" / f"{name}.csv"),
            pandas.read_parquet(made / "parquet" / f"{name}.parquet"),
        ):
            assert len(frame) == len(rows)
            assert list(frame.columns) == list(schema()[name].names)


@pytest.mark.parametrize("formats", [FORMATS, ("parquet",), ("csv", "sql"), ("conversations", "parquet")], ids=str)
def test_dataset_readers_find_in_the_card_what_can_be_loaded(served, tables, tmp_path, formats):
    export(served, tmp_path / "x", key=KEY, daemons=["cass"], options=ExportOptions(formats=formats))
    place, cache = str(tmp_path / "x" / "cass"), str(tmp_path / "cache")
    names = datasets.get_dataset_config_names(place)
    assert ("chat" in names) == ("conversations" in formats)
    assert (set(names) - {"chat"} == tables.keys()) == (formats != ("conversations", "parquet"))
    for name in ("chat", "messages", "wiki_pages", "token_usage_records"):
        if name in names:
            loaded = datasets.load_dataset(place, name, split="train", cache_dir=cache)
            assert len(loaded) == len(tables["conversations" if name == "chat" else name])


def test_dataset_readers_load_conversations_and_tables(made, tables, tmp_path):
    said = datasets.load_dataset(
        "json", data_files=str(made / "conversations.jsonl"), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert said.column_names == ["id", "title", "created_at", "person", "messages"]
    assert set(said[0]["messages"][0]) == {"role", "content", "timestamp", "model"}
    messages = datasets.load_dataset(
        "parquet",
        data_files=str(made / "parquet" / "messages.parquet"),
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )
    assert len(messages) == len(tables["messages"])


def test_every_format_that_can_be_chosen_is_written():
    assert {SQLITE, *WRITERS} == {*FORMATS}
