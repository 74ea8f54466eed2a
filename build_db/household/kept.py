"""What one build keeps for the next one of the same tree: blobs under keyed names, in one file.

The file is written whole or not at all, for its owner alone, and holds what the last build used and nothing older. Its
name, the names in it and the check of every blob are made with a secret: without it nobody can tell what a name stands
for, try a text out, or change a blob unnoticed. What is damaged, somebody else's, or cannot be written is as good as
none.

    mark | blob ... | name, check, place, length of each blob | where these begin | check of these
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import IO

from build_db.household.cache import only_ours
from build_db.scratch import scratch
from build_db.workers import InOrder

MARK = b"build_db kept 1\n"
SUFFIX = ".kept"
DIGEST = 32
ENTRY = struct.Struct(f">{DIGEST}s{DIGEST}sQQ")
TAIL = struct.Struct(f">Q{DIGEST}s")
# So many trees have a file; that of the tree which was built longest ago goes first.
MOST_TREES = 8

# Check, place and length of a blob.
Entry = tuple[bytes, int, int]


class Keeper:
    """The file of a tree: what an earlier build left in it, and what this one will leave. A context.

    Names and blobs may be asked for in any process that is forked from this one; they are put in this one.

    :param folder: where the files of all trees lie
    :param secret: 32 bytes that nobody else has; another one makes another file, in which the same has other names
    :param tree: where the tree lies, which tells it from others of the same owner
    :param waiting: where new blobs wait until it is known that they may be kept: a file in a folder of the build's own
    """

    def __init__(self, folder: Path, secret: bytes, tree: Path, waiting: Path) -> None:
        self._secret = secret
        self._path = folder / (self.name(b"tree", os.fsencode(tree)).hex()[:32] + SUFFIX)
        self._waiting_path = waiting
        self._waiting: IO[bytes] | None = None
        self._file: int | None = None
        self._old: dict[bytes, Entry] = {}
        self._new: dict[bytes, Entry] = {}
        self._used: dict[bytes, Entry] = {}
        with suppress(OSError):
            self._open()

    def __enter__(self) -> Keeper:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._waiting is not None:
            with suppress(OSError):  # what could not be written is not kept
                self._waiting.close()
            self._waiting = None

    def name(self, *parts: bytes) -> bytes:
        """A name for what follows from these parts, and from nothing else."""
        made = blake2b(key=self._secret, digest_size=DIGEST)
        for part in parts:
            made.update(len(part).to_bytes(8, "big"))
            made.update(part)
        return made.digest()

    def get(self, name: bytes) -> bytes | None:
        """The blob of this name as it was put; None if there is none, or it was damaged."""
        entry = self._old.get(name)
        if entry is None or self._file is None:
            return None
        check, place, length = entry
        try:
            blob = os.pread(self._file, length, place)
        except OSError:
            return None
        return blob if self._check(name, blob) == check else None

    def use(self, name: bytes) -> None:
        """Have a blob kept for another time that `get` gave."""
        self._used[name] = self._old[name]

    def put(self, name: bytes, blob: bytes) -> None:
        """Have a new blob kept, if that is possible."""
        try:
            if self._waiting is None:
                self._waiting = _new_file(self._waiting_path)
            self._new[name] = self._check(name, blob), self._waiting.tell(), len(blob)
            self._waiting.write(blob)
        except OSError:
            self._new.pop(name, None)

    def finish(self, may_be_kept: Callable[[bytes], bool], in_order: InOrder = map) -> None:
        """Leave what was used and what was put in place of what an earlier build left, if that is possible.

        :param may_be_kept: has the last word on every new blob
        :param in_order: looks at them
        """
        with suppress(OSError):
            if self._new or self._used.keys() != self._old.keys():
                self._write(may_be_kept, in_order)
            elif self._old:
                os.utime(self._path)

    def _write(self, may_be_kept: Callable[[bytes], bool], in_order: InOrder) -> None:
        folder = self._path.parent
        for place in (folder.parent, folder):
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._waiting is not None:
            self._waiting.flush()
            waiting = os.open(self._waiting_path, os.O_RDONLY)
        else:
            waiting = os.open(os.devnull, os.O_RDONLY)
        try:
            new = list(self._new.items())
            clean = in_order(lambda one: may_be_kept(os.pread(waiting, one[1][2], one[1][1])), new)
            kept = [(waiting, *one) for one, is_clean in zip(new, clean, strict=True) if is_clean]
            kept += [(self._file or 0, *one) for one in self._used.items() if one[0] not in self._new]
            with scratch(folder / "new") as made:
                written = made / self._path.name
                with _new_file(written) as file:
                    self._write_all(file, kept)
                written.replace(self._path)
        finally:
            os.close(waiting)
        _forget(folder)

    def _write_all(self, file: IO[bytes], kept: list[tuple[int, bytes, Entry]]) -> None:
        file.write(MARK)
        entries = []
        # By name: the same blobs make the same file, whichever of them are new.
        for source, name, (check, place, length) in sorted(kept, key=itemgetter(1)):
            entries.append(ENTRY.pack(name, check, file.tell(), length))
            file.write(os.pread(source, length, place))
        index, begin = b"".join(entries), file.tell()
        file.write(index + TAIL.pack(begin, self._check(b"index", index)))

    def _open(self) -> None:
        """Read what an earlier build left.

        :raises OSError: there is nothing, or it cannot be read
        """
        file = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        self._file = file
        found = os.fstat(file)
        end = found.st_size - TAIL.size
        if (
            not stat.S_ISREG(found.st_mode)
            or not only_ours(found)
            or end < len(MARK)
            or os.pread(file, len(MARK), 0) != MARK
        ):
            return
        begin, check = TAIL.unpack(os.pread(file, TAIL.size, end))
        index = os.pread(file, end - begin, begin) if len(MARK) <= begin <= end else b""
        if len(index) % ENTRY.size == 0 and self._check(b"index", index) == check:
            self._old = {name: (check, place, length) for name, check, place, length in ENTRY.iter_unpack(index)}

    def _check(self, name: bytes, blob: bytes) -> bytes:
        return self.name(b"check", name, blob)


def _new_file(path: Path) -> IO[bytes]:
    """A new file, which its owner alone can open."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _forget(folder: Path) -> None:
    """Throw away the files of the trees that were built longest ago.

    :raises OSError: one cannot be removed
    """
    files = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MOST_TREES:]:
        path.unlink(missing_ok=True)
