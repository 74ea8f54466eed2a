"""The cache: what it gives is what was put, or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

from build_db.household.cache import KEPT, FolderCache, default_cache


def test_what_is_put_is_given_back_to_its_owner_alone(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path / "new" / "folder")
    assert cache.get("a") is None
    cache.put("a", b"made")
    assert (cache.get("a"), cache.get("b")) == (b"made", None)
    (file,) = (tmp_path / "new" / "folder").iterdir()
    if hasattr(os, "getuid"):
        assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(b"x" + file.read_bytes()),
        lambda file: file.chmod(0o666),
        lambda file: (file.unlink(), file.mkdir()),
    ],
)
def test_what_is_not_whole_or_open_to_others_is_none(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    cache = FolderCache(tmp_path)
    cache.put("a", b"made")
    harm(next(tmp_path.iterdir()))
    assert cache.get("a") is None


def test_a_folder_that_cannot_be_made_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = FolderCache(tmp_path / "file" / "folder")
    cache.put("a", b"made")
    assert cache.get("a") is None


def test_only_what_was_asked_for_lately_is_kept(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path)
    for age in range(KEPT + 3):
        cache.put(str(age), b"made")
        for file in tmp_path.iterdir():
            os.utime(file, (int(file.stem),) * 2)
    assert {file.stem for file in tmp_path.iterdir()} == {str(age) for age in range(3, KEPT + 3)}


def test_it_lies_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = default_cache()
    assert cache
    cache.put("a", b"made")
    assert [file.name for file in (tmp_path / "build-db").iterdir()] == ["a.cache"]


@pytest.mark.parametrize("named", ["", "relative"])
def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", named)
    monkeypatch.setattr(Path, "home", Mock(side_effect=RuntimeError("no home")))
    assert default_cache() is None
