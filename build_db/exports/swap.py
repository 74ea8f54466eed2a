"""Puts a file or a folder in the place of another in one step, and back."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

# From the headers of Linux; elsewhere, and on file systems that cannot exchange, two steps have to do.
AT_FDCWD, RENAME_EXCHANGE = -100, 2
CANNOT = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM)


def put(new: Path, place: Path) -> Callable[[], object]:
    """Put what is new in its place; what was there is then where the new one was.

    :returns: what takes it back
    :raises OSError: all is as it was
    """
    if place.exists():
        _exchange(new, place)
        return partial(_exchange, new, place)
    new.rename(place)
    return partial(place.rename, new)


def _exchange(one: Path, other: Path) -> None:
    try:
        _at_once(one, other)
    except OSError as error:
        if error.errno not in CANNOT:
            raise
        _in_steps(one, other)


def _at_once(one: Path, other: Path) -> None:
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if call(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))


def _in_steps(one: Path, other: Path) -> None:
    aside = one.with_name(f"{one.name}.earlier")
    other.rename(aside)
    try:
        one.rename(other)
    finally:  # also if it was interrupted, one of the two is in place
        if not other.exists():
            with suppress(OSError):
                aside.rename(other)
    aside.rename(one)
