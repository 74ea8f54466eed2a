"""The key that its owner signs exports with: made on request, mode 0600, with a password or without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from build_db.errors import UsageError
from build_db.household.keyfile import check_is_closed, config_folder, make_secret_file
from build_db.scratch import sweep
from build_db.signatures import Signer, needs_password, new_key, opened

# Two lines of some hundred characters.
MOST_BYTES = 10_000


def default_path() -> Path:
    """Where the key lies unless the owner says otherwise."""
    return config_folder() / "signing.key"


def make_key(path: Path, password: str | None = None) -> Signer:
    """Make a key, whole or not at all, and never in the place of another.

    :raises UsageError: something is there, or the file cannot be made
    """
    sweep(path.resolve())  # as `load_key` does
    if path.exists() or path.is_symlink():
        raise _taken(path)
    content, signer = new_key(password)
    try:
        made = make_secret_file(path, content)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name another place") from None
    if not made:
        raise _taken(path)
    return signer


def _taken(path: Path) -> UsageError:
    return UsageError(f"{path}: is there already, and no key is replaced; name another place, or move it away")


def load_signer(path: Path, ask: Callable[[], str]) -> Signer:
    """The key in a file.

    :param ask: gives the password, and is asked only if there is one
    :raises UsageError: the file cannot be read, is no key, is open to others, or has another password
    """
    sweep(path.resolve())
    try:
        check_is_closed(path)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; make a key: python -m build_db keygen {path}") from None
    try:
        closed = needs_password(content)
    except ValueError:
        raise UsageError(f"{path}: is no key to sign with; name another file") from None
    password = ask() if closed else None
    try:
        return opened(content, password)
    except ValueError:
        raise UsageError(f"{path}: cannot be opened with this password") from None
