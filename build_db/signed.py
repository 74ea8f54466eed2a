"""The commands around signatures: make a key, hold a download against one. And the key with which `export` signs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from build_db.errors import UsageError
from build_db.group import FAILURES, Place, check_outside
from build_db.terminal import fail, say

if TYPE_CHECKING:
    from build_db.signatures import Signer

PASSWORD_FILE = click.option(
    "--password-file", type=Place, metavar="FILE", help="Holds the password of the key; by default you are asked."
)
# Nobody types more, and a password in a file ends with its line.
LONGEST_PASSWORD = 1000


@click.command()
@click.argument("place", metavar="[FILE]", type=Place, required=False)
@click.option("--password", is_flag=True, help="Close the key with a password, which you are asked for.")
@click.option("--public", is_flag=True, help="Make nothing: print the public key of the one that is there.")
@PASSWORD_FILE
def keygen(place: Path | None, password: bool, public: bool, password_file: Path | None) -> None:
    """Make a key to sign exports with, in FILE, and print its public half, which you tell everybody.

    FILE is ~/.config/build-db/signing.key if you say nothing; `export` looks for it there. Keep a copy: who has lost it
    has to tell everybody a new key.
    """
    from build_db.household.signing_key import default_path, load_signer, make_key

    place = place or default_path()
    try:
        if public:
            signer = load_signer(place, lambda: _password(password_file))
        else:
            closed = password or password_file is not None
            signer = make_key(place, _password(password_file, confirm=True) if closed else None)
    except UsageError as error:
        fail(error, 2)
    except FAILURES as error:
        fail(f"{place}: {error}", 3)
    say(signer.public, f"{place} is there")


@click.command()
@click.argument("exported", metavar="EXPORT", type=Place)
@click.option(
    "--key", metavar="KEY", help="The public key of who made it, or a file that holds it; ask them, not the download."
)
def verify(exported: Path, key: str | None) -> None:
    """Prove that EXPORT, an archive or its folder, is as it was made, and who made it.

    Ends with 0 if every file is as its checksum says and, with --key, if that key signed the checksums.
    """
    from build_db.exports.verify import verify as look

    try:
        found = look(exported, _public(key))
    except UsageError as error:
        fail(error, 2)
    except FAILURES as error:
        fail(f"{exported}: {error}", 3)
    say(f"{found.files:,} files are as CHECKSUMS.sha256 says", "nothing was changed")
    if found.comment is None:
        say("not signed: this proves that nothing was damaged, and not who made it", "nothing was changed")
    else:
        say(f"signed with this key: {found.comment}", "nothing was changed")


def signer_of(
    key: Path | None,
    password_file: Path | None,
    folder: Path,
    tree: Path | None,
    *,
    unsigned: bool,
    may_ask: bool = True,
) -> Signer | None:
    """The key with which an export is signed; None if there is none.

    :param key: the file that was named; by default that of `keygen`, if it is there
    :param folder: of the exports, from which others may fetch what is in it
    :param may_ask: whether somebody can be asked for a password
    :raises UsageError: it cannot be used
    """
    from build_db.household.signing_key import default_path, load_signer

    if unsigned:
        if key:
            raise UsageError("--unsigned: leave out one of --sign and --unsigned")
        return None
    if key is None and not default_path().exists():
        return None
    place = key or default_path()
    if tree:
        check_outside(tree, place)
    if place.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{place}: lies inside {folder}, from which others fetch; move the key to another place")
    return load_signer(place, lambda: _password(password_file, may_ask=may_ask))


def _password(file: Path | None, *, confirm: bool = False, may_ask: bool = True) -> str:
    """The password of a key.

    :raises UsageError: nobody can be asked, or the file cannot be used
    """
    from build_db.household.keyfile import check_is_closed

    if file is None:
        if not may_ask or not sys.stdin.isatty():
            raise UsageError("the key has a password, and nobody can be asked here; name a file: --password-file FILE")
        asked: str = click.prompt("Password of the key", hide_input=True, confirmation_prompt=confirm, err=True)
        return asked
    try:
        check_is_closed(file)
        with file.open(encoding="utf-8") as lines:
            password = lines.readline(LONGEST_PASSWORD).rstrip("\r\n")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}: is not UTF-8") from None
    if not password:
        raise UsageError(f"{file}: holds no password in its first line")
    return password


def _public(key: str | None) -> str | None:
    """A public key as it was typed, or from the file that was named."""
    if key is None or not Path(key).is_file():
        return key
    try:
        return Path(key).read_text(encoding="ascii")
    except (OSError, ValueError):
        raise UsageError(f"{key}: holds no public key") from None
