"""The witness finds what a redactor would have missed, wherever it is put, and says where without saying what."""

from __future__ import annotations

import base64
import json
import sqlite3
import unicodedata
import urllib.parse
import zipfile
from contextlib import closing
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from conftest import KEY, conversation
from hypothesis import given
from hypothesis import strategies as st

from build_db import BuildOptions, CheckFailed, build
from build_db.ingest.daemons import find_trees
from build_db.witness import search, sieve
from build_db.witness.check import Leaked, check_nothing_leaked
from build_db.witness.needles import Needle, Needles, gather
from build_db.witness.search import Witness
from build_db.witness.writing import APART, plain

WREN = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537"
TOKEN = "ghp_EXAMPLEexampleEXAMPLEexample01234567"
MAIL = "wren.talbot@post.example"
PROFILE = {"user_id": WREN, "display_name": "Wrenna Talbot", "password_hash": "0" * 32 + ":" + "1" * 64}
FIRST = "11111111-1111-4111-8111-111111111111"
NEEDLES = {"name": "Wrenna Talbot", "secret": TOKEN, "mail address": MAIL, "user id": WREN}


@pytest.fixture
def data(tree) -> Path:
    return tree(
        {
            f"users/{WREN}/profile.yaml": PROFILE,
            f"users/{WREN}/auth.json": {"email": MAIL, "password_hash": "x" * 20},
            "projects/p.json": {"id": "p", "github_token": TOKEN, "working_directory": "/home/wtalbot/x"},
            f"conversations/{FIRST}.json": conversation(FIRST),
        }
    )


@pytest.fixture
def output(data, tmp_path) -> Path:
    build(data, tmp_path / "out.db", BuildOptions(key=KEY))
    return tmp_path / "out.db"


def verdict(output: Path, data: Path) -> str:
    """What the witness says, the empty string if it is content."""
    try:
        check_nothing_leaked([output], find_trees(data), None)
    except CheckFailed as error:
        return str(error)
    return ""


def test_a_redacted_build_is_clean(output, data):
    assert verdict(output, data) == ""


@pytest.mark.parametrize("rule", NEEDLES)
@pytest.mark.parametrize(
    ("place", "statement"),
    [
        ("messages.content", "UPDATE messages SET content = 'so I told ' || ? || '.' WHERE id = 1"),
        ("conversations.title", "UPDATE conversations SET title = ?"),
        ("projects.name", "UPDATE projects SET name = ?"),
        ("messages.marks_json", "UPDATE messages SET marks_json = json_array(?) WHERE id = 1"),
        ("build_info.value", "INSERT INTO build_info VALUES ('x', ?)"),
    ],
)
def test_a_leak_in_any_column_is_caught(output, data, rule, place, statement):
    with closing(sqlite3.connect(output)) as conn:
        conn.execute(statement, [NEEDLES[rule]])
        conn.commit()
    said = verdict(output, data)
    assert place in said
    assert rule in said
    assert NEEDLES[rule] not in said
    assert "wrenna" not in said.lower()


def test_a_leak_in_the_search_index_alone_is_caught(output, data):
    with closing(sqlite3.connect(output)) as conn:
        conn.execute("INSERT INTO search (rowid, title, text) VALUES (999, 'x', 'a letter to wrenna')")
        conn.commit()
    assert "search terms" in verdict(output, data)


def test_a_leak_in_the_schema_is_caught(output, data):
    with closing(sqlite3.connect(output)) as conn:
        conn.execute("CREATE VIEW wrenna_talbot AS SELECT 1")
        conn.commit()
    assert "schema" in verdict(output, data)


def test_a_leak_in_a_free_page_is_caught(output, data):
    with closing(sqlite3.connect(output)) as conn:
        conn.execute("PRAGMA secure_delete = OFF")
        conn.execute("CREATE TABLE scratch (x)")
        conn.execute("INSERT INTO scratch VALUES (?)", [f"{TOKEN} " * 3000])
        conn.execute("DROP TABLE scratch")
        conn.commit()
    assert "bytes of out.db" in verdict(output, data)


