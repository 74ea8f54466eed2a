"""An older copy loses what was withdrawn since: in every format, as if it had been exported so, and proved."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from conftest import KEY

from build_db import CheckFailed, UsageError
from build_db.cli import cli
from build_db.exports import run as work
from build_db.exports.archive import CHECKSUMS, files_of, sha256, write_archive, write_checksums
from build_db.exports.choices import FORMATS
from build_db.exports.run import ExportOptions, export
from build_db.exports.versions import applying
from build_db.exports.versions.applying import apply, read_stones
from build_db.exports.versions.taking import rows_digest
from build_db.redaction.keyed import Keyed
from build_db.schema import MADE_LAST, schema
from build_db.witness.check import check_clean
from build_db.witness.needles import Needle, Needles
from build_db.witness.search import Witness

ROWS = ("sqlite", "sql", "jsonl", "csv", "parquet")
# Tables of which a copy holds less than a fresh export is made from, and those in which short ids stand.
OTHERWISE, SHORTER = ("users", "token_usage"), ("milestones", "source_files", "problems")
SHORT_ID = re.compile(r"\b[0-9a-f]{8}\b")
BUSIEST = (
    "SELECT u.id, display_name FROM users AS u JOIN conversations ON user_id = u.id GROUP BY 1 ORDER BY count(*), 1"
)


class Story(NamedTuple):
    """A first version in every format, and what followed.

    :param first: its archive; `copy` is unpacked
    :param newer: the archive of the version without one person, and without another who is only mentioned
    :param fresh: what the first version is if its owner had been told from the beginning
    :param gone: what the first version called those who withdrew: ids and names
    """

    first: Path
    copy: Path
    newer: Path
    fresh: Path
    gone: tuple[str, ...]


def ask(database: Path, sql: str) -> list:
    with closing(sqlite3.connect(database)) as conn:
        return conn.execute(sql).fetchall()


@pytest.fixture(scope="module")
def story(served, tmp_path_factory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    living, kept, other = folder / "living.db", folder / "exports", folder / "other"
    shutil.copyfile(served, living)
    ((given,),) = ask(served, "SELECT value FROM build_info WHERE key = 'pseudonyms'")
    users = {name for (name,) in ask(served, "SELECT display_name FROM users")}
    mentioned = next(name for name in json.loads(given) if name not in users)
    with closing(sqlite3.connect(living)) as conn:
        conn.execute("UPDATE messages SET content = content || ' So said ' || ? || '.'", [mentioned])
        conn.execute("UPDATE wiki_pages SET content = content || ' See ' || ? || '.'", [mentioned])
        conn.commit()
    keys: list[Keyed] = []
    with pytest.MonkeyPatch.context() as patch:
        real = work.export_key
        patch.setattr(work, "export_key", lambda *given: keys.append(real(*given)) or keys[0])
        export(living, kept, key=KEY, daemons=["cass"])
    (first,) = kept.glob("*.zip")
    shutil.copyfile(first, folder / "first.zip")
    shutil.copytree(kept / "cass", folder / "copy" / "cass")
    *_, (_, name) = ask(served, BUSIEST)
    other.mkdir()
    for place in (kept, other):
        (place / "withdrawn.yml").write_text(json.dumps({"people": [name, mentioned]}))
    export(living, kept, key=KEY, daemons=["cass"], options=ExportOptions(formats=("sqlite",)))
    (newer,) = kept.glob("*.zip")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "export_key", lambda *given: keys[0])
        export(living, other, key=KEY, daemons=["cass"])
    before, after = folder / "copy/cass/cass.db", other / "cass/cass.db"
    sql = "SELECT id FROM users UNION SELECT id FROM conversations UNION SELECT display_name FROM users"
    gone = {one for (one,) in ask(before, sql)} - {one for (one,) in ask(after, sql)}
    ((said,),) = ask(before, "SELECT content FROM messages WHERE content LIKE '% So said %.' LIMIT 1")
    gone.add(said.rsplit(" So said ", 1)[1].rstrip("."))
    assert sum(one.isalpha() for one in gone) == 2
    return Story(folder / "first.zip", before.parent, newer, after.parent, tuple(sorted(gone, key=str.isalpha)))


@pytest.fixture
def old(story, tmp_path) -> Path:
    """A copy of the first version, to be changed."""
    return Path(shutil.copyfile(story.first, tmp_path / "old.zip"))


@pytest.fixture(scope="module")
def applied(story, tmp_path_factory) -> Path:
    """The first version, without what was withdrawn; unpacked."""
    folder = tmp_path_factory.mktemp("applied")
    archive = Path(shutil.copyfile(story.first, folder / "old.zip"))
    done = apply(archive, story.newer)
    assert done.checked
    assert done.sha256 == sha256(archive)
    return unpacked(archive)


def unpacked(archive: Path) -> Path:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(archive.parent)
    return archive.parent / "cass"


def packed(folder: Path, archive: Path) -> Path:
    (folder / CHECKSUMS).unlink()
    write_checksums(folder)
    write_archive(folder, archive, folder.name)
    return archive


def rows(database: Path, table: str) -> list[str]:
    """The rows of a table, without the digits of short ids: a fresh export of fewer rows gives others."""
    return sorted(SHORT_ID.sub("#", repr(row)) for row in ask(database, f"SELECT * FROM {table}"))


def test_the_rows_are_those_of_a_fresh_export_under_the_same_names(story, applied):
    for table in schema():
        if table not in (*OTHERWISE, *MADE_LAST, "build_info"):
            assert rows(applied / "cass.db", table) == rows(story.fresh / "cass.db", table), table
    assert rows_digest(applied / "cass.db") != rows_digest(story.copy / "cass.db")


def test_what_a_copy_does_not_hold_is_told_less_finely_than_in_a_fresh_export(story, applied):
    """Days of people that few shared, and days of sums of which some were withdrawn."""
    (ours, fresh, old) = (place / "cass.db" for place in (applied, story.fresh, story.copy))
    for sql in ("SELECT id, display_name FROM users ORDER BY id",):
        assert ask(ours, sql) == ask(fresh, sql) != ask(old, sql)
    days = "SELECT DISTINCT created_at FROM users ORDER BY 1"
    assert (ask(ours, days), ask(fresh, days)) == ([("[withheld]",)], [("2025",)])
    sums = "SELECT DISTINCT substr(date, 1, 7), provider, model FROM token_usage ORDER BY 1, 2, 3"
    assert ask(ours, sums) == ask(fresh, sums)
    assert {len(date) for (date,) in ask(ours, "SELECT date FROM token_usage")} == {7}


def test_every_file_of_a_format_is_that_of_a_fresh_export(story, applied):
    """But for what the database tells of itself: this is another dataset."""
    assert files_of(applied) == files_of(story.fresh)
    same = [
        name
        for name in files_of(story.fresh)
        if name.startswith(("jsonl/", "csv/", "parquet/"))
        and Path(name).stem not in (*OTHERWISE, *SHORTER, "build_info")
    ]
    assert len(same) > 100
    for name in (*same, "conversations.jsonl"):
        assert (applied / name).read_bytes() == (story.fresh / name).read_bytes(), name


def dataset(folder: Path) -> str:
    found: str = json.loads((folder / "VERSION.json").read_text())["dataset"]
    return found


def test_it_is_another_dataset_that_says_from_which_it_was_made(story, applied):
    told = json.loads((applied / "CHANGES.json").read_text())
    assert told["made_from"] == dataset(story.copy) != told["dataset"] == dataset(applied)
    assert told["told_by"]["dataset"] == json.loads((story.newer.parent / "cass/VERSION.json").read_text())["dataset"]
    for name in ("README.md", "LICENSE", "croissant.json", "datapackage.json"):
        text = (applied / name).read_text()
        assert dataset(applied) in text, name
        assert dataset(story.copy) not in text, name
    for name in ("RISK.md", "RISK.json", "REDACTION.md", "CHANGES.md"):
        assert dataset(story.copy) in (applied / name).read_text(), name
    assert "people" in told["removed"]
    assert json.loads((applied / "VERSION.json").read_text())["removed"] == told["removed"]


def test_the_list_of_checksums_is_made_anew(story, applied):
    lines = (applied / CHECKSUMS).read_text().splitlines()
    assert {line[66:]: line[:64] for line in lines} == {
        name: sha256(applied / name) for name in files_of(applied) if name != CHECKSUMS
    }
    assert len(lines) == len((story.copy / CHECKSUMS).read_text().splitlines())


def test_nothing_that_was_withdrawn_is_in_any_byte(story, applied, old):
    """Searched by the witness, in cells, pages, Parquet and the archive itself; the older copy is full of it."""
    ids = {one: Needle("id") for one in story.gone if not one.isalpha()}
    witness = Witness(Needles({one.lower(): Needle("name") for one in story.gone if one.isalpha()}, ids))
    for format in ("cass.db", "cass.sql", "jsonl/messages.jsonl", "csv/messages.csv", "parquet/messages.parquet"):
        assert any(witness.search(story.copy / format)), format
    assert any(witness.search(story.copy / "conversations.jsonl"))
    assert any(witness.search(story.copy / "index.html"))
    check_clean([path for path in applied.rglob("*") if path.is_file()], witness)


def test_messages_that_name_somebody_keep_their_other_words(applied):
    marked = "SELECT count(*) FROM messages WHERE content LIKE '% So said [withdrawn].'"
    assert ask(applied / "cass.db", marked) == ask(applied / "cass.db", "SELECT count(*) FROM messages") != [(0,)]


@pytest.mark.parametrize("format", ROWS)
def test_an_archive_of_one_format_is_enough(story, applied, old, tmp_path, format):
    """Its own rows are all that it takes, whatever they are written in."""
    only_with(tmp_path / "cass", story.copy, format)
    assert apply(packed(tmp_path / "cass", old), story.newer).removed["people"] == 1
    with zipfile.ZipFile(old) as archive:
        names = {name.removeprefix("cass/") for name in archive.namelist()}
        archive.extractall(tmp_path / "new")
    made = tmp_path / "new" / "cass"
    for name in names - {"cass.db", "cass.sql"}:
        if "/" in name and "/build_info." not in name:
            assert (made / name).read_bytes() == (applied / name).read_bytes(), name
    assert names == {*files_of(tmp_path / "cass")} & {*files_of(made)}
    if format == "sqlite":
        assert rows_digest(made / "cass.db") == rows_digest(applied / "cass.db")
    if format == "sql":
        with closing(sqlite3.connect(tmp_path / "made.db")) as conn:
            conn.executescript((made / "cass.sql").read_text(encoding="utf-8"))
        assert rows_digest(tmp_path / "made.db") == rows_digest(applied / "cass.db")


def only_with(folder: Path, copy: Path, *formats: str) -> None:
    """The unpacked copy as an export with these formats would be."""
    shutil.copytree(copy, folder)
    places = {"sqlite": "cass.db", "sql": "cass.sql", "conversations": "conversations.jsonl", "reader": "index.html"}
    for format in FORMATS:
        place = folder / places.get(format, format)
        if format not in formats:
            (shutil.rmtree if place.is_dir() else Path.unlink)(place)
    settings = json.loads((folder / "VERSION.json").read_text())
    (folder / "VERSION.json").write_text(json.dumps({**settings, "formats": formats}))


def test_without_tables_there_is_nothing_to_make_it_from(story, old, tmp_path):
    only_with(tmp_path / "cass", story.copy, "reader", "conversations")
    with pytest.raises(
        UsageError, match="holds no tables to take anything out of; delete this copy and take the newer"
    ):
        apply(packed(tmp_path / "cass", old), story.newer)


def test_everybody_gets_the_same_bytes_and_a_second_time_there_is_nothing_to_do(story, applied, old, tmp_path):
    stones = Path(shutil.copyfile(story.newer.parent / "cass" / "TOMBSTONES.json", tmp_path / "TOMBSTONES.json"))
    apply(old, stones)
    made = old.read_bytes()
    assert made == (applied.parent / "old.zip").read_bytes()
    assert apply(old, story.newer).removed == {}
    assert old.read_bytes() == made


def test_a_later_withdrawal_can_be_applied_to_what_came_out(story, served, old, tmp_path):
    """In two steps or in one, it is the same dataset and the same rows."""
    folder = shutil.copytree(story.newer.parent, tmp_path / "exports")
    people = json.loads((folder / "withdrawn.yml").read_text())["people"]
    *_, (_, second), (_, first) = ask(served, BUSIEST)
    assert first == people[0]
    (folder / "withdrawn.yml").write_text(json.dumps({"people": [*people, second]}))
    export(story.first.parent / "living.db", folder, key=KEY, daemons=["cass"], options=ExportOptions(formats=("csv",)))
    (third,) = folder.glob("*.zip")
    only_with(tmp_path / "small" / "cass", story.copy, "sqlite")
    packed(tmp_path / "small" / "cass", old)
    at_once = Path(shutil.copyfile(old, tmp_path / "at_once.zip"))
    for newer in (story.newer, third):
        done = apply(old, newer)
    assert done.removed["people"] == 1
    assert not done.checked  # the owner had the first version no more
    assert apply(at_once, third).removed["people"] == 2
    made = [unpacked_into(archive, tmp_path / archive.stem) for archive in (old, at_once)]
    assert rows_digest(made[0] / "cass.db") == rows_digest(made[1] / "cass.db")
    assert dataset(made[0]) == dataset(made[1])


def unpacked_into(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder / "cass"


def test_what_is_left_must_be_what_the_owner_found(story, old, tmp_path):
    stones = json.loads((story.newer.parent / "cass" / "TOMBSTONES.json").read_text())
    stones["versions"][0]["left"]["sha256"] = "0" * 64
    (tmp_path / "stones.json").write_text(json.dumps(stones))
    before = old.read_bytes()
    with pytest.raises(CheckFailed, match="what is left is not what must be left"):
        apply(old, tmp_path / "stones.json")
    assert old.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.zip", "stones.json"]


def test_what_was_named_is_looked_for_in_what_came_out(story, old, monkeypatch):
    """Should a writer ever bring it back, nothing is replaced."""
    write = applying.write_cards

    def leaky(subject, folder):
        write(subject, folder)
        (folder / "LICENSE").write_text(f"To {story.gone[-1]}.")

    before = old.read_bytes()
    monkeypatch.setattr(applying, "write_cards", leaky)
    with pytest.raises(CheckFailed, match="leak check"):
        apply(old, story.newer)
    assert old.read_bytes() == before


def spoiled(kind: str, folder: Path, archive: Path) -> Path:
    """An archive that is none, or another."""
    if kind == "no zip":
        archive.write_bytes(gzip.compress(b"no"))
        return archive
    if kind == "outside":
        with zipfile.ZipFile(archive, "a") as members:
            members.writestr("../escaped.txt", "x")
        return archive
    if kind == "bomb":
        with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as members:
            members.writestr("cass/zeros", bytes(50_000_000))
        return archive
    if kind == "added":
        with zipfile.ZipFile(archive, "a") as members:
            members.writestr("cass/added.txt", "x")
        return archive
    if kind == "changed":
        (folder / "LICENSE").write_text("Mine.")
    elif kind == "without its version":
        (folder / "VERSION.json").unlink()
    elif kind == "without a list":
        (folder / CHECKSUMS).unlink()
    else:
        settings = json.loads((folder / "VERSION.json").read_text())
        other = {"of another schema": {"schema_version": 0}, "of another folder": {"origin": "0"}}[kind]
        (folder / "VERSION.json").write_text(json.dumps({**settings, **other}))
        return packed(folder, archive)
    write_archive(folder, archive, "cass")
    return archive


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("no zip", "cannot be unpacked"),
        ("outside", "holds files outside one folder"),
        ("bomb", "expands without end"),
        ("added", "its checksums do not fit"),
        ("changed", "its checksums do not fit"),
        ("without its version", "does not say which version it is"),
        ("without a list", "has no list of checksums"),
        ("of another schema", "has schema version 0"),
        ("of another folder", "does not know"),
    ],
)
def test_what_is_no_older_archive_is_refused(story, old, tmp_path, kind, words):
    archive = spoiled(kind, shutil.copytree(story.copy, tmp_path / "cass"), old)
    before = archive.read_bytes()
    with pytest.raises(UsageError, match=words):
        apply(archive, story.newer)
    assert archive.read_bytes() == before
    assert not list(tmp_path.parent.glob("escaped.txt"))


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"daemon": 1}'])
def test_what_holds_no_tombstones_is_refused(tmp_path, text):
    (tmp_path / "stones.json").write_text(text)
    with pytest.raises(UsageError, match=r"is no TOMBSTONES\.json of an export"):
        read_stones(tmp_path / "stones.json")


@pytest.fixture
def command() -> Callable[..., tuple[int, str]]:
    def run(*arguments: Path) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["apply-withdrawals", *map(str, arguments)])
        return done.exit_code, done.output

    return run


def test_the_command_says_what_it_did(story, old, command, tmp_path):
    only_with(tmp_path / "cass", story.copy, "sqlite")
    packed(tmp_path / "cass", old)
    code, said = command(old, story.newer)
    assert code == 0
    assert "people 1" in said
    assert f"sha256 {sha256(old)}" in said
    assert command(old, story.newer) == (0, f"{old}: holds nothing that was withdrawn\n")
    assert command(story.newer, story.newer)[0] == 2
    assert "which is the same one" in command(story.newer, story.newer)[1]
    aria = tmp_path / "aria.json"
    aria.write_text('{"daemon": "aria", "dataset": "1", "versions": []}')
    assert "is of aria" in command(old, aria)[1]
    assert command(tmp_path / "none.zip", story.newer) == (
        2,
        f"Error: {tmp_path / 'none.zip'}: no such file; name an older archive of an export\n",
    )
