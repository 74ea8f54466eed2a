"""Whether a download is what its checksums say, and whose key vouches for them. Nothing is unpacked."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from build_db.errors import CheckFailed, UsageError
from build_db.exports.archive import BROKEN, CHECKSUMS, CHUNK, files_of
from build_db.exports.signing import SIGNATURE, name_in
from build_db.signatures import check_public, verified

LINE = re.compile(r"([0-9a-f]{64})  (.+)")
# A line for each of some hundred files; a hostile archive must not fill the memory.
MOST_BYTES = 10_000_000
MOST_TOLD = 3


class Verified(NamedTuple):
    """What was proved.

    :param files: how many files are as their checksums say
    :param comment: what the signer said of them; None if nobody signed
    """

    files: int
    comment: str | None


class _Files(Protocol):
    """The files of a download by their paths in it, which are those of `CHECKSUMS.sha256`."""

    names: list[str]

    def open(self, name: str) -> IO[bytes]: ...


class _Folder:
    def __init__(self, folder: Path) -> None:
        self.names = files_of(folder)
        self._folder = folder

    def open(self, name: str) -> IO[bytes]:
        return (self._folder / name).open("rb")


class _Archive:
    def __init__(self, packed: zipfile.ZipFile) -> None:
        paths = [info.filename for info in packed.infolist() if not info.is_dir()]
        roots = {path.partition("/")[0] for path in paths}
        if len(roots) != 1 or len(paths) != len(set(paths)):
            raise CheckFailed("it is not packed as an archive of this tool: one folder, and each file once")
        (self._root,) = roots
        self.names = sorted(path.partition("/")[2] for path in paths)
        self._packed = packed

    def open(self, name: str) -> IO[bytes]:
        return self._packed.open(f"{self._root}/{name}")


def verify(place: Path, public: str | None) -> Verified:
    """Look at every byte of a download, packed or unpacked.

    :param public: the public key of who is said to have made it; it may be left out where nothing is signed
    :raises UsageError: there is no such download, or it is signed and no key was given
    :raises CheckFailed: it is not as its checksums say, they are not signed with this key, or the archive was signed
        under another name: it may be an older one, or of another daemon
    """
    key = check_public(public) if public is not None else None
    with _files(place) as files:
        if CHECKSUMS not in files.names:
            raise CheckFailed(f"it has no {CHECKSUMS}")
        listed = _read(files, CHECKSUMS)
        is_signed = SIGNATURE in files.names
        if is_signed and key is None:
            raise UsageError(f"{place}: is signed; give the public key of who made it: --key RW…")
        if key is not None and not is_signed:
            raise CheckFailed(f"it is not signed: there is no {SIGNATURE} in it")
        # First of all: what nobody vouches for is not worth reading.
        comment = verified(key, listed, _read(files, SIGNATURE)) if key is not None else None
        count = _compare(files, listed)
        if comment is not None and isinstance(files, _Archive):
            _check_name(place.name, name_in(comment))
        return Verified(count, comment)


def _check_name(name: str, signed: str) -> None:
    """An archive bears the name that was signed with it; of a folder that was unpacked nobody knows it.

    :raises CheckFailed: it does not
    """
    if signed and name != signed:
        raise CheckFailed(f"it was signed as {ascii(signed)[1:-1]}; if that is the one you want, call it so")


def _compare(files: _Files, listed: bytes) -> int:
    """Hold each file against its checksum; the list is complete, and nothing is beside it.

    :raises CheckFailed: they differ
    """
    wanted = {}
    for line in listed.decode("utf-8", "replace").splitlines():
        match = LINE.fullmatch(line)
        if not match:
            raise CheckFailed(f"{CHECKSUMS} has a line that is no checksum")
        wanted[match[2]] = match[1]
    there = set(files.names) - {CHECKSUMS, SIGNATURE}
    _none(sorted(wanted.keys() - there), "missing")
    _none(sorted(there - wanted.keys()), f"not in {CHECKSUMS}")
    _none([name for name in sorted(wanted) if _digest(files, name) != wanted[name]], "changed")
    return len(wanted)


def _none(names: list[str], how: str) -> None:
    if names:
        more = f" and {len(names) - MOST_TOLD:,} more" if len(names) > MOST_TOLD else ""
        raise CheckFailed(f"{how}: {', '.join(ascii(name)[1:-1] for name in names[:MOST_TOLD])}{more}")


def _digest(files: _Files, name: str) -> str:
    digest = hashlib.sha256()
    with files.open(name) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _read(files: _Files, name: str) -> bytes:
    with files.open(name) as file:
        return file.read(MOST_BYTES)


@contextmanager
def _files(place: Path) -> Iterator[_Files]:
    if place.is_dir():
        yield _Folder(place)
        return
    if not place.exists():
        raise UsageError(f"{place}: no such file; give the archive, or the folder that was unpacked from it")
    try:
        with zipfile.ZipFile(place) as packed:
            yield _Archive(packed)
    except BROKEN as error:
        raise CheckFailed(f"it is no whole zip: {error}") from None
