"""The key is made whole or not at all, once, and never replaced."""

from __future__ import annotations

import os

import pytest

from build_db.errors import UsageError
from build_db.household.keyfile import load_key
from build_db.household.signing_key import make_key


def test_a_key_is_made_once(tmp_path):
    place = tmp_path / "config" / "key"
    assert load_key(place) == load_key(place)
    assert place.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in place.parent.iterdir()] == ["key"]


def test_an_empty_file_of_a_killed_build_becomes_a_key(tmp_path):
    place = tmp_path / "key"
    place.touch(0o600)
    assert load_key(place) == load_key(place)


@pytest.mark.parametrize("content", ["\n", "abcd", "0" * 63, "0" * 65, "\0" * 64, "not a key"])
def test_what_is_no_key_is_never_replaced(tmp_path, content):
    place = tmp_path / "key"
    place.write_text(content)
    place.chmod(0o600)
    with pytest.raises(UsageError, match="is not a key file; name another with --key-file, or move it away"):
        load_key(place)
    assert place.read_text() == content


@pytest.mark.parametrize("call", ["fsync", "link"])
@pytest.mark.parametrize(("make", "way_out"), [(load_key, "; name another place with --key-file"), (make_key, "")])
def test_a_disk_that_fails_leaves_no_half_of_a_key(tmp_path, monkeypatch, call, make, way_out):
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, call, fail)
        with pytest.raises(UsageError, match=f"No space left on device{way_out}"):
            make(tmp_path / "key")
        assert list(tmp_path.iterdir()) == []
    assert make(tmp_path / "key")


def test_of_two_builds_that_make_a_key_at_once_one_counts(tmp_path, monkeypatch):
    place, link = tmp_path / "key", os.link

    def late(begun: str, to: object) -> None:
        monkeypatch.setattr(os, "link", link)
        load_key(place)
        link(begun, place)

    monkeypatch.setattr(os, "link", late)
    assert load_key(place) == load_key(place)
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