KEY_LINES = "-----BEGIN EXAMPLE-----\nRVhBTVBMRWV4YW1wbGU=\n-----END EXAMPLE-----"
DISGUISES = {
    "raw": lambda text: text.encode(),
    "upper case name": lambda text: text.upper().encode(),
    "escaped": lambda text: json.dumps(text).encode(),
    "address": lambda text: urllib.parse.quote(text, safe="").encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "base64": lambda text: base64.b64encode(b"x" + text.encode() + b"yz"),
    "base64 shifted": lambda text: base64.b64encode(b"xy" + text.encode() + b"z"),
}


# Names are not looked for in base64, other values in no other case than their own.
WORN = [
    (rule, disguise)
    for rule in NEEDLES
    for disguise in DISGUISES
    if not (rule == "name" and disguise.startswith("base64")) and not (rule != "name" and "name" in disguise)
]


@pytest.mark.parametrize(("rule", "disguise"), WORN)
def test_a_leak_in_disguise_is_caught(tmp_path, data, rule, disguise):
    file = tmp_path / "export.jsonl"
    file.write_bytes(b"\x00\x01 before " + DISGUISES[disguise](NEEDLES[rule]) + b" after \xff")
    assert f"{rule} in bytes of export.jsonl" in verdict(file, data)


def test_a_leak_across_two_pieces_of_a_stream_is_caught(monkeypatch, tmp_path):
    """A file is read in pieces of whole lines; a key of several lines may lie across two of them."""
    monkeypatch.setattr(search, "CHUNK", 50)
    witness, file = Witness(Needles({}, {KEY_LINES: Needle("secret")})), tmp_path / "export.txt"
    for before in range(60):
        file.write_text("." * before + KEY_LINES + "\n" + ".\n" * 90)
        assert "secret" in {hit.rule for hit in witness.search(file)}, before


def test_a_leak_in_an_archive_is_caught(tmp_path, data):
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("wrenna.csv", "a,b\n" * 100 + MAIL)
    assert "mail address in a member of export.zip" in verdict(file, data)
    assert "name in a member's name in export.zip" in verdict(file, data)


def test_a_leak_in_a_packed_cell_is_caught(tmp_path, data):
    file = tmp_path / "messages.parquet"
    cells = ["a quiet day", None, "so I told Wrenna"] * 1000
    pyarrow.parquet.write_table(pyarrow.table({"id": [1] * 3000, "content": cells}), file, compression="zstd")
    assert "name in messages.content" in verdict(file, data)


CELLS = ["a quiet day", None, "a long one"] * 1000


def database_and_parquet(folder: Path, cells: list[str | None]) -> list[Path]:
    """The same cells in a database and in Parquet."""
    with closing(sqlite3.connect(folder / "cass.db")) as conn, conn:
        conn.execute("CREATE TABLE messages (content TEXT)")
        conn.executemany("INSERT INTO messages VALUES (?)", ([cell] for cell in cells))
    pyarrow.parquet.write_table(pyarrow.table({"content": cells}), folder / "messages.parquet")
    return [folder / "cass.db", folder / "messages.parquet"]


def test_cells_in_which_nothing_was_found_are_not_searched_again(tmp_path):
    searched: list[str] = []

    class Noting(Witness):
        def text_hits(self, text):
            searched.append(text)
            return super().text_hits(text)

    witness = Noting(Needles({}, {MAIL: Needle("mail address")}))
    assert not [hit for path in database_and_parquet(tmp_path, CELLS) for hit in witness.search(path)]
    assert sum("a quiet day" in text for text in searched) == 2  # of 3,000 rows in two batches


