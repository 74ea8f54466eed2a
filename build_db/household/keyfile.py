"""The owner's secret key: made once, mode 0600, outside the tree and the output, never printed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from build_db.errors import UsageError

KEY_BYTES = 32


def default_path() -> Path:
    """Where the key lies unless `--key-file` says otherwise."""
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(config) / "build-db" / "redaction.key"


def load_key(path: Path) -> bytes:
    """The key, made on first use.

    :raises UsageError: the file cannot be read or made, is no key, or is open to others
    """
    try:
        if not path.exists():
            _make(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name another place with --key-file") from None
    return read_key(path)


def read_key(path: Path) -> bytes:
    """The key that is there.

    :raises UsageError: the file cannot be read, is no key, or is open to others
    """
    try:
        if path.stat().st_mode & 0o077:
            raise UsageError(f"{path}: others may read this key; run: chmod 600 {path}")
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name another place with --key-file") from None
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UsageError(f"{path}: is not a key file; name another with --key-file, or move it away to make a new key")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
