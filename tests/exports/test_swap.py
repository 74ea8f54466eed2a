"""A finished export takes the place of an earlier one in one step, and gives it back."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from conftest import KEY
from test_export_withdrawal import SQLITE, withdraw

from build_db.exports import place as place_module
from build_db.exports import swap as swap_module
from build_db.exports.run import export
from build_db.exports.swap import put


@pytest.fixture(params=["at once", "in steps"])
def both(request, tmp_path, monkeypatch) -> tuple[Path, Path]:
    """A new folder and an earlier one, on a system that can exchange them, and on one that cannot."""
    if request.param == "in steps":

        def cannot(*_: object) -> None:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

        monkeypatch.setattr(swap_module, "_at_once", cannot)
    new, place = tmp_path / "new", tmp_path / "place"
    for folder in (new, place):
        folder.mkdir()
        (folder / "file").write_text(folder.name)
    return new, place


def text(folder: Path) -> str:
    return (folder / "file").read_text()


def test_two_change_places_and_back(both):
    new, place = both
    back = put(new, place)
    assert (text(place), text(new)) == ("new", "place")
    back()
    assert (text(place), text(new)) == ("place", "new")
    assert sorted(os.listdir(place.parent)) == ["new", "place"]


def test_where_nothing_was_there_is_nothing_again(tmp_path):
    (tmp_path / "new").write_text("x")
    put(tmp_path / "new", tmp_path / "place")()
    assert os.listdir(tmp_path) == ["new"]


def test_what_cannot_be_put_leaves_all_as_it_was(both, monkeypatch):
    new, place = both
    real = Path.rename

    def fail(path: Path, to: Path) -> Path:
        if path == new:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path, to)

    monkeypatch.setattr(Path, "rename", fail)
    if swap_module._at_once.__name__ == "cannot":
        with pytest.raises(OSError, match="Input/output error"):
            put(new, place)
        assert (text(place), text(new)) == ("place", "new")
    else:
        put(new, place)
        assert text(place) == "new"


def test_a_list_that_cannot_be_put_in_place_takes_the_rest_back(served, tmp_path, monkeypatch):
    folder = tmp_path / "exports"
    export(served, folder, key=KEY, daemons=["aria"], options=SQLITE)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    withdraw(folder, conversations=[])
    real = place_module.put

    def fail(new: Path, place: Path) -> object:
        if place.name == "index.json":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(new, place)

    monkeypatch.setattr(place_module, "put", fail)
    with pytest.raises(OSError, match="No space left"):
        export(served, folder, key=KEY, daemons=["aria"], options=SQLITE)
    (folder / "withdrawn.yml").unlink()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_an_earlier_archive_that_stays_is_told(served, tmp_path, monkeypatch):
    folder = tmp_path / "exports"
    (one,) = export(served, folder, key=KEY, daemons=["aria"], options=SQLITE)
    old = one.archive.with_name("aria-v1-2020-01-01.zip")
    old.write_bytes(b"x")
    real = Path.unlink

    def fail(path: Path, missing_ok: bool = False) -> None:
        if path.name == old.name:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(path, missing_ok)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", fail)
        (again,) = export(served, folder, key=KEY, daemons=["aria"], options=SQLITE)
    assert again.remains == (old,)
    export(served, folder, key=KEY, daemons=["aria"], options=SQLITE)
    assert not old.exists()
