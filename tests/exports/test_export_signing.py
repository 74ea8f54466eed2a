"""A signed export: made with our command, verified with ours and with minisign itself, and unsigned without a key."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from conftest import KEY

from build_db import signed as signed_commands
from build_db.cli import cli
from build_db.exports.archive import files_of
from build_db.exports.run import ExportOptions, export
from build_db.household.signing_key import load_signer, make_key

PASSWORD = "a password of an example"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def told(result: Result, code: int) -> str:
    """What a command says that ends so; a refusal is one line."""
    assert result.exit_code == code, result.output
    if not code:
        return result.stdout
    (line,) = result.stderr.splitlines()
    return line


@pytest.fixture
def at_home(tmp_path, monkeypatch) -> Path:
    """An owner with a home of their own, and nothing in it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


@pytest.fixture(scope="module")
def signed(served, tmp_path_factory) -> tuple[Path, str]:
    """The archive of a small export, and the public key of who made it."""
    place = tmp_path_factory.mktemp("signed")
    signer = make_key(place / "key")
    options = ExportOptions(formats=("csv",), signer=signer)
    (done,) = export(served, place / "exports", key=KEY, daemons=["aria"], options=options)
    return done.archive, signer.public


@pytest.fixture
def folder(signed, tmp_path) -> Path:
    """That archive unpacked."""
    shutil.unpack_archive(signed[0], tmp_path / "unpacked")
    return tmp_path / "unpacked" / "aria"


def test_a_key_is_made_on_request_and_used_from_then_on(at_home, served):
    out = at_home / "exports"
    command = ("export", served, out, "--daemon", "aria", "--format", "csv", "--key-file", at_home / "redaction.key")
    told(run(*command), 0)
    assert "signed_by" in (out / "index.json").read_text()
    (archive,) = out.glob("*.zip")
    assert "not signed" in told(run("verify", archive), 0)
    assert not (out / "aria" / "CHECKSUMS.sha256.minisig").exists()

    public = told(run("keygen"), 0).strip()
    assert re.fullmatch(r"RW[A-Za-z0-9+/]{54}", public)
    assert (at_home / "config" / "build-db" / "signing.key").stat().st_mode & 0o777 == 0o600
    assert "is there already" in told(run("keygen"), 2)
    assert told(run("keygen", "--public"), 0).strip() == public
    told(run(*command), 0)
    assert json.loads((out / "index.json").read_text())[0]["signed_by"] == public
    assert f"signed with this key: file:{archive.name}" in told(run("verify", archive, "--key", public), 0)
    told(run(*command, "--unsigned"), 0)
    assert "it is not signed" in told(run("verify", archive, "--key", public), 3)


def test_a_key_with_a_password_signs_what_its_owner_opens(at_home, served):
    key, word, out = at_home / "key", at_home / "word", at_home / "exports"
    word.touch(0o600)
    word.write_text(f"{PASSWORD}\nand a line that is none of it\n")
    public = told(run("keygen", key, "--password-file", word), 0).strip()
    assert PASSWORD not in key.read_text()
    command = ("export", served, out, "--daemon", "aria", "--format", "csv", "--key-file", at_home / "r", "--sign", key)
    assert "name a file: --password-file FILE" in told(run(*command), 2)
    assert not out.exists()
    result = run(*command, "--password-file", word)
    assert PASSWORD not in result.output
    told(result, 0)
    (archive,) = out.glob("*.zip")
    told(run("verify", archive, "--key", public), 0)
    word.write_text("another one\n")
    assert "cannot be opened with this password" in told(run(*command, "--password-file", word), 2)
    word.chmod(0o644)
    assert "others may read this key" in told(run(*command, "--password-file", word), 2)