def test_a_leak_in_cells_of_two_files_is_caught_in_both(tmp_path):
    witness = Witness(Needles({}, {MAIL: Needle("mail address")}))
    for path in database_and_parquet(tmp_path, [*CELLS, f"to {MAIL}"]):
        assert "messages.content" in {hit.place for hit in witness.search(path)}


def test_a_leak_in_a_file_name_is_caught(tmp_path, data):
    file = tmp_path / "talbot.csv"
    file.write_bytes(b"a,b\n")
    assert "name in a file name" in verdict(file, data)


def test_a_strict_build_that_leaks_is_not_published_and_tells_its_owner_what(monkeypatch, data, tmp_path):
    from build_db.redaction.text_redactor import TextRedactor

    said = [{"role": "user", "content": "Yours, Wrenna", "timestamp": "2025-01-01"}]
    (data / "conversations" / f"{FIRST}.json").write_text(json.dumps(conversation(FIRST, messages=said)))
    monkeypatch.setattr(TextRedactor, "redact", lambda self, text: text)
    with pytest.raises(Leaked, match="leak check: name in messages") as caught:
        build(data, tmp_path / "out.db", BuildOptions(key=KEY, strict=True))
    assert not (tmp_path / "out.db").exists()
    assert "wrenna" not in str(caught.value).lower()
    told = "\n".join(caught.value.explained())
    assert f"'wrenna' in messages.content, search terms.term; from users/{WREN}/profile.yaml; in redaction" in told


LETTERS = st.text("annwilyéößøæ'’s_-. 7А́", max_size=4)
NAMES = ["ann", "willy o", "renée", "søren", "straße", "анна", "will.y"]


@given(st.lists(st.sampled_from(NAMES), min_size=1), st.lists(LETTERS | st.sampled_from(NAMES)), st.booleans())
def test_the_sieve_lets_every_hit_through(names, parts, upper):
    needles = Needles({plain(name): Needle("name") for name in names}, dict.fromkeys(names, Needle("secret")))
    strict, text = Witness(needles), "".join(parts)
    text = text.upper() if upper else text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sieve, "hyperscan", None)
        loose = Witness(needles)
        loose.get_ready()
    assert list(strict.text_hits(text)) == list(loose.text_hits(text))
    for encoding in ("utf-8", "utf-16-le"):
        data = text.encode(encoding)
        assert list(strict.byte_hits(data)) == list(loose.byte_hits(data))


def test_a_leak_is_caught_without_the_sieve(monkeypatch, tmp_path, data):
    monkeypatch.setattr(sieve, "hyperscan", None)
    file = tmp_path / "export.jsonl"
    file.write_text(" ".join(NEEDLES.values()))
    said = verdict(file, data)
    assert all(f"{rule} in bytes of export.jsonl" in said for rule in NEEDLES)


TOKENS = [
    *(f"gh{kind}_{'Ex4m' * 9}" for kind in "pousr"),
    *(f"{begin}{'Ex4m' * 9}" for begin in ("github_pat_", "sk-", "xoxb-", "eyJExampleEx.eyJExampleEx.")),
    f"AKIA{'EX4M' * 4}",
    f"AIza{'Ex4mple' * 5}",
    f"glpat-{'Ex4m' * 5}",
    f"{'0a' * 16}:{'1b' * 32}",
    *(f"$2{kind}$12${'Ex4m' * 13}x" for kind in "aby"),
]


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_are_needles_wherever_they_stand(tree, token):
    assert token in gather([tree({"notes/a.md": f"before {token} after"})], []).values


LENA = {"lena voss", "lena", "voss", "lenavoss"}


