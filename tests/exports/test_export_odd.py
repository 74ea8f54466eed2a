"""Odd names, odd texts and daemons who said nothing are exported like all others."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import mlcroissant
import orjson
import pandas
import pytest
import yaml
from conftest import KEY, conversation
from frictionless import validate
from support.site import Site

from build_db import BuildOptions, build
from build_db.exports.index import read_index
from build_db.exports.origin import Daemon
from build_db.exports.run import export
from build_db.exports.writers.sql import _literal

pytestmark = pytest.mark.filterwarnings("ignore")

NAMES = ("cass", "Ünal Möwe", "two words", "Кошка", "Silent", "cass-v1")
ODD = (
    "before\0after", "one\r\ntwo\rthree", r"\0 and \13 and \14 are no marks", "\u2028 \x85 \x1f", "' '' \" ; -- ,", "",
    "long " * 100_000, "🜁" * 70, "=1+2", "+49", "-5", "@sum", "\t=1", "\r=2", "NULL", "NA", "nan", "\ufeffmarked",
)  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> Path:
    """A served file of daemons with odd names and words; `Silent` has no conversation, others only excluded ones."""
    root = tmp_path_factory.mktemp("odd")
    listed = [{"name": name, "path": "." if not number else f"d/{number}"} for number, name in enumerate(NAMES)]
    for number, name in enumerate(NAMES):
        folder = root / "data" / listed[number]["path"] / "conversations"
        folder.mkdir(parents=True)
        said = [{"role": "user", "content": text, "timestamp": "2025-11-30T18:03:47"} for text in ODD]
        gone = [{**said[0], "excluded": True}]
        for part, messages in enumerate(() if name == "Silent" else (said, gone, [])):
            id = f"5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e{number}{part}11"
            text = json.dumps(conversation(id, messages=messages))
            (folder / f"{id}.json").write_text(text, encoding="utf-8")
    (root / "data" / "daemons.yml").write_text(yaml.safe_dump({"daemons": listed}), encoding="utf-8")
    build(root / "data", root / "odd.db", BuildOptions(key=KEY))
    return root / "odd.db"


@pytest.fixture(scope="module")
def folder(odd, tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("odd-exports")
    export(odd, made, key=KEY)
    return made


@pytest.fixture(params=NAMES)
def made(request, folder) -> Path:
    return folder / Daemon("", request.param).file_name


def test_files_are_called_so_that_every_tool_takes_them(folder):
    entries = read_index(folder)
    assert {entry.daemon for entry in entries} == set(NAMES)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+-v1-(?:2025-11|undated)\.zip", entry.file) for entry in entries)
    assert {Daemon("", "cass").file_name, Daemon("", "a_B-3").file_name} == {"cass", "a_B-3"}
    alike = ["Unal Mowe", "Ünal Möwe", "Unal-Mowe", "Unal Mowe ", "Ünal Mowe"]
    assert len({Daemon("", name).file_name for name in alike}) == len(alike)


def test_validators_take_every_export(made):
    issues = mlcroissant.Dataset(jsonld=str(made / "croissant.json")).metadata.ctx.issues
    assert not issues.errors
    # Where nobody said anything there is no day to name.
    assert len(issues.warnings) == made.name.startswith("Silent")
    assert validate(str(made / "datapackage.json")).valid


def test_downloads_have_them_all(odd, folder):
    site = Site(odd, plugins={"daemon_pages": {"exports": str(folder)}})
    links = re.findall(r'href="(/downloads/[^"]+)"', site.ok("/downloads"))
    assert len(links) == len(NAMES)
    for link in links:
        assert site.get(link).content == (folder / link.rsplit("/", 1)[1]).read_bytes()


def test_datasette_serves_them(made):
    command = [sys.executable, "-m", "datasette", f"{made.name}.db", "-m", "metadata.yml", "--get"]
    answer = subprocess.run(
        [*command, f"/{made.name}/latest_conversations.json?_shape=array&daemon="],
        cwd=made, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for row in json.loads(answer.stdout)[:1]:
        subprocess.run([*command, f"/{made.name}/{row['page']}"], cwd=made, capture_output=True, check=True)


@pytest.fixture
def messages(folder) -> Iterator[list[tuple]]:
    with closing(sqlite3.connect(folder / "cass" / "cass.db")) as conn:
        yield conn.execute("SELECT id, content FROM messages ORDER BY id").fetchall()


def test_odd_words_are_the_same_in_every_format(folder, messages):
    made = folder / "cass"
    assert set(ODD) <= {content for _, content in messages}
    lines = [orjson.loads(line) for line in (made / "jsonl" / "messages.jsonl").read_bytes().splitlines()]
    assert [(line["id"], line["content"]) for line in lines] == messages
    parquet = pandas.read_parquet(made / "parquet" / "messages.parquet")
    assert list(zip(parquet["id"], parquet["content"], strict=True)) == messages
    read = pandas.read_csv(made / "csv" / "messages.csv", keep_default_na=False, lineterminator="\n")
    assert [text.replace("\r", "") for text in read["content"]] == [text.replace("\r", "") for _, text in messages]
    with duckdb.connect() as db:
        assert db.execute(f"SELECT id, content FROM '{made}/parquet/messages.parquet'").fetchall() == messages


def test_every_reader_finds_one_object_a_line(folder, messages):
    """Some take U+2028, U+2029 and U+0085 for ends of lines, and so do `str.splitlines` and JavaScript."""
    made = folder / "cass"
    for path in (*sorted((made / "jsonl").iterdir()), made / "conversations.jsonl"):
        whole = path.read_text(encoding="utf-8")
        assert whole.splitlines() == whole.split("\n")[:-1]
    lines = (made / "jsonl" / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    assert [orjson.loads(line)["content"] for line in lines] == [content for _, content in messages]


def test_each_reader_of_csv_changes_nothing_if_it_is_told_so(folder, messages):
    place = folder / "cass" / "csv" / "messages.csv"
    csv.field_size_limit(2**31 - 1)
    with place.open(encoding="utf-8", newline="") as file:
        assert [(int(row["id"]), row["content"]) for row in csv.DictReader(file)] == messages
    told = pandas.read_csv(place, keep_default_na=False, na_values=[""], lineterminator="\n")
    odd = {"=1+2", "+49", "-5", "@sum", "\t=1", "NULL", "NA", "nan", "\ufeffmarked"}
    assert odd <= set(told["content"].dropna())
    careless = pandas.read_csv(place, lineterminator="\n")
    assert not {"NULL", "NA", "nan"} & set(careless["content"].dropna()), "the option is of no use any more"
    with duckdb.connect() as db:
        read = f"SELECT id, content FROM read_csv('{place}', allow_quoted_nulls = false, all_varchar = true)"
        assert [(int(id), content) for id, content in db.execute(read).fetchall()] == messages


def test_the_card_counts_what_readers_of_csv_would_change(folder):
    card = (folder / "cass" / "README.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"## CSV in spreadsheets and programs\n(.*?)\n\| reader", card, re.S)
    counted = [
        int(number) for number in re.findall(r"([\d,]+) (?:cells|are longer|are words|texts)", " ".join(told.split()))
    ]
    with closing(sqlite3.connect(folder / "cass" / "cass.db")) as conn:
        (said,) = conn.execute("SELECT count(*) FROM messages WHERE content GLOB '[-=+@\t\r]*'").fetchone()
    assert counted[0] >= said == 6
    assert counted[1:3] == [1, 3]
    assert counted[3] >= 1


def test_odd_words_survive_sql_and_the_shell(folder, messages, tmp_path, shell):
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.executescript((folder / "cass" / "cass.sql").read_bytes().decode())
        assert conn.execute("SELECT id, content FROM messages ORDER BY id").fetchall() == messages
    with (folder / "cass" / "cass.sql").open("rb") as file:
        subprocess.run([shell, "-bail", str(tmp_path / "again.db")], stdin=file, check=True)
    with closing(sqlite3.connect(tmp_path / "again.db")) as conn:
        assert conn.execute("SELECT id, content FROM messages ORDER BY id").fetchall() == messages


@pytest.mark.parametrize("text", ["\0\\0", "\r\\13", "\\1\r3", "\\\r13", "'\0'\r'", "\\0\\1\0\r\\13\\14"])
def test_what_sql_cannot_write_is_never_mistaken_for_words(text):
    literal = _literal(text)
    assert "\0" not in literal
    assert "\r" not in literal
    with closing(sqlite3.connect(":memory:")) as conn:
        assert conn.execute(f"SELECT {literal}").fetchone() == (text,)
