"""What other companions' exports say becomes a dialogue: the shown branch, in its order, with the times it states.

The files are invented from what is known of each format, and stand in `trees/companions`.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import KEY, conversation
from support.trees import TREES

from build_db import BuildOptions, UsageError, build
from build_db.compare import compare
from build_db.ingest.daemons import find_trees
from build_db.witness.check import Leaked, check_clean, needles_of
from build_db.witness.search import Witness

FIRST = "5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411"
FORMS = ("chatgpt", "claude", "sillytavern", "tables", "transcripts")
DIALOGUE = """
    SELECT role, content, timestamp FROM messages JOIN conversations ON conversations.id = conversation_id
    WHERE title = ? AND NOT excluded ORDER BY messages.id
"""


def copy_of(form: str, folder: Path) -> Path:
    return shutil.copytree(TREES / "companions" / form, folder / "data")


def packed(root: Path, path: Path, top: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(root.rglob("*")):
            if file.is_file():
                archive.write(file, top + file.relative_to(root).as_posix())
    return path


def contents(db) -> dict[str, list]:
    listed = ("conversations", "messages", "users", "attachments", "wiki_pages", "projects")
    return {table: db.rows(f"SELECT * FROM {table} ORDER BY 1") for table in listed}


def said(db, title: str | None) -> list[str]:
    return [f"{role}: {content}" for role, content, _ in db.rows(DIALOGUE.replace("= ?", "IS ?"), title)]


def test_the_shown_branch_of_chatgpt_is_the_dialogue_and_nothing_else(tmp_path, built):
    """Whoever follows the first child ends in a question that was reworded and an answer that nobody kept."""
    db = built(copy_of("chatgpt", tmp_path))
    assert said(db, "The kiln") == [
        "user: How hot is too hot for raku?",
        "assistant: Above 1000 °C it cracks.",
        "user: [picture]\n\nIs this crack bad?",
        "assistant: No, it is only the glaze.",
    ]


def test_what_was_reworded_thought_and_looked_up_is_kept_beside_it(tmp_path, built):
    db = built(copy_of("chatgpt", tmp_path))
    beside = {content for (content,) in db.rows("SELECT content FROM messages WHERE excluded AND content <> ''")}
    assert {"How hot is too hot?", "Over 1300 °C the glaze runs.", "Around 1100 °C.", "Raku is fired low."} <= beside
    reworded = db.rows("SELECT source_id, parent_source_id FROM messages WHERE content LIKE 'How hot%' ORDER BY 1")
    assert reworded == [("u1", "p0"), ("u1b", "p0")]


def test_times_of_chatgpt_are_in_utc_and_an_unknown_one_is_that_of_the_message_before(tmp_path, built):
    db = built(copy_of("chatgpt", tmp_path))
    times = [time for _, _, time in db.rows(DIALOGUE, "The kiln")]
    assert times == [f"2025-06-01T10:01:{rest}.250000Z" for rest in ("00", "10", "10", "22")]


def test_without_a_current_message_the_newest_end_is_shown(tmp_path, built):
    assert said(built(copy_of("chatgpt", tmp_path)), None) == ["user: Good night.", "assistant: Good night."]


def test_what_a_person_told_a_model_of_himself_is_his_own(tmp_path, built):
    db = built(copy_of("chatgpt", tmp_path))
    notes, wishes = db.one("SELECT notes, preferences_json FROM users")
    assert "I fire kilns by the sea." in notes
    assert "Answer in two lines." in wishes
    assert json.loads(db.one("SELECT content_json FROM user_observations")) == {
        "content": "Fires a raku kiln in spring."
    }


def test_a_circle_of_messages_ends_where_it_closes(tmp_path, built):
    root = copy_of("chatgpt", tmp_path)
    path = root / "conversations-001.json"
    talks = json.loads(path.read_text())
    talks[0]["mapping"]["m0"]["parent"] = "m2"
    path.write_text(json.dumps(talks))
    assert said(built(root), None) == ["user: Good night.", "assistant: Good night."]


def test_of_two_parts_with_one_conversation_the_newer_counts(tmp_path, built):
    root = copy_of("chatgpt", tmp_path)
    talks = json.loads((root / "conversations-000.json").read_text())
    talks[0] |= {"title": "The kiln, later", "update_time": talks[0]["update_time"] + 9}
    (root / "conversations-002.json").write_text(json.dumps(talks))
    db = built(root)
    assert db.one("SELECT count(*) FROM conversations") == 2
    assert len(said(db, "The kiln, later")) == 4
    assert said(db, "The kiln") == []


def test_the_newest_branch_of_claude_with_words_is_the_dialogue(tmp_path, built):
    db = built(copy_of("claude", tmp_path))
    assert said(db, "A name for the boat") == [
        "user: What shall I call my boat?",
        "assistant: Call it Tern.\n\nIt is short.",
        "user: Tern it is.",
    ]
    beside = {role for (role,) in db.rows("SELECT role FROM messages WHERE excluded")}
    assert beside == {"thinking", "tool", "other", "assistant"}
    assert db.rows("SELECT DISTINCT model FROM messages") == [(None,)], "the export names none"


def test_an_older_export_of_claude_has_its_order_alone(tmp_path, built):
    db = built(copy_of("claude", tmp_path))
    assert said(db, "Older") == ["user: Hello.", "assistant: Hello, Ines."]
    assert db.one("SELECT count(*) FROM conversations") == 3, "an empty one is one, too"


def test_a_branch_of_sillytavern_holds_only_what_is_new_in_it(tmp_path, built):
    db = built(copy_of("sillytavern", tmp_path))
    assert said(db, "Branch #1") == ["assistant: Not before morning."]
    assert said(db, "Mira - 2025-03-04")[-1] == "assistant: Slowly."
    above, last = (
        db.one(f"SELECT {column} FROM messages WHERE content = ?", content)
        for column, content in (("parent_source_id", "Not before morning."), ("source_id", "Then we open it."))
    )
    assert above == last


def test_characters_are_daemons_and_keep_their_chats(tmp_path, built):
    db = built(copy_of("sillytavern", tmp_path))
    sql = "SELECT name, title FROM conversations JOIN daemons ON daemons.id = daemon_id ORDER BY 1, 2"
    assert db.rows(sql) == [
        ("Mira", "1743498200"),
        ("Mira", "Branch #1"),
        ("Mira", "Mira - 2025-03-04"),
        ("Otto", "Otto - 2025-04-01@09h00m00s"),
    ]
    speakers = db.rows("SELECT speaker FROM messages WHERE speaker IS NOT NULL ORDER BY id")
    assert speakers == [("Mira",), ("Otto",)], "of a group, the messages say who spoke"


def test_all_forms_of_time_that_sillytavern_wrote_are_read(tmp_path, built):
    db = built(copy_of("sillytavern", tmp_path))
    times = dict(db.rows("SELECT content, timestamp FROM messages WHERE NOT excluded"))
    assert times["Is the kiln cold?"] == "2025-03-04T10:01:00"
    assert times["Old files begin with me."] == "2025-04-01T09:00:00.005"
    assert times["Indeed."] == "2025-04-01T09:01:40Z"
    assert times["Slowly."] == "2025-11-23T10:02:00.000Z"


def test_words_of_a_card_are_in_no_shared_file(tmp_path, built):
    """Most cards are somebody else's work."""
    root = copy_of("sillytavern", tmp_path)
    assert "keeps the kiln" in built(root).one("SELECT data_json FROM state_records WHERE record_id = 'Mira'")
    shared = built(root, private=False, name="shared.db")
    assert b"keeps the kiln" not in shared.path.read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_a_list_a_zip_and_a_zip_with_a_folder_in_it_are_the_same(tmp_path, built, form):
    root = copy_of(form, tmp_path)
    folder = contents(built(root, name="folder.db"))
    for number, top in enumerate(("", "export-2026-01-01/")):
        path = packed(root, tmp_path / f"any name {number}", top)
        assert contents(built(path, name=f"zip{number}.db")) == folder


