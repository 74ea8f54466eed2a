"""The key to sign with is made whole or not at all, is its owner's alone, and opens only with its password."""

from __future__ import annotations

import os

import pytest

from build_db.errors import CheckFailed, UsageError
from build_db.household.signing_key import load_signer, make_key
from build_db.signatures import verified

WORD = "correct horse of an example"


def nobody() -> str:
    raise AssertionError("nobody is to be asked for a password")


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    place = tmp_path / "config" / "signing.key"
    made = make_key(place)
    assert place.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in place.parent.iterdir()] == ["signing.key"]
    assert load_signer(place, nobody).public == made.public
    before = place.read_bytes()
    with pytest.raises(UsageError, match="is there already, and no key is replaced"):
        make_key(place)
    assert place.read_bytes() == before


def test_two_keys_are_two(tmp_path):
    assert make_key(tmp_path / "a").public != make_key(tmp_path / "b").public


def test_a_closed_key_opens_with_its_password_alone(tmp_path):
    place = tmp_path / "key"
    made = make_key(place, WORD)
    assert load_signer(place, lambda: WORD).public == made.public
    assert verified(made.public, b"x", load_signer(place, lambda: WORD).sign(b"x", "c")) == "c"
    assert verified(made.public, b"x", made.sign(b"x", "c")) == "c"
    with pytest.raises(UsageError, match="cannot be opened with this password") as refused:
        load_signer(place, lambda: "another one of no use")
    assert "another one" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"a\nb\n", b"untrusted comment: x\nRWRT\n", b"\xff" * 300, b"x" * 1_000_000])
def test_what_is_no_key_is_told_in_one_line(tmp_path, content):
    place = tmp_path / "key"
    place.touch(0o600)
    place.write_bytes(content)
    with pytest.raises(UsageError, match=r"^[^\n]*is no key to sign with; name another file$"):
        load_signer(place, nobody)


def test_a_key_that_others_may_read_or_that_is_not_there_is_refused(tmp_path):
    place = tmp_path / "key"
    with pytest.raises(UsageError, match="make a key: python -m build_db keygen"):
        load_signer(place, nobody)
    make_key(place)
    place.chmod(0o640)
    with pytest.raises(UsageError, match="others may read this key; run: chmod 600"):
        load_signer(place, nobody)


def test_of_two_that_make_a_key_at_once_one_counts(tmp_path, monkeypatch):
    place, link, others = tmp_path / "key", os.link, []

    def late(begun: str, to: object) -> None:
        monkeypatch.setattr(os, "link", link)
        others.append(make_key(place).public)
        link(begun, place)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(UsageError, match="is there already"):
        make_key(place)
    assert [load_signer(place, nobody).public] == others


def test_a_key_shows_itself_to_nobody(tmp_path):
    signer = make_key(tmp_path / "key")
    secret = (tmp_path / "key").read_text().splitlines()[1]
    assert secret not in f"{signer} {signer!r} {vars(signer)}"


def test_a_signature_holds_for_its_data_its_comment_and_its_key_only(tmp_path):
    signer, other = make_key(tmp_path / "a"), make_key(tmp_path / "b")
    made = signer.sign(b"checksums", "file:cass.zip")
    assert made == load_signer(tmp_path / "a", nobody).sign(b"checksums", "file:cass.zip")
    assert verified(signer.public, b"checksums", made) == "file:cass.zip"
    for public, data, signature in (
        (other.public, b"checksums", made),
        (signer.public, b"checksumz", made),
        (signer.public, b"checksums", made.replace(b"cass.zip", b"aria.zip")),
        (signer.public, b"checksums", other.sign(b"checksums", "file:cass.zip")),
        (signer.public, b"checksums", made[:100]),
        (signer.public, b"checksums", b""),
    ):
        with pytest.raises(CheckFailed, match="the signature does not hold"):
            verified(public, data, signature)
