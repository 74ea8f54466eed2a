"""A new kind of file is safe by its declaration: whoever it names is learned from the policy, by both sides."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from support.walkthrough import TOOL, project, steps

from build_db.redaction.policy import complaints, parse_policy, policy
from build_db.schema import Column, schema
from build_db.sources.vessel_tables import landings
from build_db.witness.databases import KNOWN_AS
from build_db.witness.lists import keys

LANDING = yaml.safe_load((ROOT / "tests" / "sources" / "landing.yml").read_text(encoding="utf-8"))
POLICY = yaml.safe_load((ROOT / "build_db" / "redaction" / "policy.yml").read_text(encoding="utf-8"))
DATABASE = [
    (key, f"{landing.table or name}.{target}")
    for name, landing in landings().items()
    for key, target in [*((key, key) for key in landing.same.split()), *landing.renamed.items()]
]
# Where other companions' exports say it.
EXPORTS = [
    ("full_name", "users.display_name"),
    ("user_name", "users.display_name"),
    ("email_address", "users.email"),
]
PHONES = {"phone_number", "verified_phone_number"}
FORMS = {form: name for name, form in POLICY["forms"].items()}


def places(what: str, form: str = "") -> set[str]:
    """The source keys under which somebody is called so, by the policy: keys inside JSON, or what lands in a column."""
    found: set[str] = set()
    for table, names in policy().names.items():
        for named in names:
            if named.what == what and (FORMS[named.form.pattern] if named.form else "") == form:
                told = {named.where[1]} if named.where else landed(f"{table}.{named.column}")
                found |= {named.key} if named.key else {KNOWN_AS.get((table, key), key) for key in told}
    return found


def landed(column: str) -> set[str]:
    """The keys of source files whose values land in a column."""
    return {
        place.rpartition(".")[2]
        for rules in LANDING.values()
        for place, target in rules.items()
        if column in (target if isinstance(target, list) else [target])
    } | {key for key, target in (*DATABASE, *EXPORTS) if target == column}


def test_neither_the_witness_nor_the_redactor_knows_fewer_places_of_names() -> None:
    known = keys()
    assert places("name") | places("handle") == known.names
    assert places("handle", "a mailbox") == known.mails
    assert places("secret") | PHONES == known.phones
    assert places("name", "a reflection") | places("handle", "an influence") == known.told
    # Whatever refers to a person holds an id; a profile's own is the name of its folder.
    references = {c.name for table in schema().values() for c in table.columns if c.references == "users"}
    ids = {key for c in references for table in schema() for key in landed(f"{table}.{c}")}
    assert places("id") - {"(stem)", "(folder)"} | ids == known.ids
    assert places("handle", "a path") == known.paths
    assert places("handle", "a repository") == known.repositories | {"*"}


def test_columns_in_which_no_name_is_looked_for_are_made_of_the_tools_own_words() -> None:
    for place in keys().own_columns:
        table, column = place.split(".")
        assert policy().rules[table][column] == "ours", place


ZELDA = {
    "id": "l1",
    "addressee": "Zelda Quenby",
    "text": "Dear Zelda, the fig tree has new leaves.",
    "written_on": "2025-05-01",
}


def extended(folder: Path, old: str = "", new: str = "") -> dict[str, str]:
    """A copy of the tool that knows letters, as docs/adding-a-kind.md has it; the environment to run it in.

    The witness is not told of them. `new` stands in the place of `old` in what was added.
    """
    project(folder, TOOL, without=["build_db/witness/keys.yml"])
    if old:
        (step,) = [step for step in steps() if old in step.added]
        path = folder / step.path
        path.write_text(path.read_text(encoding="utf-8").replace(step.added, step.added.replace(old, new)))
    return {**os.environ, "PYTHONPATH": str(folder), "XDG_CONFIG_HOME": str(folder / "config")}


def run(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "build_db", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_whom_a_new_kind_names_is_nowhere_in_the_shared_file_and_its_export(tree, tmp_path: Path) -> None:
    """Two of the tool's rooms were to be told of it once, and nothing said so."""
    data = tree({"letters/l1.json": ZELDA, "wiki/concept/Figs.md": "Zelda Quenby likes them."})
    environment = extended(tmp_path)
    for arguments in (("data", "cass.db"), ("check", "cass.db", "data"), ("export", "cass.db", "exports")):
        done = run(tmp_path, environment, *arguments)
        assert done.returncode == 0, done.stderr
    assert data.is_dir()
    with closing(sqlite3.connect(tmp_path / "cass.db")) as conn:
        (addressee, content) = conn.execute("SELECT addressee, content FROM letters").fetchone()
        (page,) = conn.execute("SELECT content FROM wiki_pages").fetchone()
    assert content == f"Dear {addressee}, the fig tree has new leaves."
    assert page == f"{addressee} likes them."
    written = [path for path in (tmp_path / "exports").rglob("*") if path.suffix in (".jsonl", ".csv", ".md", ".sql")]
    assert "fig tree" in "".join(path.read_text(encoding="utf-8") for path in written)
    assert not any("Zelda" in path.read_text(encoding="utf-8") for path in written)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "    names: {addressee: name}\n",
            "",
            "letters.addressee is a person and no reference to users: say what stands",
        ),
        ("person: addressee", "persons: addressee", "policy.yml: letters: Object contains unknown field `persons`"),
        ("title: Letters", "titel: Letters", "tables.yml: letters: Object contains unknown field `titel`"),
        ("addressee: To whom it was written.", "", "columns.yml: without description: ['letters.addressee']"),
    ],
    ids=["a name unmarked", "a rule misspelt", "a table misspelt", "a column undescribed"],
)
def test_a_slip_in_the_declaration_stops_the_build_with_one_line(
    tree, tmp_path: Path, old: str, new: str, told: str
) -> None:
    tree({"letters/l1.json": ZELDA})
    done = run(tmp_path, extended(tmp_path, old, new), "data", "cass.db")
    assert done.returncode == 3, done.stderr
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "cass.db").exists()


def test_a_person_by_name_whom_nobody_would_learn_of_is_a_complaint() -> None:
    rules = {**policy().rules, "letters": {"recipient": "person"}}
    recipient = Column("recipient", "TEXT", False, None, False, None, False)
    table = type("Letters", (), {"columns": (recipient,)})()
    assert complaints(replace(policy(), rules=rules), {**schema(), "letters": table}) == [
        "letters.recipient is a person and no reference to users: say what stands there,"
        " in policy.yml below letters: names: {recipient: name}"
    ]


@pytest.mark.parametrize("mark", ["nickname", "name in a dream", "name or nothing"])
def test_a_mark_without_meaning_is_refused(mark: str) -> None:
    source = {"tables": {"letters": {"person": "recipient", "names": {"recipient": mark}}}}
    with pytest.raises(ValueError, match=r"policy.yml: letters: names: recipient: .* is no name, handle or id"):
        parse_policy(json.dumps(source))
