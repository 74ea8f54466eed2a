"""`TREES.yml` is taken as it is meant, or refused in one line that names file and entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_db import UsageError
from build_db.many.listing import Listed, check_output, read_trees

WRONG = {
    "": "give a list `trees:`",
    "trees: []": "give a list `trees:`",
    "trees: {smith: a}": "give a list `trees:`",
    "households: []": "unknown key, number 1 there",
    "trees:\n- a": "entry 1: give keys and values",
    "trees:\n- {name: smith}": "entry 1: path: is missing",
    "trees:\n- {path: a}": "entry 1: name: is missing",
    "trees:\n- {name: smith, path: [a]}": "entry 1: path: is missing, or no text",
    "trees:\n- {name: smith, path: ''}": "entry 1: path: is missing, or no text",
    'trees:\n- {name: smith, path: "a\\0b"}': "is missing, or no text|not valid YAML",
    "trees:\n- {name: smith, path: a, redactoin: x}": "entry 1: unknown key redactoin",
    "trees:\n- {name: smith, name: jones, path: a}": "a key stands twice at line 2",
    "trees:\n- {name: smith, path: a": "not valid YAML",
    "trees:\n- {name: ../smith, path: a}": "entry 1: a name is a letter",
    "trees:\n- {name: smith.cass, path: a}": "entry 1: a name is a letter",
    "trees:\n- {name: 2024, path: a}": "entry 1: a name is a letter",
    "trees:\n- {name: Dataset, path: a}": "entry 1: Dataset: is what the dataset",
    "trees:\n- {name: smith, path: a}\n- {name: jones, path: nowhere}": "entry 2: jones: nowhere: no such folder",
    "trees:\n- {name: smith, path: a, redaction: nowhere.yml}": "entry 1: smith: nowhere.yml: no such file",
    "trees:\n- {name: smith, path: a}\n- {name: Smith, path: b}": "entry 2: Smith: entry 1 is called so",
    "trees:\n- {name: smith, path: a}\n- {name: jones, path: ./a/}": "entry 2: jones: entry 1 has the same path",
    "trees:\n- {name: smith, path: a}\n- {name: jones, path: link}": "entry 2: jones: entry 1 has the same path",
    "trees:\n- {name: smith, path: a}\n- {name: jones, path: a/in}": "entry 2: jones: lies inside the tree of entry 1",
    "trees:\n- {name: jones, path: a/in}\n- {name: smith, path: a}": "entry 1: jones: lies inside the tree of entry 2",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for folder in ("a/in", "b"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    (tmp_path / "wishes.yml").write_text("")
    return tmp_path / "TREES.yml"


def test_trees_come_in_order_with_their_places_beside_the_list(place, monkeypatch):
    place.write_text(
        "trees:\n- {name: smith, path: a, redaction: wishes.yml, key_file: of/smith.key}\n- {name: No, path: b}\n"
    )
    monkeypatch.chdir(place.parent / "b")
    here = place.parent.resolve()
    smith = Listed("smith", here / "a", here / "wishes.yml", here / "of/smith.key")
    assert read_trees(Path("../TREES.yml")) == [smith, Listed("No", here / "b")]


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_meant_is_refused_in_one_line(place, text):
    place.write_text(text)
    with pytest.raises(UsageError, match=WRONG[text]) as refused:
        read_trees(place)
    assert str(refused.value).startswith(f"{place}: ")
    assert len(str(refused.value).splitlines()) == 1


def test_a_value_that_stands_where_a_key_should_is_not_repeated(place):
    place.write_text("trees:\n- {name: smith, path: a, hunter2-is-secret: x}")
    with pytest.raises(UsageError, match="unknown key, number 3 there") as refused:
        read_trees(place)
    assert "hunter2" not in str(refused.value)


def test_a_list_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"TREES\.yml: No such file"):
        read_trees(tmp_path / "TREES.yml")


@pytest.mark.parametrize("out", ["a/out", "a", "."])
def test_nothing_is_written_into_a_tree_nor_read_out_of_what_is_written(place, out):
    trees = [Listed("smith", place.parent.resolve() / "a")]
    with pytest.raises(UsageError, match=r"TREES\.yml: smith: its tree and .* lie in each other"):
        check_output(place, trees, place.parent / out)
    check_output(place, trees, place.parent / "b")