def test_a_single_file_of_any_name_is_read_by_what_is_in_it(tmp_path, built):
    files = {
        "chatgpt/conversations-000.json": 1,
        "claude/conversations.json": 3,
        "sillytavern/chats/Mira/Branch #1.jsonl": 1,
        "transcripts/talk.jsonl": 1,
        "tables/talk.csv": 1,
    }
    for number, (name, count) in enumerate(files.items()):
        path = Path(shutil.copyfile(TREES / "companions" / name, tmp_path / f"download{number}"))
        assert built(path, name=f"{number}.db").one("SELECT count(*) FROM conversations") == count, name


@pytest.mark.parametrize("form", FORMS)
def test_every_value_is_found_again_or_left_out_for_a_reason(tmp_path, built, form):
    root = copy_of(form, tmp_path)
    found = compare(root, built(root).path)
    assert found.values > 10
    # What no format knows of is told in the report, too.
    assert set(found.lost) <= {"training.jsonl: [].split"}
    assert not found.untold


def redacted(root: Path, output: Path, wishes: str = "") -> bytes:
    (root / "redaction.yml").write_text(wishes)
    build(root, output, BuildOptions(key=KEY, strict=True))
    return output.read_bytes()


SILENT = {
    "chatgpt": "tobin|quill|2079460958|Qx81LmWvT0|by the sea|How hot is too hot?|900 to 1000",
    "claude": "hello, ines|ines builds|carvalho|2079460959|Hull: oak|Call it Heron|carries over water",
    "sillytavern": "tobin|fenwick|sk-Q7dK|kilnqueen|card.maker|You again|opened at noon",
    "transcripts": "marget|fenwick|She is early",
    "tables": "wilma|harrow",
}
KNOWN = {"chatgpt": "people: {user-Qx81LmWvT0: {aliases: [Tobin Quill]}}"}


