"""Odd, broken and enormous exports of other companions: what is odd is told, the rest is built, and nothing hangs."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from conftest import KEY
from support.cards import write_card
from support.trees import TREES

from build_db import BuildOptions, UsageError, build
from build_db.records import Document, Row
from build_db.sources import chatgpt, claude, sillytavern, transcripts
from build_db.sources.branches import moment, nearest_above
from build_db.witness.needles import gather

LINE = {"role": "user", "content": "The kiln is warm.", "name": "Marget Fenwick"}
# A linear pass over so much takes a second or two; one that looks back at each step takes minutes.
MANY, SECONDS = 30_000, 20


def node(id: str, above: str | None, content: Any = None, **message: Any) -> dict[str, Any]:
    said = {"content_type": "text", "parts": [f"{id} said"]} if content is None else content
    return {"parent": above, "message": {"id": id, "author": {"role": "user"}, "content": said, **message}}


def gpt(mapping: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"title": "Kiln", "conversation_id": "c1", "create_time": 1748772060.0, "mapping": mapping, **changes}


def spoken(id: str, above: str | None, sender: str = "human", **changes: Any) -> dict[str, Any]:
    when = "2025-06-01T10:00:00Z"
    return {
        "uuid": id,
        "sender": sender,
        "text": f"{id} said",
        "created_at": when,
        "parent_message_uuid": above,
        **changes,
    }


def messages(items: Any) -> list[dict[str, Any]]:
    rows = (item[1] if isinstance(item[0], Document) else item for item in items)
    return [row.values for row in rows if isinstance(row, Row) and row.table == "messages"]


def jsonl(*lines: Any) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


def test_a_conversation_may_be_as_deep_as_it_likes():
    started = perf_counter()
    deep = {f"n{i}": node(f"n{i}", f"n{i - 1}" if i else None) for i in range(MANY)}
    found = messages(chatgpt.rows([Document("conversations.json", [gpt(deep, current_node=f"n{MANY - 1}")])]))
    assert [len(found), found[-1]["parent_source_id"]] == [MANY, f"n{MANY - 2}"]
    talk = {"uuid": "c", "chat_messages": [spoken(f"m{i}", f"m{i - 1}" if i else None) for i in range(MANY)]}
    assert len(messages(claude.conversations(Document("conversations.json", [talk])))) == MANY
    assert perf_counter() - started < SECONDS


def test_a_folder_may_hold_thousands_of_chats():
    started = perf_counter()
    same = [{"name": "Mira", "mes": f"greeting {i}"} for i in range(2)]
    chats = [
        Document(f"chats/Mira/{n}.jsonl", [*same, *({"name": "Mira", "mes": f"{n} {i}"} for i in range(10))])
        for n in range(MANY // 10)
    ]
    assert len(messages(sillytavern.rows(chats))) == len(chats) * 12
    assert perf_counter() - started < SECONDS


def test_a_zip_of_thousands_of_files_is_listed_once(tmp_path, built):
    path, header = tmp_path / "chats.zip", {"user_name": "Jo", "chat_metadata": {}, "create_date": 1748772060000}
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(1500):
            archive.writestr(f"chats/Mira/{n}.jsonl", jsonl(header, {"name": "Mira", "mes": f"{n}"}))
        archive.writestr("backups/chat_1.jsonl", jsonl({"name": "Mira", "mes": "once more"}))
        archive.writestr("__MACOSX/chats/._Mira", b"\0\5\x16\7")
    started = perf_counter()
    db = built(path)
    assert perf_counter() - started < SECONDS
    assert db.one("SELECT count(*) FROM messages") == 1500
    assert db.rows("SELECT path, outcome FROM source_files WHERE outcome <> 'ingested' ORDER BY 1") == [
        ("__MACOSX/", "ignored"),
        ("backups/", "derived"),
    ]


def test_a_circle_is_nobodys_answer():
    parents = {"a": "x", "x": "a", "b": "b", "c": "x", "d": "nowhere"}
    assert nearest_above(parents, {"a": 1, "b": 1, "c": 1, "d": 1}) == {
        **{"a": None, "x": "a", "b": None, "c": "a", "d": None}
    }


def test_the_newest_is_the_newest_wherever_its_clock_stood():
    times = ["soon", None, "2025-06-01T23:00:00+14:00", "2025-06-01T10:00:00Z", 1748772060, "2025-06-01T10:00:00-05:00"]
    assert sorted(times, key=moment)[2:] == times[2:]


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ({"content_type": "brand_new", "stuff": "glaze"}, '{"stuff":"glaze"}'),
        ({"content_type": "text", "parts": "bare"}, "bare"),
        ({"content_type": "text", "parts": [None, "a", {"x": 10**30}]}, 'a\n\n{"x":1000000000000000000000000000000}'),
        ({"content_type": "thoughts", "thoughts": "plain"}, "plain"),
        ([1], '{"text":[1]}'),
        ({"content_type": "text", "parts": [""]}, ""),
    ],
)
def test_words_of_a_form_that_nobody_has_seen_are_kept(content, kept):
    (found,) = messages(chatgpt.rows([Document("conversations.json", [gpt({"a": node("a", None, content)})])]))
    assert found["content"] == kept


def test_one_odd_block_takes_no_other_with_it():
    blocks = [None, {"type": "text", "text": "A"}, {"type": "thinking", "thinking": "hm"}, 5, {"no": "type"}]
    talk = {
        "uuid": "c",
        "chat_messages": [spoken("m", None, content=blocks), spoken("n", "m", content=[{"type": "new"}])],
    }
    found = messages(claude.conversations(Document("conversations.json", [talk])))
    assert [(one["role"], one["content"]) for one in found] == [
        ("thinking", "hm"),
        ("other", "5"),
        ("other", '{"no":"type"}'),
        ("user", "A"),
        ("other", '[{"type":"new"}]'),
        ("user", "n said"),
    ]


def test_a_single_object_stands_for_a_list_of_one(tree, built):
    talk = {"uuid": "c", "account": {"uuid": "a-1"}, "chat_messages": [spoken("m", None)]}
    person = {"uuid": "a-1", "full_name": "Tobin Quill"}
    db = built(tree({"conversations.json": talk, "users.json": person}))
    assert db.rows("SELECT display_name, content FROM users, messages") == [("Tobin Quill", "m said")]


def test_every_memory_of_an_account_is_kept(tree, built):
    talk = {"uuid": "c", "chat_messages": []}
    memories = {f"memories/{name}.json": {"conversations_memory": name} for name in ("one", "two")}
    db = built(tree({"conversations.json": [talk], **memories}))
    assert db.one("SELECT count(*) FROM user_observations") == 2


def test_values_that_nothing_can_write_are_told_of_and_spoil_nothing_else(tree, built):
    text = json.dumps(
        [gpt({"a": node("a", None, "DEEP")}), gpt({"b": node("b", None)}, conversation_id="c2", z="LONG")]
    )
    text = text.replace('"DEEP"', '{"a":' * 600 + "1" + "}" * 600).replace('"LONG"', "9" * 5000)
    for number, broken in enumerate((text, text.replace("9" * 5000, "1"))):
        db = built(tree({"conversations.json": broken}), name=f"{number}.db")
        assert db.one("SELECT count(*) FROM messages") == 2
        assert ("conversations.json", None, "value nested too deeply replaced by null") in db.problems()


def test_lines_that_are_no_messages_are_told_of(tree, built):
    odd = [5, [], {"z": 1}]
    for name, kind in (("chats/Mira/a.jsonl", {"name": "Mira", "mes": "Hi."}), ("a.jsonl", LINE)):
        root = tree({name: jsonl(kind, *odd)})
        told = [problem for path, _, problem in built(root).problems() if path == name]
        assert told.count("not an object") == 2
        assert "not a message" in told
        shutil.rmtree(root)


def test_lists_without_times_are_complete(tree, built):
    assert built(tree({"a.jsonl": jsonl(LINE)})).problems() == []


def test_a_list_may_be_spread_over_files_and_begin_them_again(tree, built):
    one, two, three = ({**LINE, "content": word, "conversation_id": "c"} for word in ("one", "two", "three"))
    db = built(tree({"a.jsonl": jsonl(one), "b.jsonl": jsonl(one, two), "c.jsonl": jsonl(three)}))
    assert db.rows("SELECT content FROM messages") == [("one",), ("two",), ("three",)]


@pytest.mark.parametrize("form", ["chatgpt", "claude", "sillytavern", "tables", "transcripts"])
def test_the_owners_own_files_are_known_in_every_form(tmp_path, built, form):
    root = shutil.copytree(TREES / "companions" / form, tmp_path / "data")
    before = built(root).problems()
    for name in ("redaction.yml", ".DS_Store", "README.md"):
        (root / name).write_text("")
    assert built(root, name="again.db").problems() == before


@pytest.mark.parametrize("form", ["chatgpt", "claude", "sillytavern", "transcripts", "tables"])
def test_an_export_in_utf_16_is_known(tmp_path, built, form):
    root = shutil.copytree(TREES / "companions" / form, tmp_path / "data")
    count = built(root).one("SELECT count(*) FROM messages")
    for path in root.rglob("*"):
        if path.suffix in (".json", ".jsonl", ".csv"):
            path.write_bytes(path.read_text("utf-8").encode("utf-16"))
    assert built(root, name="again.db").one("SELECT count(*) FROM messages") == count


def test_a_branch_hangs_on_the_row_that_is_there(tree, built):
    """Branches of a chat that is gone: each hangs on whichever of the others holds its last line."""
    main = [{"name": "Mira", "mes": f"line {i}"} for i in range(6)]
    header = {"chat_metadata": {"main_chat": "gone"}, "character_name": "Mira"}
    chats = {
        name: [header, *main, *({"name": "Mira", "mes": mes} for mes in more)]
        for name, more in (
            ("1", ["b1"]),
            ("2", ["b2"]),
            ("3", ["b2", "b3"]),
        )
    }
    db = built(tree({f"chats/Mira/{name}.jsonl": jsonl(*lines) for name, lines in chats.items()}))
    above = (
        "SELECT m.content, above.content FROM messages m JOIN messages above ON above.source_id = m.parent_source_id"
    )
    assert dict(db.rows(f"{above} WHERE m.content LIKE 'b%'")) == {"b1": "line 5", "b2": "line 5", "b3": "b2"}
    assert db.one("SELECT count(*) FROM messages") == 9


def test_two_entries_of_a_lorebook_may_bear_one_number(tree, built):
    book = {"entries": {"0": {"uid": 0, "content": "one"}, "1": {"uid": 0, "content": "two"}}}
    db = built(tree({"chats/Mira/a.jsonl": jsonl({"name": "Mira", "mes": "Hi."}), "worlds/W.json": book}))
    assert {content for (content,) in db.rows("SELECT content FROM wiki_pages")} == {"one", "two"}


def test_characters_whose_names_differ_in_signs_alone_are_two(tree, built):
    chats = {f"chats/{name}/a.jsonl": jsonl({"name": name, "mes": "Hi."}) for name in ("Mira!", "Mira?")}
    assert len(set(built(tree(chats)).rows("SELECT name FROM daemons"))) == 2


def test_of_two_cards_in_a_picture_the_one_that_can_be_read_counts(tree, built):
    root = tree({"chats/Mira/a.jsonl": jsonl({"name": "Mira", "mes": "Hi."})})
    path = write_card(root / "characters/Mira.png", {"data": {"name": "Mira"}})
    path.write_bytes(path.read_bytes()[:-12] + b"\0\0\0\x0atEXtccv3\0x===y0000")
    assert built(root).one("SELECT label FROM state_records") == "Mira"


def test_a_packed_card_inside_a_zip_is_read_by_both(tmp_path, built):
    """`label` is published: whatever the build reads, the witness reads, too."""
    card, path = tmp_path / "Mira.charx", tmp_path / "st.zip"
    with zipfile.ZipFile(card, "w") as archive:
        archive.writestr("card.json", json.dumps({"data": {"name": "Mira", "creator_notes": "marget@post.example"}}))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("chats/Mira/a.jsonl", jsonl({"name": "Mira", "mes": "Hi."}))
        archive.write(card, "characters/Mira.charx")
    assert built(path).one("SELECT label FROM state_records") == "Mira"
    assert "marget@post.example" in gather([path], ()).values


BROKEN = {"claude": "users.json", "sillytavern": "settings.json", "chatgpt": "user.json"}


@pytest.mark.parametrize("form", BROKEN)
def test_nothing_is_shared_if_the_file_that_says_who_people_are_is_broken(tmp_path, form):
    root = shutil.copytree(TREES / "companions" / form, tmp_path / "data")
    (root / BROKEN[form]).write_text('{"power_user": {"personas": {"a.png": "Wil')
    (root / "redaction.yml").write_text("people: {Tobin Quill: {}}")
    with pytest.raises(UsageError, match=f"{BROKEN[form]}: not valid JSON.*mend it"):
        build(root, tmp_path / "out.db", BuildOptions(key=KEY))


FLAGS = ({"is_user": "true"}, {"is_user": 1}, {"role": "User", "content": "x"}, {"role": " human ", "content": "x"})


@pytest.mark.parametrize("flag", FLAGS)
def test_whoever_wrote_is_a_person_however_the_flag_is_written(tree, built, flag):
    """Taken for a character, a person would be published by name."""
    is_list = "role" in flag
    said = {**flag, "name": "Marget Fenwick", "mes": "I am."}
    answer = {"name": "Mira", "is_user": False, "role": "assistant", "mes": "Hi, Marget.", "content": "Hi, Marget."}
    root = tree({"a.jsonl" if is_list else "chats/Mira/a.jsonl": jsonl(said, answer)})
    assert b"marget" not in built(root, private=False).path.read_bytes().lower()
    assert "fenwick" in gather([root], ()).names


def test_the_name_in_an_account_and_its_folder_of_pictures_are_private(tree, built):
    talk = gpt({"a": node("a", None, {"parts": ["Marget Fenwick it is."]})})
    root = tree({"conversations.json": [talk], "user.json": {"id": "user-Qx81LmWvT0", "name": "Marget Fenwick"}})
    (root / "user-Zk27PdRbY4").mkdir()
    data = built(root, private=False).path.read_bytes()
    assert b"marget" not in data.lower()
    assert b"Zk27PdRbY4" not in data
    needles = gather([root], ())
    assert "fenwick" in needles.names
    assert "user-Zk27PdRbY4" in needles.values


def test_a_persona_called_you_is_nobody(tree, built):
    root = tree({"chats/Mira/a.jsonl": jsonl({"name": "You", "is_user": True, "mes": "You said so."})})
    assert built(root, private=False).one("SELECT content FROM messages") == "You said so."


def test_an_encrypted_archive_is_called_so(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conversations.json", "[]")
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(UsageError, match="encrypted archive"):
        build(path, tmp_path / "out.db", BuildOptions(private=True))


def test_one_damaged_file_of_an_archive_spoils_no_other(tmp_path, built):
    path: Path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conversations-000.json", json.dumps([gpt({"a": node("a", None)})]))
        archive.writestr("conversations-001.json", json.dumps([gpt({"b": node("b", None)}, conversation_id="c2")]))
    data = bytearray(path.read_bytes())
    data[60] ^= 1  # in the words of the first one
    path.write_bytes(data)
    db = built(path)
    assert db.rows("SELECT content FROM messages") == [("b said",)]
    assert ("conversations-000.json", None, "unreadable: a damaged archive") in db.problems()


def test_transcripts_are_read_from_their_documents_alone():
    """A pure function: the same documents, the same rows."""
    documents = [Document("a.jsonl", [LINE]), Document("b.jsonl", [LINE])]
    assert messages(transcripts.rows(documents)) == messages(transcripts.rows(documents))
    assert len(messages(transcripts.rows(documents))) == 2


def test_what_a_person_told_of_himself_at_different_times_is_all_kept(tree, built):
    def said(id: str, **told: str) -> dict[str, Any]:
        return gpt({"a": node("a", None, {"content_type": "user_editable_context", **told})}, conversation_id=id)

    first, second = ({"user_profile": word, "user_instructions": f"be {word}"} for word in ("early", "late"))
    db = built(tree({"conversations.json": [said("1", **first), said("2", **second), said("3", **first)]}))
    notes, wishes = db.one("SELECT notes, preferences_json FROM users")
    assert [notes, json.loads(wishes)] == ["early\n\nlate", {"instructions": ["be early", "be late"]}]


def test_keys_of_messages_that_no_format_knows_are_told_once(tree, built):
    nodes = {id: node(id, None, mood="calm") for id in ("a", "b")}
    assert built(tree({"conversations.json": [gpt(nodes)]})).problems() == [
        ("conversations.json", "message.mood", "unknown key")
    ]


def test_whoever_made_a_project_is_somebody(tree, built):
    creator = {"uuid": "a-9", "full_name": "Marget Fenwick"}
    talk = {"uuid": "c", "chat_messages": [], "account": {"uuid": "a-9"}}
    root = tree({"conversations.json": [talk], "projects.json": [{"uuid": "p", "name": "Ovens", "creator": creator}]})
    assert built(root).rows("SELECT display_name FROM users JOIN projects ON user_id = users.id") == [
        ("Marget Fenwick",)
    ]
