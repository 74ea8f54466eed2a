"""A witness that reads another tree than the one that was built from has seen nothing, and says so."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from conftest import KEY, conversation
from support.trees import build_fixture

from build_db import BuildOptions, CheckFailed, UsageError, build
from build_db import pipeline as pipeline_module
from build_db.witness.unchanged import Changed, _digest, check_unchanged, digests_of

FIRST = "11111111-1111-4111-8111-111111111111"
TALK = f"conversations/{FIRST}.json"
PROFILE = "users/146dc54f-2e7f-40c6-8fd9-ef702e7ec537/profile.yaml"


def take_away(root: Path) -> None:
    shutil.rmtree(root)


def change(root: Path) -> None:
    (root / PROFILE).write_text("display_name: Other Okafor\n")


def change_unseen(root: Path) -> None:
    """As long as before, and saved at the same moment."""
    place = root / PROFILE
    before = place.stat()
    place.write_text(place.read_text().replace("Wren", "Ivor"))
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))


def add(root: Path) -> None:
    (root / "new.json").write_text("{}")


def make_unreadable(root: Path) -> None:
    (root / PROFILE).unlink()
    (root / PROFILE).mkdir()


@pytest.mark.parametrize("happens", [take_away, change, change_unseen, add, make_unreadable])
@pytest.mark.parametrize("when", ["before the rows", "before the witness"])
def test_a_tree_that_changes_while_it_is_read_is_not_published(tree, tmp_path, monkeypatch, happens, when):
    root = tree({TALK: conversation(FIRST), PROFILE: "display_name: Wren Okafor\n"})
    target = tmp_path / "out.db"
    build(root, target, BuildOptions(KEY))
    before = target.read_bytes()
    step = {"before the rows": "scratch", "before the witness": "needles_of"}[when]
    real = getattr(pipeline_module, step)

    def after(*arguments: object) -> object:
        happens(root)
        return real(*arguments)

    monkeypatch.setattr(pipeline_module, step, after)
    with pytest.raises((CheckFailed, UsageError, OSError)) as refused:
        build(root, target, BuildOptions(KEY))
    assert happens is take_away or "changed while the tree was read" in str(refused.value)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "data") == ["out.db"]


def test_a_tree_at_rest_is_the_same_tree(tmp_path):
    root = build_fixture("full", tmp_path).path.parent / "data"
    check_unchanged(digests_of([root]), [root])


def test_a_file_that_could_not_be_opened_is_told_of_with_the_cause(tmp_path):
    gone = _digest(tmp_path / "a.json")
    assert gone.endswith("No such file or directory")
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(Changed, match=r"a\.json: .*No such file or directory.*try again"):
        check_unchanged({str(tmp_path / "a.json"): gone}, [tmp_path])


def test_so_many_changed_files_are_named_and_the_others_counted(tmp_path):
    for number in range(1, 7):
        (tmp_path / f"{number}.json").write_text("{}")
    with pytest.raises(Changed) as refused:
        check_unchanged({}, [tmp_path])
    named = [number for number in range(1, 7) if f"{number}.json" in str(refused.value)]
    assert named == [1, 2, 3]
    assert " and 3 more: changed" in str(refused.value)
    for number in (4, 5, 6):
        (tmp_path / f"{number}.json").unlink()
    with pytest.raises(Changed) as refused:
        check_unchanged({}, [tmp_path])
    assert "more" not in str(refused.value)


def test_a_link_is_not_followed_and_a_pipe_not_read(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.json")
    assert set(digests_of([tmp_path])) == {str(tmp_path / "pipe.json")}