@pytest.mark.parametrize("form", FORMS)
def test_nobody_is_told_by_a_shared_file(tmp_path, form):
    data = redacted(copy_of(form, tmp_path), tmp_path / "out.db", KNOWN.get(form, ""))
    for word in SILENT[form].split("|"):
        assert word.lower().encode() not in data.lower(), word


@pytest.mark.parametrize("form", FORMS)
def test_the_witness_knows_them_by_a_way_of_its_own(tmp_path, built, form):
    """Nothing is redacted here: only the witness stands between them and the world."""
    root = copy_of(form, tmp_path)
    if form == "chatgpt":  # nothing in it says a name
        (root / "conversations-001.json").write_text('[{"title": "to tobin.quill@post.example", "mapping": {}}]')
    elif form == "claude":
        (root / "memories.json").unlink()
    with pytest.raises(Leaked):
        check_clean([built(root).path], Witness(needles_of(find_trees(root), None)))


def test_an_export_that_names_nobody_stops_and_says_who_is_to_be_named(tmp_path):
    with pytest.raises(UsageError, match=r"below people: their ids \(user-Qx81LmWvT0\)"):
        redacted(copy_of("chatgpt", tmp_path), tmp_path / "out.db")


def test_whom_the_owner_names_has_a_pseudonym_on_every_page(tmp_path):
    redacted(copy_of("chatgpt", tmp_path), tmp_path / "out.db", KNOWN["chatgpt"])
    with closing(sqlite3.connect(tmp_path / "out.db")) as conn:
        ((name, known),) = conn.execute(
            "SELECT display_name, value FROM users, build_info WHERE key = 'pseudonyms'"
        ).fetchall()
    assert name in json.loads(known)


def test_it_stops_also_beside_a_vessel_whose_people_have_names(tmp_path):
    root = shutil.copytree(TREES / "companions" / "claude", tmp_path / "data/claude").parent
    shutil.copytree(TREES / "companions" / "chatgpt", root / "gpt")
    (root / "daemons.yml").write_text("daemons:\n- {name: Vesper, path: claude}\n- {name: Nova, path: gpt}\n")
    with pytest.raises(UsageError, match="gpt: people speak in it"):
        redacted(root, tmp_path / "out.db")


def test_what_the_owner_lists_is_called_as_he_says(tmp_path, built):
    root = tmp_path / "data"
    shutil.copytree(TREES / "companions" / "claude", root / "one")
    packed(TREES / "companions" / "chatgpt", root / "two.zip")
    (root / "daemons.yml").write_text("daemons:\n- {name: Vesper, path: one}\n- {name: Nova, path: two.zip}\n")
    db = built(root)
    sql = "SELECT name, count(*) FROM conversations JOIN daemons ON daemons.id = daemon_id GROUP BY 1 ORDER BY 1"
    assert db.rows(sql) == [("Nova", 2), ("Vesper", 3)]


def odd(value: Any) -> str:
    return json.dumps([{"title": "odd", "conversation_id": "c", "mapping": value}, {"mapping": {}, "author": {}}])


@pytest.mark.parametrize("value", [None, [], "x", {"a": 1}, {"a": {"message": 3}}, {"a": {"message": {"content": 1}}}])
def test_one_odd_conversation_takes_no_other_with_it(tmp_path, built, value):
    root = copy_of("chatgpt", tmp_path)
    (root / "conversations-003.json").write_text(odd(value))
    db = built(root)
    assert db.one("SELECT count(*) FROM conversations WHERE title = 'The kiln'") == 1
    assert db.one("SELECT count(*) FROM conversations WHERE title = 'odd'") == 1


def test_a_broken_line_is_told_of_and_the_rest_is_read(tmp_path, built):
    root = copy_of("transcripts", tmp_path)
    with (root / "talk.jsonl").open("a") as file:
        file.write(
            '{"role": "user", "content": "cut o\n{"role": "user", "content": "Whole.", "conversation_id": "c1"}\n'
        )
    db = built(root)
    assert "user: Whole." in said(db, "First words")
    assert ("talk.jsonl", None, "not valid JSON") in db.problems()


def test_a_folder_of_a_vessel_is_one_whatever_lies_beside(tree):
    root = tree({"users/index.json": {}, "conversations.json": json.loads(odd({"x": {"author": {}}}))})
    (found,) = find_trees(root)
    assert found.form == "vessel"


def test_an_export_in_a_vessels_folder_is_told_of(tree, built):
    talks = json.loads((TREES / "companions/chatgpt/conversations-001.json").read_text())
    root = tree({"users/index.json": {}, f"conversations/{FIRST}.json": conversation(FIRST), "old/gpt.json": talks})
    problem = "unknown file: an export of ChatGPT, which daemons.yml does not list"
    assert ("old/gpt.json", None, problem) in built(root).problems()


def test_what_is_like_an_export_and_of_a_form_nobody_knows_is_refused(tmp_path):
    path = tmp_path / "conversations.json"
    path.write_text('[{"id": "1", "mapping": {"1": {"message": {"fragments": []}}}}]')
    with pytest.raises(UsageError, match="no export that is known"):
        find_trees(path)
