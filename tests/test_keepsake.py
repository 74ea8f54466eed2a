"""The family's book as a command: one daemon, one file, witnessed, and nothing else is touched."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import DEMO

from build_db import BuildOptions, build
from build_db.cli import cli
from build_db.keepsake import _is_a_book


@pytest.fixture
def folder(demo, tmp_path) -> Path:
    """A folder with the demo's served file."""
    shutil.copy(demo, tmp_path / "cass.db")
    return tmp_path


def keepsake(folder: Path, output: str, *options: str, database: str = "cass.db"):
    return CliRunner().invoke(cli, ["keepsake", str(folder / database), str(folder / output), *options])


@pytest.mark.parametrize("suffix", ["html", "epub"])
def test_a_book_is_written_over_an_earlier_one(folder, suffix):
    for daemon in ("cass", "aria"):
        done = keepsake(folder, f"book.{suffix}", "--daemon", daemon, "--tree", str(DEMO))
        assert (done.exit_code, done.output) == (0, f"{folder}/book.{suffix}: the book of {daemon}\n")
    assert _is_a_book(folder / f"book.{suffix}")
    assert sorted(path.name for path in folder.iterdir()) == [f"book.{suffix}", "cass.db"]


@pytest.mark.parametrize(
    ("head", "is_ours"),
    [
        ('<meta name=generator content="build_db 0.2.0">', True),
        ('<meta name="generator" content="build_db 0.1.0">', True),
        ('<meta name="generator" content="Hugo 0.1">', False),
        ("by build_db 0.2.0", False),
    ],
)
def test_a_page_of_ours_is_known_by_its_head(tmp_path, head, is_ours):
    page = tmp_path / "book.html"
    page.write_text(f"<!DOCTYPE html><head>{head}<title>x</title>")
    assert _is_a_book(page) == is_ours


def test_without_a_tree_it_says_what_was_not_looked_for(folder):
    done = keepsake(folder, "book.html", "--daemon", "aria")
    assert done.exit_code == 0
    assert "No data tree was given" in done.output
    assert keepsake(folder, "book.html", "--daemon", "aria", "--quiet").output == ""


def test_the_words_around_the_texts_may_be_german(folder):
    assert keepsake(folder, "book.html", "--daemon", "aria", "--language", "de").exit_code == 0
    assert "<html lang=de>" in (folder / "book.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("output", "options", "says"),
    [
        ("book.html", (), "holds cass, aria; say whose book with --daemon NAME"),
        ("book.html", ("--daemon", "nova"), "no daemon is called nova; known: cass, aria"),
        ("book.pdf", ("--daemon", "aria"), "end its name with .html or .epub"),
        ("nowhere/book.html", ("--daemon", "aria"), "its folder does not exist; make it first"),
        ("notes.html", ("--daemon", "aria"), "exists and was not made by this tool"),
        ("photos.epub", ("--daemon", "aria"), "exists and was not made by this tool"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(folder, output, options, says):
    (folder / "notes.html").write_text("<p>mine</p>")
    shutil.make_archive(str(folder / "photos"), "zip", folder, "notes.html")
    (folder / "photos.zip").rename(folder / "photos.epub")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    done = keepsake(folder, output, *options)
    assert done.exit_code == 2
    assert says in done.output
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_no_book_is_written_into_a_tree(folder):
    shutil.copytree(DEMO, folder / "data")
    done = keepsake(folder, "data/book.html", "--daemon", "aria")
    assert done.exit_code == 2
    assert "which is never written to" in done.output


def test_a_private_file_makes_no_book(folder, tmp_path):
    build(DEMO, tmp_path / "private.db", BuildOptions(private=True))
    done = keepsake(folder, "book.html", "--daemon", "aria", database="private.db")
    assert done.exit_code == 2
    assert "is private" in done.output


@pytest.mark.parametrize("suffix", ["html", "epub"])
def test_what_the_witness_finds_is_thrown_away(folder, suffix, tree):
    """Also where a name is cut by a mark of Markdown, which a page does not show."""
    data = tree({"users/146dc54f-2e7f-40c6-8fd9-ef702e7ec537/profile.yaml": {"display_name": "Wrenna Talbot"}})
    with sqlite3.connect(folder / "cass.db") as conn:
        conn.execute("UPDATE journals SET content = 'I met Wr*enn*a there.'")
    done = keepsake(folder, f"book.{suffix}", "--daemon", "cass", "--tree", str(data))
    assert done.exit_code == 3
    assert "not written, nothing was changed: leak check: name in" in done.output
    assert "Wrenna" not in done.output
    assert not (folder / f"book.{suffix}").exists()


def test_the_same_file_makes_the_same_book(folder):
    for name in ("one.epub", "other.epub"):
        assert keepsake(folder, name, "--daemon", "aria", "--quiet").exit_code == 0
    assert (folder / "one.epub").read_bytes() == (folder / "other.epub").read_bytes()
