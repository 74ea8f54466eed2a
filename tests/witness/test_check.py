"""What is said when something leaked: rules and places to everybody, values to the owner alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from build_db.errors import CheckFailed
from build_db.witness.check import WAY_OUT, Leaked, check_clean, check_nothing_leaked, needles_of
from build_db.witness.needles import Needle, Needles
from build_db.witness.search import Hit, Witness

WITNESS = Witness(Needles({"mara": Needle("name", "users/a.json")}, {"s3cret": Needle("secret", "b.json")}))


def told(count: int) -> str:
    return str(Leaked([Hit("name", f"t.{n:02}", "mara") for n in range(count)], WITNESS))


def test_ten_places_are_told_and_how_many_more_there_are():
    assert told(2) == f"leak check: name in t.00; name in t.01. {WAY_OUT}"
    assert told(10).count("name in") == 10
    assert "more" not in told(10)
    assert told(11).count("name in") == 10
    assert told(12).endswith(f"name in t.09; and 2 more. {WAY_OUT}")


def test_a_place_is_told_once_and_no_value_is():
    said = str(Leaked([Hit("secret", "t.a", "s3cret"), Hit("secret", "t.a", "other")], WITNESS))
    assert said == f"leak check: secret in t.a. {WAY_OUT}"


def test_the_owner_is_told_each_value_its_places_its_file_and_what_to_write():
    hits = [Hit("secret", "t.a", "s3cret"), *(Hit("name", f"t.{place}", "mara") for place in "dcba")]
    assert Leaked([*hits, Hit("name", "t.x", "")], WITNESS).explained() == [
        "'mara' in t.a, t.b, t.c; from users/a.json; in redaction.yml: people: {mara: {aliases: [the form that was"
        " missed]}}",
        "'s3cret' in t.a; from b.json; in redaction.yml: terms: ['s3cret']",
    ]


def test_every_output_is_looked_into_and_each_hit_is_told_once(tmp_path):
    for name, text in (("a.txt", "to Mara and Mara"), ("b.txt", "s3cret"), ("c.txt", "nothing")):
        (tmp_path / name).write_text(text)
    with pytest.raises(Leaked) as leaked:
        check_clean(sorted(tmp_path.iterdir()), WITNESS)
    assert leaked.value.hits == [
        *(Hit("name", "bytes of a.txt", "mara"), Hit("secret", "bytes of b.txt", "s3cret")),
    ]
    check_clean([tmp_path / "c.txt"], WITNESS)


def test_without_what_reads_an_export_the_check_fails(tmp_path, monkeypatch):
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(CheckFailed, match=r"leak check: .*; run: pip install 'build-db\[exports\]'"):
        check_clean([tmp_path / "a.parquet"], WITNESS)


class Tree:
    """As much of a tree as the witness asks for."""

    def __init__(self, root: Path, *daemons: str) -> None:
        self.root, self.daemons = root, [(name, name) for name in daemons]


def test_what_trees_and_wishes_forbid_is_looked_for_but_for_the_daemons(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a.json").write_text('{"display_name": "Mara Quill"}')
    (tmp_path / "redaction.yml").write_text("terms: [Kiln]")
    trees = [Tree(tmp_path / "tree", "quill")]
    assert set(needles_of(trees, tmp_path / "redaction.yml").names) == {"mara quill", "mara", "maraquill", "kiln"}
    (tmp_path / "out.txt").write_text("so Quill said")
    check_nothing_leaked([tmp_path / "out.txt"], trees, None)
    (tmp_path / "out.txt").write_text("so Mara said")
    with pytest.raises(Leaked):
        check_nothing_leaked([tmp_path / "out.txt"], trees, None)
