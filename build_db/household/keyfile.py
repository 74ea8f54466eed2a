"""The owner's secret key: made once, mode 0600, outside the tree and the output, never printed."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from build_db.errors import UsageError
from build_db.scratch import scratch, sweep, sync

KEY_BYTES = 32
# How file systems that know no second name for a file say so.
WITHOUT_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def config_folder() -> Path:
    """Where the owner's keys lie, outside of every tree."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "build-db"


def default_path() -> Path:
    """Where the key lies unless `--key-file` says otherwise."""
    return config_folder() / "redaction.key"


def load_key(path: Path) -> bytes:
    """The key, made on first use.

    :raises UsageError: the file cannot be read or made, is no key, or is open to others
    """
    sweep(path.resolve())  # whoever is killed when it has its name leaves a second one of it
    try:
        if not path.exists() or _is_unmade(path):
            if path.exists():
                path.unlink()
            make_secret_file(path, secrets.token_hex(KEY_BYTES) + "\n")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name another place with --key-file") from None
    return read_key(path)


def read_key(path: Path) -> bytes:
    """The key that is there.

    :raises UsageError: the file cannot be read, is no key, or is open to others
    """
    try:
        check_is_closed(path)
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name another place with --key-file") from None
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UsageError(f"{path}: is not a key file; name another with --key-file, or move it away to make a new key")
    return key


def check_is_closed(path: Path) -> None:
    """Whether its owner alone can read a file.

    :raises UsageError: others can, too
    :raises OSError: it is not there
    """
    if path.stat().st_mode & 0o077:
        raise UsageError(f"{path}: others may read this key; run: chmod 600 {path}")


def _is_unmade(path: Path) -> bool:
    """Whether a file is one that somebody began to make and never wrote: no pseudonym was ever made with it."""
    found = path.stat()
    return stat.S_ISREG(found.st_mode) and found.st_size == 0


def make_secret_file(path: Path, content: str) -> bool:
    """Make a file whole or not at all: it gets its name when it is on the disk, and takes no other's.

    :returns: whether it was made; somebody else may have been quicker
    :raises OSError: it cannot be made
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with scratch(path) as folder:
        begun = folder / path.name
        begun.touch(mode=0o600)
        begun.write_text(content, encoding="ascii")
        sync(begun)
        made = _name(begun, path)
        with suppress(OSError):  # the file is there; only a power cut could still take its name
            sync(path.parent)
    return made


def _name(begun: Path, path: Path) -> bool:
    try:
        os.link(begun, path)
    except FileExistsError:
        return False  # somebody else was quicker: that key counts
    except OSError as error:
        if error.errno not in WITHOUT_LINKS:
            raise
        if path.exists():
            return False
        begun.replace(path)
    return True
