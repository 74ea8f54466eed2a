"""Files inside a ZIP, as if they lay in a folder: `export.zip/conversations.json`. Nothing is ever unpacked to disk."""

from __future__ import annotations

import errno
import io
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

from build_db.errors import Barred, Unreadable
from build_db.limits import MOST_BYTES, MOST_PACKED

ZIP = b"PK\x03\x04"
# How a damaged archive, or one of a kind that is not known here, makes itself felt.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(LookupError, ArithmeticError, RuntimeError, ValueError),
)


def is_zip(path: Path) -> bool:
    """Whether a file is a ZIP, by its first bytes.

    :raises Unreadable: it cannot be opened
    """
    return path.is_file() and head_of(path, len(ZIP)) == ZIP


def members(path: Path) -> dict[str, int]:
    """Every file of a ZIP by its path inside, with its size.

    :raises Unreadable: a damaged archive
    """
    return {name: size for name, size in _listed(path) if not _leads_out(name)}


def strays(path: Path) -> list[str]:
    """The names of a ZIP that lead out of it: of no such file anything is read, for beside the ZIP may lie another.

    :raises Unreadable: a damaged archive
    """
    return [name for name, _ in _listed(path) if _leads_out(name)]


def _listed(path: Path) -> list[tuple[str, int]]:
    try:
        with zipfile.ZipFile(path) as archive:
            return [(member.filename, member.file_size) for member in archive.infolist() if not member.is_dir()]
    except BROKEN as error:
        raise _unreadable(error) from None


def _leads_out(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/")


def content(path: Path) -> bytes:
    """The bytes of a file, which may lie inside a ZIP.

    :raises Unreadable: it cannot be opened; a damaged archive, an encrypted one, or one that expands without end
    """
    try:
        with opened_file(path) as file:
            return file.read()
    except NotADirectoryError:
        archive, name = _inside(path)
        return member_bytes(archive, name)
    except OSError as error:
        raise Barred(error.strerror or "cannot be opened") from None


@contextmanager
def flowing(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """A file that is read bit by bit, and its size; it may lie inside a ZIP.

    :raises Unreadable: as `content`, also while it is read inside the `with`
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(opened_file(path))
            size = os.fstat(file.fileno()).st_size
        except NotADirectoryError:
            file, size = _flowing_member(*_inside(path))
            stack.enter_context(file)
        except OSError as error:
            raise Barred(error.strerror or "cannot be opened") from None
        yield cast("IO[bytes]", _Telling(file)), size


class _Telling(io.RawIOBase):
    """A file whose errors are told as those of `content`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except BROKEN as error:
            raise _unreadable(error) from None

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return self._file.seek(offset, whence)
        except BROKEN as error:
            raise _unreadable(error) from None


def _flowing_member(path: Path, name: str) -> tuple[IO[bytes], int]:
    try:
        archive = _opened(path, _stamp(path))
        member = archive.getinfo(name)
        _check_member(member)
        return archive.open(member), member.file_size
    except BROKEN as error:
        raise _unreadable(error) from None


def head_of(path: Path, length: int) -> bytes:
    """The first bytes of a file, which may lie inside a ZIP.

    :raises Unreadable: as `content`
    """
    try:
        with opened_file(path) as file:
            return file.read(length)
    except NotADirectoryError:
        archive, name = _inside(path)
    except OSError as error:
        raise Barred(error.strerror or "cannot be opened") from None
    try:
        opened = _opened(archive, _stamp(archive))
        _check_plain(opened.getinfo(name))
        with opened.open(name) as member:
            return member.read(length)
    except BROKEN as error:
        raise _unreadable(error) from None


def opened_file(path: Path) -> IO[bytes]:
    """A file, opened for reading; nobody waits for a pipe, or reads a device without end.

    :raises Unreadable: it is none
    :raises OSError: it cannot be opened
    """
    file = open(path, "rb", opener=_at_once)  # noqa: SIM115 - whoever gets it closes it
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise Unreadable("not a regular file")


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def member_bytes(path: Path, name: str) -> bytes:
    """One file of a ZIP.

    :raises Unreadable: a damaged archive, an encrypted one, or one that expands without end
    """
    try:
        return _member_of(_opened(path, _stamp(path)), name)
    except BROKEN as error:
        raise _unreadable(error) from None


def member_inside(data: bytes, name: str) -> bytes:
    """One file of a ZIP that lies in memory.

    :raises Unreadable: as `member_bytes`
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _member_of(archive, name)
    except BROKEN as error:
        raise _unreadable(error) from None


def _member_of(archive: zipfile.ZipFile, name: str) -> bytes:
    member = archive.getinfo(name)
    _check_member(member)
    with archive.open(member) as file:
        # What the head of a member says of its size need not be true.
        data = file.read(member.file_size + 1)
    if len(data) > member.file_size:
        raise Unreadable("an archive that expands without end")
    return data


def _unreadable(error: Exception) -> Unreadable:
    # A damaged archive leads to places where nothing can be, which the system calls invalid.
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        return Barred(error.strerror or "cannot be opened")
    return Unreadable("a damaged archive")


def _check_member(member: zipfile.ZipInfo) -> None:
    _check_plain(member)
    if member.file_size > min(MOST_BYTES, member.compress_size * MOST_PACKED):
        raise Unreadable("an archive that expands without end")


def _check_plain(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 1:
        raise Unreadable("an encrypted archive")


def _stamp(path: Path) -> tuple[int, int, int]:
    """The file as it is, and the process: two that read from one opened file would move each other's place in it."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns, os.getpid()


@lru_cache(maxsize=1)
def _opened(path: Path, stamp: tuple[int, int, int]) -> zipfile.ZipFile:
    """A ZIP whose list of files is read once, and not for each of thousands of them."""
    return zipfile.ZipFile(path)


def _inside(path: Path) -> tuple[Path, str]:
    """The file that a path leads through as if it were a folder, and the way inside it."""
    archive = next(parent for parent in path.parents if parent.is_file())
    return archive, path.relative_to(archive).as_posix()