@pytest.mark.parametrize(
    ("files", "names", "values"),
    [
        ({f"users/{WREN}/profile.yaml": {"display_name": "Lena Voss"}}, LENA, {WREN}),
        ({"users/index.json": {"a": "Lena Voss"}}, LENA, set()),
        ({"users/lena/journals.json": []}, {"lena"}, set()),
        ({"cass/a.json": [{"with_user_name": "Lena"}]}, {"lena"}, set()),
        ({"cass/a.json": {"with_user_id": WREN}}, set(), {WREN}),
        ({"cass/a.yaml": {"formed_from": "reflection_during_Lena_conversation"}}, {"lena"}, set()),
        ({"cass/a.yaml": {"influence_source": "lena_influence"}}, {"lena"}, set()),
        ({"cass/a.yaml": {"formed_from": "a walk with Lena"}}, set(), set()),
        ({"projects/p.json": {"working_directory": "/home/wtalbot/code"}}, {"wtalbot"}, set()),
        ({"projects/p.json": {"files": [{"path": r"C:\Users\wtalbot\x"}]}}, {"wtalbot"}, set()),
        ({"roadmap/milestones.json": [{"plan_path": "~wtalbot/plan.md"}]}, {"wtalbot"}, set()),
        ({"projects/p.json": {"github_repo": "moonbase/logger"}}, {"moonbase"}, {"moonbase/logger"}),
        ({"github/current.json": {"repos": {"moonbase/logger": {}}}}, {"moonbase"}, {"moonbase/logger"}),
        ({"a.json": {"apiToken": "correct-horse", "tokens": "battery-staple"}}, set(), {"correct-horse"}),
        ({"a.md": f"write to {MAIL}"}, set(), {MAIL}),
    ],
)  # fmt: skip
def test_whatever_a_key_calls_private_is_a_needle(tree, files, names, values):
    needles = gather([tree(files)], [])
    assert (needles.names.keys(), needles.values.keys()) == (names, values)


@pytest.mark.parametrize(("called", "private"), [("Daedalus", False), ("Lena", True)])
def test_the_coding_agents_account_is_no_person_but_its_owners_is(tree, called, private):
    account = {"user_id": WREN, "display_name": called}
    files = {"daedalus_credentials.json": account, f"users/{WREN}/profile.yaml": account}
    assert (WREN in gather([tree(files)], []).values) is private


@pytest.mark.parametrize("text", [r"said\nwrenna", r"said\twrenna came", '"see\\\\nWrenna"'])
def test_the_letter_of_an_escape_hides_no_name(text):
    witness = Witness(Needles({"wrenna": Needle("name")}, {}))
    assert [found.value for found in witness.text_hits(text)] == ["wrenna"]


