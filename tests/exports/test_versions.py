"""What an export tells of the version before it, and what of that is for whose eyes."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import DEMO, KEY

from build_db import BuildOptions, UsageError, build
from build_db.errors import NotNow
from build_db.exports.choices import Times
from build_db.exports.run import ExportOptions, export
from build_db.exports.versions import following
from build_db.exports.versions.known import NAME, PERSON, tombstone
from build_db.exports.versions.ledger import Version

SQLITE = ExportOptions(formats=("sqlite",))
LEDGER = ".cass.versions.json"


def told(folder: Path, file: str = "CHANGES.json") -> Any:
    return json.loads((folder / "cass" / file).read_text(encoding="utf-8"))


def stones(folder: Path) -> dict[str, list[str]]:
    """What `TOMBSTONES.json` names of each earlier dataset."""
    return {one["dataset"]: one["gone"] for one in told(folder, "TOMBSTONES.json")["versions"]}


def again(
    served: Path, folder: Path, *, key: bytes = KEY, options: ExportOptions = SQLITE, **withdrawn: list[str]
) -> str:
    """Export cass once more; the id of the dataset."""
    if withdrawn:
        (folder / "withdrawn.yml").write_text(json.dumps(withdrawn))
    export(served, folder, key=key, daemons=["cass"], options=options)
    return told(folder)["dataset"]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def changing(served, tmp_path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """A served file that goes on living."""
    path = tmp_path / "living.db"
    shutil.copyfile(served, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        yield path, conn


@pytest.fixture
def folder(served, tmp_path) -> Path:
    """A folder with a first version."""
    again(served, tmp_path / "exports")
    return tmp_path / "exports"


@pytest.fixture
def person(served, query) -> str:
    sql = "SELECT display_name FROM users JOIN conversations ON user_id = users.id GROUP BY 1 ORDER BY count(*) DESC, 1"
    return query(served, sql)[0]


def test_the_first_version_has_none_before_it(folder):
    assert told(folder)["predecessor"] is None
    assert told(folder, "TOMBSTONES.json")["versions"] == []
    assert "This is the first version" in (folder / "cass/CHANGES.md").read_text()


def test_the_same_once_more_changes_nothing(served, folder, person):
    for withdrawn in ({}, {"people": [person]}):
        again(served, folder, **withdrawn)
        before = contents(folder)
        again(served, folder)
        assert contents(folder) == before


def test_counts_are_those_of_the_rows(served, folder, query, person):
    """Rows that came are more than those that went by what the tables have grown."""
    first, archive = told(folder)["dataset"], next(folder.glob("*.zip")).name
    before = shutil.copyfile(folder / "cass/cass.db", folder.parent / "before.db")
    again(served, folder, people=[person])
    changes = told(folder)
    assert changes["predecessor"] == {"dataset": first, "archive": archive}
    for table, change in changes["tables"].items():
        grown = [query(path, f"SELECT count(*) FROM {table}")[0] for path in (before, folder / "cass/cass.db")]
        assert change["came"] - change["went"] == grown[1] - grown[0], table
    assert changes["tables"]["users"] == {"came": 0, "changed": 0, "went": 1}
    words = (folder / "cass/CHANGES.md").read_text()
    assert f"| messages | 0 | 0 | {changes['tables']['messages']['went']} |" in words
    assert f"`{first}`" in words


def test_which_rows_came_is_told_of_the_daemons_own_writings_alone(changing, tmp_path, query):
    served, conn = changing
    folder = tmp_path / "exports"
    again(served, folder)
    (own,) = conn.execute("SELECT id FROM daemons WHERE name = 'cass'").fetchone()
    columns = [row[1] for row in conn.execute("PRAGMA table_info(dreams)")]
    values = dict(zip(columns, conn.execute("SELECT * FROM dreams WHERE daemon_id = ?", [own]).fetchone(), strict=True))
    values["id"] = "d" * 8 + "-0000-4000-8000-000000000000"
    insert = f"INSERT INTO dreams ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
    conn.execute(insert, list(values.values()))
    conn.execute("UPDATE wiki_pages SET content = content || ' So it is.' WHERE rowid = 1")
    (talk,) = conn.execute("SELECT id FROM conversations WHERE daemon_id = ? LIMIT 1", [own]).fetchone()
    said = "INSERT INTO messages (conversation_id, role, content, timestamp) VALUES (?, 'user', 'More.', '2025-06-20')"
    conn.execute(said, [talk])
    conn.execute("UPDATE conversations SET title = 'Otherwise' WHERE id = ?", [talk])
    again(served, folder)
    tables = told(folder)["tables"]
    (dream,) = tables["dreams"].pop("came_ids")
    assert query(folder / "cass/cass.db", "SELECT count(*) FROM dreams WHERE id = ?", dream) == [1]
    assert dream != values["id"]
    assert tables["wiki_pages"].pop("changed_ids") == query(
        folder / "cass/cass.db", "SELECT id FROM wiki_pages WHERE content LIKE '% So it is.'"
    )
    expected = {"dreams": (1, 0, 0), "wiki_pages": (0, 1, 0), "messages": (1, 0, 0), "conversations": (0, 1, 0)}
    found = {name: tuple(change.values()) for name, change in tables.items() if name in expected}
    assert found == expected


def test_where_days_are_moved_no_row_that_came_is_named(changing, tmp_path):
    """A day that came between two known days would tell by how many it was moved."""
    served, conn = changing
    options = ExportOptions(formats=("sqlite",), times=Times.SHIFTED)
    again(served, tmp_path / "exports", options=options)
    conn.execute("UPDATE wiki_pages SET content = content || ' So it is.'")
    again(served, tmp_path / "exports", options=options)
    change = told(tmp_path / "exports")["tables"]["wiki_pages"]
    assert set(change) == {"came", "changed", "went"}
    assert change["changed"] > 0


def test_what_went_is_named_nowhere(served, folder, query, person):
    """Neither as it was served nor as the earlier version called it, in no file that tells of versions."""
    old = folder / "cass/cass.db"
    gone = {person, *query(served, "SELECT id FROM users WHERE display_name = ?", person)}
    gone |= {
        *query(
            served,
            "SELECT c.id FROM conversations AS c JOIN users AS u ON u.id = user_id WHERE display_name = ?",
            person,
        )
    }
    gone |= {
        *query(old, "SELECT id FROM users UNION SELECT display_name FROM users UNION SELECT id FROM conversations")
    }
    again(served, folder, people=[person])
    for file in ("CHANGES.md", "CHANGES.json", "TOMBSTONES.json", "VERSION.json", f"../{LEDGER}"):
        text = (folder / "cass" / file).read_text(encoding="utf-8")
        assert [one for one in gone if re.search(rf"\b{re.escape(one)}\b", text)] == [], file


def test_a_tombstone_tells_nothing_without_the_archive_that_it_is_for(served, folder, query, person):
    old = shutil.copytree(folder / "cass", folder.parent / "old")
    again(served, folder, people=[person])
    ((first, named),) = stones(folder).items()
    salt, later = (json.loads((place / "VERSION.json").read_text())["salt"] for place in (old, folder / "cass"))
    assert json.loads((old / "VERSION.json").read_text())["dataset"] == first
    ids = query(old / "cass.db", "SELECT id FROM users")
    names = query(old / "cass.db", "SELECT display_name FROM users")
    assert sum(tombstone(salt, PERSON, id) in named for id in ids) == 1
    assert sum(tombstone(salt, NAME, name) in named for name in names) == 1
    assert not any(tombstone(later, PERSON, id) in named for id in ids)
    everything = b"".join(contents(folder / "cass").values())
    assert salt.encode() not in everything


def test_a_withdrawal_is_carried_from_one_version_to_the_next(changing, tmp_path, query):
    served, conn = changing
    folder = tmp_path / "exports"
    first = again(served, folder)
    names = [
        name
        for (name,) in conn.execute("SELECT DISTINCT display_name FROM users JOIN conversations ON user_id = users.id")
    ]
    second = again(served, folder, people=names[:1])
    conn.execute(
        "INSERT INTO messages (conversation_id, role, content, timestamp)"
        " SELECT conversation_id, role, 'New.', timestamp FROM messages"
    )
    third, before = again(served, folder), stones(folder)
    fourth = again(served, folder, people=names[:2])
    assert len({first, second, third, fourth}) == 4
    carried, found = (before[first], stones(folder))
    assert list(found) == [first, second, third]
    assert len(found[second]) == len(found[third]) > 0
    assert {*carried} < {*found[first]}
    assert len(found[first]) == len(carried) + len(found[third])
    assert told(folder)["predecessor"]["dataset"] == third


def test_whoever_is_only_mentioned_is_named_too(changing, tmp_path, query):
    """And those whom the build itself withdrew: the served file knows nothing of them any more."""
    served, conn = changing
    (given,) = conn.execute("SELECT value FROM build_info WHERE key = 'pseudonyms'").fetchone()
    users = query(served, "SELECT display_name FROM users")
    name = next(name for name in json.loads(given) if name not in users)
    folder = tmp_path / "exports"
    first = again(served, folder)
    again(served, folder, people=[name])
    (by_list,) = stones(folder)[first]
    shutil.rmtree(folder)
    again(served, folder)
    left = json.dumps([one for one in json.loads(given) if one != name])
    conn.execute("UPDATE build_info SET value = ? WHERE key = 'pseudonyms'", [left])
    conn.execute("UPDATE messages SET content = 'Now [withdrawn].' WHERE id = 1")
    again(served, folder)
    assert stones(folder)[first] == [by_list]


def test_whom_the_build_withdraws_is_named_as_whom_an_export_does(served, folder, tmp_path, query):
    wishes = yaml.safe_load((DEMO / "redaction.yml").read_text()) if (DEMO / "redaction.yml").exists() else {}
    private = tmp_path / "private.db"
    build(DEMO, private, BuildOptions(private=True, key=None))
    (id,) = query(
        private, "SELECT user_id FROM conversations WHERE user_id NOTNULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    (tmp_path / "redaction.yml").write_text(json.dumps({**wishes, "withdraw": [id]}))
    build(DEMO, tmp_path / "without.db", BuildOptions(key=KEY, wishes=tmp_path / "redaction.yml"))
    (first, left) = (told(folder)["dataset"], query(folder / "cass/cass.db", "SELECT count(*) FROM conversations")[0])
    again(tmp_path / "without.db", folder)
    found = told(folder)["tables"]
    assert found["users"]["went"] == 1
    assert (
        query(folder / "cass/cass.db", "SELECT count(*) FROM conversations")[0] == left - found["conversations"]["went"]
    )
    # The person, the name, and every conversation.
    assert len(stones(folder)[first]) == 2 + found["conversations"]["went"]


def test_somebody_who_has_another_pseudonym_now_is_not_gone(changing, tmp_path):
    served, conn = changing
    folder = tmp_path / "exports"
    first = again(served, folder)
    (name,) = conn.execute("SELECT display_name FROM users JOIN conversations ON user_id = users.id").fetchone()
    (given,) = conn.execute("SELECT value FROM build_info WHERE key = 'pseudonyms'").fetchone()
    conn.execute("UPDATE build_info SET value = ? WHERE key = 'pseudonyms'", [given.replace(name, "Otherly")])
    conn.execute("UPDATE users SET display_name = 'Otherly' WHERE display_name = ?", [name])
    again(served, folder)
    assert stones(folder)[first] == []


def test_a_list_that_was_lost_brings_nobody_back(served, folder, query, person):
    talk = query(served, "SELECT id FROM conversations WHERE daemon_id = (SELECT id FROM daemons WHERE name = 'cass')")[
        0
    ]
    again(served, folder, people=[person], conversations=[talk])
    before = contents(folder)
    (folder / "withdrawn.yml").unlink()
    with pytest.raises(UsageError, match="no longer name all that an earlier export took back") as refused:
        again(served, folder)
    assert person not in str(refused.value)
    assert {**contents(folder), "withdrawn.yml": before["withdrawn.yml"]} == before
    with pytest.raises(UsageError, match="no longer name all"):
        again(served, folder, people=[person])
    first = again(served, folder, restored=[person, talk])
    assert first in [told(folder)["dataset"]]
    again(served, folder, restored=[])
    assert told(folder)["dataset"] == first


def test_who_came_back_is_in_the_first_version_again(served, folder, person):
    first = told(folder)["dataset"]
    second = again(served, folder, people=[person])
    assert again(served, folder, restored=[person]) == first
    assert stones(folder) == {second: []}
    assert told(folder)["tables"]["users"] == {"came": 1, "changed": 0, "went": 0}


def test_with_another_key_nothing_can_be_compared_and_nothing_is_forgotten(served, folder, person):
    first = told(folder)["dataset"]
    again(served, folder, people=[person])
    known = stones(folder)[first]
    again(served, folder, key=bytes(range(1, 33)), people=[person])
    assert told(folder)["compared"] is False
    assert "made with another key" in (folder / "cass/CHANGES.md").read_text()
    assert stones(folder)[first] == known != []


def test_the_ledger_is_for_its_owner_alone(folder, served, query):
    path = folder / LEDGER
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    names = {
        *query(served, "SELECT display_name FROM users UNION SELECT id FROM users UNION SELECT id FROM conversations")
    }
    names |= {*query(folder / "cass/cass.db", "SELECT id FROM conversations UNION SELECT id FROM users")}
    assert [name for name in names if name in text] == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"versions": 1}', "\xff"])
def test_a_damaged_ledger_is_refused_and_nothing_is_changed(served, folder, text):
    (folder / LEDGER).write_bytes(text.encode("latin-1"))
    before = contents(folder)
    with pytest.raises(UsageError, match="is no ledger of versions; take it from a backup"):
        again(served, folder)
    assert contents(folder) == before


def test_an_archive_that_cannot_be_read_at_the_moment_is_not_taken_for_one_without_rows(tmp_path, monkeypatch):
    version = Version("set", "cass-v1-2025-11.zip", "own", "salt", [])
    assert following.left_here(tmp_path, version) is None  # it is no longer in the folder

    def fails(*_: object) -> None:
        raise NotNow("cass.db: cannot be read: disk full; try once more, or name another file")

    monkeypatch.setattr(following, "left_of", fails)
    with pytest.raises(NotNow):
        following.left_here(tmp_path, version)