def test_on_a_terminal_the_owner_is_asked_and_twice_for_a_new_password(at_home, monkeypatch):
    monkeypatch.setattr(signed_commands, "sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
    key = str(at_home / "key")
    made = CliRunner().invoke(cli, ["keygen", key, "--password"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0
    assert PASSWORD not in made.output
    shown = CliRunner().invoke(cli, ["keygen", key, "--public"], input=f"{PASSWORD}\n")
    assert shown.stdout == made.stdout
    assert "cannot be opened" in CliRunner().invoke(cli, ["keygen", key, "--public"], input="another\n").output


def test_a_key_where_others_fetch_or_in_the_data_is_refused(at_home, served, tmp_path):
    (tmp_path / "exports").mkdir()
    (tmp_path / "tree" / "wiki" / "concept").mkdir(parents=True)
    (tmp_path / "tree" / "wiki" / "concept" / "Kites.md").write_text("# Kites\n")
    for place in (tmp_path / "exports" / "key", tmp_path / "tree" / "key"):
        make_key(place)
        command = ("export", served, tmp_path / "exports", "--sign", place, "--tree", tmp_path / "tree")
        assert "lies inside" in told(run(*command), 2)
    assert "leave out one of --sign and --unsigned" in told(run(*command, "--unsigned"), 2)


def test_the_secret_key_is_in_no_file_of_an_export(signed, folder):
    archive, _ = signed
    secret = (archive.parent.parent / "key").read_bytes().splitlines()[1]
    for name in files_of(archive.parent):
        assert secret not in (archive.parent / name).read_bytes(), name
    for name in files_of(folder):
        assert secret not in (folder / name).read_bytes(), name


def test_same_database_and_keys_give_the_same_bytes(signed, served, tmp_path):
    archive, _ = signed
    signer = load_signer(archive.parent.parent / "key", lambda: "")
    options = ExportOptions(formats=("csv",), signer=signer)
    (done,) = export(served, tmp_path / "exports", key=KEY, daemons=["aria"], options=options)
    assert done.archive.read_bytes() == archive.read_bytes()


def test_minisign_verifies_it(signed, folder, minisign):
    archive, public = signed
    command = [minisign, "-Vm", "CHECKSUMS.sha256", "-P", public]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"Trusted comment: file:{archive.name}\tdataset:" in done.stdout
    subprocess.run(["sha256sum", "--check", "--quiet", "CHECKSUMS.sha256"], cwd=folder, check=True)
    with (folder / "CHECKSUMS.sha256").open("a") as checksums:
        checksums.write("\n")
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 1


def test_keys_are_minisigns(minisign, tmp_path, served):
    """A key that minisign made signs our exports; one of ours, with a password, signs in minisign."""
    made = subprocess.run(
        [minisign, "-GWf", "-p", "m.pub", "-s", "m.key"], cwd=tmp_path, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    (tmp_path / "m.key").chmod(0o600)
    signer = load_signer(tmp_path / "m.key", lambda: "")
    (tmp_path / "x").write_bytes(b"checksums")
    (tmp_path / "x.minisig").write_bytes(signer.sign(b"checksums", "file:x"))
    subprocess.run([minisign, "-Vm", "x", "-p", "m.pub"], cwd=tmp_path, check=True, capture_output=True)

    ours = make_key(tmp_path / "ours", PASSWORD)
    signing = [minisign, "-Sm", "x", "-s", "ours"]
    done = subprocess.run(signing, cwd=tmp_path, input=f"{PASSWORD}\n", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    subprocess.run([minisign, "-Vm", "x", "-P", ours.public], cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize("where", ["archive", "folder"])
def test_our_command_verifies_it_packed_and_unpacked(signed, folder, tmp_path, where):
    archive, public = signed
    place = archive if where == "archive" else folder
    assert f"{len(files_of(folder)) - 2} files are as" in told(run("verify", place, "--key", public), 0)
    (tmp_path / "key.pub").write_text(f"untrusted comment: of an example\n{public}\n")
    told(run("verify", place, "--key", tmp_path / "key.pub"), 0)
    assert "is signed; give the public key" in told(run("verify", place), 2)
    assert "the signature does not hold" in told(run("verify", place, "--key", make_key(tmp_path / "k").public), 3)
    for wrong in ("RW", "x", public[:-1], f"{public}\n{public}\n{public}", ""):
        assert "is no public key of minisign's" in told(run("verify", place, "--key", wrong), 2)


def changed(folder: Path) -> None:
    (folder / "LICENSE").write_text((folder / "LICENSE").read_text().replace("BY", "0-"))


def removed(folder: Path) -> None:
    (folder / "RISK.md").unlink()


def added(folder: Path) -> None:
    (folder / "csv" / "more.csv").write_text("id\n1\n")


def relisted(folder: Path) -> None:
    """Who changes a file and its checksum cannot change the signature."""
    changed(folder)
    from build_db.exports.archive import write_checksums

    signature = (folder / "CHECKSUMS.sha256.minisig").read_bytes()
    (folder / "CHECKSUMS.sha256.minisig").unlink()
    (folder / "CHECKSUMS.sha256").unlink()
    write_checksums(folder)
    (folder / "CHECKSUMS.sha256.minisig").write_bytes(signature)


def unsigned(folder: Path) -> None:
    (folder / "CHECKSUMS.sha256.minisig").unlink()


@pytest.mark.parametrize(
    ("how", "line"),
    [
        (changed, "changed: LICENSE"),
        (removed, "missing: RISK.md"),
        (added, "not in CHECKSUMS.sha256: csv/more.csv"),
        (relisted, "the signature does not hold"),
        (unsigned, "it is not signed"),
    ],
)
def test_what_was_done_to_it_is_told(signed, folder, tmp_path, how, line):
    how(folder)
    assert line in told(run("verify", folder, "--key", signed[1]), 3)
    packed = shutil.make_archive(str(tmp_path / "again"), "zip", folder.parent, folder.name)
    assert line in told(run("verify", packed, "--key", signed[1]), 3)


def test_an_archive_under_another_name_than_was_signed_is_told(signed, tmp_path):
    """Else an older archive, or one of another daemon, could be given away as the one that was asked for."""
    archive, public = signed
    renamed = shutil.copy(archive, tmp_path / archive.name.replace("aria-v", "cass-v"))
    assert f"it was signed as {archive.name}; " in told(run("verify", renamed, "--key", public), 3)
    told(run("verify", shutil.copy(archive, tmp_path / archive.name), "--key", public), 0)


def test_what_is_no_download_is_told_in_one_line(signed, tmp_path, folder):
    assert "no such file" in told(run("verify", tmp_path / "none.zip"), 2)
    (tmp_path / "cut.zip").write_bytes(signed[0].read_bytes()[:5000])
    assert "it is no whole zip" in told(run("verify", tmp_path / "cut.zip", "--key", signed[1]), 3)
    assert "it has no CHECKSUMS.sha256" in told(run("verify", tmp_path), 3)
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as packed:
        packed.writestr("a/CHECKSUMS.sha256", "")
        packed.writestr("b/x", "")
    assert "it is not packed as an archive of this tool" in told(run("verify", tmp_path / "two.zip"), 3)
    damaged = bytearray(signed[0].read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(damaged)
    assert told(run("verify", tmp_path / "damaged.zip", "--key", signed[1]), 3)