def test_the_letter_of_an_escape_begins_no_address(tree):
    root = tree({"goals/notes.json": {"note": "will\n-@post.example and\nmara@post.example"}})
    assert set(gather([root], ()).values) == {"mara@post.example"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32"])
def test_the_owners_wishes_are_needles_in_any_encoding(tree, encoding):
    root = tree({"redaction.yml": "people: {Zoë: {aliases: [Renée]}}\nterms: [Österfeld]".encode(encoding)})
    needles = gather([], [], root / "redaction.yml")
    assert (needles.names.keys(), needles.values.keys()) == ({"zoe", "renee", "osterfeld"}, set())


def test_everyday_words_and_the_daemons_names_are_no_needles(tree):
    root = tree({"users/index.json": {"a": "Will May", "b": "Aria"}})
    witness = Witness(gather([root], ["aria"]))
    assert list(witness.text_hits("Aria will come in May.")) == []
    assert [found.rule for found in witness.text_hits("signed, will may")] == ["name"]


@given(st.text() | st.text(alphabet="aÉßé\u0301ﬁ\u0130ıKſΣσςΑ한がガ\ud800\U0001f331ёЙ \n", max_size=12))
def test_plain_text_has_no_case_and_no_diacritics(text):
    decomposed = unicodedata.normalize("NFD", text)
    without = "".join(c for c in decomposed if not unicodedata.combining(c))
    assert plain(text) == "".join(APART.get(small, small) for small in (c.casefold().lower() for c in without))


@pytest.mark.parametrize(
    ("text", "count"), [("to wren@post.example2", 0), ("to wren@post.example.", 1), ("\\nwren@post.example", 1)]
)
def test_a_mail_address_ends_where_no_letter_follows(text, count):
    witness = Witness(Needles({}, {"wren@post.example": Needle("mail address")}))
    assert len(list(witness.text_hits(text))) == len(list(witness.byte_hits(text.encode()))) == count


def test_a_person_called_like_a_model_is_told_from_it(tree):
    witness = Witness(gather([tree({"users/index.json": {"a": "Claude Opus"}})], []))
    assert not [*witness.text_hits("claude-opus-4"), *witness.byte_hits(b"claude-opus-4")]
    assert {found.value for found in witness.text_hits("Claude Opus came")} == {"claude", "opus", "claude opus"}


def test_two_cells_are_no_name_together(output, data):
    with closing(sqlite3.connect(output)) as conn:
        conn.execute("UPDATE messages SET content = 'so said wrenna' WHERE id = 1")
        conn.execute("UPDATE messages SET content = 'talbot came' WHERE id = 2")
        values = Witness(Needles({"wrenna talbot": Needle("name")}, {}))
        conn.commit()
    assert list(values.search(output)) == []


@pytest.mark.parametrize(("stretch", "most"), [(2, 64), (3, 2), (1000, 64)])
def test_a_long_table_is_searched_in_stretches_and_every_row_of_it(tmp_path, monkeypatch, stretch, most):
    monkeypatch.setattr(search, "STRETCH", stretch)
    monkeypatch.setattr(search, "MOST_STRETCHES", most)
    witness = Witness(Needles({}, {f"s3cret-{n:02}": Needle("secret") for n in range(20)}))
    path = tmp_path / "out.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT)")
        conn.executemany("INSERT INTO notes VALUES (?, ?)", [[n * 3 - 7, f"s3cret-{n:02}"] for n in range(20)])
        conn.execute("CREATE TABLE odd (rowid TEXT, words TEXT)")
        conn.execute("INSERT INTO odd VALUES ('x', 's3cret-00')")
        conn.execute("CREATE TABLE keyed (words TEXT PRIMARY KEY) WITHOUT ROWID")
        conn.execute("INSERT INTO keyed VALUES ('s3cret-01')")
        conn.execute("CREATE TABLE empty (words TEXT)")
        conn.commit()
    hits = [(hit.place, hit.value) for hit in witness.search(path) if not hit.place.startswith("bytes")]
    notes = [("notes.words", f"s3cret-{n:02}") for n in range(20)]
    assert sorted(hits) == [("keyed.words", "s3cret-01"), *notes, ("odd.words", "s3cret-00")]


def test_short_tables_are_a_part_together_and_each_stretch_of_a_long_one_is_another(tmp_path, monkeypatch):
    monkeypatch.setattr(search, "STRETCH", 4)
    monkeypatch.setattr(search, "BATCH", 2)
    path = tmp_path / "out.db"
    with closing(sqlite3.connect(path)) as conn:
        for name, rows in {"a": 3, "b": 1, "c": 9, "d": 1}.items():
            conn.execute(f"CREATE TABLE {name} (words TEXT)")
            conn.executemany(f"INSERT INTO {name} VALUES (?)", [["x"]] * rows)
        conn.commit()
    parts = [part.args[1] for part in Witness(Needles({}, {}))._tables(path)]
    assert [[query.place for query in part] for part in parts] == [["schema", "a", "b"], ["c"], ["c"], ["c"], ["d"]]


def test_a_database_in_an_archive_is_searched_cell_by_cell(tmp_path, data):
    with closing(sqlite3.connect(tmp_path / "in.db")) as conn:
        conn.execute("CREATE TABLE notes (words TEXT)")
        conn.execute("INSERT INTO notes VALUES ('so I told Wrenna')")
        conn.commit()
    with zipfile.ZipFile(tmp_path / "out.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / "in.db", "in.db")
    assert "name in notes.words in a member of out.zip" in verdict(tmp_path / "out.zip", data)
